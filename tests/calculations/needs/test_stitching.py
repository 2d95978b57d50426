from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.needs.calculations.stitching import Repair, Stitched, newest_children, stitch

SAME_STAY = ("reason_new", "legal_status", "place_type", "place_provider", "place_postcode", "urn")
STAY = {
    "reason_new": "P", "legal_status": "C2", "place_type": "U6", "place_provider": "PR1", "place_postcode": "ME14 1XX",
    "urn": "", "reason_ceased": "", "reason_place_change": "",
}  # fmt: skip
SHAPE = {"child_no": pl.UInt32, "starts_on": pl.Date, "ends_before": pl.Date, "year": pl.Int16}
CHILDREN = pl.DataFrame(
    {"child_no": [0, 1, 2], "authority": ["886", "886", "887"], "child": ["BLUE", "RED", "GREEN"]},
    schema_overrides={"child_no": pl.UInt32},
)


def row(starts: date, ends: date | None, year: int, child_no: int = 0, **facts: str) -> dict[str, Any]:
    return STAY | {"child_no": child_no, "starts_on": starts, "ends_before": ends, "year": year} | facts


def joined(*rows: dict[str, Any], latest: Mapping[str, int] | None = None) -> Stitched:
    names = [*SHAPE, *STAY]
    schema = SHAPE | dict.fromkeys(STAY, pl.String)
    return stitch(CHILDREN, pl.DataFrame([{name: one[name] for name in names} for one in rows], schema=schema), latest)


def kept(stitched: Stitched) -> list[tuple[date, date | None, str, str]]:
    return stitched.episodes.select("starts_on", "ends_before", "reason_ceased", "repair").rows()


# Each rule once, worked by hand


def test_the_newest_year_holds_where_an_episode_is_said_again() -> None:
    start, end = date(2024, 5, 1), date(2024, 9, 1)
    stitched = joined(row(start, end, 2025, reason_ceased="E4A"), row(start, None, 2024))
    assert kept(stitched) == [(start, end, "E4A", "")]
    assert stitched.repeated == 1 and stitched.repairs == ()


def test_rule_3_leaves_out_an_open_row_that_is_the_same_stay_with_another_first_day() -> None:
    stitched = joined(row(date(2023, 5, 1), None, 2024), row(date(2023, 5, 3), None, 2025))
    assert kept(stitched) == [(date(2023, 5, 3), None, "", "")]
    (repair,) = stitched.repairs
    assert (repair.rule, repair.child, repair.before, repair.after) == ("3", "BLUE", "no end", "")
    assert "2023/24" in repair.words


def test_rule_3a_leaves_out_an_open_row_after_one_of_a_later_year() -> None:
    stitched = joined(
        row(date(2023, 1, 1), date(2023, 8, 1), 2025, reason_ceased="E4A", place_type="K2"),
        row(date(2023, 5, 1), None, 2024),
        row(date(2025, 1, 1), None, 2025, reason_new="S"),
    )
    assert [one.rule for one in stitched.repairs] == ["3A"]
    assert [start for start, *_ in kept(stitched)] == [date(2023, 1, 1), date(2025, 1, 1)]


def test_rule_2_ends_an_open_row_that_nothing_follows_with_its_year() -> None:
    stitched = joined(row(date(2023, 5, 1), None, 2024), latest={"886": 2025})
    assert kept(stitched) == [(date(2023, 5, 1), date(2024, 3, 31), "E99", "2")]
    assert kept(joined(row(date(2023, 5, 1), None, 2025), latest={"886": 2025}))[0][1] is None


def test_rule_1a_ends_an_open_row_before_the_next_period_of_care() -> None:
    for next_start, end in ((date(2024, 2, 1), date(2024, 1, 31)), (date(2024, 9, 1), date(2024, 3, 31))):
        stitched = joined(row(date(2023, 5, 1), None, 2024), row(next_start, None, 2025, reason_new="S"))
        assert kept(stitched)[0] == (date(2023, 5, 1), end, "E99", "1A")


