"""What people fill in before something is worked out."""
