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
from nearhome.tendering.models.scoring import (
    MOST_SCORE,
    ConflictDeclaration,
    Consensus,
    PanelMember,
    QualityLock,
    Score,
    ScoringClosed,
)
from nearhome.tendering.models.tenders import DeadlineExtension, MarketEngagement, TenderTimetable

__all__ = [
    "MOST_SCORE",
    "Award",
    "AwardCriterion",
    "AwardLine",
    "Bid",
    "BidAnswers",
    "BidPrices",
    "Clarification",
    "ClarificationAsker",
    "ConflictDeclaration",
    "Consensus",
    "DeadlineExtension",
    "Disqualification",
    "Lot",
    "LotBenchmark",
    "LotPlaces",
    "LotResult",
    "MarketEngagement",
    "PanelMember",
    "PriceBand",
    "Procurement",
    "ProcurementMove",
    "ProcurementParty",
    "ProviderProfile",
    "QualityLock",
    "Score",
    "ScoringClosed",
    "TenderTimetable",
]
