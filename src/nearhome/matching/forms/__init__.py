"""What people fill in while homes are chosen and plans are asked."""
