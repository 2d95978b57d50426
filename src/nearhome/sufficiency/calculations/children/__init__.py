"""Which children are looked after on a day, where, in what, and how settled they are."""
