"""Everything that works out, keeps or shares an analysis."""
