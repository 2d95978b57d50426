"""Which home, and why? Feasible homes, their ranking with reasons, and the decision."""
