"""Every read of placements."""

from nearhome.placements.queries.waiting import waiting_for

__all__ = ["waiting_for"]
