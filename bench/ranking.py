"""What it costs to rank one child against every home of a region, all at once and home by home."""

import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

import nearhome.matching
from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.at_once.columns import Columns
from nearhome.matching.calculations.at_once.ranking_at_once import rank_at_once
from nearhome.matching.calculations.candidates import (
    Candidate,
    ChildFacts,
    ContractRoute,
    Registration,
    Resident,
    Search,
)
from nearhome.matching.calculations.policy import Policy, policy_from_mapping
from nearhome.matching.calculations.ranking import rank_homes
from nearhome.matching.calculations.stability import PlacementCount, StabilityEvidence
from nearhome.referrals.calculations.profile import ImportantPlace, NeedsProfile, SkillNeed, Wish
from nearhome.referrals.reference.skills import SKILLS

PLACES = (1_000, 5_000, 10_000, 20_000, 50_000)
CHILDREN, SLOW_CHILDREN = 30, 3
CLAIMED_PLACES, CLAIMED_MILLISECONDS = 20_000, 100.0
STARTS_ON = date(2026, 12, 1)
METRES_TO_A_SIDE = 40_000  # of a region: times the root of its authorities
AUTHORITIES_PER_PLACE = 1 / 500
ADJOINING = 5
JUDGEMENTS = ("good", "outstanding", "requires improvement to be good", "inadequate")
CODES = tuple(code.code for code in SKILLS if code.code != "solo")
Answer = TypeVar("Answer")
Decimals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Timed:
    """One size: milliseconds a child, the median and the slowest, at once; the median home by home."""

    places: int
    homes: int
    possible: float
    reading: float
    at_once: float
    slowest: float
    one_by_one: float


