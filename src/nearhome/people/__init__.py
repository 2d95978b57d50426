"""Who are we? Organisations, the people in them, and what each may do."""
