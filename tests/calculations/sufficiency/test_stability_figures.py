"""Section 4 of the picture: stability, moves and how long placements last, worked by hand."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children.placements import placements
from nearhome.sufficiency.calculations.children.stability import known_on, section, stability_of
from nearhome.sufficiency.calculations.children.staying import followed, watch
from nearhome.sufficiency.calculations.figures import Breakdown, Section
from scenes_care import care

ON = date(2026, 3, 31)


def homes(child: str, *starts: date, ends: date | None = None, **said: Any) -> list[dict[str, Any]]:
    """A child who lives in one home after another, from each of these days, until `ends`."""
    afters = [*starts[1:], ends]
    return [
        {"child": child, "starts_on": day, "ends_before": after, "reason_new": "P" if place else "S",
         "place_postcode": f"TN{place} 1AA", "reason_place_change": "CARPL" if place < len(starts) - 1 else ""} | said
        for place, (day, after) in enumerate(zip(starts, afters, strict=True))
    ]  # fmt: skip


def told(episodes: list[dict[str, Any]], **child: Any) -> dict[str, Any]:
    """What is said of the only child who is looked after on 31 March 2026."""
    records = care(children=[{"child": "A1", **child}], episodes=episodes)
    (row,) = stability_of(records, ON).rows(named=True)
    return row


def table(found: Section, name: str) -> Breakdown:
    return next(one for one in found.breakdowns if one.name == name)


def test_placements_open_at_any_time_in_the_year_are_counted() -> None:
    assert told(homes("A1", date(2024, 1, 1), date(2025, 4, 2), date(2025, 9, 1)))["placements_in_year"] == 3


def test_a_placement_that_ended_on_the_first_day_of_the_year_is_not_counted() -> None:
    assert told(homes("A1", date(2024, 1, 1), date(2025, 4, 1), date(2025, 9, 1)))["placements_in_year"] == 2


def test_placements_of_an_earlier_period_of_care_in_the_year_count_too() -> None:
    earlier = homes("A1", date(2025, 5, 1), date(2025, 6, 1), ends=date(2025, 7, 1))
    assert told([*earlier, *homes("A1", date(2026, 1, 1))])["placements_in_year"] == 3


@pytest.mark.parametrize(("began", "is_long_term"), [(date(2023, 10, 1), True), (date(2023, 10, 2), False)])
def test_long_term_is_two_and_a_half_years_to_the_day(began: date, is_long_term: bool) -> None:
    assert told(homes("A1", began))["is_long_term"] is is_long_term


@pytest.mark.parametrize(("born", "is_long_term"), [(date(2010, 4, 1), True), (date(2010, 3, 31), False)])
def test_long_term_is_of_children_under_16(born: date, is_long_term: bool) -> None:
    assert told(homes("A1", date(2020, 1, 1)), born_on=born)["is_long_term"] is is_long_term


@pytest.mark.parametrize(("moved", "is_stable"), [(date(2024, 4, 1), True), (date(2024, 4, 2), False)])
def test_stable_is_two_years_in_the_placement(moved: date, is_stable: bool) -> None:
    row = told(homes("A1", date(2020, 1, 1), moved))
    assert (row["is_long_term"], row["is_long_term_stable"], row["placement_starts_on"]) == (True, is_stable, moved)


@pytest.mark.parametrize(("place_type", "is_stable"), [("A6", True), ("U4", False)])
def test_a_child_placed_for_adoption_keeps_the_years_of_the_placement_before(place_type: str, is_stable: bool) -> None:
    first, second = homes("A1", date(2022, 1, 1), date(2025, 9, 1))
    assert told([first, second | {"place_type": place_type}])["is_long_term_stable"] is is_stable


def test_children_in_short_breaks_or_who_left_are_not_counted() -> None:
    gone, short = homes("A1", date(2024, 1, 1), ends=ON), homes("B1", date(2024, 1, 1), legal_status="V4")
    assert stability_of(care(episodes=[*gone, *short]), ON).height == 0


def test_nothing_that_came_after_the_day_is_known_on_it() -> None:
    records = care(episodes=homes("A1", date(2024, 1, 1), date(2026, 2, 1), ends=date(2026, 3, 1)))
    (row,) = stability_of(records, date(2026, 1, 31)).rows(named=True)
    assert (row["placement_starts_on"], row["placements_in_year"]) == (date(2024, 1, 1), 1)
    assert known_on(records, date(2026, 1, 31)).episodes["reason_ceased"].to_list() == [""]
    assert known_on(records, date(2026, 2, 1)).episodes["reason_place_change"].to_list() == ["CARPL", ""]


def small() -> CareRecords:
    """Four children: one moved twice in the year, one settled for years, one moved once and left, one in a home."""
    status_only = {"child": "B1", "starts_on": date(2025, 6, 1), "reason_new": "T", "place_type": "U4",
                   "place_postcode": "TN0 1AA"}  # fmt: skip
    return care(
        children=[{"child": "D1", "sex": "F"}],
        episodes=[
            *homes("A1", date(2025, 4, 10), date(2025, 7, 10), date(2026, 1, 10)),
            *homes("B1", date(2020, 1, 1), ends=date(2025, 6, 1), reason_place_change="PLACE"),
            status_only,
            *homes("C1", date(2024, 1, 1), date(2025, 5, 1), ends=date(2025, 8, 1)),
            *homes("D1", date(2024, 6, 1), place_type="K2"),
        ],
    )


def test_the_indicators_of_a_small_authority() -> None:
    figures = {one.name: one for one in section(small(), ON).indicators}
    three, stable = figures["three_or_more_placements"], figures["long_term_stable"]
    assert (three.numerator, three.denominator) == (1, 3)
    assert (stable.numerator, stable.denominator) == (1, 1)
    assert figures["moves_in_year"].value == 3


def test_children_whose_care_began_before_the_data_are_counted_apart() -> None:
    before, older = {"starts_on": date(2025, 2, 1), "reason_new": "P"}, {"child": "B1", "born_on": date(2009, 1, 1)}
    records = care(
        children=[older],
        episodes=[
            {"child": "A1", **before},
            {"child": "B1", **before},
            {"child": "C1", "starts_on": date(2025, 2, 1)},
            {"child": "D1", "starts_on": date(2020, 2, 1), "reason_new": "P"},
        ],
    )
    figures = {one.name: one for one in section(records, ON).indicators}
    assert figures["long_term_not_known"].value == 1
    assert figures["long_term_stable"].denominator == 1


def test_each_group_has_its_own_row_and_the_groups_add_up() -> None:
    found = table(section(small(), ON), "stability_by_group")
    rows = {row[0]: row[1:] for row in found.rows}
    assert found.total == ("All children", 3, 1, 1 / 3, 1, 1, 1.0)
    assert rows["Setting: Residential care"] == (1, 0, 0.0, 0, 0, None)
    assert rows["Sex: Female"][0] + rows["Sex: Male"][0] == 3


def test_reasons_tell_moves_from_changes_of_status() -> None:
    found = table(section(small(), ON), "moves_by_reason")
    assert found.rows == (
        ("Change to or implementation of the care plan", 3, 3 / 4, 3, 1.0),
        ("Change in the status of the placement only", 1, 1 / 4, 0, 0.0),
    )
    assert found.total == ("All", 4, 1.0, 3, 1.0)


def test_moves_are_counted_by_quarter_with_the_time_in_care() -> None:
    found = table(section(small(), ON), "moves_over_time")
    assert [row[:2] for row in found.rows] == [("Apr 2025", 1), ("Jul 2025", 1), ("Oct 2025", 0), ("Jan 2026", 1)]
    days = 82 + 91 + 91 + 91  # from April to June 2025: A1 from the 10th, the other three throughout
    assert found.rows[0][3] == pytest.approx(100 * 1 / (days / 365.25))


def test_placements_are_counted_by_how_long_they_have_lasted() -> None:
    found = table(section(small(), ON), "placements_by_length")
    rows = {row[0]: row[1:] for row in found.rows}
    assert rows["Under 3 months"] == (1, 1, 0, 0, 0, 0)
    assert rows["3 to 6 months"] == (0, 0, 0, 0, 0, 2)  # ended: C1's second and A1's first, both exactly 3 months
    assert rows["6 to 12 months"] == (0, 0, 0, 0, 0, 1)
    assert rows["1 to 2 years"] == (1, 0, 1, 0, 0, 1)
    assert rows["5 years or more"] == (1, 1, 0, 0, 0, 0)
    assert found.total == ("All", 3, 2, 1, 0, 0, 4)


def test_who_was_placed_before_the_data_begin_is_followed_only_from_then() -> None:
    records = care(episodes=homes("A1", date(2024, 4, 1), date(2025, 10, 1)))
    watched = watch(placements(known_on(records, ON)), records, ON)
    assert watched.select("entered", "left", "how").rows() == [(365, 548, 1), (0, 181, 0)]


def test_a_placement_that_ended_before_the_data_begin_is_not_followed() -> None:
    records = care(episodes=homes("A1", date(2024, 4, 1), ends=date(2025, 4, 1)))
    assert len(followed(watch(placements(records), records, ON)).left) == 0


def test_twenty_placements_give_the_share_still_there() -> None:
    # Twenty start on 1 April 2025; five move after 61 days; all the others are still there at the end of the year.
    movers = [homes(f"M{n}", date(2025, 4, 1), date(2025, 6, 1), legal_status="V2") for n in range(5)]
    stayers = [homes(f"S{n}", date(2025, 4, 1)) for n in range(15)]
    found = section(care(episodes=[one for child in (*movers, *stayers) for one in child]), ON)
    rows = {row[0]: row for row in table(found, "time_to_first_move").rows}
    assert rows[1][:3] == (1, 20, 0)
    assert rows[3][:3] == (3, 15, 0.25)
    assert rows[18][1:] == (0, *[None] * 6)
    staying = table(found, "staying_by_setting")
    assert [column.key for column in staying.columns][:3] == ["months", "foster_followed", "foster"]
    assert all(low <= share <= high for share, low, high in
               zip(*(staying.column(key)[:6] for key in ("foster", "foster_low", "foster_high")), strict=True))  # fmt: skip


def test_nobody_in_care_says_so_everywhere() -> None:
    found = section(care(), ON)
    assert found.indicators[0].value is None
    assert table(found, "moves_by_reason").rows == ()
    assert table(found, "staying_by_setting").rows == ()


@given(st.lists(st.lists(st.integers(1, 900), min_size=1, max_size=6), min_size=1, max_size=6), st.booleans())
@example([[1], [2, 1], [2, 1], [2, 1], [1, 1, 1, 1]], False)  # a share that is one but for its last digit
@example([[1, 1, 363]], False)  # the first ended on 1 April, so no night of it is in the year
def test_figures_of_any_children_agree_with_each_other(children: list[list[int]], all_left: bool) -> None:
    episodes = []
    for number, lengths in enumerate(children):
        days = [ON - timedelta(sum(lengths[place:])) for place in range(len(lengths))]
        episodes += homes(f"A{number}", *days, ends=ON if all_left else None)
    records = care(episodes=episodes)
    found, settled = section(records, ON), stability_of(records, ON)
    assert settled.height == (0 if all_left else len(children))
    assert (settled["is_long_term"] | ~settled["is_long_term_stable"]).all()
    for number, lengths in enumerate(children):
        if not all_left:
            recent = sum(1 for place in range(len(lengths)) if sum(lengths[place + 1 :]) < 364)
            assert settled.row(number, named=True)["placements_in_year"] == recent
    moves = sum(int(moves) for moves in table(found, "moves_over_time").column("moves"))
    assert moves == next(one.value for one in found.indicators if one.name == "moves_in_year")
