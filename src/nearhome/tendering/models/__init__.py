from nearhome.tendering.models.awards import Award, AwardLine, LotResult
from nearhome.tendering.models.bids import (
    Bid,
    BidAnswers,
    BidPrices,
    Clarification,
    ClarificationAsker,
    Disqualification,
    ProviderProfile,
)
from nearhome.tendering.models.cases import Procurement, ProcurementMove, ProcurementParty
from nearhome.tendering.models.lots import AwardCriterion, Lot, LotBenchmark, LotPlaces, PriceBand
from nearhome.tendering.models.options import (
    AppraisalCriterion,
    AppraisalOption,
    CompletedAppraisal,
    OptionsAppraisal,
    OptionScore,
)
from nearhome.tendering.models.scoring import (
    MOST_SCORE,
    ConflictDeclaration,
    Consensus,
    PanelMember,
    QualityLock,
    Score,
    ScoringClosed,
)

__all__ = [
    "MOST_SCORE",
    "AppraisalCriterion",
    "AppraisalOption",
    "Award",
    "AwardCriterion",
    "AwardLine",
    "Bid",
    "BidAnswers",
    "BidPrices",
    "Clarification",
    "ClarificationAsker",
    "CompletedAppraisal",
    "ConflictDeclaration",
    "Consensus",
    "Disqualification",
    "Lot",
    "LotBenchmark",
    "LotPlaces",
    "LotResult",
    "OptionScore",
    "OptionsAppraisal",
    "PanelMember",
    "PriceBand",
    "Procurement",
    "ProcurementMove",
    "ProcurementParty",
    "ProviderProfile",
    "QualityLock",
    "Score",
    "ScoringClosed",
]
