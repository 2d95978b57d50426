"""The made-up region against the published figures: one drawing, read back from its files, every gap printed."""

import filecmp
from pathlib import Path

import pytest

from nearhome.demo.calculations.days import Year
from nearhome.demo.calculations.shares import Shares, flows
from nearhome.demo.published import published_figures
from nearhome.demo.region import RegionFiles, read_returns, region_shares, region_targets, write_region
from nearhome.geography.postcodes import Postcodes

SPLITS = (
    "age",
    "sex",
    "ethnic_group",
    "need",
    "legal",
    "placement",
    "provider",
    "location",
    "distance",
    "unaccompanied",
)
TOLERANCES = {f"stock: {split}": 2.0 for split in SPLITS} | {
    "over 20 miles and outside": 2.0,
    "three or more placements": 2.0,
    "starts: unaccompanied": 3.0,
    "starts: age": 3.0,
    "starts: legal": 3.0,
    "changes: reason": 3.0,
}


def show(*facts: object) -> None:
    """Shown by `pytest -s`, and by pytest itself when a test fails."""
    print(*facts)  # noqa: T201


@pytest.fixture(scope="session")
def postcodes(tmp_path_factory: pytest.TempPathFactory) -> Postcodes:
    return Postcodes.open()


@pytest.fixture(scope="session", params=["founders", "south-east"])
def written(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postcodes: Postcodes
) -> RegionFiles:
    folder = tmp_path_factory.mktemp(request.param) / request.param
    return write_region(folder, region=request.param, seed=20260331, postcodes=postcodes)


@pytest.fixture(scope="session")
def shares(written: RegionFiles, postcodes: Postcodes) -> Shares:
    return region_shares(written.folder, postcodes=postcodes)


def test_every_published_split_is_met_within_its_tolerance(written: RegionFiles, shares: Shares) -> None:
    targets = region_targets(written.folder.name)
    wrong = []
    for measure, tolerance in TOLERANCES.items():
        for group, target in targets[measure].items():
            gap = shares[measure].get(group, 0.0) - target
            show(f"{measure:28} {group:28} {shares[measure].get(group, 0.0):6.2f} wanted {target:6.2f} gap {gap:+.2f}")
            wrong += [(measure, group, gap)] if abs(gap) > tolerance else []
    assert wrong == []


def test_each_authority_has_its_stock_starts_and_ends(written: RegionFiles) -> None:
    figures = published_figures().authorities
    for code, counts in flows(read_returns(written.folder), Year(2026)).items():
        one = figures[code]
        for got, wanted in zip(counts, (one.stock, one.started, one.ceased), strict=True):
            show(f"{one.name:24} {got:6} wanted {wanted:6} gap {got - wanted:+}")
            assert abs(got - wanted) <= max(0.05 * wanted, 10), one.name


def test_scores_and_the_stay_of_unaccompanied_children_are_as_published(written: RegionFiles, shares: Shares) -> None:
    wanted = region_targets(written.folder.name)["sdq"]
    show("SDQ", shares["sdq"], "wanted", wanted)
    assert abs(shares["sdq"]["mean"] - wanted["mean"]) <= 0.5
    assert abs(shares["sdq"]["17 or more"] - wanted["17 or more"]) <= 3
    if written.folder.name == "south-east":
        assert abs(shares["unaccompanied: years of stay"]["mean"] - 0.42) <= 0.1


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path, postcodes: Postcodes) -> None:
    first, second = (write_region(tmp_path / name, region="founders", seed=3, postcodes=postcodes) for name in "ab")
    names = [str(path.relative_to(first.folder)) for path in sorted(first.folder.rglob("*.csv"))]
    assert len(names) == 4 * 11 + 4
    assert filecmp.cmpfiles(first.folder, second.folder, names, shallow=False) == (names, [], [])


def test_an_unknown_region_is_refused_by_name(tmp_path: Path, postcodes: Postcodes) -> None:
    with pytest.raises(ValueError, match="use founders or south-east"):
        write_region(tmp_path, region="north", seed=1, postcodes=postcodes)
