"""Small tables this stage reads. Reading a file is not pure, so it happens here."""
