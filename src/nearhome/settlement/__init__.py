"""Who owes whom what? Nights, charges, recharges and statements."""