def test_rule_1_ends_an_open_row_when_the_next_goes_on_from_it() -> None:
    for reason, change in (("L", ""), ("P", "LIIAF"), ("U", "LIIAF")):
        stitched = joined(
            row(date(2023, 5, 1), None, 2024, legal_status="V2"), row(date(2024, 9, 1), None, 2025, reason_new=reason)
        )
        assert kept(stitched)[0] == (date(2023, 5, 1), date(2024, 9, 1), "X1", "1")
        assert stitched.episodes["reason_place_change"][0] == change


def test_rule_4_shortens_a_row_that_runs_into_one_of_a_later_year() -> None:
    stitched = joined(
        row(date(2023, 5, 1), date(2023, 12, 1), 2024, reason_ceased="X1"), row(date(2023, 11, 1), None, 2025)
    )
    assert kept(stitched)[0] == (date(2023, 5, 1), date(2023, 11, 1), "X1", "4")
    assert stitched.repairs[0].before == "ended 01/12/2023, X1"


def test_rule_5_lengthens_a_row_to_the_next_one_that_goes_on_from_it() -> None:
    first = row(date(2023, 5, 1), date(2023, 10, 1), 2024, reason_ceased="X1")
    assert kept(joined(first, row(date(2023, 11, 1), None, 2025)))[0][1:] == (date(2023, 11, 1), "X1", "5")
    assert kept(joined(first, row(date(2023, 11, 1), None, 2024), latest={"886": 2024}))[0][3] == ""


def test_a_row_mended_twice_is_listed_twice_and_keeps_the_last_rule() -> None:
    stitched = joined(
        row(date(2023, 1, 1), None, 2023),
        row(date(2023, 6, 1), None, 2024, place_type="K2"),
        row(date(2023, 6, 5), date(2024, 8, 1), 2025, place_type="K2", reason_ceased="E4A"),
    )
    assert [(one.starts_on.day, one.rule) for one in stitched.repairs] == [(1, "1"), (1, "3"), (1, "5")]
    assert kept(stitched)[0] == (date(2023, 1, 1), date(2023, 6, 5), "X1", "5")


def test_each_authority_has_its_own_latest_year() -> None:
    rows = (row(date(2023, 5, 1), None, 2024, child_no=2), row(date(2024, 5, 1), None, 2025, child_no=1))
    assert joined(*rows).repairs == ()


def test_neighbours_are_never_other_children() -> None:
    stitched = joined(row(date(2023, 5, 1), None, 2024), row(date(2023, 6, 1), None, 2025, child_no=1))
    assert [one.rule for one in stitched.repairs] == ["2"]


def test_of_each_child_the_newest_year_holds() -> None:
    headers = pl.DataFrame(
        {
            "authority": ["887", "886", "886"],
            "child": ["A", "B", "B"],
            "year": [2024, 2025, 2024],
            "sex": ["M", "F", "U"],
        }
    )
    assert newest_children(headers).select("child_no", "child", "sex").rows() == [(0, "B", "F"), (1, "A", "M")]


# The same rules as plain Python over one child at a time


def slowly(rows: list[dict[str, Any]], latest: int) -> tuple[list[dict[str, Any]], list[tuple[date, str]]]:
    newest: dict[date, dict[str, Any]] = {}
    for one in sorted(rows, key=lambda row: row["year"]):
        newest[one["starts_on"]] = one
    chain = [dict(newest[start], repair="") for start in sorted(newest)]
    first = [rule_of_first_stage(chain, at, latest) for at in range(len(chain))]
    after_first = [
        mended(one, rule, chain[at + 1] if at + 1 < len(chain) else None)
        for at, (one, rule) in enumerate(zip(chain, first, strict=True))
        if rule not in ("3", "3A")
    ]
    second = [rule_of_second_stage(after_first, at) for at in range(len(after_first))]
    done = [
        mended(one, rule, after_first[at + 1] if at + 1 < len(after_first) else None)
        for at, (one, rule) in enumerate(zip(after_first, second, strict=True))
    ]
    told = [(one["starts_on"], rule) for one, rule in zip(chain, first, strict=True) if rule]
    return done, told + [(one["starts_on"], rule) for one, rule in zip(after_first, second, strict=True) if rule]


