"""The headline figures against hand-worked cases and a slow, obvious way of counting."""

from datetime import date, timedelta
from statistics import median

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children import groups
from nearhome.sufficiency.calculations.children.indicators import DIMENSIONS, headline, headline_by, headline_of
from nearhome.sufficiency.calculations.children.snapshot import SNAPSHOT, counted, snapshot, year_before
from nearhome.sufficiency.calculations.children.stability import stability_of
from nearhome.sufficiency.calculations.figures import Indicator
from scenes_care import care

ON = date(2026, 3, 31)
KENT_AND_MEDWAY = frozenset({frozenset({"886", "887"})})
EXACT_NAMES = [
    "children_looked_after",
    "started_in_year",
    "ceased_in_year",
    "share_outside_authority",
    "share_at_a_distance",
    "median_miles",
    "share_over_20_miles",
    "share_over_50_miles",
    "share_over_100_miles",
    "far_with_no_recorded_reason",
    "under_16_unlawful_settings",
    "three_or_more_placements",
    "long_term_stable",
    "share_foster",
    "share_residential",
    "share_supported",
    "share_foster_external",
    "unknown_distance",
]


def told(records: CareRecords, on: date = ON) -> dict[str, Indicator]:
    return {one.name: one for one in headline(records, on, KENT_AND_MEDWAY)}


def fraction(one: Indicator) -> tuple[int | None, int | None]:
    return one.numerator, one.denominator


def placed(child: str, **more: object) -> dict[str, object]:
    return {"child": child, "starts_on": date(2025, 6, 1)} | more


def test_every_promised_figure_is_there_with_its_definition() -> None:
    figures = told(care(episodes=[placed("A")]))

    assert set(EXACT_NAMES) <= set(figures)
    assert all(one.definition.endswith(".") for one in figures.values())


def test_short_breaks_are_in_no_figure() -> None:
    figures = told(
        care(
            episodes=[
                placed("A"),
                placed("B", legal_status="V4"),
                placed("C", legal_status="V3", ends_before=date(2025, 7, 1)),
            ]
        )
    )

    assert [figures[name].value for name in EXACT_NAMES[:3]] == [1, 1, 0]


@pytest.mark.parametrize(
    ("starts_on", "ends_before", "is_counted"),
    [
        (ON, None, True),
        (ON + timedelta(days=1), None, False),
        (date(2025, 1, 1), ON, False),
        (date(2025, 1, 1), ON + timedelta(days=1), True),
    ],
)
def test_a_child_is_looked_after_from_the_first_day_up_to_but_not_on_the_last(
    starts_on: date, ends_before: date | None, is_counted: bool
) -> None:
    records = care(episodes=[placed("A", starts_on=starts_on, ends_before=ends_before)])

    assert told(records)["children_looked_after"].value == int(is_counted)


def test_the_year_has_twelve_months_up_to_and_including_the_day() -> None:
    assert year_before(date(2026, 3, 31)) == date(2025, 4, 1)
    assert year_before(date(2024, 2, 29)) == date(2023, 3, 1)
    days = [date(2025, 3, 31), date(2025, 4, 1), ON, ON + timedelta(days=1)]
    records = care(episodes=[placed(str(day), starts_on=day) for day in days])

    assert told(records)["started_in_year"].value == 2


def test_who_starts_or_leaves_twice_is_counted_once_as_at_the_first_start_and_the_last_end() -> None:
    first = placed("A", starts_on=date(2025, 5, 1), ends_before=date(2025, 6, 1), need="N1", place_type="K2")
    again = placed("A", starts_on=date(2025, 8, 1), ends_before=date(2025, 9, 1), need="N5", place_type="U6")
    records = care(episodes=[first, again])
    by_need = headline_by("need", counted(records, ON, adjoining=KENT_AND_MEDWAY))

    assert [told(records)[name].value for name in EXACT_NAMES[:3]] == [0, 1, 1]
    assert by_need.column("started_in_year")[:5] == (1, 0, 0, 0, 0)
    assert by_need.column("ceased_in_year")[:5] == (0, 0, 0, 0, 1)


def test_a_move_is_neither_a_start_nor_an_end() -> None:
    moved = [
        placed("A", starts_on=date(2020, 5, 1), ends_before=date(2025, 6, 1)),
        placed("A", starts_on=date(2025, 6, 1), reason_new="P", place_postcode="ME1 1XX"),
    ]

    assert [told(care(episodes=moved))[name].value for name in EXACT_NAMES[:3]] == [1, 0, 0]


