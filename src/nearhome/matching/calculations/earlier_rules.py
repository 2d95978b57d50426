"""Rules as they were in earlier versions, kept so that rankings made by them can be made again. Never edited."""

from nearhome.matching.calculations.candidates import FOSTER, Candidate, Search, places_needed
from nearhome.matching.calculations.policy import Limits
from nearhome.matching.calculations.rule import Finding, Rule, asks, refuses


def fostering_limit_1(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """S05 version 1: took any exemption of the household as one for this child."""
    if home.kind != FOSTER:
        return None
    if home.fostered_children is None:
        return asks("How many children are fostered there now is not recorded", "not known", limits.fostering_limit)
    total, limit = home.fostered_children + places_needed(search), limits.fostering_limit
    are_siblings = home.all_siblings or home.fostered_children == 0
    words = f"{total} fostered children would live there; the usual limit is {limit}"
    if total < limit or are_siblings or home.exemption:
        return None
    if total == limit:
        return asks(words, total, limit)
    return refuses(words, total, limit, "the authority where the carer lives exempted the household")


EARLIER_RULES: tuple[Rule, ...] = (
    Rule(
        "S05", "Usual fostering limit", "1", "Children Act 1989 s63(12) and Schedule 7", "verified (secondary)",
        fostering_limit_1,
    ),
)  # fmt: skip
