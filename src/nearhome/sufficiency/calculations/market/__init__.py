"""Which places there are, whose, and whose children fill them."""
