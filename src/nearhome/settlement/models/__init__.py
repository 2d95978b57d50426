from nearhome.settlement.models.months import Charge, Month, NetPosition, Posting, Problem, Statement, Transfer

__all__ = ["Charge", "Month", "NetPosition", "Posting", "Problem", "Statement", "Transfer"]
