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
from nearhome.procurement.models.call_offs import CallOff, CallOffSkip, CallOffWaiver
from nearhome.procurement.models.framework_life import (
    ApplicationDecision,
    FrameworkApplication,
    FrameworkExtension,
    FrameworkTier,
    ReopeningWindow,
    SupplierTransfer,
    Suspension,
    TierMove,
)
from nearhome.procurement.models.frameworks import Framework, FrameworkParty, FrameworkSupplier, RateLine
from nearhome.procurement.models.uplifts import UpliftCost, UpliftLine, UpliftMove, UpliftRound, UpliftVote

__all__ = [
    "ApplicationDecision",
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
    "CallOff",
    "CallOffSkip",
    "CallOffWaiver",
    "Framework",
    "FrameworkApplication",
    "FrameworkExtension",
    "FrameworkParty",
    "FrameworkSupplier",
    "FrameworkTier",
    "HomePrice",
    "RateLine",
    "ReopeningWindow",
    "SupplierTransfer",
    "Suspension",
    "TierMove",
    "UpliftCost",
    "UpliftLine",
    "UpliftMove",
    "UpliftRound",
    "UpliftVote",
]
