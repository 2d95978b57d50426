"""What is paid of a placement bought singly while the child is away, held against looking at each night by itself."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.charges import Charge, block_charges, individual_charges
from nearhome.settlement.calculations.elements import Element, Placement, Stage, element_charges, placement_charges
from nearhome.settlement.calculations.nights import (
    Absence,
    AbsenceRule,
    AwayTerms,
    BlockContract,
    BlockPlace,
    IndividualPlacement,
    Period,
    PriceSpan,
    Stay,
    VoidRule,
    price_spans,
)
from nearhome.settlement.calculations.place_nights import block_nights
from nearhome.settlement.calculations.statement import difference_to_post
from nearhome.settlement.calculations.stay_nights import individual_nights, stay_nights

DAY = dt.timedelta(days=1)
CAME = dt.date(2026, 1, 28)
KINDS = ("missing", "hospital", "holiday")
ELEMENTS = ("accommodation", "education", "transport")


@dataclass(frozen=True)
class Drawn:
    """A stay, its prices by element, terms by date, and days at which a bill is cut."""

    stay: Stay
    prices: dict[str, tuple[PriceSpan, ...]]
    terms: tuple[AwayTerms, ...]
    cuts: tuple[int, ...]

    @property
    def placement(self) -> IndividualPlacement:
        return IndividualPlacement("I", self.stay, "Madeup Care Ltd", self.prices["accommodation"], away=self.terms)

    @property
    def elements(self) -> tuple[Element, ...]:
        return tuple(Element(name, self.prices[name]) for name in ELEMENTS)


@st.composite
def rules(draw: st.DrawFn, kind: str) -> AbsenceRule:
    full, points = draw(st.integers(0, 12)), draw(st.sampled_from([0, 3_333, 5_000, 9_999, 10_000]))
    return AbsenceRule(kind, full, points, draw(st.none() | st.integers(full, full + 20)))


@st.composite
def away_terms(draw: st.DrawFn, day: dt.date) -> AwayTerms:
    kinds = draw(st.lists(st.sampled_from(KINDS), unique=True))
    kept = draw(st.none() | st.lists(st.sampled_from(ELEMENTS), unique=True).map(tuple))
    return AwayTerms(day, tuple(draw(rules(kind)) for kind in kinds), kept)


@st.composite
def examples(draw: st.DrawFn) -> Drawn:
    nights = draw(st.none() | st.integers(0, 90))
    absences, first = [], 0
    for _ in range(draw(st.integers(0, 3))):
        first += draw(st.integers(0, 20))
        length = draw(st.integers(1, 30))
        absences.append(Absence(draw(st.sampled_from(KINDS)), CAME + first * DAY, CAME + (first + length) * DAY))
        first += length
    if absences and draw(st.booleans()):
        absences[-1] = replace(absences[-1], ends_before=None)
    funders = draw(
        st.lists(st.tuples(st.integers(0, 90).map(lambda day: CAME + day * DAY), st.sampled_from("KM")), max_size=2)
    )
    departed = None if nights is None else CAME + nights * DAY
    stay = Stay("S", "C", "K", "Place 1", CAME, departed, tuple(funders), tuple(absences))
    changes = draw(st.lists(st.integers(-5, 60), max_size=1))
    prices = {
        name: price_spans([(dt.date(2020, 1, 1), draw(st.integers(0, 700_000))),
                           *((CAME + day * DAY, draw(st.integers(0, 700_000))) for day in changes)])
        for name in ELEMENTS
    }  # fmt: skip
    begins = draw(st.lists(st.integers(-20, 80), unique=True, max_size=3))
    terms = tuple(draw(away_terms(CAME + day * DAY)) for day in begins)
    return Drawn(stay, prices, terms, tuple(sorted(draw(st.sets(st.integers(0, 100), max_size=3)))))


def charged(drawn: Drawn, period: Period) -> list[Charge]:
    spans = individual_nights(drawn.placement, period)
    return [
        *individual_charges(drawn.placement, spans, {}), *element_charges(drawn.placement, drawn.elements[1:], spans, {})
    ]  # fmt: skip


def whole(drawn: Drawn) -> Period:
    return Period(CAME, CAME + 120 * DAY)


def sums(lines: list[Charge]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for line in lines:
        found[line.payer, line.element or "accommodation"] += line.pence
    return Counter({key: pence for key, pence in found.items() if pence})


# The slow way: one night at a time -----------------------------------------------------------------------------------


def share_of_night(drawn: Drawn, night: dt.date, element: str) -> int:
    """Basis points of an element's price that are paid for one night."""
    held = [one for one in drawn.terms if one.starts_on <= night]
    if not held:
        return 10_000
    terms = max(held, key=lambda one: one.starts_on)
    for absence in drawn.stay.absences:
        if absence.starts_on <= night and (absence.ends_before is None or night < absence.ends_before):
            for rule in terms.absences:
                if rule.kind == absence.kind:
                    number = (night - absence.starts_on).days + 1  # the first night away is number 1
                    if rule.most_nights is not None and number > rule.most_nights:
                        return 0
                    if number <= rule.full_nights:
                        return 10_000
                    return rule.then_basis_points if terms.kept is None or element in terms.kept else 0
    return 10_000


