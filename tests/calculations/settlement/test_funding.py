"""Charges divided between a payer's budgets: whole to the penny, whatever is said when."""

import datetime as dt
from collections import defaultdict
from fractions import Fraction

import hypothesis.strategies as st
from hypothesis import given

from nearhome.settlement.calculations.elements import Split
from nearhome.settlement.calculations.funding import (
    FUNDERS,
    Balance,
    Code,
    Entry,
    OwnSplit,
    Paid,
    Plan,
    balances,
    divided,
    entries_to_post,
)

MAY, JUNE, JULY = dt.date(2026, 5, 1), dt.date(2026, 6, 1), dt.date(2026, 7, 1)
DAY = dt.timedelta(days=1)
FIRST = dt.date(2026, 4, 20)

days = st.integers(0, 80).map(lambda number: FIRST + number * DAY)
cuts = st.lists(st.integers(0, 10_000), min_size=3, max_size=3).map(sorted)
shares = cuts.map(
    lambda cut: tuple(
        (funder, points)
        for funder, points in zip(FUNDERS, (cut[0], cut[1] - cut[0], cut[2] - cut[1], 10_000 - cut[2]), strict=True)
        if points
    )
)
splits = st.builds(
    OwnSplit, st.sampled_from(["", "accommodation", "therapy", "one-off"]), st.builds(Split, days, shares)
)


@st.composite
def charges(draw: st.DrawFn) -> Paid:
    about = draw(st.sampled_from([MAY, JUNE]))
    first = about + draw(st.integers(0, 28)) * DAY
    booking, element = draw(st.sampled_from([None, 1, 2])), draw(st.sampled_from(["", "therapy", "bike"]))
    before = first + draw(st.integers(1, 30)) * DAY
    return Paid(about, booking, element, first, before, draw(st.integers(-100_000, 1_000_000)))


