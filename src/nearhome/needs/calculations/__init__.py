"""Pure arithmetic of returns: rows of text in, records and problems out."""
