"""Nearhome: find, buy, share and pay for homes for children in care, together."""

__version__ = "0.3.0"
