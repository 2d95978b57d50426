"""What other stages and the start page ask of this one."""

from nearhome.partnership.queries.decisions import decisions_about, is_in_effect
from nearhome.partnership.queries.votes import BallotOutcome, ballot_about
from nearhome.partnership.queries.waiting import waiting_for

__all__ = ["BallotOutcome", "ballot_about", "decisions_about", "is_in_effect", "waiting_for"]
