"""Weighing options: marks, order, and what would have to change before another came first."""
