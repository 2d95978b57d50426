"""What is missing, and what should be asked for."""