def night_by_night(drawn: Drawn, period: Period) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for number in range(period.nights):
        night = period.starts_on + number * DAY
        if night < CAME or (drawn.stay.departed_on and night >= drawn.stay.departed_on):
            continue
        for element in ELEMENTS:
            price = [one for one in drawn.prices[element] if one.starts_on <= night][-1]
            exact = Fraction(price.pence * share_of_night(drawn, night, element), 10_000)
            weekly = int(exact + Fraction(1, 2))
            counted = (night - max(price.starts_on, CAME)).days
            cost = round(Fraction(weekly * (counted + 1), 7)) - round(Fraction(weekly * counted, 7))
            found[drawn.stay.funder_on(night), element] += cost
    return Counter({key: pence for key, pence in found.items() if pence})


@given(examples())
def test_each_element_costs_what_its_nights_cost_one_by_one(drawn: Drawn) -> None:
    assert sums(charged(drawn, whole(drawn))) == night_by_night(drawn, whole(drawn))


@given(examples())
def test_months_however_cut_add_up_and_each_night_is_in_one_line(drawn: Drawn) -> None:
    days = [CAME, *(CAME + cut * DAY for cut in drawn.cuts), CAME + 120 * DAY]
    parts = [line for first, before in pairwise(days) for line in charged(drawn, Period(first, before))]
    assert sums(parts) == sums(charged(drawn, whole(drawn)))
    left = drawn.stay.departed_on or CAME + 120 * DAY
    assert sum(line.nights for line in parts) == (left - CAME).days


@given(examples())
def test_a_case_settled_without_a_server_has_the_same_lines(drawn: Drawn) -> None:
    case = Placement("I", "spot", (Stage("", "Madeup Care Ltd", drawn.stay, drawn.elements),), (), drawn.terms)
    lines, shares = placement_charges(case, whole(drawn), {})
    priced = {(one.element, one.starts_on, one.pence, one.weekly_pence, one.reason, one.kind) for one in lines}
    mine = charged(drawn, whole(drawn))
    assert {
        (one.element or "accommodation", one.starts_on, one.pence, one.weekly_pence, one.reason, one.kind)
        for one in mine
    } <= priced  # a case lists elements of £0.00 too
    assert sums(list(lines)) == sums(mine)
    assert sum(one.pence for one in shares) == sum(one.pence for one in lines)


@given(examples())
def test_without_terms_nights_away_change_nothing_at_all(drawn: Drawn) -> None:
    never = replace(drawn, terms=())
    home = replace(never, stay=replace(drawn.stay, absences=()))
    assert charged(never, whole(drawn)) == charged(home, whole(drawn))
    silent = replace(drawn, terms=(AwayTerms(dt.date(2020, 1, 1)),))
    assert charged(silent, whole(drawn)) == charged(home, whole(drawn))


@given(examples(), examples())
def test_a_late_fact_posts_the_difference_and_posting_twice_posts_nothing(before: Drawn, after: Drawn) -> None:
    """The same stay at the same prices, with other nights away and other terms learnt later."""
    later = replace(before, terms=after.terms, stay=replace(before.stay, absences=after.stay.absences))
    posted, due = charged(before, whole(before)), charged(later, whole(before))
    found = difference_to_post(due, posted)
    assert sums([*posted, *found]) == sums(due)
    assert difference_to_post(due, [*posted, *found]) == ()


