"""What may leave the authority."""
