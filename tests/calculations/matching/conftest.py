"""A made-up search and home to vary: every test changes only what it is about."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import nearhome.matching
from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.candidates import Candidate, ChildFacts, ContractRoute, Registration, Search
from nearhome.matching.calculations.policy import Policy, policy_from_mapping
from nearhome.referrals.calculations.profile import NeedsProfile

REGISTERED = Registration("SC900001", "registered", date(2019, 4, 1), judgement="good", scale="social_care")
HOME = Candidate(
    home_ref="A",
    home_name="Madeup Meadow 1",
    kind="childrens_home",
    registration=REGISTERED,
    authority_code="886",
    relation="in_area",
    point=Point(590000, 160000),
    min_age=8,
    max_age=17,
    sexes=frozenset({"M", "F"}),
    skills=frozenset(),
    free_places=1,
    registered_places=4,
    staffed_places=4,
    open_to_referrals=1,
    fostered_children=0,
    pets=False,
    school_on_site=False,
    solo_capable=False,
    routes=(ContractRoute("spot", "Spot price", weekly_price_pence=500_000),),
)
SEARCH = Search(ChildFacts(13, "F", "886"), NeedsProfile(), date(2026, 12, 1), "886")


@pytest.fixture(scope="session")
def policy_mapping() -> dict[str, object]:
    path = Path(nearhome.matching.__file__).parent / "reference" / "policy.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def policy(policy_mapping: dict[str, object]) -> Policy:
    return policy_from_mapping(policy_mapping)


@pytest.fixture(scope="session")
def a_home() -> Callable[..., Candidate]:
    """A home that suits; `registration` may be given as a dict of what is different about it."""

    def make(**changes: object) -> Candidate:
        registration = changes.pop("registration", {})
        return replace(HOME, registration=replace(REGISTERED, **registration), **changes)

    return make


@pytest.fixture(scope="session")
def a_search() -> Callable[..., Search]:
    """A search for a girl of 13 from Kent; `age` and `profile` (a dict) may be different."""

    def make(*, age: int = 13, sex: str = "F", profile: dict[str, object] | None = None, **changes: object) -> Search:
        child = replace(SEARCH.child, age_years=age, sex=sex)
        return replace(SEARCH, child=child, profile=NeedsProfile(**(profile or {})), **changes)

    return make
