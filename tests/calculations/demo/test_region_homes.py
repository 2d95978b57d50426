"""Homes, places, judgements and prices of the made-up region against the published ones."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from nearhome.demo.calculations.figures import HOMES_GROWTH, PLACES_GROWTH
from nearhome.demo.published import published_figures
from nearhome.demo.region import RegionFiles, read_returns, write_region
from nearhome.geography.postcodes import Postcodes


def show(*facts: object) -> None:
    """Shown by `pytest -s`, and by pytest itself when a test fails."""
    print(*facts)  # noqa: T201


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> RegionFiles:
    return write_region(tmp_path_factory.mktemp("homes"), region="south-east", seed=5, postcodes=Postcodes.open())


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_homes_and_places_grow_from_2023_as_england_did(made: RegionFiles) -> None:
    listed = [row for row in rows(made.providers) if row["Provider type"] == "Children's home"]
    homes = Counter(row["Local authority"] for row in listed)
    places = Counter[str]()
    for row in listed:
        places[row["Local authority"]] += int(row["Number of registered places"])
    for one in published_figures().authorities.values():
        before = one.homes_la + one.homes_private + one.homes_voluntary
        beds = (one.places_la + one.places_private + one.places_voluntary) * PLACES_GROWTH
        show(
            f"{one.name:24} homes {homes[one.name]} of {before * HOMES_GROWTH:.1f} places {places[one.name]} of {beds:.1f}"
        )
        assert abs(homes[one.name] - before * HOMES_GROWTH) <= max(1.0, 0.1 * before * HOMES_GROWTH)
        assert abs(places[one.name] - beds) <= max(2.0, 0.1 * beds)


def test_judgements_are_shared_as_in_england(made: RegionFiles) -> None:
    counts = Counter(row["Overall effectiveness"] for row in rows(made.providers))
    for judgement, share in published_figures().shares["homes", "judgement"].items():
        got = 100 * counts[judgement] / counts.total()
        show(f"{judgement:32} {got:5.1f} wanted {share}")
        assert abs(got - share) < 1


def test_prices_of_the_children_placed_meet_the_published_means(made: RegionFiles) -> None:
    prices = {(row["registration_urn"], row["postcode"]): row for row in rows(made.profiles)}
    paid: dict[str, list[float]] = {"K2": [], "own": [], "agency": [], "K3": []}
    for tables in read_returns(made.folder).values():
        for row in tables["episodes"]:
            profile = prices.get((row["URN"], row["PL_POST"]))
            if profile and not row["DEC"]:
                kind = row["PLACE"] if row["PLACE"][0] == "K" else "own" if row["PLACE_PROVIDER"] < "PR3" else "agency"
                paid[kind].append(int(profile["weekly_price_pence"]) / 100)
    means = {kind: sum(some) / len(some) for kind, some in paid.items()}
    blended = sum(paid["own"] + paid["agency"]) / len(paid["own"] + paid["agency"])
    tail = sum(price >= 10_000 for price in paid["K2"]) / len(paid["K2"])
    show(
        {kind: round(mean) for kind, mean in means.items()}, "fostering", round(blended), f"£10,000 or more {tail:.1%}"
    )
    assert abs(means["K2"] / 7315 - 1) < 0.05 and 0.10 <= tail <= 0.20
    assert abs(blended / 850 - 1) < 0.05 and means["agency"] > means["own"]
    assert 1300 < means["K3"] < 1700


def test_every_name_is_plainly_made_up(made: RegionFiles) -> None:
    authorities = {one.name for one in published_figures().authorities.values()}
    for row in rows(made.providers) + rows(made.supported_accommodation):
        assert row["Provider name"].startswith("Made-up")
        assert row["Owner name"].startswith(("Madeup", "Made-up")) or row["Owner name"] == row["Local authority"]
    assert authorities
    assert all(row["name"].startswith("Test Child") for row in rows(made.identities))
    assert len({row["child_id"] for row in rows(made.identities)}) == made.children
