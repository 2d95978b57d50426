"""A made-up region, drawn from published figures and a seed."""