@given(st.integers(0, 900_000), st.integers(0, 10_000), st.integers(0, 40), st.integers(1, 6))
def test_seven_nights_of_a_retainer_are_a_week_of_it_to_the_penny(
    weekly: int, points: int, day: int, weeks: int
) -> None:
    gone = Absence("hospital", CAME + day * DAY)
    stay = Stay("S", "C", "K", "Place 1", CAME, None, (), (gone,))
    terms = (AwayTerms(CAME, (AbsenceRule("hospital", 0, points),)),)
    placement = IndividualPlacement("I", stay, "Madeup Care Ltd", (PriceSpan(CAME, None, weekly),), away=terms)
    spans = individual_nights(placement, Period(gone.starts_on, gone.starts_on + 7 * weeks * DAY))
    (line,) = individual_charges(placement, spans, {})
    assert line.pence == weeks * line.weekly_pence
    assert abs(Fraction(weekly * points, 10_000) - line.weekly_pence) <= Fraction(1, 2)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 30), st.sampled_from([0, 5_000, 10_000]))
def test_a_block_and_a_placement_bought_singly_pay_the_same_for_the_same_terms(
    full: int, more: int, away: int, points: int
) -> None:
    rule = AbsenceRule("missing", full, points, full + more)
    stay = Stay(
        "S",
        "C",
        "K",
        "Place 1",
        CAME,
        CAME + 50 * DAY,
        (),
        (Absence("missing", CAME + 3 * DAY, CAME + (3 + away) * DAY),),
    )
    price, period = (PriceSpan(CAME, None, 455_700),), Period(CAME, CAME + 50 * DAY)
    single = IndividualPlacement("I", stay, "Madeup Care Ltd", price, away=(AwayTerms(CAME, (rule,)),))
    block = BlockContract(
        "B", "Madeup Care Ltd", "K", (BlockPlace("Place 1", CAME),), price, VoidRule("host", absences=(rule,))
    )
    alone = individual_charges(single, individual_nights(single, period), {})
    shared = block_charges(block, block_nights(block, [stay], period), {})
    # A block says of every night away that the child was away; the money is the same night by night.
    assert sum(one.pence for one in alone) == sum(one.pence for one in shared)
    assert [(one.starts_on, one.kind, one.pence) for one in alone] == [
        (one.starts_on, one.kind, one.pence) for one in shared
    ]


def test_lines_say_in_words_why_a_night_costs_less() -> None:
    stay = Stay("S", "C", "K", "Place 1", CAME, None, (), (Absence("missing", CAME + 2 * DAY),))
    terms = (AwayTerms(CAME, (AbsenceRule("missing", 1, 5_000, 3),), ("accommodation",)),)
    home, taxi = (PriceSpan(CAME, None, 70_000),), (PriceSpan(CAME, None, 7_000),)
    placement = IndividualPlacement("I", stay, "Madeup Care Ltd", home, "framework", away=terms)
    spans = individual_nights(placement, Period(CAME, CAME + 7 * DAY))
    words = [line.reason.split(": ")[1] for line in individual_charges(placement, spans, {"K": "Kent"})]
    child = "child of Kent, placed through a framework"
    assert words == [
        f"{child}, £700.00 a week",
        f"{child}, child away (missing), place kept, £700.00 a week",
        f"{child}, child away (missing), place kept at 50 % of the price, £350.00 a week",
        f"{child}, child away (missing), nothing is paid after 3 nights away, £0.00 a week",
    ]
    taxis = element_charges(placement, [Element("transport", taxi)], spans, {"K": "Kent"})
    assert [line.pence for line in taxis] == [2_000, 1_000, 0, 0]
    assert "place kept at 50 % of the price, transport not paid, £0.00 a week" in taxis[2].reason


def test_terms_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="nights paid in all"):
        AbsenceRule("missing", 5, 5_000, 4)
    with pytest.raises(ValueError, match="Each kind of absence has one rule"):
        AwayTerms(CAME, (AbsenceRule("missing"), AbsenceRule("missing", 1)))
    with pytest.raises(ValueError, match="before it starts"):
        list(stay_nights(Stay("S", "C", "K", "P", CAME, CAME - DAY), Period(CAME, CAME + DAY)))