def measure_ranking() -> str:
    """Five sizes of region, the same children; ranked at once (first 20 and nearest 20 in words) and one by one."""
    policy = _policy()
    runs = [_timed(places, policy) for places in PLACES]
    lines = [
        "## One child against every home (`rank_at_once`, with the words of the first 20 and the nearest 20 misses)\n",
        f"Made-up regions, {CHILDREN} children of one authority, homes that were read once; the better of two runs a"
        f" child. Home by home: `rank_homes`, {SLOW_CHILDREN} of the same children, the same answer. In milliseconds.\n",
        "| Places | homes | possible | reading the homes once | at once | slowest child | home by home | times faster |"
        " times the places | times the milliseconds |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for before, run in zip([runs[0], *runs], runs, strict=False):
        lines.append(
            f"| {run.places:,} | {run.homes:,} | {run.possible:.1%} | {run.reading:,.0f} | {run.at_once:.1f} |"
            f" {run.slowest:.1f} | {run.one_by_one:,.0f} | {run.one_by_one / run.at_once:.0f} |"
            f" {run.places / before.places:.2f} | {run.at_once / before.at_once:.2f} |"
        )
    claimed = next(run for run in runs if run.places == CLAIMED_PLACES)
    met = "met" if claimed.slowest < CLAIMED_MILLISECONDS else "NOT met"
    lines.append(
        f"\nClaim: one child against {CLAIMED_PLACES:,} places, with explanations, in under"
        f" {CLAIMED_MILLISECONDS:.0f} ms, the slowest child included: {met}."
    )
    return "\n".join(lines) + "\n"


def made_up_homes(places: int, seed: int) -> list[Candidate]:
    """The homes of a made-up region with so many places, everything about them recorded; the same for a seed."""
    rng = np.random.default_rng(seed)
    centres = _centres(places)
    homes: list[Candidate] = []
    beds = 0
    while beds < places:
        foster = rng.random() < 0.7
        size = int(
            rng.choice([1, 2, 3], p=[0.55, 0.30, 0.15])
            if foster
            else rng.choice([2, 3, 4, 5], p=[0.30, 0.35, 0.25, 0.10])
        )
        homes.append(_home(rng, f"H{len(homes):05}", foster, size, centres))
        beds += size
    return homes


def made_up_searches(number: int, places: int, seed: int) -> list[Search]:
    """Children of its first authority who need a home, one in seven with a brother or sister; the same for a seed."""
    rng = np.random.default_rng(seed)
    centres = _centres(places)
    return [_search(rng, centres) for _ in range(number)]


def _centres(places: int) -> Decimals:
    number = max(2, round(places * AUTHORITIES_PER_PLACE))
    return np.random.default_rng(9).uniform(0, METRES_TO_A_SIDE * number**0.5, (number, 2))


def _near(rng: np.random.Generator, centre: Decimals, metres: float) -> Point:
    east, north = (centre + rng.normal(0, metres, 2)).tolist()
    return Point(300_000 + int(east), 100_000 + int(north))


def _home(rng: np.random.Generator, ref: str, foster: bool, beds: int, centres: Decimals) -> Candidate:
    authority = int(rng.integers(len(centres)))
    residents = tuple(_resident(rng) for _ in range(beds - int(rng.random() < 0.15) * int(rng.integers(1, beds + 1))))
    low = int(rng.choice([0, 5, 8, 10, 12], p=[0.35, 0.20, 0.15, 0.20, 0.10]))
    skill = int(rng.integers(2, 6)) if beds >= 3 else int(rng.integers(1, 5))
    codes = rng.choice(CODES, 2 * skill, replace=False).tolist()
    return Candidate(
        home_ref=ref,
        home_name=f"Madeup Meadow {ref}",
        kind="foster" if foster else "childrens_home",
        registration=_registration(rng),
        authority_code=f"{authority:03}",
        relation=_relation(authority, centres),
        point=_near(rng, centres[authority], 14_000),
        min_age=low,
        max_age=min(18, low + int(rng.integers(5, 14))),
        sexes=frozenset(str(rng.choice(["MF", "M", "F"], p=[0.7, 0.15, 0.15]))),
        skills=frozenset(codes),
        skills_excluded=frozenset(rng.choice(CODES, 2).tolist()) - set(codes),
        skill_degrees=tuple((code, str(rng.choice(["trained", "experienced", "specialist"]))) for code in codes),
        free_places=beds - len(residents),
        registered_places=beds,
        staffed_places=beds,
        open_to_referrals=beds - len(residents),
        residents=residents,
        fostered_children=len(residents) if foster else None,
        pets=bool(rng.random() < 0.4),
        school_on_site=bool(not foster and rng.random() < 0.2),
        solo_capable=bool(rng.random() < 0.2),
        meets_cultural_needs=bool(rng.random() < 0.5),
        effect_on_child=str(rng.choice(["none", "some"])),
        effect_on_residents=str(rng.choice(["none", "some"])),
        routes=_routes(rng, foster, skill, len(centres)),
        step_across=bool(rng.random() < 0.3),
        paid_empty_places=1,
    )


def _registration(rng: np.random.Generator) -> Registration:
    judged_on = date(2025, 1, int(rng.integers(1, 29)))
    judgement = str(rng.choice(JUDGEMENTS, p=[0.70, 0.15, 0.12, 0.03]))
    return Registration("SC900001", "registered", date(2019, 4, 1), judgement=judgement, judged_on=judged_on)


def _relation(authority: int, centres: Decimals) -> str:
    """How a home's authority lies to the children's, which is the first."""
    apart = np.hypot(*(centres - centres[0]).T)
    nearer = int((apart < apart[authority]).sum())
    return "in_area" if nearer == 0 else "adjoining" if nearer <= ADJOINING else "at_a_distance"


def _resident(rng: np.random.Generator) -> Resident:
    return Resident(int(rng.integers(5, 18)), str(rng.choice(["M", "F"])))


def _routes(rng: np.random.Generator, foster: bool, skill: int, authorities: int) -> tuple[ContractRoute, ...]:
    weekly = (35_000 + 25_000 * skill if foster else 350_000 + 90_000 * skill) + int(rng.integers(-8_000, 8_000))
    spot = ContractRoute("spot", "Spot price", None, weekly)
    framework = ContractRoute("framework", "Region", int(rng.integers(1, 4)), round(weekly * 0.95))
    if rng.random() < 0.15:
        whose = f"{int(rng.integers(authorities)):03}"
        return (ContractRoute("block", "Block", None, round(weekly * 0.9), whose, None), framework, spot)
    return (framework, spot) if rng.random() < 0.6 else (spot,)


def _search(rng: np.random.Generator, centres: Decimals) -> Search:
    needs = rng.choice(CODES, int(rng.integers(2, 6)), replace=False).tolist()
    siblings = int(rng.random() < 0.15)
    profile = NeedsProfile(
        cultural_needs="Required" if rng.random() < 0.3 else None,
        foster_care_suitability="Preferred",
        residential_care_suitability="Suitable but not preferred",
        skills=tuple(SkillNeed(code, "essential" if number < 2 else "helps") for number, code in enumerate(needs)),
        wishes=(Wish("a dog", "pets"), Wish("near my nan", "people"), Wish("my school", "school", "a little")),
        important_places=tuple(
            _place(rng, kind, centres[0]) for kind in ("home", "school", "family", "family", "friends", "avoid")
        ),
    )
    evidence = StabilityEvidence(
        tuple(
            PlacementCount(kind, relation, planned, False, 200, 150)
            for kind in ("foster", "childrens_home")
            for relation in ("in_area", "adjoining", "at_a_distance")
            for planned in (True, False)
        )
    )
    age = int(rng.integers(5, 17))
    return Search(
        child=ChildFacts(age, str(rng.choice(["M", "F"])), "000"),
        profile=profile,
        starts_on=STARTS_ON,
        searching_authority="000",
        siblings=siblings,
        brothers_and_sisters=(Resident(max(0, age - 2), "F"),) * siblings,
        ends_before=date(2027, 6, 1),
        evidence=evidence,
    )


def _place(rng: np.random.Generator, kind: str, centre: Decimals) -> ImportantPlace:
    at = _near(rng, centre, 12_000)
    return ImportantPlace(kind, f"Test {kind}", at.easting, at.northing)


def _timed(places: int, policy: Policy) -> Timed:
    homes = made_up_homes(places, seed=1)
    columns, reading = _clocked(lambda: Columns.of(homes))
    searches = made_up_searches(CHILDREN, places, seed=2)
    rank_at_once(searches[0], columns, policy)
    quick = [_better_of_two(partial(rank_at_once, search, columns, policy)) for search in searches]
    slow = [_clocked(partial(rank_homes, search, homes, policy)) for search in searches[:SLOW_CHILDREN]]
    for (at_once, _), (ranking, _) in zip(quick, slow, strict=False):
        if at_once.order != tuple(home.home_ref for home in ranking.ranked) or at_once.ranked != ranking.ranked[:20]:
            raise RuntimeError(f"at {places} places the two rankings differ")
    milliseconds = [spent for _, spent in quick]
    return Timed(
        places=places,
        homes=len(homes),
        possible=float(np.mean([len(at_once.rows) / len(homes) for at_once, _ in quick])),
        reading=reading,
        at_once=float(np.median(milliseconds)),
        slowest=max(milliseconds),
        one_by_one=float(np.median([spent for _, spent in slow])),
    )


def _better_of_two(work: Callable[[], Answer]) -> tuple[Answer, float]:
    answer, first = _clocked(work)
    return answer, min(first, _clocked(work)[1])


def _clocked(work: Callable[[], Answer]) -> tuple[Answer, float]:
    began = time.perf_counter()
    answer = work()
    return answer, 1000 * (time.perf_counter() - began)


def _policy() -> Policy:
    path = Path(nearhome.matching.__file__).parent / "reference" / "policy.toml"
    return policy_from_mapping(tomllib.loads(path.read_text(encoding="utf-8")))


if __name__ == "__main__":
    print(measure_ranking())