def test_where_children_live_leaves_out_those_it_is_not_known_of() -> None:
    figures = told(
        care(
            episodes=[
                placed("A", area="886", location="IN", miles=30.0),
                placed("B", area="887", location="OUT", miles=20.0),
                placed("C", area="850", location="OUT", miles=60.0),
                placed("D", area="SCO", location="OUT", miles=310.5),
                placed("E", area="", location="", miles=None),
            ]
        )
    )

    assert fraction(figures["share_outside_authority"]) == (3, 4)
    assert fraction(figures["share_at_a_distance"]) == (2, 4)
    assert fraction(figures["share_over_20_miles"]) == (3, 4)  # 20.0 is not over 20; inside the authority counts
    assert fraction(figures["share_over_50_miles"]) == (2, 4)
    assert fraction(figures["share_over_100_miles"]) == (1, 4)
    assert (figures["median_miles"].value, figures["median_miles"].denominator) == (45.0, 4)
    assert figures["unknown_distance"].value == 1
    assert figures["placed_far"].value == 2
    assert figures["far_with_no_recorded_reason"].value == 2


def test_settings_and_who_provides_foster_care() -> None:
    kinds = [
        ("U1", "PR1"),
        ("U6", "PR4"),
        ("U4", "PR5"),
        ("U5", ""),
        ("K2", "PR4"),
        ("K3", "PR4"),
        ("P1", "PR0"),
        ("A5", "PR1"),
    ]
    figures = told(
        care(episodes=[placed(str(n), place_type=kind, place_provider=who) for n, (kind, who) in enumerate(kinds)])
    )

    assert fraction(figures["share_foster"]) == (4, 8)
    assert fraction(figures["share_residential"]) == (1, 8)
    assert fraction(figures["share_supported"]) == (1, 8)
    assert fraction(figures["share_foster_external"]) == (2, 3)  # one foster child's provider is not reported


def test_three_placements_in_the_year() -> None:
    days = [date(2025, 5, 1), date(2025, 7, 1), date(2025, 9, 1)]
    ends = [*days[1:], None]
    moves = [
        placed(
            "A", starts_on=day, ends_before=end, reason_new="S" if day == days[0] else "P", place_postcode=f"ME1 {n}XX"
        )
        for n, (day, end) in enumerate(zip(days, ends, strict=True))
    ]

    assert fraction(told(care(episodes=[*moves, placed("B")]))["three_or_more_placements"]) == (1, 2)


def test_nobody_in_care_gives_no_share_rather_than_an_error() -> None:
    figures = told(care())

    assert figures["children_looked_after"].value == 0
    assert figures["share_foster"].value is None
    assert figures["median_miles"].value is None


@pytest.mark.parametrize(
    ("born_on", "on", "age"),
    [
        (date(2008, 2, 29), date(2024, 2, 28), 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2008, 2, 29), date(2025, 2, 28), 16),
        (date(2008, 2, 29), date(2025, 3, 1), 17),
        (date(2010, 3, 31), date(2026, 3, 31), 16),
        (date(2010, 4, 1), date(2026, 3, 31), 15),
        (date(2026, 3, 31), date(2026, 3, 31), 0),
    ],
)
def test_age_is_in_completed_years_and_a_leap_day_birthday_falls_on_1_march(born_on: date, on: date, age: int) -> None:
    table = pl.DataFrame({"born_on": [born_on]}).select(age=groups.age_on(pl.lit(on)))

    assert table["age"].to_list() == [age]


def test_age_bands_are_the_published_ones() -> None:
    bands = (
        pl.DataFrame({"age": [-1, 0, 1, 4, 5, 9, 10, 15, 16, 18, None]})
        .select(band=groups.age_band())["band"]
        .to_list()
    )

    assert bands == [
        "Not known", "Under 1", "1 to 4", "1 to 4", "5 to 9", "5 to 9", "10 to 15", "10 to 15", "16 and over",
        "16 and over", "Not known",
    ]  # fmt: skip


def test_uasc_status_is_that_of_the_day() -> None:
    records = care(
        children=[
            {"child": "still", "is_uasc": True},
            {"child": "ceased", "is_uasc": True, "uasc_ceased_on": ON},
            {"child": "later", "is_uasc": True, "uasc_ceased_on": ON + timedelta(days=1)},
        ],
        episodes=[placed("still"), placed("ceased"), placed("later")],
    )

    assert snapshot(records, ON, adjoining=KENT_AND_MEDWAY)["is_uasc"].to_list() == [True, False, True]


