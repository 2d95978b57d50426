"""What do we know about the children? From statutory returns and from placements."""
