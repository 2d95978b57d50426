"""Small tables this stage reads and the schemas of what its commands read and write."""
