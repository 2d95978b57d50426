"""What homes are there? Registrations, inspections, homes, places and what occupies them."""