def test_the_snapshot_has_all_its_columns_and_the_start_of_the_present_period_of_care() -> None:
    records = care(
        episodes=[
            placed("A", starts_on=date(2018, 1, 1), ends_before=date(2019, 1, 1)),
            placed("A", starts_on=date(2020, 1, 1), ends_before=date(2021, 1, 1)),
            placed("A", starts_on=date(2021, 1, 1), reason_new="L", legal_status="E1"),
        ]
    )
    [row] = snapshot(records, ON, adjoining=KENT_AND_MEDWAY).iter_rows(named=True)

    assert tuple(row) == SNAPSHOT
    assert (row["care_starts_on"], row["placement_starts_on"], row["starts_on"]) == (
        date(2020, 1, 1), date(2020, 1, 1), date(2021, 1, 1),
    )  # fmt: skip
    assert row["legal_group"] == "Placement order"


def test_every_published_group_has_a_row_and_the_rows_add_up_to_the_total() -> None:
    records = care(
        children=[{"child": "A", "sex": "F", "ethnicity": "CHNE"}, {"child": "B", "sex": "U", "ethnicity": "REFU"}],
        episodes=[placed("A"), placed("B", place_type="K2", place_provider="PR4")],
    )
    day = counted(records, ON, adjoining=KENT_AND_MEDWAY)

    for name in DIMENSIONS:
        table = headline_by(name, day)
        for column in (one.key for one in table.columns if one.kind == "count"):
            total = table.total[[one.key for one in table.columns].index(column)] if table.total else None
            assert sum(table.column(column)) == total, (name, column)
    assert headline_by("age_band", day).column("age_band") == groups.AGE_BANDS
    assert headline_by("sex", day).column("sex") == ("Male", "Female", "Not known")
    assert headline_by("ethnicity", day).column("children_looked_after") == (0, 0, 0, 0, 1, 1)


def test_the_rate_leaves_out_authorities_without_a_population() -> None:
    records = care(children=[{"child": "B", "authority": "887"}], episodes=[placed("A"), placed("B")])
    rate = headline(records, ON, KENT_AND_MEDWAY, {"886": 4000})[-1]

    assert (rate.name, rate.value, rate.numerator, rate.denominator) == ("rate_per_10000", 2.5, 1, 4000)


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(KeyError):
        headline_by("favourite_colour", counted(care(), ON, adjoining=KENT_AND_MEDWAY))


_DAYS = st.dates(date(2023, 1, 1), date(2026, 6, 30))


