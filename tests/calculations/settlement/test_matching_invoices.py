"""Invoices against what is due: examples by hand, and what must hold for any of them."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.invoices.lines import (
    AGREED,
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
    share_of,
)
from nearhome.settlement.calculations.invoices.matching import match_invoice

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
A_NIGHT = 65_100
DAY = timedelta(days=1)


def nights(first: int, last: int) -> Span:
    """Nights of June 2026, both counted."""
    return Span(date(2026, 6, first), date(2026, 6, last) + DAY)


def due(first: int, last: int, pence: int | None = None, *, ref: str = "D1", fix: bool = False) -> DueLine:
    span = nights(first, last)
    amount = span.nights * A_NIGHT if pence is None else pence
    return DueLine(ref, "CHILD-1", "accommodation", "place-1", span, amount, fix)


def line(first: int, last: int, pence: int | None = None, *, number: int = 1, kind: str = NIGHTS) -> InvoicedLine:
    span = nights(first, last)
    amount = span.nights * A_NIGHT if pence is None else pence
    return InvoicedLine(number, "CHILD-1", "accommodation", span, amount, kind)


def verdicts(*lines: InvoicedLine, due_lines: list[DueLine], **more) -> list[tuple[str, int, int]]:
    found = match_invoice(lines, due_lines, **more).lines
    return [(one.verdict, one.due_pence, one.payable_pence) for one in found]


def test_an_invoice_of_exactly_what_is_due_agrees_and_says_which_nights_of_which_place_it_pays() -> None:
    found = match_invoice([line(1, 30)], [due(1, 30)])
    assert [(one.verdict, one.payable_pence) for one in found.lines] == [(AGREED, 30 * A_NIGHT)]
    assert found.lines[0].places == (("place-1", "accommodation", nights(1, 30)),)
    assert [(one.status, one.nights_invoiced) for one in found.due] == [(INVOICED, 30)]


def test_weeks_of_a_month_agree_one_by_one() -> None:
    weeks = [line(1, 7, number=1), line(8, 14, number=2), line(15, 21, number=3), line(22, 30, number=4)]
    assert {one[0] for one in verdicts(*weeks, due_lines=[due(1, 30)])} == {AGREED}


def test_more_than_is_due_is_over_and_may_be_paid_no_more_than_is_due() -> None:
    assert verdicts(line(1, 30, 2_000_000), due_lines=[due(1, 30)]) == [(OVER, 30 * A_NIGHT, 30 * A_NIGHT)]


def test_nights_after_the_child_left_are_over_and_counted() -> None:
    found = match_invoice([line(1, 30)], [due(1, 20)])
    assert (found.lines[0].verdict, found.lines[0].payable_pence) == (OVER, 20 * A_NIGHT)
    assert "Nothing is due for 10 of its 30 nights." in found.lines[0].why


def test_less_than_is_due_is_paid_as_invoiced() -> None:
    assert verdicts(line(1, 30, 1_900_000), due_lines=[due(1, 30)]) == [(UNDER, 30 * A_NIGHT, 1_900_000)]


def test_the_tolerance_is_the_lower_of_its_two_limits() -> None:
    ten_pence_more = line(1, 30, 30 * A_NIGHT + 10)
    by_pence, by_share = Tolerance(10, 10_000), Tolerance(10_000, 0)
    assert verdicts(ten_pence_more, due_lines=[due(1, 30)], tolerance=by_pence)[0][0] == AGREED
    assert verdicts(ten_pence_more, due_lines=[due(1, 30)], tolerance=by_share)[0][0] == OVER


def test_a_night_that_stands_on_an_earlier_invoice_is_a_duplicate_and_the_invoice_is_named() -> None:
    before = [Billed("CHILD-1", "accommodation", nights(28, 30), 3 * A_NIGHT, NIGHTS, "invoice MM-1 of 1 July 2026")]
    found = match_invoice([line(1, 30)], [due(1, 30)], before).lines[0]
    assert (found.verdict, found.payable_pence) == (DUPLICATE, 0)
    assert "28 June 2026 to 30 June 2026 stands on invoice MM-1 of 1 July 2026 already" in found.why


def test_a_night_twice_on_one_invoice_stands_once() -> None:
    found = verdicts(line(1, 10, number=1), line(10, 20, number=2), due_lines=[due(1, 30)])
    assert [one[0] for one in found] == [AGREED, DUPLICATE]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (line(1, 30), "Nothing is due for this child or bed"),
        (InvoicedLine(1, "CHILD-2", "therapy", nights(1, 2), 100), "Check the element"),
        (
            InvoicedLine(1, "CHILD-2", "accommodation", Span(JULY, JULY + DAY), 100),
            "Nothing is due for the night of 1 July",
        ),
    ],
)
def test_what_is_not_known_says_what_to_look_at(sent: InvoicedLine, words: str) -> None:
    other = DueLine("D1", "CHILD-2", "accommodation", "place-1", nights(1, 30), 30 * A_NIGHT)
    found = match_invoice([sent], [other]).lines[0]
    assert (found.verdict, found.payable_pence) == (UNKNOWN, 0)
    assert words in found.why


def test_a_correction_that_takes_nights_away_is_never_billed_over() -> None:
    """The child left on 21 June; the ledger took ten nights back."""
    posted = [due(1, 30), due(1, 30, -10 * A_NIGHT, ref="D2", fix=True)]
    assert verdicts(line(1, 20), due_lines=posted) == [(AGREED, 20 * A_NIGHT, 20 * A_NIGHT)]
    assert verdicts(line(1, 30), due_lines=posted) == [(OVER, 20 * A_NIGHT, 20 * A_NIGHT)]


def test_a_rise_posted_late_is_billed_as_a_difference() -> None:
    posted = [due(1, 30), due(1, 30, 30_000, ref="D2", fix=True)]
    before = [Billed("CHILD-1", "accommodation", nights(1, 30), 30 * A_NIGHT, NIGHTS, "invoice MM-1")]
    more = line(1, 30, 30_000, kind=DIFFERENCE)
    assert verdicts(more, due_lines=posted, billed=before) == [(AGREED, 30_000, 30_000)]
    assert verdicts(line(1, 30, 30 * A_NIGHT + 30_000), due_lines=posted)[0][0] == AGREED


def test_a_credit_is_taken_as_it_was_sent() -> None:
    posted = [due(1, 30), due(1, 30, -10 * A_NIGHT, ref="D2", fix=True)]
    before = [Billed("CHILD-1", "accommodation", nights(1, 30), 30 * A_NIGHT, NIGHTS, "invoice MM-1")]
    whole, part = line(21, 30, -10 * A_NIGHT, kind=DIFFERENCE), line(21, 30, -500, kind=DIFFERENCE)
    assert verdicts(whole, due_lines=posted, billed=before) == [(AGREED, -10 * A_NIGHT, -10 * A_NIGHT)]
    assert verdicts(part, due_lines=posted, billed=before) == [(OVER, -10 * A_NIGHT, -500)]


def test_a_four_weekly_invoice_over_the_end_of_a_month_agrees() -> None:
    july = DueLine("D2", "CHILD-1", "accommodation", "place-1", Span(JULY, date(2026, 8, 1)), 31 * A_NIGHT)
    sent = InvoicedLine(1, "CHILD-1", "accommodation", Span(date(2026, 6, 15), date(2026, 7, 13)), 28 * A_NIGHT)
    assert verdicts(sent, due_lines=[due(1, 30), july]) == [(AGREED, 28 * A_NIGHT, 28 * A_NIGHT)]


def test_a_shared_empty_bed_is_one_line_of_the_invoice_though_several_authorities_bear_it() -> None:
    shares = [due(1, 30, 1_000_000, ref="D1"), due(1, 30, 953_000, ref="D2")]
    found = match_invoice([line(1, 30, 1_953_000)], shares)
    assert found.lines[0].verdict == AGREED
    assert found.lines[0].places == (("place-1", "accommodation", nights(1, 30)),)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([line(1, 2), line(3, 4)], "same number"),
        ([InvoicedLine(1, "C", "a", Span(JUNE, JUNE), 5)], "has no nights"),
        ([line(1, 2, 0)], "has no amount"),
        ([line(1, 2, -5)], "must be a difference"),
        ([line(1, 2, kind="gift")], "neither nights nor a difference"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(lines: list[InvoicedLine], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        match_invoice(lines, [])


def test_a_tolerance_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="A tolerance is 0 pence or more"):
        match_invoice([line(1, 2)], [due(1, 2)], tolerance=Tolerance(-1, 0))


# --- what must hold for any invoice ---------------------------------------------------------------------------------

Subjects = st.sampled_from(["CHILD-1", "CHILD-2", "CHILD-3"])


@st.composite
def spans(draw: st.DrawFn) -> Span:
    first = draw(st.integers(0, 60))
    return Span(JUNE + DAY * first, JUNE + DAY * (first + draw(st.integers(1, 20))))


@st.composite
def due_lines(draw: st.DrawFn) -> list[DueLine]:
    """Charges of June to August, a month each at most, night prices whole; nights of one child never twice."""
    found, taken = [], set()
    for number, (subject, span) in enumerate(draw(st.lists(st.tuples(Subjects, spans()), max_size=8))):
        part = span.overlap(Span(span.starts_on.replace(day=1), span.whole_months().ends_before)) or span
        days = {(subject, span.starts_on + DAY * more) for more in range(part.nights)}
        if days & taken or part.starts_on.month != (part.ends_before - DAY).month:
            continue
        taken |= days
        pence = part.nights * draw(st.integers(1, 100_000))
        found.append(DueLine(f"D{number}", subject, "accommodation", f"place-{subject}", part, pence))
    return found


@st.composite
def invoices(draw: st.DrawFn) -> list[InvoicedLine]:
    drawn = draw(st.lists(st.tuples(Subjects, spans(), st.integers(1, 3_000_000)), max_size=8))
    return [InvoicedLine(at, who, "accommodation", span, pence) for at, (who, span, pence) in enumerate(drawn, start=1)]


@given(invoices(), due_lines(), st.randoms(use_true_random=False))
def test_every_line_is_in_one_class_and_the_order_changes_nothing(lines, posted, chance) -> None:
    found = match_invoice(lines, posted)
    assert [one.number for one in found.lines] == [one.number for one in lines]
    assert Counter(one.ref for one in found.due) == Counter(one.ref for one in posted)
    shuffled, mixed = list(lines), list(posted)
    chance.shuffle(shuffled)
    chance.shuffle(mixed)
    again = match_invoice(shuffled, mixed)
    assert (again.lines, set(again.due)) == (found.lines, set(found.due))


@given(invoices(), due_lines(), st.integers(0, 500))
def test_never_more_than_is_due_and_the_tolerance_of_each_line(lines, posted, pence) -> None:
    found = match_invoice(lines, posted, tolerance=Tolerance(pence, 10_000))
    for subject in {one.subject for one in lines}:
        numbers = {one.number for one in lines if one.subject == subject}
        payable = sum(one.payable_pence for one in found.lines if one.number in numbers)
        assert payable <= sum(one.pence for one in posted if one.subject == subject) + pence * len(numbers)


@given(invoices(), due_lines())
def test_no_night_of_a_place_is_paid_for_by_two_lines(lines, posted) -> None:
    paid = Counter(
        (place, span.starts_on + DAY * more)
        for one in match_invoice(lines, posted).lines
        for place, _, span in one.places
        for more in range(span.nights)
    )
    assert set(paid.values()) <= {1}


@given(invoices(), due_lines())
def test_the_quick_way_agrees_with_looking_at_one_night_at_a_time(lines, posted) -> None:
    worth = {
        (one.subject, one.span.starts_on + DAY * more): one.pence // one.span.nights
        for one in posted
        for more in range(one.span.nights)
    }
    billed: set[tuple[str, date]] = set()
    for sent, found in zip(lines, match_invoice(lines, posted).lines, strict=True):
        mine = {(sent.subject, sent.span.starts_on + DAY * more) for more in range(sent.span.nights)}
        due_pence = sum(worth.get(night, 0) for night in mine)
        if mine & billed:
            assert found.verdict == DUPLICATE
        elif not mine & worth.keys():
            assert found.verdict == UNKNOWN
        else:
            expected = AGREED if sent.pence == due_pence else OVER if sent.pence > due_pence else UNDER
            assert (found.verdict, found.due_pence) == (expected, due_pence)
            billed |= mine


@given(st.integers(-(10**7), 10**7), st.integers(1, 40), st.lists(st.integers(1, 39), max_size=5))
def test_parts_of_a_charge_add_up_to_it_to_the_penny(pence: int, length: int, cuts: list[int]) -> None:
    whole = Span(JUNE, JUNE + DAY * length)
    days = sorted({0, length, *(cut for cut in cuts if cut < length)})
    parts = [Span(JUNE + DAY * a, JUNE + DAY * b) for a, b in pairwise(days)]
    assert sum(share_of(pence, whole, part) for part in parts) == pence


@given(invoices(), due_lines())
def test_a_due_line_is_invoiced_in_part_or_not_at_all_by_its_nights(lines, posted) -> None:
    lengths = {one.ref: one.span.nights for one in posted}
    for one in match_invoice(lines, posted).due:
        expected = (
            INVOICED
            if one.nights_invoiced == lengths[one.ref]
            else PART_INVOICED
            if one.nights_invoiced
            else NOT_INVOICED
        )
        assert one.status == expected


def test_a_line_over_a_month_end_that_is_due_only_in_its_first_month_takes_nothing_from_the_second() -> None:
    june, july = Span(date(2026, 6, 6), date(2026, 6, 26)), Span(date(2026, 7, 2), date(2026, 7, 3))
    posted = [
        DueLine("D0", "CHILD-1", "accommodation", "place-CHILD-1", june, 40),
        DueLine("D1", "CHILD-1", "accommodation", "place-CHILD-1", july, 1),
    ]
    over_the_end = Span(date(2026, 6, 23), date(2026, 7, 2))
    lines = [
        InvoicedLine(1, "CHILD-1", "accommodation", over_the_end, 5),
        InvoicedLine(2, "CHILD-1", "accommodation", july, 1),
    ]
    assert [(one.verdict, one.due_pence) for one in match_invoice(lines, posted).lines] == [(UNDER, 6), (AGREED, 1)]


@given(st.lists(st.tuples(st.integers(-9_999, 9_999).filter(bool), st.booleans(), st.booleans()), max_size=8))
def test_whatever_is_given_back_and_never_paid_out_no_more_is_approved_than_what_is_due(
    sent: list[tuple[int, bool, bool]],
) -> None:
    """Differences come one after another; credits go out in a run, or are held or returned in the end."""
    posted = [DueLine("charge-1", "CHILD-1", "accommodation", "place-1", nights(1, 30), 5_000)]
    stands: list[Billed] = []
    for number, (pence, goes_out, _) in enumerate(sent, start=1):
        line = InvoicedLine(number, "CHILD-1", "accommodation", nights(1, 30), pence, DIFFERENCE)
        (one,) = match_invoice([line], posted, stands).lines
        is_paid = pence < 0 and goes_out
        stands.append(Billed("CHILD-1", "accommodation", nights(1, 30), one.payable_pence, DIFFERENCE, "x", is_paid))
    paid = sum(one.pence for one in stands if one.pence > 0 or one.is_paid)
    assert paid <= 5_000
