"""Is an invoice that is sent again the one that stands? Examples by hand, and any lines against a slow comparison."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.invoices.lines import ALL, DIFFERENCE, NIGHTS, Span
from nearhome.settlement.importers.invoice_again import what_differs
from nearhome.settlement.importers.invoice_rows import SentLine

JUNE = Span(date(2026, 6, 1), date(2026, 7, 1))
WHOLE = SentLine(1, "K-1", "Madeup House", "Place 1", ALL, NIGHTS, JUNE, 466_000, 1_997_143)
BED = SentLine(2, "", "Madeup House", "Place 2", "accommodation", NIGHTS, JUNE, None, 300_000)


def found(*again: SentLine, first: tuple[SentLine, ...] = (WHOLE, BED)) -> tuple[int, str, str] | None:
    differs = what_differs(first, again)
    return differs and (differs.row, differs.field, differs.words)


def test_the_same_lines_in_any_order_and_numbering_are_the_same() -> None:
    assert found(WHOLE, BED) is None
    assert found(replace(BED, number=1), replace(WHOLE, number=2)) is None


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"child_ref": "K-2"}, "child_ref", "Line 1 (child K-2, the whole price): the child is K-2 and was K-1."),
        ({"home": ""}, "home", "the home is not given and was Madeup House."),
        ({"place": "Place 9"}, "place", "the place is Place 9 and was Place 1."),
        ({"element": "therapy"}, "element", "Line 1 (child K-1, therapy): the element is therapy and was the whole price."),
        ({"kind": DIFFERENCE}, "kind", "the kind is difference and was nights."),
        ({"span": Span(date(2026, 6, 2), JUNE.ends_before)}, "first_night", "the first night is 2 June 2026 and was 1 June 2026."),
        ({"span": Span(JUNE.starts_on, date(2026, 6, 30))}, "last_night", "the last night is 29 June 2026 and was 30 June 2026."),
        ({"weekly_pence": None}, "weekly_price", "the weekly price is not given and was £4,660.00."),
        ({"pence": 1_997_144}, "amount", "the amount is £19,971.44 and was £19,971.43."),
        ({"element": "therapy", "pence": 1}, "element", "the element is therapy and was the whole price, the amount is £0.01 and was"),
    ],
)  # fmt: skip
def test_any_other_fact_is_another_invoice_and_is_told(change: dict[str, Any], field: str, words: str) -> None:
    row, first_field, told = found(replace(WHOLE, **change), BED) or (0, "", "")
    assert (row, first_field) == (1, field)
    assert words in told


def test_a_line_more_a_line_less_and_a_line_twice() -> None:
    more = replace(
        WHOLE, number=3, child_ref="K-9", home="Elsewhere", span=Span(JUNE.starts_on, date(2026, 6, 5)), pence=7
    )
    assert found(WHOLE, BED, more) == (3, "", "Line 3 (child K-9, the whole price, £0.07) did not stand on the first.")
    gone = "Line 2 of the first (Madeup House, Place 2, accommodation, £3,000.00) is missing now."
    assert found(WHOLE) == (0, "lines", gone)
    assert found(WHOLE, BED, replace(BED, number=3)) == (
        3, "", "Line 3 (Madeup House, Place 2, accommodation, £3,000.00) did not stand on the first.",
    )  # fmt: skip
    assert found(WHOLE, replace(WHOLE, number=2)) is not None


def test_the_line_it_is_held_against_is_the_most_alike_and_the_rest_is_no_matter() -> None:
    """Line 1 is gone, line 2 is changed: what is told is line 2 beside its own like, not beside line 1."""
    therapy = replace(WHOLE, number=3, element="therapy", pence=5)
    assert found(WHOLE, replace(therapy, pence=6), first=(WHOLE, BED, therapy)) == (
        3, "amount", "Line 3 (child K-1, therapy): the amount is £0.06 and was £0.05.",
    )  # fmt: skip


spans = st.sampled_from([JUNE, Span(date(2026, 6, 1), date(2026, 6, 2)), Span(date(2026, 5, 1), date(2026, 6, 2))])
some_lines = st.lists(
    st.builds(
        SentLine, st.just(0), st.sampled_from(["", "K-1", "K-2"]), st.sampled_from(["", "House"]),
        st.sampled_from(["", "Bed"]), st.sampled_from([ALL, "therapy"]), st.sampled_from([NIGHTS, DIFFERENCE]), spans,
        st.sampled_from([None, 0, 7]), st.integers(1, 2),
    ),
    max_size=4,
)  # fmt: skip


def numbered(lines: list[SentLine]) -> list[SentLine]:
    return [replace(line, number=number) for number, line in enumerate(lines, start=1)]


@given(some_lines, some_lines, st.randoms())
def test_only_the_same_lines_each_as_often_are_the_same(
    one: list[SentLine], other: list[SentLine], random: Any
) -> None:
    alike = sorted(map(repr, one)) == sorted(map(repr, other))
    assert (what_differs(numbered(one), numbered(other)) is None) == alike
    shuffled = random.sample(one, len(one))
    assert what_differs(numbered(one), numbered(shuffled)) is None
    differs = what_differs(numbered(one), numbered([*one[1:], *other]))
    assert differs is None or differs.words.endswith(".")
