from nearhome.procurement.actions.blocks import add_block_place, make_block_contract, set_block_price
from nearhome.procurement.actions.frameworks import (
    FrameworkTerms,
    extend_framework,
    make_framework,
    set_framework_tier,
)
from nearhome.procurement.actions.rates import set_rate_card, set_rate_line
from nearhome.procurement.actions.suppliers import (
    admit_supplier,
    move_to_tier,
    return_supplier,
    suspend_supplier,
    transfer_supplier,
)

__all__ = [
    "FrameworkTerms",
    "add_block_place",
    "admit_supplier",
    "extend_framework",
    "make_block_contract",
    "make_framework",
    "move_to_tier",
    "return_supplier",
    "set_block_price",
    "set_framework_tier",
    "set_rate_card",
    "set_rate_line",
    "suspend_supplier",
    "transfer_supplier",
]
