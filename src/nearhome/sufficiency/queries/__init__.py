"""Every read of analyses: the records an analysis runs over, what was kept of it, what partners share."""
