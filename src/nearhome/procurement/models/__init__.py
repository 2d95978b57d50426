from nearhome.procurement.models.asking import HomePrice
from nearhome.procurement.models.blocks import BlockContract, BlockParty, BlockPlace, BlockPrice
from nearhome.procurement.models.call_offs import CallOff, CallOffSkip, CallOffWaiver
from nearhome.procurement.models.frameworks import Framework, FrameworkParty, FrameworkSupplier, RateLine

__all__ = [
    "BlockContract",
    "BlockParty",
    "BlockPlace",
    "BlockPrice",
    "CallOff",
    "CallOffSkip",
    "CallOffWaiver",
    "Framework",
    "FrameworkParty",
    "FrameworkSupplier",
    "HomePrice",
    "RateLine",
]
