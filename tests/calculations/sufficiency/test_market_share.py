"""The market: children in the register's places, shares, owners, judgements and distance."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.sufficiency.calculations.figures import Breakdown, Section
from nearhome.sufficiency.calculations.market.concentration import hhi, reading
from nearhome.sufficiency.calculations.market.market import (
    market_table,
    open_on,
    placed_on,
    placed_table,
    with_registration,
)
from nearhome.sufficiency.calculations.market.market_reach import HOMES, WITHIN, places_within_reach
from nearhome.sufficiency.calculations.market.market_share import market_share
from nearhome.sufficiency.calculations.market.market_tables import THE_REST, UNKNOWN_OWNER
from scenes_care import care

ON = date(2026, 3, 31)
NAMES = {"886": "Kent", "887": "Medway", "938": "West Sussex"}


def place(urn: str, **said: Any) -> dict[str, Any]:
    """A made-up children's home of four places in Kent, but for what is said."""
    ordinary = {
        "kind": "childrens_home", "provider": f"Made-up Home {urn}", "owner": "Madeup Meadow Care Ltd",
        "sector": "Private", "area": "886", "places": 4, "judgement": "good", "scale": "social_care",
    }  # fmt: skip
    return ordinary | {"urn": urn} | said


def child(urn: str, **said: Any) -> dict[str, Any]:
    """A child of Kent in a children's home in Kent, but for what is said."""
    return {"authority": "886", "urn": urn, "area": "886", "place_type": "K2", "miles": 3.0} | said


def section(children: list[dict[str, Any]], places: list[dict[str, Any]], **more: Any) -> Section:
    placed = placed_table(pl.DataFrame(children, infer_schema_length=None))
    return market_share(
        placed, market_table(pl.DataFrame(places, infer_schema_length=None)), on=ON, names=NAMES, **more
    )


def table(of: Section, name: str) -> Breakdown:
    return {one.name: one for one in of.breakdowns}[name]


def row(of: Breakdown, label: str) -> dict[str, Any]:
    found = next(cells for cells in of.rows if cells[0] == label)
    return dict(zip([column.key for column in of.columns], found, strict=True))


def value(of: Section, name: str) -> float | int | None:
    return {one.name: one.value for one in of.indicators}[name]


def test_children_of_the_day_are_placed_without_short_breaks() -> None:
    records = care(
        episodes=[
            {"child": "A", "starts_on": date(2026, 1, 1), "urn": "2900001"},
            {"child": "B", "starts_on": date(2026, 1, 1), "ends_before": ON},
            {"child": "C", "starts_on": date(2026, 1, 1), "legal_status": "V4"},
            {"child": "D", "starts_on": date(2026, 4, 1)},
        ]
    )
    placed = placed_on(records, ON)
    assert placed["urn"].to_list() == ["2900001"]
    assert placed["authority"].to_list() == ["886"]


def test_42_of_336_is_one_eighth() -> None:
    found = section([child("1")] * 42, [place("1", places=336)])
    assert value(found, "share_of_places_childrens_home") == 0.125
    assert row(table(found, "places_by_area_childrens_home"), "Kent")["own_share"] == 0.125


def test_own_and_other_children_of_an_area_are_told_apart() -> None:
    children = [child("1"), child("1", authority="887"), child("9", authority="887"), child("2", area="938")]
    found = table(section(children, [place("1"), place("2", area="938")]), "places_by_area_childrens_home")
    kent = row(found, "Kent")
    assert (kent["own"], kent["others"], kent["unmatched"], kent["anywhere"]) == (1, 1, 1, 2)
    assert (kent["own_share"], kent["others_share"], kent["places_per_child"]) == (0.25, 0.25, 2.0)


def test_children_with_a_urn_that_the_register_lacks_are_counted_apart() -> None:
    children = [child("1"), child("7"), child(""), child("", place_type="Z1")]
    found = section(children, [place("1")])
    assert row(table(found, "in_the_register"), "Children’s homes") == {
        "kind": "Children’s homes", "found": 1, "not_in_register": 1, "no_urn": 1,
    }  # fmt: skip
    assert value(found, "urn_not_in_register") == 1
    assert row(table(found, "in_the_register"), "Any other place")["no_urn"] == 1
    assert row(table(found, "owners_childrens_home"), UNKNOWN_OWNER)["children"] == 2


