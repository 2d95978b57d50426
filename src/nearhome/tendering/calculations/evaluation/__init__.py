"""Bids scored, priced and ranked by a published rule; what would change the ranking; what a bidder is told."""
