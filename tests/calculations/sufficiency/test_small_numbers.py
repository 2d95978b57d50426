"""What leaves an authority shows no count from 1 to 5 and lets nobody work one out."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.sufficiency.calculations.children import cohort, settings_of_care, stock, where
from nearhome.sufficiency.calculations.children.snapshot import counted
from nearhome.sufficiency.calculations.figures import (
    HIDDEN,
    Breakdown,
    Cell,
    Chart,
    Column,
    Indicator,
    Section,
    count,
    share,
)
from nearhome.sufficiency.calculations.publishing.suppression import (
    suppressed,
    suppressed_indicator,
    suppressed_indicators,
    suppressed_together,
)
from scenes_care import care

ON = date(2026, 3, 31)
_COUNTS = st.one_of(st.integers(0, 8), st.integers(0, 60))


def table(
    columns: dict[str, str], rows: list[tuple[Cell, ...]], *, total: bool = True, name: str = "made_up"
) -> Breakdown:
    """Counts by group; `columns` are keys with what each rests on, the rows' first cell is their label."""
    shown = (Column("group", "Group"), *(Column(key, key, "count", whole) for key, whole in columns.items()))
    sums: tuple[Cell, ...] = ("Total", *(sum(int(str(row[at + 1])) for row in rows) for at in range(len(columns))))
    return Breakdown(name, "Made up", "Made up.", shown, tuple(rows), sums if total else None)


def hide(one: Breakdown) -> Breakdown:
    return suppressed(Section("s", "S", "", (), (one,))).breakdowns[0]


def one_column(numbers: list[int]) -> Breakdown:
    return table({"children": ""}, [(f"g{at}", number) for at, number in enumerate(numbers)])


@pytest.mark.parametrize(
    ("numbers", "shown", "total"),
    [
        ([10, 20, 30], [10, 20, 30], 60),
        ([3, 20, 30], [HIDDEN, HIDDEN, 30], 53),  # the smallest other goes too
        ([3, 4, 30], [HIDDEN, HIDDEN, 30], 37),
        ([0, 3, 20, 30], [0, HIDDEN, HIDDEN, 30], 53),
        ([5, 6, 6], [HIDDEN, HIDDEN, 6], 17),
        ([0, 0, 3], [0, 0, HIDDEN], HIDDEN),
        ([1, 1, 1, 1, 1, 1], [HIDDEN] * 6, HIDDEN),  # six children in six groups: all are 1
        ([1, 1, 1, 1, 1, 1, 9], [HIDDEN] * 7, 15),
    ],
)
def test_a_small_count_takes_the_next_smallest_with_it(numbers: list[int], shown: list[object], total: object) -> None:
    told = hide(one_column(numbers))

    assert list(told.column("children")) == shown
    assert told.total is not None and told.total[1] == total


def test_a_table_without_a_total_hides_the_small_counts_alone() -> None:
    told = hide(table({"children": ""}, [("a", 3), ("b", 20)], total=False))

    assert told.column("children") == (HIDDEN, 20)


def test_what_rests_on_a_hidden_count_is_hidden_with_it() -> None:
    columns = (
        Column("group", "Group"),
        Column("known", "Known", "count"),
        Column("far", "Far", "count", "known"),
        Column("share_far", "Share", "share", "far"),
        Column("median", "Median", "miles", "known"),
    )
    rows = (("a", 40, 3, 3 / 40, 7.0), ("b", 4, 0, 0.0, 9.0), ("c", 30, 28, 28 / 30, 8.0), ("d", 30, 0, None, 1.0))
    told = hide(Breakdown("t", "T", "T.", columns, rows))

    assert told.rows == (
        ("a", 40, HIDDEN, HIDDEN, 7.0),
        ("b", HIDDEN, 0, HIDDEN, HIDDEN),
        ("c", 30, HIDDEN, HIDDEN, 8.0),  # two are not far
        ("d", 30, 0, None, 1.0),
    )


def test_columns_that_add_up_to_another_hide_in_pairs() -> None:
    told = hide(table({"all": "", "in": "all", "out": "all"}, [("a", 20, 16, 4), ("b", 40, 20, 20)], total=False))

    assert told.rows == (("a", 20, HIDDEN, HIDDEN), ("b", 40, 20, 20))


