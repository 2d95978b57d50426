"""Every write about placements."""
