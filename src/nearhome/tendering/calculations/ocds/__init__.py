"""A procurement and its call-offs as open contracting data (OCDS 1.1.5), with nothing in it that is about a child."""