@st.composite
def histories(draw: st.DrawFn) -> CareRecords:
    """A few children of two authorities, each with runs of episodes that follow one another or leave a gap."""
    episodes, children = [], []
    for number in range(draw(st.integers(0, 5))):
        child = f"C{number}"
        children.append(
            {
                "child": child, "authority": draw(st.sampled_from(["886", "887"])),
                "born_on": draw(st.dates(date(2006, 1, 1), date(2022, 12, 31))), "sex": draw(st.sampled_from("MFU")),
            }
        )  # fmt: skip
        turns = sorted(set(draw(st.lists(_DAYS, min_size=1, max_size=7))))
        fresh = True
        for n, day in enumerate(turns):
            last = n == len(turns) - 1
            gap = not last and draw(st.booleans()) and (turns[n + 1] - day).days > 3
            ends = None if last and draw(st.booleans()) else (day + timedelta(days=2) if last or gap else turns[n + 1])
            episodes.append(
                {
                    "child": child, "starts_on": day, "ends_before": ends, "reason_new": "S" if fresh else "P",
                    "place_type": draw(st.sampled_from(["U1", "U6", "K2", "H5", "K3", "P2", "P1", "A5", "Z11", "R2"])),
                    "place_provider": draw(st.sampled_from(["", "PR1", "PR4", "PR5"])),
                    "legal_status": draw(st.sampled_from(["C2", "C1", "V2", "V2", "V4"])),
                    "area": draw(st.sampled_from(["886", "887", "850", "WAL", ""])), "location": "",
                    "miles": draw(st.sampled_from([None, 0.0, 20.0, 20.1, 50.1, 120.0])),
                    "urn": draw(st.sampled_from(["", "2900001"])), "place_postcode": f"ME1 {n}XX",
                    "reason_place_change": draw(st.sampled_from(["", "CHILD", "CARPL"])) if ends else "",
                }
            )  # fmt: skip
            fresh = bool(gap)
    return care(children=children, episodes=episodes)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _slowly(records: CareRecords, on: date) -> dict[str, tuple[int | float | None, int | None]]:
    """Each figure counted child by child: (numerator or value, denominator)."""
    children = {row["child_no"]: row for row in records.children.iter_rows(named=True)}
    rows = [one for one in records.episodes.iter_rows(named=True) if one["legal_status"] not in ("V3", "V4")]
    since = date(on.year - 1, on.month, on.day) + timedelta(days=1)
    stock = []
    for one in rows:
        if one["starts_on"] <= on and (one["ends_before"] is None or one["ends_before"] > on):
            stock.append({**one, **children[one["child_no"]]})
    for one in stock:
        one["out"] = None if not one["area"] else one["area"] != one["authority"]
        one["near"] = {one["area"], one["authority"]} == {"886", "887"}
        one["far"] = bool(one["out"]) and (one["miles"] or 0) > 20
        before = [e for e in rows if e["child_no"] == one["child_no"] and e["ends_before"] == one["starts_on"]]
        asked = any(e["reason_place_change"] == "CHILD" for e in before)
        one["reason"] = one["place_type"] in ("U1", "P1", "A5", "R2") or asked
        one["age"] = _age(one["born_on"], on)
    miles = [one["miles"] for one in stock if one["miles"] is not None]
    foster = [one for one in stock if one["place_type"][0] == "U"]
    known = [one for one in foster if one["place_provider"]]
    placed_ = [one for one in stock if one["out"] is not None]
    return {
        "children_looked_after": (len(stock), None),
        "started_in_year": (
            len({one["child_no"] for one in rows if one["reason_new"] == "S" and since <= one["starts_on"] <= on}), None
        ),
        "ceased_in_year": (
            len({
                one["child_no"] for one in rows
                if one["ends_before"] and since <= one["ends_before"] <= on and one["reason_ceased"] not in ("X1", "")
            }), None,
        ),
        "share_outside_authority": (sum(one["out"] for one in placed_), len(placed_)),
        "share_at_a_distance": (sum(one["out"] and not one["near"] for one in placed_), len(placed_)),
        **{f"share_over_{n}_miles": (sum(m > n for m in miles), len(miles)) for n in (20, 50, 100)},
        "median_miles": (round(median(miles), 2) if miles else None, len(miles)),
        "unknown_distance": (len(stock) - len(miles), None),
        "far_with_no_recorded_reason": (sum(one["far"] and not one["reason"] for one in stock), None),
        "under_16_unlawful_settings": (sum(one["age"] < 16 and one["place_type"] in ("H5", "K3", "P2") for one in stock), None),
        "sixteen_and_seventeen_unlawful_settings": (
            sum(
                one["age"] in (16, 17) and one["place_type"] in ("H5", "P2") and not one["urn"]
                and one["area"] != "WAL" and on >= date(2023, 10, 28)
                for one in stock
            ), None,
        ),
        "share_foster": (len(foster), len(stock)),
        "share_residential": (sum(one["place_type"] == "K2" for one in stock), len(stock)),
        "share_supported": (sum(one["place_type"] in ("H5", "K3", "P2") for one in stock), len(stock)),
        "share_foster_external": (sum(one["place_provider"] in ("PR4", "PR5") for one in known), len(known)),
    }  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(histories(), st.dates(date(2023, 3, 1), date(2026, 6, 30)))
def test_the_figures_are_those_of_counting_child_by_child(records: CareRecords, on: date) -> None:
    on = on if (on.month, on.day) != (2, 29) else date(on.year, 3, 1)
    figures = told(records, on)

    for name, (number, whole) in _slowly(records, on).items():
        found = figures[name].value if name == "median_miles" else figures[name].numerator
        assert found == pytest.approx(number), name
        assert figures[name].denominator == whole, name


@settings(max_examples=40, deadline=None)
@given(histories())
def test_stability_is_carried_into_the_snapshot_for_every_child(records: CareRecords) -> None:
    stock = snapshot(records, ON, adjoining=KENT_AND_MEDWAY)
    steady = stability_of(records, ON)

    assert sorted(stock["child_no"]) == sorted(steady["child_no"])
    assert stock["placements_in_year"].null_count() == 0
    assert stock["child_no"].is_unique().all()


@settings(max_examples=40, deadline=None)
@given(histories())
def test_the_authorities_together_make_the_region(records: CareRecords) -> None:
    day = counted(records, ON, adjoining=KENT_AND_MEDWAY)
    together = {one.name: one.numerator for one in headline_of(day)}
    apart = [told(records.of(code)) for code in records.authorities]

    for name in ("children_looked_after", "started_in_year", "ceased_in_year", "far_with_no_recorded_reason"):
        assert together[name] == sum(one[name].numerator or 0 for one in apart)
