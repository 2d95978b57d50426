from nearhome.tendering.models.after_scoring import FeedbackLetter, LowPriceQuery
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
from nearhome.tendering.models.notices import Notice, NoticeFact
from nearhome.tendering.models.options import (
    AppraisalCriterion,
    AppraisalOption,
    CompletedAppraisal,
    OptionsAppraisal,
    OptionScore,
)
from nearhome.tendering.models.outcomes import Abandonment, AwardExtension, BidOutcome, LotDecision
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
    "Abandonment",
    "AppraisalCriterion",
    "AppraisalOption",
    "Award",
    "AwardCriterion",
    "AwardExtension",
    "AwardLine",
    "Bid",
    "BidAnswers",
    "BidOutcome",
    "BidPrices",
    "Clarification",
    "ClarificationAsker",
    "CompletedAppraisal",
    "ConflictDeclaration",
    "Consensus",
    "DeadlineExtension",
    "Disqualification",
    "FeedbackLetter",
    "Lot",
    "LotBenchmark",
    "LotDecision",
    "LotPlaces",
    "LotResult",
    "LowPriceQuery",
    "MarketEngagement",
    "Notice",
    "NoticeFact",
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
    "TenderTimetable",
]
