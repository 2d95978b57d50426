"""Pages of months, statements and payments."""
