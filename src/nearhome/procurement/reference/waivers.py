"""Grounds on which a placement may be bought outside a contract. The words are ours; an authority's own rules come first."""

GROUNDS = (
    ("no_place", "No home in a contract could take the child in time"),
    ("urgent", "The child needed a home at once"),
    ("specialist", "Only this home meets an essential need"),
    ("continuity", "The child lives there, or with the same carers, already"),
    ("siblings", "Brothers and sisters live there, or would be together"),
    ("court", "A court, or a condition of bail, requires it"),
    ("other", "Another ground, said below"),
)
GROUND_WORDS = dict(GROUNDS)
