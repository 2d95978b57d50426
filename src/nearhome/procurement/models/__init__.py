from nearhome.procurement.models.asking import HomePrice
from nearhome.procurement.models.block_changes import (
    BlockAdjustment,
    BlockAdjustmentAnswer,
    BlockEnding,
    BlockEndingDecision,
    BlockEndingPlace,
)
from nearhome.procurement.models.block_terms import (
    BlockBenchmark,
    BlockCapacity,
    BlockFee,
    BlockNomination,
    BlockReadiness,
    BlockRelease,
    BlockTerms,
)
from nearhome.procurement.models.blocks import BlockContract, BlockParty, BlockPlace, BlockPrice
from nearhome.procurement.models.frameworks import Framework, FrameworkParty, FrameworkSupplier, RateLine

__all__ = [
    "BlockAdjustment",
    "BlockAdjustmentAnswer",
    "BlockBenchmark",
    "BlockCapacity",
    "BlockContract",
    "BlockEnding",
    "BlockEndingDecision",
    "BlockEndingPlace",
    "BlockFee",
    "BlockNomination",
    "BlockParty",
    "BlockPlace",
    "BlockPrice",
    "BlockReadiness",
    "BlockRelease",
    "BlockTerms",
    "Framework",
    "FrameworkParty",
    "FrameworkSupplier",
    "HomePrice",
    "RateLine",
]
