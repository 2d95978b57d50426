"""How many children will be in care, by our method and by those it is held against."""
