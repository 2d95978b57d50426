"""A made-up region played forward day by day, to see what a way of placing children does before anybody lives by it."""
