"""Rows of text from the files that people send: encoding, shape and dangerous cells checked. Knows no stage."""
