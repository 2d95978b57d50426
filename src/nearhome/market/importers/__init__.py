"""Reading what other systems send about providers and homes: one file per format."""
