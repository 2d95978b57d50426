"""Small tables of the market."""
