"""Records of the stage, by topic."""

from nearhome.partnership.models.decisions import DecisionMove, DecisionRecord, DecisionRisk, DecisionRules
from nearhome.partnership.models.matters import Matter, MatterStep
from nearhome.partnership.models.partnerships import (
    AgreementAcceptance,
    Membership,
    Partnership,
    PartnershipAgreement,
    TaskLead,
    usual_ladder,
)
from nearhome.partnership.models.votes import Ballot, BallotVoter, Vote

__all__ = [
    "AgreementAcceptance", "Ballot", "BallotVoter", "DecisionMove", "DecisionRecord", "DecisionRisk", "DecisionRules",
    "Matter", "MatterStep", "Membership", "Partnership", "PartnershipAgreement", "TaskLead", "Vote", "usual_ladder",
]  # fmt: skip
