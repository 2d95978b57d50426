"""Every read of the market."""

from nearhome.market.queries.register import waiting_for

__all__ = ["waiting_for"]
