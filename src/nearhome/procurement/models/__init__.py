from nearhome.procurement.models.asking import HomePrice
from nearhome.procurement.models.blocks import BlockContract, BlockParty, BlockPlace, BlockPrice
from nearhome.procurement.models.frameworks import Framework, FrameworkParty, FrameworkSupplier, RateLine

__all__ = [
    "BlockContract",
    "BlockParty",
    "BlockPlace",
    "BlockPrice",
    "Framework",
    "FrameworkParty",
    "FrameworkSupplier",
    "HomePrice",
    "RateLine",
]
