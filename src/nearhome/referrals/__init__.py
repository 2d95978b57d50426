"""A child needs a home now: the need, permission to search, disclosure, invitations and offers."""
