"""The doors to what an authority needs, will need and should ask for."""
