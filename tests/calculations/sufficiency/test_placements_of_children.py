"""Placements from episodes, worked by hand and beside a slow obvious version."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.sufficiency.calculations.children.placements import placements
from scenes_care import care

A, B, C, D = date(2024, 1, 1), date(2024, 3, 1), date(2024, 5, 1), date(2024, 7, 1)
TEMPORARY: dict[str, Any] = {"place_type": "T1", "place_postcode": "", "place_provider": "", "urn": ""}


def chain(*episodes: dict[str, Any]) -> list[dict[str, Any]]:
    """One child's placements as plain rows, each episode ending where the next begins."""
    days = [A, B, C, D]
    said = [
        {"child": "A1", "starts_on": day, "ends_before": after, "reason_new": "P"} | one
        for one, day, after in zip(episodes, days, [*days[1 : len(episodes)], None], strict=False)
    ]
    said[0]["reason_new"] = "S"
    return placements(care(episodes=said)).rows(named=True)


@pytest.mark.parametrize("same_carer", ["L", "T", "U"])
def test_a_placement_goes_on_with_the_same_carer(same_carer: str) -> None:
    (only,) = chain({}, {"reason_new": same_carer, "place_type": "U4", "place_postcode": "TN9 1AA"})
    assert (only["starts_on"], only["ends_before"], only["place_type"], only["ending"]) == (A, None, "U4", "open")


@pytest.mark.parametrize("change", ["place_type", "place_postcode", "urn", "place_provider"])
@pytest.mark.parametrize("reason", ["P", "B"])
def test_a_change_of_place_is_a_move(change: str, reason: str) -> None:
    first, second = chain(
        {"reason_place_change": "CREQB"}, {"reason_new": reason, change: {"place_type": "K2"}.get(change, "9")}
    )
    assert (first["ends_before"], first["ended_by"], first["ending"], first["is_first"]) == (B, "CREQB", "moved", True)
    assert (second["starts_on"], second["ended_by"], second["is_first"], second["care_starts_on"]) == (B, "", False, A)


def test_the_same_place_again_is_no_move() -> None:
    assert len(chain({}, {})) == 1


def test_a_return_after_a_temporary_move_continues_the_placement() -> None:
    (only,) = chain({}, TEMPORARY, {})
    assert (only["starts_on"], only["ends_before"], only["place_type"], only["setting"]) == (A, None, "U6", "foster")


def test_another_place_after_a_temporary_move_is_a_move_without_a_recorded_reason() -> None:
    first, second = chain({}, TEMPORARY, {"place_type": "K2"})
    assert (first["ends_before"], first["place_type"], first["ended_by"]) == (C, "U6", "X1")
    assert (second["setting"], second["starts_on"]) == ("residential", C)


def test_a_temporary_move_that_begins_a_period_belongs_to_what_follows() -> None:
    (only,) = chain(TEMPORARY, {})
    assert (only["starts_on"], only["setting_at_start"], only["place_type"]) == (A, "foster", "U6")


def test_a_break_in_care_begins_a_new_period() -> None:
    rows = placements(
        care(episodes=[{"child": "A1", "starts_on": A, "ends_before": B}, {"child": "A1", "starts_on": C}])
    ).rows(named=True)
    assert [(one["period_no"], one["care_starts_on"], one["ended_by"], one["ending"]) for one in rows] == [
        (1, A, "E8", "left"), (2, C, "", "open"),
    ]  # fmt: skip


def test_an_end_that_promises_another_episode_which_is_not_there_is_unknown() -> None:
    rows = placements(care(episodes=[{"child": "A1", "starts_on": A, "ends_before": B, "reason_ceased": "X1"}])).rows(
        named=True
    )
    assert rows[0]["ending"] == "unknown"


def test_short_breaks_are_no_placements() -> None:
    assert placements(care(episodes=[{"child": "A1", "starts_on": A, "legal_status": "V4"}])).height == 0


def test_no_episodes_give_an_empty_table() -> None:
    assert placements(care()).height == 0


episode = st.fixed_dictionaries({
    "days": st.integers(1, 40), "gap": st.sampled_from([0, 0, 0, 5]),
    "reason_new": st.sampled_from(["S", "P", "B", "T", "U", "L"]),
    "place_type": st.sampled_from(["U6", "U4", "K2", "T0", "T3", "A5"]), "urn": st.sampled_from(["", "1234567"]),
    "legal_status": st.sampled_from(["C2", "C2", "C2", "V4"]),
})  # fmt: skip


@given(st.lists(st.lists(episode, max_size=8), max_size=4))
def test_placements_are_those_of_a_slow_obvious_version(children: list[list[dict[str, Any]]]) -> None:
    said = []
    for number, episodes in enumerate(children):
        day = A
        for one in episodes:
            start, day = day + timedelta(one["gap"]), day + timedelta(one["gap"] + one["days"])
            said.append({**one, "child": f"A{number}", "starts_on": start, "ends_before": day})
    found = placements(care(episodes=said))
    seen = {name: place for place, name in enumerate(dict.fromkeys(one["child"] for one in said))}
    expected = [(seen[name], *row) for name in seen for row in _slowly([one for one in said if one["child"] == name])]
    columns = ("child_no", "period_no", "care_starts_on", "starts_on", "ends_before", "place_type", "is_first")
    assert found.select(columns).rows() == expected
    assert (found["ending"] == "moved").sum() == found.height - int(found["is_first"].sum())


def _slowly(episodes: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    rows: list[dict[str, Any]] = []
    period, before = 0, None
    for one in episodes:
        if one["legal_status"] == "V4":
            continue
        is_temporary, place = one["place_type"] in ("T0", "T3"), (one["place_type"], one["urn"])
        if not rows or rows[-1]["ends_before"] != one["starts_on"]:
            period, before = period + 1, None
            rows.append({"period": period, "care": one["starts_on"], "starts_on": one["starts_on"], "first": True})
        elif not is_temporary and before not in (None, place) and one["reason_new"] not in ("L", "T", "U"):
            rows.append(rows[-1] | {"starts_on": one["starts_on"], "first": False, "real": False})
        now = rows[-1]
        now["ends_before"] = one["ends_before"]
        if not is_temporary or not now.get("real"):
            now |= {"place_type": one["place_type"], "real": not is_temporary}
        before = before if is_temporary else place
    names = ("period", "care", "starts_on", "ends_before", "place_type", "first")
    return [tuple(row[name] for name in names) for row in rows]
