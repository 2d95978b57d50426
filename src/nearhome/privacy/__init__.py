"""Who is acting, what the database lets them see, and what it keeps sealed. Knows no stage."""