def night_by_night(charge: Paid, timeline: tuple[Split, ...]) -> dict[str, Fraction]:
    """The slow way: each night bears its part of the charge under the split that is in force that night."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    nights = (charge.ends_before - charge.starts_on).days
    for number in range(nights):
        night = charge.starts_on + number * DAY
        begun = [one for one in timeline if one.starts_on <= night]
        in_force = max(begun, key=lambda one: one.starts_on).shares if begun else (("social care", 10_000),)
        for funder, points in in_force:
            found[funder] += Fraction(charge.pence * points, 10_000 * nights)
    return found


@given(charges(), st.lists(splits, max_size=6))
def test_a_charge_is_divided_night_by_night_and_wholly(charge: Paid, said: list[OwnSplit]) -> None:
    timeline = Plan({1: tuple(said), 2: tuple(said)}).splits_of(charge.booking, charge.element)
    parts, exact = divided(charge, timeline), night_by_night(charge, timeline)
    assert sum(parts.values()) == charge.pence
    assert all(abs(parts.get(funder, 0) - exact.get(funder, 0)) < 1 for funder in {*parts, *exact})


def add(posted: dict[Balance, int], entries: tuple[Entry, ...]) -> None:
    for one in entries:
        posted[one.balance] = posted.get(one.balance, 0) + one.pence


@given(st.lists(charges(), max_size=8), st.lists(splits, max_size=5), st.data())
def test_any_order_of_posting_ends_in_the_same_balances(
    lines: list[Paid], said: list[OwnSplit], data: st.DataObject
) -> None:
    plan = Plan({1: tuple(said)})
    posted: dict[Balance, int] = {}
    shown, spoken = 0, 0
    while shown < len(lines) or spoken < len(said):
        shown = data.draw(st.integers(shown, len(lines)))
        spoken = data.draw(st.integers(spoken, len(said)))
        if data.draw(st.booleans()):
            shown, spoken = min(len(lines), shown + 1), min(len(said), spoken + 1)
        add(posted, entries_to_post(lines[:shown], Plan({1: tuple(said[:spoken])}), posted, JUNE))
    add(posted, entries_to_post(lines, plan, posted, JUNE))
    at_once = balances(lines, plan)
    assert {key: pence for key, pence in posted.items() if pence} == {key: p for key, p in at_once.items() if p}
    for subject in {one.subject for one in lines}:
        due = sum(one.pence for one in lines if one.subject == subject)
        assert sum(pence for key, pence in posted.items() if key[:3] == subject) == due
    assert entries_to_post(lines, plan, posted, JUNE) == ()


@given(st.lists(charges(), max_size=6), st.lists(splits, max_size=4), splits)
def test_a_changed_split_moves_money_and_adds_none(lines: list[Paid], said: list[OwnSplit], late: OwnSplit) -> None:
    posted = balances(lines, Plan({1: tuple(said), 2: ()}))
    moved: dict[object, int] = defaultdict(int)
    for one in entries_to_post(lines, Plan({1: (*said, late), 2: ()}), posted, JULY):
        moved[one.balance[:3]] += one.pence
    assert not any(moved.values())


def test_all_is_social_care_until_the_first_split() -> None:
    line = Paid(MAY, 1, "therapy", dt.date(2026, 5, 1), dt.date(2026, 5, 31), 30_000)
    assert balances([line], Plan()) == {(MAY, 1, "therapy", "social care", ""): 30_000}
    health = OwnSplit("therapy", Split(dt.date(2026, 5, 21), (("social care", 7000), ("health", 3000))))
    posted = balances([line], Plan())
    entries = entries_to_post([line], Plan({1: (health,)}), posted, JUNE)
    assert [(one.balance[3], one.pence) for one in entries] == [("social care", -3000), ("health", 3000)]
    assert entries[0].words == "Therapy, May 2026: funding changed; social care 70%, health 30% from 21 May 2026"


def test_a_credit_is_divided_the_same_way_with_its_sign() -> None:
    half = Plan({1: (OwnSplit("one-off", Split(MAY, (("social care", 5000), ("education", 5000)))),)})
    back = Paid(MAY, 1, "Uniform returned", MAY, MAY + DAY, -101)
    assert balances([back], half) == {
        (MAY, 1, "Uniform returned", "social care", ""): -51,
        (MAY, 1, "Uniform returned", "education", ""): -50,
    }


def test_an_elements_own_split_and_code_go_before_the_general_ones() -> None:
    grant, health = Split(MAY, (("grant", 10_000),)), Split(JUNE, (("health", 10_000),))
    plan = Plan(
        {1: (OwnSplit("", grant), OwnSplit("therapy", health))},
        (Code("", "grant", MAY, "G1"), Code("therapy", "health", MAY, "H1"), Code("therapy", "health", JUNE, "H2")),
    )
    assert plan.splits_of(1, "therapy") == (grant, health)
    assert plan.splits_of(1, "") == (grant,)
    lines = [Paid(MAY, 1, "therapy", MAY, JUNE, 100), Paid(JUNE, 1, "therapy", JUNE, JULY, 200)]
    assert balances(lines, plan) == {(MAY, 1, "therapy", "grant", "G1"): 100, (JUNE, 1, "therapy", "health", "H2"): 200}


def test_another_code_moves_money_between_codes_alone() -> None:
    line = Paid(MAY, None, "", MAY, MAY, 500)
    posted = balances([line], Plan())
    entries = entries_to_post([line], Plan(codes=(Code("", "social care", MAY, "4521"),)), posted, JUNE)
    assert [(one.balance[4], one.pence) for one in entries] == [("", -500), ("4521", 500)]
    assert entries[0].words == "Accommodation and care, May 2026: another ledger code; social care 100%"


def test_charges_that_changed_say_so_and_a_lead_cost_is_other() -> None:
    plan = Plan(codes=(Code("other", "social care", MAY, "9"),))
    lines = [Paid(MAY, None, "lead_cost", MAY, JUNE, 500)]
    posted = balances(lines, plan)
    assert posted == {(MAY, None, "lead_cost", "social care", "9"): 500}
    (entry,) = entries_to_post([*lines, Paid(MAY, None, "lead_cost", MAY, JUNE, -20)], plan, posted, JULY)
    assert (entry.pence, "changed by what was found in July 2026" in entry.words) == (-20, True)