def test_a_home_that_has_closed_has_no_places_and_no_children() -> None:
    closed = place("2", closes_before=ON)
    found = section([child("1"), child("2")], [place("1"), closed, place("3", opens_on=date(2026, 4, 1))])
    assert value(found, "places_childrens_home") == 4
    assert value(found, "share_of_places_childrens_home") == 0.25
    assert value(found, "urn_not_in_register") == 1
    assert open_on(market_table(pl.DataFrame([closed])), date(2026, 3, 30)).height == 1


def test_the_register_says_the_kind_and_fills_in_the_area() -> None:
    places = market_table(pl.DataFrame([place("1"), place("2", kind="other")]))
    children = [child("1", place_type="S1", area=""), child("2", place_type="K2"), child("", place_type="U4")]
    found = with_registration(placed_table(pl.DataFrame(children)), places)
    assert found["kind"].to_list() == ["childrens_home", "childrens_home", "fostering_agency"]
    assert found["area"].to_list() == ["886", "886", "886"]


def test_a_registration_with_settings_in_two_areas_says_no_area() -> None:
    settings = [place("1", area="886", kind="supported_accommodation"), place("1", area="887")]
    found = with_registration(placed_table(pl.DataFrame([child("1", area="")])), market_table(pl.DataFrame(settings)))
    assert found.select("area", "register").row(0) == ("", "found")


def test_owners_are_the_largest_first_and_the_two_scales_are_apart() -> None:
    places = [
        place("1", owner="Madeup Larch Ltd", places=3),
        place("2", owner="Madeup Oak Ltd", places=9, judgement="outstanding"),
        place("3", kind="supported_accommodation", scale="supported", judgement="inconsistent", places=10),
    ]
    found = section([child("1"), child("2"), child("2")], places)
    owners = table(found, "owners_childrens_home")
    assert owners.column("owner")[:2] == ("Madeup Oak Ltd", "Madeup Larch Ltd")
    assert owners.column("places_share")[:2] == (0.75, 0.25)
    assert row(table(found, "judgements_social_care"), "Outstanding")["places_share"] == 0.75
    assert row(table(found, "judgements_supported"), "Inconsistent")["places"] == 10
    assert not set(table(found, "judgements_supported").column("judgement")) & {"Outstanding", "Good"}


def test_many_owners_are_one_row_and_nothing_is_lost() -> None:
    places = [place(str(n), owner=f"Madeup Owner {n:02}", places=n) for n in range(1, 31)]
    owners = table(section([child("30")], places), "owners_childrens_home")
    assert len(owners.rows) == 22
    assert sum(share for share in owners.column("places_share") if isinstance(share, float)) == pytest.approx(1)
    assert owners.total is not None
    assert owners.total[2] == sum(range(1, 31))


def test_places_without_a_number_give_no_share() -> None:
    found = section([child("1", place_type="U4")], [place("1", kind="fostering_agency", places=None)])
    kent = row(table(found, "places_by_area_fostering_agency"), "Kent")
    assert (kent["places"], kent["own"], kent["own_share"]) == (None, 1, None)
    assert "places_fostering_agency" not in {one.name for one in found.indicators}


def test_unknown_distances_are_in_no_share() -> None:
    found = section([child("1", miles=5.0), child("1", miles=5.1), child("1", miles=None)], [place("1")])
    bands = table(found, "distance_childrens_home")
    assert row(bands, "5 miles or less")["share"] == 0.5
    assert row(bands, "Over 5 to 10")["children"] == 1
    assert row(bands, "Not known") == {"band": "Not known", "children": 1, "share": None}


def test_one_owner_of_everything_is_the_highest_concentration() -> None:
    rows = table(section([child("1")], [place("1"), place("2")]), "concentration").rows
    assert rows == (("Children’s homes", "Kent", 1, 8, 10_000, 1, 10_000, "Highly concentrated"),)


