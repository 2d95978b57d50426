"""The doors: one query or one action each."""
