"""Every read of the stage."""

from nearhome.settlement.queries.waiting import waiting_for

__all__ = ["waiting_for"]
