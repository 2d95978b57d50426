"""Where things are: postcodes, distances, authorities and their neighbours. Knows no stage."""
