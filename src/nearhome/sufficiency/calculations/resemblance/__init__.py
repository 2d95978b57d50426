"""Which children in residential care have circumstances like those of children settled in foster care, and the reverse."""
