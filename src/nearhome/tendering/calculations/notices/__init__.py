"""Which notices a procurement has, when each is due, and which rule says so."""
