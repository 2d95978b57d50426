"""Every text of a case that an export would carry: identifiers by a strict pattern, free words by what must not be in them.

A check of words finds numbers, dates of birth, postcodes and a few ways of naming one person. It cannot know a name: who
publishes reads the words and confirms that nothing in them points to a child.
"""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from nearhome.tendering.calculations.notices.facts import PublishedNotice
from nearhome.tendering.calculations.ocds.case import (
    AwardFacts,
    CallOffFacts,
    CriterionFacts,
    FrameworkFacts,
    OcdsCase,
    Party,
)

OCID = re.compile(r"ocds-[a-z0-9]{6}-[A-Za-z0-9._/-]{1,80}")
# Groups of capitals and digits, or of hexadecimal digits, with a digit somewhere; as the EU's journal numbered them; or
# our own reference of a procurement, which may have no digit.
_GROUP = r"(?:[A-Z0-9]+|[0-9a-f]+)"
_ID = re.compile(rf"(?=.*\d){_GROUP}(?:[-/._]{_GROUP})*|\d{{4}}/S \d{{3}}-\d{{6}}|[A-Z]-[A-Z0-9]{{5}}-[A-Z0-9]")
_FIND_A_TENDER = re.compile(r"\d{6}-20\d\d")
_MOST_OF_AN_ID = 80
_IN_IDS = (
    ("an NHS number", re.compile(r"(?<![0-9A-Za-z])\d{3}[-._/]?\d{3}[-._/]?\d{4}(?![0-9A-Za-z])")),
    ("a unique pupil number", re.compile(r"(?<![0-9A-Za-z])[A-Z]\d{11}[0-9A-Z](?![0-9A-Za-z])")),
    ("a full postcode", re.compile(r"(?<![0-9A-Za-z])[A-Z]{1,2}\d[A-Z\d]?[- ]?\d[A-Z]{2}(?![0-9A-Za-z])")),
)
_ONE = r"#?\d+\b|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b(?![ -]to[ -]\w+)|(?-i:[A-Z]\b)"
_NAME = r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+"
# A net with wide meshes behind the list of fields: what never belongs in published words.
ABOUT_A_CHILD = (
    ("an NHS number", re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")),
    ("a unique pupil number", re.compile(r"\b[A-Z]\d{11}[0-9A-Z]\b")),
    ("a date of birth", re.compile(r"\b(d\.?o\.?b\.?|date of birth|born (on|in))\b", re.IGNORECASE)),
    ("a full postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")),
    ("one young person", re.compile(rf"\b(?:young person|child|yp) ?(?:{_ONE})", re.IGNORECASE)),
    ("a person by name and age", re.compile(rf"\b{_NAME}(?:, ?| \()(?:aged? )?\d{{1,2}}(?=[,.;)]|$| of\b| from\b)")),
)
_IDS = frozenset({
    (OcdsCase, "number"), (Party, "number"), (AwardFacts, "number"), (CallOffFacts, "number"), (PublishedNotice, "reference"),
})  # fmt: skip
_OCIDS = frozenset({(OcdsCase, "ocid"), (CallOffFacts, "ocid")})
# Closed lists, each held to its own: see `faults`. A party's scheme is a short word of letters.
_LISTED = frozenset({
    (OcdsCase, "regime"), (OcdsCase, "method"), (CriterionFacts, "kind"), (FrameworkFacts, "method"), (PublishedNotice, "code"),
})  # fmt: skip
_SCHEME = re.compile(r"[A-Za-z][A-Za-z-]{0,19}")


def suspicion(words: str) -> str:
    """What free words look as if they held, like “an NHS number”; "" where the net catches nothing."""
    return next((what for what, pattern in ABOUT_A_CHILD if pattern.search(words)), "")


def id_problem(number: str) -> str:
    """Why a text is no identifier that may leave, "" if it is one."""
    if len(number) > _MOST_OF_AN_ID or not _ID.fullmatch(number):
        return "must be a number like 012345-2027 or T-MADE1-2: groups of capitals and digits joined by - . / or _"
    return "" if _FIND_A_TENDER.fullmatch(number) else _held_in(number)


def _held_in(number: str) -> str:
    found = next((what for what, pattern in _IN_IDS if pattern.search(number)), "")
    return f"looks as if it held {found}: give a number that points to nobody" if found else ""


def ocid_problem(ocid: str) -> str:
    """The same of a process number."""
    if not OCID.fullmatch(ocid):
        return "must look like ocds-h6vhtk-04fe75: ocds-, six letters or digits, and a number of its own"
    return _held_in(ocid)


def texts(value: Any, where: str = "") -> Iterator[tuple[str, type, str, str]]:
    """Every text of a case, however deep: where it stands, of what record, in which field, and what it says."""
    for one in fields(value):
        inner, here = getattr(value, one.name), f"{where}.{one.name}" if where else one.name
        if isinstance(inner, str) and not isinstance(inner, Enum):
            yield here, type(value), one.name, inner
        elif is_dataclass(inner) and not isinstance(inner, type):
            yield from texts(inner, here)
        elif isinstance(inner, tuple):
            for place, part in enumerate(inner, start=1):
                yield from texts(part, f"{here}[{place}]")


def word_faults(case: OcdsCase | Party, where: str = "") -> Iterator[str]:
    """What is wrong with a text that would leave, each with the mend and never with what it said."""
    for place, kind, name, said in texts(case, where):
        if (kind, name) in _LISTED:
            continue
        problem = _problem(kind, name, said)
        if problem:
            yield f"{place} {problem}"


def _problem(kind: type, name: str, said: str) -> str:
    if (kind, name) in _OCIDS:
        return ocid_problem(said) if said else ""
    if (kind, name) in _IDS:
        return id_problem(said) if said else ""
    if (kind, name) == (Party, "scheme"):
        return "" if _SCHEME.fullmatch(said) else "must be the name of a register, like GB-COH"
    found = suspicion(said)
    return (
        f"looks as if it held {found}. Nothing that is published may point to a child: word it differently"
        if found
        else ""
    )
