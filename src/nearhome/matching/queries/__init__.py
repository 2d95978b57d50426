"""Every read of this stage."""

from nearhome.matching.queries.waiting import waiting_for

__all__ = ["waiting_for"]
