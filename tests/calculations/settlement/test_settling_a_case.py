"""A whole case: what is charged is what is paid, late facts come to the same, and a slow night-by-night account agrees."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.settlement.calculations.cases import Case, Close, months_of
from nearhome.settlement.calculations.charges import Charge
from nearhome.settlement.calculations.ledger import balances, entries_from
from nearhome.settlement.calculations.nights import Period
from nearhome.settlement.calculations.settling import Settled, settle_case
from nearhome.settlement.calculations.statement import net_transfers
from nearhome.settlement.importers.settle_files import case_from, example_case
from scenes_settling import AUTHORITIES, cases, files, read, shuffled, told_late
from scenes_settling_account import accounts_of

EXAMPLE = case_from(example_case(), "example")


def lines_of(settled: Settled) -> list[Charge]:
    return [line for one in settled.posted for line in (*one.lines, *one.corrections)]


def by_subject(lines: list[Charge]) -> dict[tuple[str, ...], int]:
    """Who pays whom for what, whatever the line is called."""
    sums: Counter[tuple[str, ...]] = Counter()
    for one in lines:
        sums[one.contract_ref, one.payer, one.payee, one.via or "", one.place_ref] += one.pence
    return {key: pence for key, pence in sums.items() if pence}


@settings(max_examples=60)
@given(files())
def test_what_is_charged_is_what_providers_are_paid_and_net_positions_are_nought(file: dict[str, Any]) -> None:
    settled = settle_case(read(file))
    found = settled.settlement
    payable: Counter[str] = Counter()
    for account in accounts_of(file).values():
        for (ref, _), pence in account.borne.items():
            payable[ref] += pence
    paid: Counter[str] = Counter()
    for one in found.payables:
        paid[one.contract_ref] += one.pence
    lead = payable.pop("LEAD", 0)
    assert {ref: pence for ref, pence in paid.items() if pence} == {
        ref: pence for ref, pence in payable.items() if pence
    }
    assert sum(one.own_cost_pence for one in found.statements) == sum(payable.values()) + lead
    assert sum(pence for _, pence in found.net_positions) == 0
    after = dict(found.net_positions)
    for transfer in net_transfers(found.net_positions):
        after[transfer.paid_by] += transfer.pence
        after[transfer.paid_to] -= transfer.pence
    assert not any(after.values())
    lines = lines_of(settled)
    for entry in entries_from(lines):
        assert sum(one.pence for one in entry.postings) == 0
    assert sum(balances(entries_from(lines)).values()) == 0


@settings(max_examples=40)
@given(files())
def test_nights_of_all_kinds_are_places_times_nights_and_each_has_one_bearer(file: dict[str, Any]) -> None:
    for due in settle_case(read(file)).due:
        nights: Counter[tuple[str, str, date]] = Counter()
        for ref, span in due.nights:
            assert span.bearer
            for number in range(span.nights):
                nights[ref, span.place_ref, span.starts_on + timedelta(days=number)] += 1
        assert set(nights.values()) <= {1}
        ends = [place["ends_before"] or date.max for contract in file["contracts"] for place in contract["places"]]
        last = due.month.ends_before
        assert sum(nights.values()) == sum(max(0, (min(one, last) - due.month.starts_on).days) for one in ends)


@settings(max_examples=80, deadline=None)
@given(files())
def test_a_slow_account_of_every_night_agrees_to_the_penny(file: dict[str, Any]) -> None:
    """Guarantees, shares in a saving, the lead's costs, placements and budgets too, for each month."""
    slow = accounts_of(file)
    for due in settle_case(read(file)).due:
        borne: Counter[tuple[str, str]] = Counter()
        for one in due.charges:
            borne[one.contract_ref, one.payer] += one.pence
        budgets: Counter[str] = Counter()
        for share in due.budgets:
            budgets[share.funder] += share.pence
        nights: Counter[str] = Counter()
        for _, span in due.nights:
            nights[span.kind] += span.nights
        wanted = slow[due.month.starts_on]
        assert {key: pence for key, pence in borne.items() if pence} == {
            key: pence for key, pence in wanted.borne.items() if pence
        }
        assert {key: pence for key, pence in budgets.items() if pence} == {
            key: pence for key, pence in wanted.budgets.items() if pence
        }
        assert nights == wanted.nights


@settings(max_examples=60, deadline=None)
@given(files(), st.data())
def test_facts_posted_late_in_any_order_come_to_the_same(file: dict[str, Any], data: st.DataObject) -> None:
    """Stays, closures, prices, rules, guaranteed shares, payers and placements, learnt late or told wrongly at first."""
    on_time = settle_case(read(file))
    months = months_of(on_time.case.period)
    last = on_time.case.period.ends_before + timedelta(days=40)
    late = data.draw(told_late(file, last))
    closed = [*(one.ends_before + timedelta(days=8) for one in months[:-1]), last]
    late["closes"] = [
        {"month": month.starts_on.replace(day=1), "closed_on": day} for month, day in zip(months, closed, strict=True)
    ]
    assert by_subject(lines_of(settle_case(read(late)))) == by_subject(lines_of(on_time))