def test_a_months_starts_and_ends_are_hidden_together_even_a_nought() -> None:
    told = hide(
        table(
            {"children_looked_after": "", "starts": "", "ends": ""},
            [("April", 100, 3, 0), ("May", 103, 9, 8)],
            total=False,
        )
    )

    assert told.rows == (("April", 100, HIDDEN, HIDDEN), ("May", 103, 9, 8))


def test_flows_leave_no_lone_hidden_one_from_an_authority_or_into_an_area() -> None:
    columns = (Column("authority", "From"), Column("to_code", "To"), Column("area_known", "Children", "count"))
    chart = Chart("flows", "authority", ("area_known",), to="to_code")
    numbers = {("A", "A"): 60, ("A", "B"): 3, ("A", "C"): 7, ("B", "A"): 9, ("B", "B"): 50, ("B", "C"): 11}
    rows = tuple((*ends, number) for ends, number in numbers.items())
    hidden = {
        row[:2] for row in hide(Breakdown("flows", "F", "F.", columns, rows, chart=chart)).rows if row[2] is HIDDEN
    }

    assert ("A", "B") in hidden
    for at in (0, 1):
        ends = [pair[at] for pair in hidden]
        assert all(ends.count(one) >= 2 for one in ends)


def test_the_same_figure_is_hidden_in_every_table_of_the_section() -> None:
    first = table({"children": ""}, [("a", 3), ("b", 20), ("c", 30)], name="first")
    again = table({"children": ""}, [("b", 20), ("a", 3), ("c", 30)], total=False, name="again")
    told = suppressed(Section("s", "S", "", (), (first, again)))

    assert told.breakdowns[1].rows == (("b", HIDDEN), ("a", HIDDEN), ("c", 30))


def test_two_sections_told_together_hide_the_same() -> None:
    first = Section("a", "A", "", (), (table({"children": ""}, [("a", 3), ("b", 20), ("c", 30)], name="first"),))
    again = Section("b", "B", "", (), (table({"children": ""}, [("a", 3), ("b", 20)], total=False, name="again"),))
    _, told = suppressed_together((first, again))

    assert told.breakdowns[0].rows == (("a", HIDDEN), ("b", HIDDEN))


def test_a_total_hidden_in_a_table_is_hidden_as_an_indicator() -> None:
    section = Section("s", "S", "", (count("moved_in_year", "S", 6, "S."),), (
        table({"moved_in_year": ""}, [(f"g{n}", 1) for n in range(6)]),
    ))  # fmt: skip

    assert suppressed(section).indicators[0].suppressed


@pytest.mark.parametrize(
    ("numerator", "denominator", "is_hidden"),
    [(0, 40, False), (1, 40, True), (5, 40, True), (6, 40, False), (34, 40, False), (35, 40, True), (39, 40, True),
     (40, 40, False), (0, 4, True), (0, 0, False)],
)  # fmt: skip
def test_a_share_is_hidden_if_its_numerator_or_what_it_leaves_is_small(
    numerator: int, denominator: int, is_hidden: bool
) -> None:
    told = suppressed_indicator(share("x", "X", numerator, denominator, "X."))

    assert told.suppressed is is_hidden
    assert (told.value is None) == (is_hidden or denominator == 0)
    if is_hidden:
        assert (told.numerator, told.denominator) == (None, None)


def test_a_median_of_few_and_a_rate_of_few_are_hidden() -> None:
    assert suppressed_indicator(Indicator("m", "M", 7.5, "miles", "M.", None, 4)).suppressed
    assert not suppressed_indicator(Indicator("m", "M", 7.5, "miles", "M.", None, 6)).suppressed
    assert suppressed_indicator(Indicator("r", "R", 1.0, "per 10,000", "R.", 3, 30_000)).suppressed
    assert not suppressed_indicator(Indicator("r", "R", 10.0, "per 10,000", "R.", 30, 30_000)).suppressed


def test_one_share_less_another_gives_nothing_away() -> None:
    told = suppressed_indicators(
        (
            share("share_over_20_miles", "20", 40, 100, "."),
            share("share_over_50_miles", "50", 38, 100, "."),
            share("share_over_100_miles", "100", 10, 100, "."),
        )
    )

    assert [one.suppressed for one in told] == [False, True, True]


