"""Does a text give away who wrote it, and how many words has it?"""

import re
from collections.abc import Iterable

# Parts of names that say nothing about who it is.
_PLAIN = frozenset(
    [
        "and",
        "the",
        "of",
        "for",
        "a",
        "ltd",
        "limited",
        "plc",
        "llp",
        "cic",
        "care",
        "homes",
        "home",
        "house",
        "children",
        "childrens",
        "child",
        "services",
        "service",
        "group",
        "fostering",
        "residential",
        "support",
        "supported",
        "accommodation",
        "trust",
        "uk",
    ]
)


def words_in(text: str) -> int:
    """How many words: runs of anything between spaces, as word processors count them."""
    return len(text.split())


def names_given_away(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Which of these names, or which telling word of one, the text holds; in any spelling of capitals.

    "Madeup Meadow Care Ltd" is given away by "Meadow" but not by "care". It may warn once too often, never decide.
    """
    said = set(re.findall(r"[\w’'-]+", text.casefold()))
    found = []
    for name in names:
        telling = [word for word in re.findall(r"[\w’'-]+", name) if word.casefold() not in _PLAIN and len(word) > 2]
        found += [word for word in telling if word.casefold() in said]
    return tuple(dict.fromkeys(found))
