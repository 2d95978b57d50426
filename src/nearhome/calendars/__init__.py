"""Which day is it in London, which days are working days, and which are bank holidays where? Knows no stage."""
