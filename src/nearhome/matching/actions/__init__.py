"""Every write of this stage."""
