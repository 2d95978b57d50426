"""The homes of a region as columns of numbers: read once, and then one child after another is ranked against them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from nearhome.matching.calculations.at_once.alike import ALL_FACTS, Alike, Facts, alike_in
from nearhome.matching.calculations.at_once.exactly import Mask, Numbers
from nearhome.matching.calculations.at_once.route_columns import RouteColumns, route_columns
from nearhome.matching.calculations.candidates import CHILDRENS_HOME, FOSTER, SUPPORTED, Candidate, is_own_foster

KINDS = (FOSTER, CHILDRENS_HOME, SUPPORTED)
EFFECTS = ("none", "some", "serious")
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Every home of a snapshot, one row each, in the order of their references.

    `facts` are numbers (not a number means not known; yes and no are 1 and 0; days are ordinals); `skills` and
    `excluded` say for each skill which homes have, or exclude, it; `degrees` which of `degree_names` is recorded (-1:
    none); `minutes` are to each kind of place; `wishes_said` holds each wish that a person has answered. What a home is to one child (relation, conflicts, siblings there, wishes) is part of its row.
    """

    homes: tuple[Candidate, ...]
    row_of: Mapping[str, int]
    facts: Mapping[str, Numbers]
    skills: Mapping[str, Mask]
    excluded: Mapping[str, Mask]
    degrees: Mapping[str, Rows]
    degree_names: tuple[str, ...]
    minutes: Mapping[str, Numbers]
    wishes_said: Mapping[str, Numbers]
    alike: Mapping[Facts, Alike]
    routes: RouteColumns

    @classmethod
    def of(cls, candidates: Iterable[Candidate]) -> "Columns":
        """The columns of these homes. Raises ValueError if a home is given twice or its kind is not known."""
        homes = tuple(sorted(candidates, key=lambda home: home.home_ref))
        _refuse_duplicates(homes)
        names = tuple(dict.fromkeys(degree for home in homes for _, degree in home.skill_degrees))
        return cls(
            homes=homes,
            row_of={home.home_ref: row for row, home in enumerate(homes)},
            facts=_facts(homes),
            skills=_had([home.skills or () for home in homes]),
            excluded=_had([home.skills_excluded for home in homes]),
            degrees=_degrees(homes, {name: number for number, name in enumerate(names)}),
            degree_names=names,
            minutes=_given([home.minutes_to for home in homes]),
            wishes_said=_given([home.wishes_met for home in homes]),
            alike={facts: alike_in(homes, facts) for facts in ALL_FACTS},
            routes=route_columns(homes),
        )

    def __len__(self) -> int:
        return len(self.homes)


def _day(day: date | None) -> int | None:
    return None if day is None else day.toordinal()


def _effect(effect: str | None) -> int | None:
    return None if effect is None else EFFECTS.index(effect)


_FACTS: dict[str, Callable[[Candidate], float | None]] = {
    "kind": lambda home: KINDS.index(home.kind),
    "east": lambda home: None if home.point is None else home.point.easting,
    "north": lambda home: None if home.point is None else home.point.northing,
    "is_own_foster": is_own_foster,
    "has_urn": lambda home: home.registration.urn is not None,
    "is_registered": lambda home: home.registration.status == "registered",
    "is_accepted": lambda home: home.registration.status == "application_accepted",
    "registered_on": lambda home: _day(home.registration.registered_on),
    "closed_on": lambda home: _day(home.registration.closed_on),
    "residents": lambda home: len(home.residents),
    "youngest": lambda home: min((one.age_years for one in home.residents), default=None),
    "oldest": lambda home: max((one.age_years for one in home.residents), default=None),
    "knows_skills": lambda home: home.skills is not None,
    "free_until": lambda home: _day(home.free_until),
    "effect_on_child": lambda home: _effect(home.effect_on_child),
    "effect_on_residents": lambda home: _effect(home.effect_on_residents),
}


# Numbers, yes and no, or not known, as a home has them.
_AS_THEY_ARE = (
    "free_places", "registered_places", "staffed_places", "open_to_referrals", "held_places", "solo_capable", "pets",
    "meets_cultural_needs", "school_on_site", "siblings_there", "alone_needed_there", "paid_empty_places",
    "comparable_price_pence",
)  # fmt: skip


def _facts(homes: Sequence[Candidate]) -> dict[str, Numbers]:
    as_they_are = np.array(list(map(attrgetter(*_AS_THEY_ARE), homes)), dtype=np.float64)
    columns = np.ascontiguousarray(as_they_are.reshape(len(homes), len(_AS_THEY_ARE)).T)
    others = {name: np.array([fact(home) for home in homes], dtype=np.float64) for name, fact in _FACTS.items()}
    return others | dict(zip(_AS_THEY_ARE, columns, strict=True))


def _refuse_duplicates(homes: Sequence[Candidate]) -> None:
    twice = [ref for ref, count in Counter(home.home_ref for home in homes).items() if count > 1]
    if twice:
        raise ValueError(f"each home may be given once; given more often: {', '.join(twice)}")


def _had(sets: Sequence[Iterable[str]]) -> dict[str, Mask]:
    rows: dict[str, list[int]] = {}
    for row, codes in enumerate(sets):
        for code in codes:
            rows.setdefault(code, []).append(row)
    columns = {code: np.zeros(len(sets), dtype=np.bool_) for code in rows}
    for code, having in rows.items():
        columns[code][having] = True
    return columns


def _given(answers: Sequence[Iterable[tuple[str, float]]]) -> dict[str, Numbers]:
    """By name, the last number given of each home; not a number where none is."""
    names = dict.fromkeys(name for pairs in answers for name, _ in pairs)
    columns: dict[str, Numbers] = {name: np.full(len(answers), np.nan) for name in names}
    for row, pairs in enumerate(answers):
        for name, number in pairs:
            columns[name][row] = number
    return columns


def _degrees(homes: Sequence[Candidate], number: Mapping[str, int]) -> dict[str, Rows]:
    skills = dict.fromkeys(skill for home in homes for skill, _ in home.skill_degrees)
    columns: dict[str, Rows] = {skill: np.full(len(homes), -1, dtype=np.int64) for skill in skills}
    for row, home in enumerate(homes):
        for skill, degree in home.skill_degrees:
            columns[skill][row] = number[degree]
    return columns
