"""What will be needed, what is missing, and what should be asked for."""
