from nearhome.procurement.actions.blocks import add_block_place, make_block_contract, set_block_price
from nearhome.procurement.actions.frameworks import admit_supplier, make_framework, set_rate_line

__all__ = [
    "add_block_place",
    "admit_supplier",
    "make_block_contract",
    "make_framework",
    "set_block_price",
    "set_rate_line",
]
