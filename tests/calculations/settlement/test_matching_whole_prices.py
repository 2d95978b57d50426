"""Invoice lines for the whole price beside lines for its elements: examples by hand, and what must hold for any mixture."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.invoices.lines import (
    AGREED,
    ALL,
    DIFFERENCE,
    DUPLICATE,
    INVOICED,
    NIGHTS,
    NOT_INVOICED,
    OVER,
    PART_INVOICED,
    UNDER,
    UNKNOWN,
    Billed,
    DueLine,
    InvoicedLine,
    Span,
    Tolerance,
    nights_kept,
)
from nearhome.settlement.calculations.invoices.matching import match_invoice

JUNE = date(2026, 6, 1)
DAY = timedelta(days=1)
HOME, THERAPY = "accommodation", "therapy"


def nights(first: int, last: int) -> Span:
    """Nights of June 2026, both counted."""
    return Span(date(2026, 6, first), date(2026, 6, last) + DAY)


def due(element: str, pence: int, span: Span | None = None, *, fix: bool = False) -> DueLine:
    return DueLine(f"{element}-{pence}", "CHILD-1", element, "place-1", span or nights(1, 30), pence, fix)


def line(element: str, pence: int, span: Span | None = None, *, number: int = 1, kind: str = NIGHTS) -> InvoicedLine:
    return InvoicedLine(number, "CHILD-1", element, span or nights(1, 30), pence, kind)


def found(*lines: InvoicedLine, posted: list[DueLine], billed: tuple[Billed, ...] = ()) -> list[tuple[str, int, int]]:
    return [(one.verdict, one.due_pence, one.payable_pence) for one in match_invoice(lines, posted, billed).lines]


BOTH = [due(HOME, 300_000), due(THERAPY, 30_000)]


def test_an_amount_on_one_day_is_billed_by_its_name_beside_the_whole_price_in_any_order() -> None:
    posted = [*BOTH, due("uniform", 12_050, nights(12, 12))]
    week, uniform = line(ALL, 330_000), line("uniform", 12_050, nights(12, 12), number=2)
    agreed = [(AGREED, 330_000, 330_000), (AGREED, 12_050, 12_050)]
    assert found(week, uniform, posted=posted) == agreed
    first = replace(uniform, number=1), replace(week, number=2)
    assert found(*first, posted=posted) == agreed[::-1]
    # Within the line for the week it is more than that is worth.
    assert found(line(ALL, 342_050), posted=posted) == [(OVER, 330_000, 330_000)]


def test_the_whole_price_in_one_line_agrees_and_pays_for_every_element_that_is_due() -> None:
    matching = match_invoice([line(ALL, 330_000)], BOTH)
    one = matching.lines[0]
    assert (one.verdict, one.payable_pence) == (AGREED, 330_000)
    assert one.places == (("place-1", HOME, nights(1, 30)), ("place-1", THERAPY, nights(1, 30)))
    assert one.why == "£3,300.00 is due for accommodation and therapy."
    assert [each.status for each in matching.due] == [INVOICED, INVOICED]


def test_words_say_which_elements_are_due_for_some_of_the_nights() -> None:
    posted = [due(HOME, 300_000), due(THERAPY, 10_000, nights(21, 30)), due("transport", 500, nights(1, 30))]
    one = match_invoice([line(ALL, 330_500)], posted).lines[0]
    assert (one.verdict, one.payable_pence) == (OVER, 310_500)
    assert one.why == (
        "£3,105.00 is due for accommodation, therapy (10 of its 30 nights) and transport, £200.00 less than invoiced."
    )
    part = match_invoice([line(ALL, 110_000, nights(1, 10))], posted[:2]).lines[0]
    assert part.why == "£1,000.00 is due for accommodation, £100.00 less than invoiced."


def test_an_element_after_the_whole_price_is_a_duplicate_and_the_other_way_round() -> None:
    after = match_invoice([line(ALL, 330_000), line(THERAPY, 30_000, number=2)], BOTH).lines[1]
    assert (after.verdict, after.payable_pence) == (DUPLICATE, 0)
    assert after.why == (
        "1 June 2026 to 30 June 2026 stands on line 1 of this invoice already, as the whole price."
        " What is left of the whole price is sent as a difference without an element."
    )
    before = match_invoice([line(THERAPY, 30_000), line(ALL, 330_000, number=2)], BOTH).lines[1]
    assert (before.verdict, before.payable_pence) == (DUPLICATE, 0)
    assert before.why == (
        "1 June 2026 to 30 June 2026 stands on line 1 of this invoice already, for therapy."
        " Send the rest element by element, or as a difference."
    )


@pytest.mark.parametrize(
    "rest",
    [line(HOME, 300_000, number=2), line(ALL, 300_000, number=2, kind=DIFFERENCE)],
    ids=["element", "difference"],
)
def test_the_rest_after_an_element_is_paid_either_way_the_words_say(rest: InvoicedLine) -> None:
    assert found(line(THERAPY, 30_000), rest, posted=BOTH)[1] == (AGREED, 300_000, 300_000)


def test_what_is_left_for_an_element_is_what_was_posted_less_its_part_of_the_whole_price() -> None:
    half = Billed("CHILD-1", ALL, nights(1, 30), 165_000, NIGHTS, "invoice A")
    more = line(THERAPY, 20_000, kind=DIFFERENCE)
    assert found(more, posted=BOTH, billed=(half,)) == [(OVER, 15_000, 15_000)]
    words = match_invoice([more], BOTH, (half,)).lines[0].why
    assert words.endswith("What is left of the whole price is sent as a difference without an element.")
    assert found(line(ALL, 165_000, kind=DIFFERENCE), posted=BOTH, billed=(half,)) == [(AGREED, 165_000, 165_000)]


def test_an_element_never_has_more_left_than_all_elements_together() -> None:
    lines = [
        line(ALL, 165_000), line(HOME, 150_000, number=2, kind=DIFFERENCE), line(ALL, 15_000, number=3, kind=DIFFERENCE),
        line(THERAPY, 15_000, number=4, kind=DIFFERENCE),
    ]  # fmt: skip
    assert [one[2] for one in found(*lines, posted=BOTH)] == [165_000, 150_000, 15_000, 0]


def test_a_share_that_is_no_whole_penny_never_pays_a_penny_too_much() -> None:
    posted = [due(HOME, 2), due(THERAPY, 1)]
    lines = [line(ALL, 1)] + [
        line(element, 5, number=number, kind=DIFFERENCE)
        for number, element in ((2, HOME), (3, THERAPY), (4, ALL), (5, THERAPY))
    ]
    paid = match_invoice(lines, posted, tolerance=Tolerance()).lines
    assert sum(one.payable_pence for one in paid) == 3


@pytest.mark.parametrize("element", [HOME, ALL])
def test_a_line_over_a_month_end_leaves_no_penny_to_be_paid_in_each_of_its_months(element: str) -> None:
    july = Span(date(2026, 7, 1), date(2026, 7, 2))
    posted = [due(HOME, 1, nights(30, 30)), due(HOME, 1, july)]
    lines = [
        line(element, 1, Span(date(2026, 6, 30), date(2026, 7, 2))),
        line(element, 1, nights(30, 30), number=2, kind=DIFFERENCE), line(element, 1, july, number=3, kind=DIFFERENCE),
        line(element, 1, Span(date(2026, 6, 30), date(2026, 7, 2)), number=4, kind=DIFFERENCE),
    ]  # fmt: skip
    assert [one[2] for one in found(*lines, posted=posted)] == [1, 0, 0, 1]


def test_therapy_that_is_posted_late_is_billed_as_a_difference() -> None:
    whole = Billed("CHILD-1", ALL, nights(1, 30), 300_000, NIGHTS, "invoice A")
    assert found(line(THERAPY, 30_000), posted=BOTH, billed=(whole,))[0][0] == DUPLICATE
    assert found(line(ALL, 30_000, kind=DIFFERENCE), posted=BOTH, billed=(whole,)) == [(AGREED, 30_000, 30_000)]


# --- what must hold for any mixture ----------------------------------------------------------------------------------

Subjects = st.sampled_from(["CHILD-1", "CHILD-2"])
Elements = st.sampled_from([HOME, THERAPY, "education"])
Billable = st.sampled_from([ALL, ALL, HOME, THERAPY, "education"])


@st.composite
def spans(draw: st.DrawFn) -> Span:
    first = draw(st.integers(0, 60))
    return Span(JUNE + DAY * first, JUNE + DAY * (first + draw(st.integers(1, 20))))


@st.composite
def due_lines(draw: st.DrawFn, elements=Elements, whole_nights: bool = True) -> list[DueLine]:
    """Charges of June to August, a month each at most; nights of one child and element never twice."""
    posted, taken = [], set()
    for number, (subject, element, span) in enumerate(
        draw(st.lists(st.tuples(Subjects, elements, spans()), max_size=9))
    ):
        part = span.overlap(Span(span.starts_on, Span(span.starts_on, span.starts_on + DAY).whole_months().ends_before))
        days = {(subject, element, part.starts_on + DAY * more) for more in range(part.nights)}
        if not days & taken:
            taken |= days
            pence = draw(st.integers(1, 100_000)) * (part.nights if whole_nights else 1)
            posted.append(DueLine(f"D{number}", subject, element, f"place-{subject}", part, pence))
    return posted


@st.composite
def invoices(draw: st.DrawFn, elements=Billable, most: int = 1_500_000) -> list[InvoicedLine]:
    drawn = draw(st.lists(st.tuples(Subjects, elements, spans(), st.integers(1, most)), max_size=9))
    return [InvoicedLine(at, who, what, span, pence) for at, (who, what, span, pence) in enumerate(drawn, start=1)]


@st.composite
def junes(draw: st.DrawFn) -> tuple[list[InvoicedLine], list[DueLine]]:
    """One child in June: charges and corrections (no element below nought in all); nights and differences billed."""
    parts = st.tuples(st.integers(1, 30), st.integers(1, 30)).map(lambda two: nights(min(two), max(two)))
    parts = st.just(nights(1, 30)) | parts
    posted: list[DueLine] = []
    for number, (element, span, pence) in enumerate(
        draw(st.lists(st.tuples(Elements, parts, st.integers(-20, 60)), max_size=6))
    ):
        sum_so_far = sum(one.pence for one in posted if one.element == element)
        if pence and sum_so_far + pence >= 0:
            posted.append(DueLine(f"D{number}", "CHILD-1", element, "place-1", span, pence, pence < 0))
    sent = draw(st.lists(st.tuples(Billable, parts, st.integers(-10, 40) | st.just(1000), st.booleans()), max_size=8))
    lines = [
        InvoicedLine(at, "CHILD-1", element, span, pence or 1, DIFFERENCE if pence < 0 or is_difference else NIGHTS)
        for at, (element, span, pence, is_difference) in enumerate(sent, start=1)
    ]
    return lines, posted


@given(invoices(), due_lines(), st.randoms(use_true_random=False))
def test_every_line_is_in_one_class_and_the_order_changes_nothing(lines, posted, chance) -> None:
    matching = match_invoice(lines, posted)
    assert [one.number for one in matching.lines] == [one.number for one in lines]
    assert Counter(one.ref for one in matching.due) == Counter(one.ref for one in posted)
    assert {one.status for one in matching.due} <= {INVOICED, PART_INVOICED, NOT_INVOICED}
    shuffled, mixed = list(lines), list(posted)
    chance.shuffle(shuffled)
    chance.shuffle(mixed)
    again = match_invoice(shuffled, mixed)
    assert (again.lines, set(again.due)) == (matching.lines, set(matching.due))


@given(invoices(most=200), due_lines(whole_nights=False), st.integers(0, 50))
def test_never_more_in_all_than_is_due_and_the_tolerance_of_each_line(lines, posted, pence) -> None:
    matching = match_invoice(lines, posted, tolerance=Tolerance(pence, 10_000))
    for subject in {one.subject for one in lines}:
        numbers = {one.number for one in lines if one.subject == subject}
        payable = sum(one.payable_pence for one in matching.lines if one.number in numbers)
        assert payable <= sum(one.pence for one in posted if one.subject == subject) + pence * len(numbers)


@given(junes())
def test_with_differences_too_a_month_is_never_paid_a_penny_above_what_is_due(case) -> None:
    lines, posted = case
    paid = sum(one.payable_pence for one in match_invoice(lines, posted).lines)
    assert paid <= max(0, sum(one.pence for one in posted))


@given(junes(), st.integers(0, 8))
def test_it_matters_not_whether_lines_come_on_one_invoice_or_on_two(case, cut) -> None:
    lines, posted = case
    whole = match_invoice(lines, posted).lines
    billed = tuple(
        Billed(sent.subject, sent.element, sent.span, one.payable_pence, sent.kind, "invoice A")
        for sent, one in zip(lines, whole, strict=True) if one.number <= cut and one.verdict in (AGREED, OVER, UNDER)
    )  # fmt: skip
    second = match_invoice(lines[cut:], posted, billed).lines
    assert [(one.verdict, one.due_pence) for one in second] == [(one.verdict, one.due_pence) for one in whole[cut:]]


@given(invoices(), due_lines())
def test_no_night_of_a_place_and_element_is_paid_for_by_two_lines(lines, posted) -> None:
    paid = Counter(
        (place, element, span.starts_on + DAY * more)
        for one in match_invoice(lines, posted).lines
        for place, element, span in one.places
        for more in range(span.nights)
    )
    assert set(paid.values()) <= {1}


@given(invoices(), due_lines())
def test_the_quick_way_agrees_with_looking_at_one_night_of_one_element_at_a_time(lines, posted) -> None:
    worth = {
        (one.subject, one.element, one.span.starts_on + DAY * more): one.pence // one.span.nights
        for one in posted
        for more in range(one.span.nights)
    }
    billed: set[tuple[str, str, date]] = set()
    names = (HOME, THERAPY, "education")
    for sent, one in zip(lines, match_invoice(lines, posted).lines, strict=True):
        parts = names if sent.element == ALL else (sent.element,)
        mine = {(sent.subject, part, sent.span.starts_on + DAY * n) for part in parts for n in range(sent.span.nights)}
        due_pence = sum(worth.get(night, 0) for night in mine)
        if mine & billed:
            assert one.verdict == DUPLICATE
        elif not mine & worth.keys():
            assert one.verdict == UNKNOWN
        else:
            expected = AGREED if sent.pence == due_pence else OVER if sent.pence > due_pence else UNDER
            assert (one.verdict, one.due_pence) == (expected, due_pence)
            billed |= mine


@given(invoices(st.sampled_from([ALL, HOME])), due_lines(st.just(HOME)))
def test_where_only_accommodation_is_due_the_whole_price_is_accommodation(lines, posted) -> None:
    named = [replace(one, element=HOME) for one in lines]
    assert match_invoice(lines, posted) == match_invoice(named, posted)


@given(
    st.lists(
        st.builds(
            lambda place, element, first, more: (f"place-{place}", element, nights(first, min(30, first + more))),
            st.integers(1, 2), st.sampled_from([HOME, THERAPY, "education"]), st.integers(1, 30), st.integers(0, 20),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_the_whole_price_keeps_each_night_of_a_place_once_and_a_line_of_one_element_its_own(
    places: list[tuple[str, str, Span]],
) -> None:
    """Held against one night at a time."""

    def night_by_night(some: Iterable[tuple[str, str, Span]]) -> list[tuple[str, date]]:
        return [(place, span.starts_on + DAY * day) for place, _, span in some for day in range(span.nights)]

    kept = nights_kept(ALL, tuple(places))
    assert {element for _, element, _ in kept} <= {ALL}
    assert sorted(night_by_night(kept)) == sorted(set(night_by_night(places)))
    assert nights_kept(THERAPY, tuple(places)) == tuple(places)
