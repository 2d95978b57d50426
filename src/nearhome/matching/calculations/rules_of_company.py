"""Rules about what those who live in a home, or are expected there, need of a newcomer.

What is known of them is one fact about the home. The words are the same whichever authority they are from, and never
say which child it is about.
"""

from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.policy import Limits
from nearhome.matching.calculations.rule import Finding, Rule, asks, refuses


def no_conflict_expected(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home that holds a place for someone with whom the child must not live."""
    if home.conflicts_with_expected is None:
        return asks("Nobody has checked whether the child may live with those expected there", "not known")
    if home.conflicts_with_expected:
        return refuses(
            "A place is held there for a child with whom this child must not live", "conflict", "no conflict",
            "that other child did not come",
        )  # fmt: skip
    return None


def nobody_there_needs_to_be_alone(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a home where someone needs to live without other children; asks where one lives alone and nobody said.

    Where two or more already live together nobody there lives alone, so there is nothing to ask.
    """
    if home.alone_needed_there:
        return refuses("Whoever lives there needs to live without other children", "alone", "may be joined")
    is_alone = len(home.residents) == 1 and home.siblings_there == 0
    if home.alone_needed_there is None and is_alone:
        return asks("One child lives there: may other children join them?", "not known", "may be joined")
    return None


def welcome_by_age(search: Search, home: Candidate, limits: Limits) -> Finding | None:
    """Refuses a child, or a sibling who must come too, of an age those who live there should not live with."""
    coming = [search.child.age_years]
    if search.keep_siblings_together:
        coming += [one.age_years for one in search.brothers_and_sisters]
    if home.newcomer_over is not None and min(coming) <= home.newcomer_over:
        words = f"Those who live there should be joined only by a child over {home.newcomer_over}"
        return refuses(words, min(coming), f"over {home.newcomer_over}", "those who live there may be joined")
    if home.newcomer_under is not None and max(coming) >= home.newcomer_under:
        words = f"Those who live there should be joined only by a child under {home.newcomer_under}"
        return refuses(words, max(coming), f"under {home.newcomer_under}", "those who live there may be joined")
    return None


_THERE = "What the home says of those who live there, without names"
RULES_OF_COMPANY: tuple[Rule, ...] = (
    Rule("F10", "Conflict with a child expected there", "1", "Recorded conflicts", "derived", no_conflict_expected),
    Rule("F11", "Someone there needs to be alone", "1", _THERE, "derived", nobody_there_needs_to_be_alone),
    Rule("F12", "Older or younger children asked for there", "1", _THERE, "derived", welcome_by_age),
)
