"""Reading what other systems send about children: one file per format."""
