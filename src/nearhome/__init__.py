"""Nearhome: find, buy, share and pay for homes for children in care, together."""