def rule_of_first_stage(chain: list[dict[str, Any]], at: int, latest: int) -> str:
    this = chain[at]
    if this["ends_before"] or this["year"] >= latest:
        return ""
    before = chain[at - 1] if at else None
    after = chain[at + 1] if at + 1 < len(chain) else None
    if any(other and all(other[name] == this[name] for name in SAME_STAY) for other in (before, after)):
        return "3"
    if before and before["year"] > this["year"]:
        return "3A"
    if not after:
        return "2"
    return "1A" if after["reason_new"] == "S" else "1"


def rule_of_second_stage(chain: list[dict[str, Any]], at: int) -> str:
    if at + 1 == len(chain) or chain[at + 1]["year"] <= chain[at]["year"] or not chain[at]["ends_before"]:
        return ""
    ends, starts = chain[at]["ends_before"], chain[at + 1]["starts_on"]
    if ends > starts:
        return "4"
    return "5" if ends < starts and chain[at]["reason_ceased"] == "X1" else ""


def mended(one: dict[str, Any], rule: str, after: dict[str, Any] | None) -> dict[str, Any]:
    if not rule:
        return one
    year_end = date(one["year"], 3, 31)
    new = dict(one, repair=rule)
    if rule == "2":
        return new | {"ends_before": year_end, "reason_ceased": "E99"}
    assert after
    if rule == "1A":
        return new | {"ends_before": min(year_end, after["starts_on"] - timedelta(days=1)), "reason_ceased": "E99"}
    new["ends_before"] = after["starts_on"]
    if rule == "1":
        new["reason_ceased"] = "X1"
        if after["reason_new"] in "PBTU":
            new["reason_place_change"] = "LIIAF"
    return new


ROWS = st.lists(
    st.builds(
        lambda starts, length, year, child, reason, place, ceased: row(
            starts,
            starts + timedelta(days=length) if length else None,
            year,
            child,
            reason_new=reason,
            place_type=place,
            reason_ceased=ceased if length else "",
        ),
        st.sampled_from([date(2022, 1, 1) + timedelta(days=40 * step) for step in range(12)]),
        st.sampled_from([0, 0, 5, 40, 80, 300]),
        st.integers(2022, 2025),
        st.integers(0, 2),
        st.sampled_from("SPLTU"),
        st.sampled_from(["U6", "K2"]),
        st.sampled_from(["X1", "E4A"]),
    ),
    max_size=14,
)


@given(rows=ROWS)
@settings(max_examples=300, deadline=None)
def test_whole_tables_are_joined_as_one_child_at_a_time(rows: list[dict[str, Any]]) -> None:
    latest = {"886": 2025, "887": 2024}
    stitched = joined(*rows, latest=latest)
    expected, told = [], []
    for number, authority in enumerate(("886", "886", "887")):
        of_child = [one for one in rows if one["child_no"] == number]
        done, repairs = slowly(of_child, latest[authority])
        expected += done
        told += [(number, *repair) for repair in repairs]
    columns = list(stitched.episodes.columns)
    assert stitched.episodes.rows() == [tuple(one[name] for name in columns) for one in expected]
    assert sorted(_numbered(one) for one in stitched.repairs) == sorted(told)


def _numbered(repair: Repair) -> tuple[int, date, str]:
    return ("BLUE", "RED", "GREEN").index(repair.child), repair.starts_on, repair.rule


@given(rows=ROWS)
@settings(max_examples=100, deadline=None)
def test_no_two_rows_of_a_child_start_the_same_day(rows: list[dict[str, Any]]) -> None:
    once = joined(*rows).episodes
    assert once.select("child_no", "starts_on").is_duplicated().sum() == 0
    assert once["ends_before"].null_count() <= sum(one["ends_before"] is None for one in rows)
