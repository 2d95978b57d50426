"""What placements cost, and what others would pay for the same children."""