@settings(max_examples=40, deadline=None)
@given(files(), st.data())
def test_the_order_of_anything_in_the_file_does_not_matter(file: dict[str, Any], data: st.DataObject) -> None:
    late = data.draw(told_late(file, file["period"]["ends_before"]))
    first = months_of(read(file).period)[0]
    late["closes"] = [{"month": first.starts_on, "closed_on": first.ends_before}]
    one, other = settle_case(read(late)), settle_case(read(data.draw(shuffled(late))))
    assert by_subject(lines_of(other)) == by_subject(lines_of(one))
    assert set(other.problems) == set(one.problems)
    assert [sum(line.pence for line in due.charges) for due in other.due] == [
        sum(line.pence for line in due.charges) for due in one.due
    ]
    assert other.settlement.net_positions == one.settlement.net_positions


@settings(max_examples=30)
@given(cases())
def test_closing_the_same_months_twice_posts_nothing_new(case: Case) -> None:
    months = months_of(case.period)
    closes = tuple(Close(one.starts_on, one.ends_before + timedelta(days=8)) for one in months)
    posted = settle_case(replace(case, closes=closes)).posted
    assert not any(one.corrections for one in posted)
    assert by_subject([line for one in posted for line in one.lines]) == by_subject(lines_of(settle_case(case)))


def test_the_block_of_the_decision_costs_what_the_paper_says() -> None:
    """15 beds at £4,557 a week for a year of 365 days."""
    full = replace(EXAMPLE, period=Period(date(2025, 4, 1), date(2026, 4, 1)), closes=())
    settled = settle_case(full)
    assert sum(one.pence for one in settled.settlement.payables) == 356_422_500


def test_the_quarter_of_the_example_by_hand() -> None:
    settled = settle_case(EXAMPLE)
    found = settled.settlement
    nights = 15 * 91
    assert sum(one.pence for one in found.payables) == 455_700 * nights // 7 == 88_861_500
    owed = {one.owed_by: one.pence for one in found.recharges}
    # Medway: one child, 91 nights. West Sussex: beds 5 and 10, both with its own child. Portsmouth: bed 15, empty and
    # nominated to it, and its child in Kent's bed 3 for the 28 nights from 20 May to 16 June.
    assert owed == {"MED": 65_100 * 91, "WSX": 65_100 * 182, "POR": 65_100 * (91 + 28)}
    corrections = [line for one in settled.posted for line in one.corrections]
    assert {line.pence for line in corrections} == {325_500, -325_500}
    assert {one.closed_on for one in settled.posted if one.corrections} == {date(2024, 6, 7)}


def test_no_charge_before_a_place_is_ready() -> None:
    ramp = replace(EXAMPLE, period=Period(date(2023, 4, 1), date(2024, 4, 1)), closes=())
    settled = settle_case(ramp)
    ready = 5 * 366 + 5 * 183
    assert sum(one.pence for one in settled.settlement.payables) == Fraction(455_700 * ready, 7)
    kinds = Counter(span.kind for due in settled.due for _, span in due.nights)
    assert kinds["not_yet_payable"]


def test_an_authority_that_splits_in_two_hands_its_children_on_at_midnight() -> None:
    case = json.loads(example_case())
    case["title"], case["closes"] = "Surrey becomes two, made up", []
    case["period"] = {"starts_on": "2027-03-01", "ends_before": "2027-05-01"}
    case["authorities"] += [{"ref": ref, "name": ref.title()} for ref in ("SURREY", "EAST SURREY", "WEST SURREY")]
    for number, successor in ((13, "EAST SURREY"), (14, "WEST SURREY")):
        case["contracts"][0]["stays"].append(
            {"ref": f"T{number}", "child": f"Test child {number}", "authority": "SURREY", "place": f"Bed {number}",
             "arrived_on": "2027-01-04", "funders": [{"starts_on": "2027-04-01", "authority": successor}]}
        )  # fmt: skip
    settled = settle_case(case_from(json.dumps(case).encode(), "case"))
    own = {one.authority: one.own_cost_pence for one in settled.settlement.statements}
    assert own["SURREY"] == 2 * 31 * 65_100
    assert own["EAST SURREY"] == own["WEST SURREY"] == 30 * 65_100


@pytest.mark.parametrize("first", [date(2028, 2, 1), date(2026, 3, 1), date(2026, 10, 1)])
def test_leap_days_and_the_nights_on_which_clocks_change_are_nights_like_others(first: date) -> None:
    month = months_of(Period(first, first + timedelta(days=40)))[0]
    settled = settle_case(replace(EXAMPLE, period=month, closes=()))
    assert sum(one.pence for one in settled.settlement.payables) == 15 * 65_100 * month.nights


def test_the_authorities_of_the_scenes_are_those_of_the_example() -> None:
    assert set(AUTHORITIES) == set(EXAMPLE.authorities)
