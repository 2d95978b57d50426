"""On what terms may a place be bought? Frameworks, rate cards and block contracts."""