def test_a_denominator_that_leaves_few_out_is_not_told_and_the_share_is_rounded() -> None:
    many = suppressed_indicators(
        (count("children_looked_after", "C", 1203, "."), share("share_over_20_miles", "20", 361, 1200, "."))
    )
    few = suppressed_indicators(
        (count("children_looked_after", "C", 43, "."), share("share_over_20_miles", "20", 12, 40, "."))
    )

    assert (many[1].value, many[1].numerator, many[1].denominator, many[1].suppressed) == (0.3, None, None, False)
    assert few[1].suppressed


@settings(max_examples=200, deadline=None)
@given(st.lists(_COUNTS, min_size=1, max_size=7))
def test_no_small_count_follows_from_a_column_and_its_total(numbers: list[int]) -> None:
    told = hide(one_column(numbers))
    assert told.total is not None
    cells, total = told.column("children"), told.total[1]

    assert all(cell == number or cell is HIDDEN for cell, number in zip(cells, numbers, strict=True))
    assert all(cell is HIDDEN for cell, number in zip(cells, numbers, strict=True) if 1 <= number <= 5)
    assert all(cell == 0 for cell, number in zip(cells, numbers, strict=True) if number == 0)
    hidden = [number for cell, number in zip(cells, numbers, strict=True) if cell is HIDDEN]
    if hidden and total is not HIDDEN:
        assert len(hidden) >= 2
        assert sum(hidden) > len(hidden)
    if not any(1 <= number <= 5 for number in numbers):
        assert list(cells) == numbers


_ROW = st.tuples(st.integers(0, 9), st.integers(0, 9))


def _possible(cell: Cell, most: int) -> list[int]:
    return list(range(1, most + 1)) if cell is HIDDEN else [int(str(cell))]


def _rows_that_fit(row: tuple[Cell, ...], most: int) -> list[tuple[int, int]]:
    _, whole, a, b = row
    wholes = set(_possible(whole, most))
    return [(x, y) for x, y in product(_possible(a, most), _possible(b, most)) if x + y in wholes]


@settings(max_examples=100, deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=2))
def test_no_small_count_follows_from_a_whole_table_however_it_is_solved(pairs: list[tuple[int, int]]) -> None:
    """Every table that fits what is shown is written out; no hidden small cell is the same in all of them."""
    made = table({"all": "", "a": "all", "b": "all"}, [(f"g{n}", a + b, a, b) for n, (a, b) in enumerate(pairs)])
    told = hide(made)
    assert told.total is not None
    most = max(sum(a + b for a, b in pairs), 6) + 6
    totals = [set(_possible(cell, most)) for cell in told.total[1:]]
    fitting = [
        chosen
        for chosen in product(*(_rows_that_fit(row, most) for row in told.rows))
        if sum(x for x, _ in chosen) in totals[1]
        and sum(y for _, y in chosen) in totals[2]
        and sum(x + y for x, y in chosen) in totals[0]
    ]
    assert tuple(pairs) in fitting
    for at, pair in enumerate(pairs):
        for which in (0, 1):
            if 1 <= pair[which] <= 5:
                assert len({chosen[at][which] for chosen in fitting}) > 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(_COUNTS, _COUNTS, _COUNTS), min_size=2, max_size=6))
def test_no_small_count_follows_from_the_sums_of_rows_and_columns_together(rows: list[tuple[int, int, int]]) -> None:
    """The sums are solved exactly, as fractions, for the hidden cells."""
    made = table(
        {"all": "", "a": "all", "b": "all", "c": "all"}, [(f"g{n}", sum(row), *row) for n, row in enumerate(rows)]
    )
    told = hide(made)
    assert told.total is not None
    shown = [row[1:] for row in (*told.rows, told.total)]
    last, across = len(rows), range(4)
    sums = [{(row, 0): -1, (row, 1): 1, (row, 2): 1, (row, 3): 1} for row in range(last + 1)]
    sums += [{(last, column): -1} | {(row, column): 1 for row in range(last)} for column in across]
    unknown = [(row, column) for row in range(last + 1) for column in across if shown[row][column] is HIDDEN]
    solved = set() if not unknown else _solved([[Fraction(one.get(place, 0)) for place in unknown] for one in sums])

    for row, numbers in enumerate(rows):
        for column, number in enumerate((sum(numbers), *numbers)):
            if 1 <= number <= 5:
                assert (row, column) in unknown
                assert unknown.index((row, column)) not in solved


