"""Pure arithmetic of providers and homes: rows of text in, records and problems out."""