def test_nobody_and_nothing_give_an_empty_picture() -> None:
    nobody, nothing = placed_table(pl.DataFrame()), market_table(pl.DataFrame())
    empty = market_share(nobody, nothing, on=ON, areas=("886",), homes=pl.DataFrame(schema=dict(HOMES)))
    assert [one.name for one in empty.indicators] == ["urn_not_in_register"]
    assert table(empty, "in_the_register").column("found") == (0, 0, 0, 0)


def test_without_positions_of_homes_the_tables_of_reach_are_left_out() -> None:
    assert not [one.name for one in section([child("1")], [place("1")]).breakdowns if one.name.startswith("reach")]


def test_reach_agrees_with_measuring_each_child_by_hand() -> None:
    homes = pl.DataFrame([("A", 100_500, 100_500), ("886", 150_500, 100_500)], schema=dict(HOMES), orient="row")
    metres = [0, 8_000, 8_100, 32_000, 32_300, 80_000, 81_000]
    places = market_table(
        pl.DataFrame({"places": [1] * 7, "easting": [100_500 - m for m in metres], "northing": 100_500})
    )
    children = placed_table(pl.DataFrame({"authority": ["886"] * 2, "home_postcode": ["A", "unknown"]}))
    found = places_within_reach(children, places, homes).row(0, named=True)
    per_mile = 1609.3
    for miles in WITHIN:
        by_hand = [sum((start + m) <= miles * per_mile for m in metres) for start in (0, 50_000)]
        assert found[f"within_{miles}"] == sum(by_hand) / 2
    assert found["from_area"] == 1


def test_places_without_a_position_and_children_without_a_home_are_left_out_of_reach() -> None:
    homes = pl.DataFrame([("A", 100_500, 100_500)], schema=dict(HOMES), orient="row")
    places = market_table(pl.DataFrame({"places": [5, 3], "easting": [100_500, None], "northing": [100_500, None]}))
    children = placed_table(pl.DataFrame({"authority": ["886", "886"], "home_postcode": ["A", ""]}))
    assert places_within_reach(children, places, homes).row(0)[:4] == ("886", 1, 0, 5.0)


@given(st.lists(st.integers(0, 500), min_size=1, max_size=30))
def test_concentration_lies_between_equal_shares_and_one_owner(sizes: list[int]) -> None:
    index = hhi(sizes)
    if index is None:
        assert sum(sizes) == 0
    else:
        assert 10_000 / len(sizes) - 1e-6 <= index <= 10_000 + 1e-6


def test_concentration_of_negative_sizes_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        hhi([3, -1])


def test_concentration_is_read_as_usual() -> None:
    assert [reading(index) for index in (None, 1000, 1001, 2000, 2001)] == [
        "Nothing to say", "Not concentrated", "Concentrated", "Concentrated", "Highly concentrated",
    ]  # fmt: skip


children_anywhere = st.lists(
    st.builds(
        child,
        st.sampled_from(["1", "2", "3", "9", ""]),
        authority=st.sampled_from(["886", "887"]),
        area=st.sampled_from(["886", "887", "938", ""]),
    ),
    min_size=1,
    max_size=25,
)


@given(children_anywhere)
def test_shares_sum_to_one_with_what_is_not_known(children: list[dict[str, Any]]) -> None:
    places = [place("1", places=30), place("2", owner="Madeup Oak Ltd", area="887", places=40), place("3", places=50)]
    found = section(children, places, areas=("886", "887"))
    filled = table(found, "shares_of_places_childrens_home")
    for area, in_all in (("Kent", 80), ("Medway", 40)):
        rows = [cells for cells in filled.rows if cells[0] == area]
        assert sum(cells[3] for cells in rows if isinstance(cells[3], float)) == pytest.approx(1)
        assert sum(cells[2] for cells in rows if isinstance(cells[2], int)) == in_all
        assert rows[-1][1] == THE_REST
    for by in ("owner", "provider"):
        shares = table(found, f"{by}s_childrens_home").column("children_share")
        assert sum(share for share in shares if isinstance(share, float)) == pytest.approx(1)
    register = table(found, "in_the_register")
    counted = [row(register, str(kind)) for kind in register.column("kind")]
    assert sum(one[key] for one in counted for key in ("found", "not_in_register", "no_urn")) == len(children)