def _solved(matrix: list[list[Fraction]]) -> set[int]:
    """The unknowns with a row of their own once the matrix is reduced."""
    done = 0
    for column in range(len(matrix[0])):
        pivot = next((at for at in range(done, len(matrix)) if matrix[at][column]), None)
        if pivot is None:
            continue
        matrix[done], matrix[pivot] = matrix[pivot], matrix[done]
        matrix[done] = [one / matrix[done][column] for one in matrix[done]]
        for at, row in enumerate(matrix):
            if at != done and row[column]:
                matrix[at] = [one - row[column] * other for one, other in zip(row, matrix[done], strict=True)]
        done += 1
    return {[bool(one) for one in row].index(True) for row in matrix if sum(map(bool, row)) == 1}


def _partition(pairs: list[tuple[int, int]], order: list[int]) -> Breakdown:
    return table({"all": "", "a": "all", "b": "all"}, [(f"g{n}", sum(pairs[n]), *pairs[n]) for n in order])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_COUNTS, _COUNTS), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter_and_a_second_time_changes_nothing(
    pairs: list[tuple[int, int]], rng: object
) -> None:
    order = list(range(len(pairs)))
    rng.shuffle(order)  # type: ignore[attr-defined]
    straight, shuffled = hide(_partition(pairs, sorted(order))), hide(_partition(pairs, order))

    assert sorted(map(str, straight.rows)) == sorted(map(str, shuffled.rows))
    assert straight.total == shuffled.total
    assert hide(straight) == straight


@settings(max_examples=100, deadline=None)
@given(st.lists(_COUNTS, min_size=2, max_size=5), st.lists(_COUNTS, min_size=2, max_size=5))
def test_tables_by_two_dimensions_with_one_total_protect_each_other(first: list[int], second: list[int]) -> None:
    """The second table is filled up to the first's total, as by-dimension tables are."""
    one, other = sorted((first, second), key=sum)
    one = [*one, sum(other) - sum(one)]
    tables = [
        table({"children": ""}, [(f"{name}{n}", number) for n, number in enumerate(numbers)], name=name)
        for name, numbers in (("age", one), ("sex", other))
    ]
    tables[1] = replace(tables[1], columns=(Column("sex", "Sex"), *tables[1].columns[1:]))
    told = suppressed(Section("s", "S", "", (), tuple(tables)))
    totals = [each.total[1] for each in told.breakdowns if each.total]

    assert totals[0] == totals[1]
    for each, numbers in zip(told.breakdowns, (one, other), strict=True):
        hidden = [number for cell, number in zip(each.column("children"), numbers, strict=True) if cell is HIDDEN]
        assert totals[0] is HIDDEN or not hidden or (len(hidden) > 1 and sum(hidden) > len(hidden))


def test_the_sections_of_a_real_picture_show_no_small_count_and_no_single_child() -> None:
    sizes = {"K2": 9, "U6": 30, "U1": 7, "K3": 3, "H5": 2, "P1": 8, "A5": 1}
    stays = [(kind, n) for kind, many in sizes.items() for n in range(many)]
    records = care(
        children=[{"child": f"{kind}{n}", "sex": "MF"[n % 2]} for kind, n in stays],
        episodes=[
            {"child": f"{kind}{n}", "starts_on": date(2025, 4 + n % 9, 1), "place_type": kind, "area": ("886", "887", "850")[n % 3],
             "location": "IN" if n % 3 == 0 else "OUT", "miles": 7.0 * n if n else None}
            for kind, n in stays
        ],
    )  # fmt: skip
    day = counted(records, ON, adjoining=frozenset({frozenset({"886", "887"})}))
    sections = (
        stock.section(records, day),
        where.section(day),
        settings_of_care.section(records, day),
        cohort.section(records, ON),
    )

    for told in (*map(suppressed, sections), *suppressed_together(sections)):
        assert not any(one.about_single_children for one in told.breakdowns)
        assert suppressed(told) == told
        for each in told.breakdowns:
            kinds = [column.kind for column in each.columns]
            for row in (*each.rows, *([each.total] if each.total else [])):
                assert not any(kind == "count" and cell in range(1, 6) for kind, cell in zip(kinds, row, strict=True))
        assert not any(one.numerator in range(1, 6) for one in told.indicators)
