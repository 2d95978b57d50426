"""Searches and homes drawn with every fact varied, not known included: for comparing two ways to one ranking."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.at_once.columns import EFFECTS
from nearhome.matching.calculations.candidates import (
    Candidate,
    ChildFacts,
    Condition,
    ContractRoute,
    Registration,
    Resident,
    Search,
)
from nearhome.matching.calculations.stability import PlacementCount, StabilityEvidence
from nearhome.referrals.calculations.profile import ImportantPlace, NeedsProfile, SkillNeed, Wish

START = date(2026, 12, 1)
SKILLS = ("self_harm", "fire_setting", "autism", "therapeutic", "going_missing")
DEGREES = ("trained", "experienced", "specialist", "unheard of")
KINDS = ("foster", "childrens_home", "supported_accommodation")
JUDGEMENTS = ("good", "Outstanding", "inadequate", "Requires improvement ", "inconsistent", "new word", None)
WISHES = tuple(
    Wish(f"wish {kind}", kind, "a lot") for kind in ("pets", "place", "people", "school", "culture", "other")
)
AREAS = ("886", "887", None)
Draw = Callable[[random.Random], Any]


def one_of(*values: object) -> Draw:
    return lambda rng: rng.choice(values)


def some_of(make: Callable[[random.Random], object], most: int) -> Draw:
    return lambda rng: tuple(make(rng) for _ in range(rng.randint(0, most)))


def some_skills(rng: random.Random) -> frozenset[str]:
    return frozenset(rng.sample(SKILLS, rng.randint(0, len(SKILLS))))


def a_point(rng: random.Random) -> Point:
    return Point(590000 + rng.randint(-60, 60) * 805, 160000 + rng.choice((0, 0, 40000, 401)))


def a_day(rng: random.Random) -> date:
    return START + timedelta(days=rng.choice((-400, -1, 0, 1, 200)))


def a_price(rng: random.Random) -> int | None:
    return rng.choice((None, 0, 60_000, 455_700, 455_700, 480_000, 500_000, 900_001))


def a_route(rng: random.Random) -> ContractRoute:
    return ContractRoute(
        rng.choice(("own", "block", "framework", "spot")),
        rng.choice(("A", "B", "C")),
        rng.choice((None, 1, 2)),
        a_price(rng),
        rng.choice((None, None, "886", "887")),
        rng.choice((None, a_day(rng))),
        rng.random() < 0.7,
    )


def a_resident(rng: random.Random) -> Resident:
    return Resident(rng.randint(0, 17), rng.choice("MFX"))


def a_registration(rng: random.Random) -> Registration:
    return Registration(
        rng.choice(("SC900001", "SC900001", None)),
        rng.choice(("registered", "registered", "application_accepted", "unregistered", "closed")),
        rng.choice((None, a_day(rng))),
        rng.choice((None, a_day(rng))),
        rng.random() < 0.2,
        rng.choice(JUDGEMENTS),
        rng.choice((None, "social_care")),
        rng.choice((None, a_day(rng))),
    )


# Every fact of a home, drawn as wild as it may come; `test_every_fact_is_drawn` fails when one is missing.
FACTS: dict[str, Draw] = {
    "kind": one_of(*KINDS),
    "registration": a_registration,
    "authority_code": one_of(*AREAS),
    "relation": one_of(None, "in_area", "adjoining", "at_a_distance"),
    "point": lambda rng: rng.choice((None, a_point(rng), a_point(rng))),
    "sector": one_of(None, "Private", "local_authority"),
    "min_age": one_of(None, 0, 8, 13),
    "max_age": one_of(None, 12, 17, 17),
    "sexes": one_of(None, frozenset(), frozenset("M"), frozenset("F"), frozenset("MF")),
    "skills": lambda rng: rng.choice((None, some_skills(rng), some_skills(rng))),
    "skills_excluded": lambda rng: rng.choice((frozenset(), some_skills(rng))),
    "free_places": one_of(0, 1, 2, 3),
    "registered_places": one_of(None, 1, 2, 5),
    "staffed_places": one_of(None, 0, 2, 6),
    "open_to_referrals": one_of(None, 0, 1, 4),
    "held_places": one_of(0, 1, 2),
    "residents": some_of(a_resident, 3),
    "siblings_there": one_of(0, 1, 2),
    "conflicts_with_resident": one_of(None, False, True),
    "fostered_children": one_of(None, 0, 1, 2, 3),
    "all_siblings": one_of(False, True),
    "exemption": one_of(False, True),
    "pets": one_of(None, False, True),
    "school_on_site": one_of(None, False, True),
    "solo_capable": one_of(None, False, True),
    "meets_cultural_needs": one_of(None, False, True),
    "routes": some_of(a_route, 4),
    "weekly_price_pence": a_price,
    "comparable_price_pence": lambda rng: rng.choice((None, a_price(rng))),
    "wishes_met": some_of(lambda rng: (rng.choice(WISHES).text, rng.random() < 0.5), 2),
    "skill_degrees": some_of(lambda rng: (rng.choice(SKILLS), rng.choice(DEGREES)), 3),
    "minutes_to": some_of(lambda rng: (rng.choice(("home", "school", "family", "health")), rng.random() * 99), 2),
    "free_from": lambda rng: rng.choice((None, a_day(rng))),
    "free_until": lambda rng: rng.choice((None, a_day(rng))),
    "conflicts_with_expected": one_of(None, False, True),
    "alone_needed_there": one_of(None, False, True),
    "newcomer_over": one_of(None, 3, 12),
    "newcomer_under": one_of(None, 8, 14),
    "effect_on_child": one_of(None, *EFFECTS),
    "effect_on_residents": one_of(None, *EFFECTS),
    "meets_parts": some_of(lambda rng: (rng.choice(("culture", "language", "faith")), rng.random() < 0.5), 2),
    "step_across": one_of(None, False, True),
    "paid_empty_places": one_of(None, 0, 2),
}
TAME = Candidate(
    "", "Madeup Meadow", "foster", Registration("SC900001", judgement="good"), "886", "in_area", Point(590000, 160000),
    min_age=0, max_age=17, sexes=frozenset("MF"), skills=frozenset(SKILLS[:3]), free_places=3, registered_places=6,
    fostered_children=0, pets=True, routes=(ContractRoute("spot", "Spot price", weekly_price_pence=480_000),),
)  # fmt: skip


# These seldom make a home impossible, so they are drawn often: the criteria that look at them should differ.
HARMLESS = {
    "kind", "relation", "point", "free_places", "skills", "siblings_there", "pets", "school_on_site", "meets_cultural_needs",
    "weekly_price_pence", "comparable_price_pence", "wishes_met", "skill_degrees", "minutes_to", "effect_on_child",
    "effect_on_residents", "meets_parts", "step_across", "paid_empty_places",
}  # fmt: skip


def a_home(rng: random.Random, ref: str, wildness: float) -> Candidate:
    often = max(wildness, rng.choice((0.0, 0.5)))
    changes = {
        name: draw(rng) for name, draw in FACTS.items() if rng.random() < (often if name in HARMLESS else wildness)
    }
    return replace(TAME, home_ref=ref, home_name=f"Madeup Meadow {ref}", **changes)


def homes_drawn(rng: random.Random, most: int = 30) -> list[Candidate]:
    refs = rng.sample([f"H{number:02}" for number in range(60)], rng.randint(0, most))
    return [a_home(rng, ref, rng.choice((0.0, 0.05, 0.1, 0.2, 0.6))) for ref in refs]


def a_place(rng: random.Random) -> ImportantPlace:
    at = a_point(rng) if rng.random() < 0.8 else None
    return ImportantPlace(
        rng.choice(("home", "school", "family", "avoid", "friends", "worship", "health")), "Test place",
        at and at.easting, at and at.northing, rng.choice(AREAS), rng.choice((None, 0.5, 3.0)),
    )  # fmt: skip


def a_condition(rng: random.Random) -> Condition:
    at = a_point(rng) if rng.random() < 0.5 else None
    return Condition(
        rng.choice(("exclusion_area", "exclusion_area", "residence", "curfew")), "made-up words",
        at and at.easting, at and at.northing, rng.choice(AREAS), rng.choice((None, 1.0)), rng.choice((None, "H07")),
    )  # fmt: skip


COMPANIONS = ("Solo placement recommended", "With other children recommended", "Only with other older children",
              "Only with other younger children")  # fmt: skip
SUITS = (None, "Preferred", "Suitable but not preferred", "Unsuitable")
PROFILE: dict[str, Draw] = {
    "cultural_needs": one_of(None, "Required", "Other", "None"),
    "living_companions": one_of(*COMPANIONS),
    "pets": one_of("No", "Yes-must"),
    "foster_care_suitability": one_of(*SUITS),
    "residential_care_suitability": one_of(*SUITS),
    "supported_accommodation_suitability": one_of(*SUITS),
    "risk_self_harm": one_of("Risk present"),
    "skills": some_of(lambda rng: SkillNeed(rng.choice((*SKILLS, "solo")), rng.choice(("essential", "helps"))), 4),
    "wishes": some_of(lambda rng: replace(rng.choice(WISHES), matters=rng.choice(("a lot", "a little"))), 4),
    "important_places": some_of(a_place, 5),
}


def some_evidence(rng: random.Random) -> StabilityEvidence | None:
    rows = [(kind, relation) for kind in KINDS for relation in ("in_area", "adjoining", None)]
    counts = tuple(PlacementCount(*row, rng.random() < 0.5, rng.random() < 0.5, 9, rng.randint(0, 9)) for row in rows)
    return rng.choice((None, StabilityEvidence(()), *[StabilityEvidence(counts[: rng.randint(1, 9)])] * 4))


SEARCH: dict[str, Draw] = {
    "siblings": one_of(0, 1, 2),
    "brothers_and_sisters": some_of(a_resident, 2),
    "keep_siblings_together": one_of(False, True),
    "siblings_in_care": one_of(0, 1),
    "emergency": one_of(False, True),
    "ends_before": lambda rng: rng.choice((None, a_day(rng))),
    "conditions": some_of(a_condition, 3),
    "asked_for": some_of(lambda rng: (rng.choice(("culture", "language", "faith")), rng.choice(("", "Polish"))), 3),
    "evidence": some_evidence,
    "starts_on": one_of(START, date(2020, 1, 1)),
    "searching_authority": one_of("886", "887", "999"),
}


def a_search_drawn(rng: random.Random) -> Search:
    wildness = rng.choice((0.1, 0.4, 0.8))
    profile = {name: draw(rng) for name, draw in PROFILE.items() if rng.random() < wildness}
    changes = {name: draw(rng) for name, draw in SEARCH.items() if rng.random() < wildness}
    child = ChildFacts(rng.choice((0, 7, 13, 15, 16, 17)), rng.choice("MFX"), "886")
    return replace(Search(child, NeedsProfile(**profile), START, "886"), **changes)
