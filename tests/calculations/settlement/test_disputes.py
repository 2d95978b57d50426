"""Holding money moves it in time and never loses it; every amount has two sides."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.charges import CREDIT, Charge
from nearhome.settlement.calculations.disputes.crediting import credit_lines, is_part_of, most_in_dispute
from nearhome.settlement.calculations.disputes.dates import answer_by, expected_payment_by
from nearhome.settlement.calculations.disputes.holding import (
    Dispute,
    HeldMove,
    held_moves,
    positions_with_holds,
    transfers_now,
)
from nearhome.settlement.calculations.disputes.pairs import pair_account
from nearhome.settlement.calculations.ledger import balances, entries_from
from nearhome.settlement.calculations.statement import settle

AUTHORITIES = ("KEN", "POR", "WSX", "MED")
MONTHS = 6
START, END = dt.date(2026, 6, 1), dt.date(2026, 7, 1)


def line(payer: str, host: str, pence: int) -> Charge:
    return Charge("B", payer, "Madeup Care", host, "P1", "S1", "occupied", START, END, 700, pence, f"Charge of {payer}")


@dataclass(frozen=True)
class Disputed:
    """A line of one month, and how its dispute goes: raised before its close or not at all, ended by a later close."""

    month: int
    line: Charge
    ended_in: int | None  # the first month whose payments are worked out after the end; none: never disputed
    part: int


@st.composite
def histories(draw: st.DrawFn) -> tuple[Disputed, ...]:
    found = []
    for _ in range(draw(st.integers(0, 8))):
        payer, host = draw(st.permutations(AUTHORITIES))[:2]
        pence = draw(st.integers(-50_000, 2_000_000).filter(bool))
        month = draw(st.integers(0, MONTHS - 1))
        ended = draw(st.none() | st.integers(month, MONTHS))
        part = draw(st.integers(1, abs(pence))) * (1 if pence > 0 else -1)
        found.append(Disputed(month, line(payer, host, pence), ended, part))
    return tuple(found)


def disputes_as_of(history: tuple[Disputed, ...], month: int) -> list[Dispute]:
    return [
        Dispute(str(number), one.line.payer, one.line.via or "", one.part, True, one.ended_in > month)
        for number, one in enumerate(history)
        if one.ended_in is not None and one.month <= month
    ]


def paid_by_the_end(history: tuple[Disputed, ...], months: int) -> dict[str, int]:
    """Everything each authority received less what it paid, month after month, each month's payments worked out once."""
    paid: dict[str, int] = defaultdict(int)
    held: dict[str, int] = defaultdict(int)
    for month in range(months):
        moves = held_moves(disputes_as_of(history, month), held)
        net = settle([one.line for one in history if one.month == month], AUTHORITIES).net_positions
        positions = positions_with_holds(net, moves)
        for part in ("net", "held", "released", "to_settle"):
            assert sum(getattr(one, part) for one in positions) == 0
        for transfer in transfers_now(positions):
            paid[transfer.paid_to] += transfer.pence
            paid[transfer.paid_by] -= transfer.pence
        for move in moves:
            held[move.dispute_ref] += move.pence
    return {name: pence for name, pence in paid.items() if pence}


@given(histories())
def test_withdrawing_later_comes_to_the_same_as_never_disputing(history: tuple[Disputed, ...]) -> None:
    never = tuple(replace(one, ended_in=None) for one in history)
    assert paid_by_the_end(history, MONTHS + 1) == paid_by_the_end(never, MONTHS + 1)


@given(histories())
def test_what_is_not_paid_yet_is_exactly_what_is_in_dispute(history: tuple[Disputed, ...]) -> None:
    never = tuple(replace(one, ended_in=None) for one in history)
    still: dict[str, int] = defaultdict(int)
    for one in history:
        if one.ended_in is not None and one.ended_in > MONTHS - 1:
            still[one.line.via or ""] += one.part
            still[one.line.payer] -= one.part
    with_holds, without = paid_by_the_end(history, MONTHS), paid_by_the_end(never, MONTHS)
    for name in AUTHORITIES:
        assert without.get(name, 0) - with_holds.get(name, 0) == still[name]


@given(histories())
def test_working_a_month_out_again_changes_nothing(history: tuple[Disputed, ...]) -> None:
    disputes = disputes_as_of(history, MONTHS - 1)
    assert held_moves(disputes, {}) == held_moves(disputes, {})
    once = {one.dispute_ref: one.pence for one in held_moves(disputes, {})}
    assert held_moves(disputes, once) == ()


@given(histories(), st.sampled_from(AUTHORITIES), st.sampled_from(AUTHORITIES))
def test_the_account_of_a_pair_is_the_same_from_both_sides_and_pairs_add_up(
    history: tuple[Disputed, ...], one: str, other: str
) -> None:
    charges = [each.line for each in history]
    moves = held_moves(disputes_as_of(history, MONTHS - 1), {})
    mine, theirs = pair_account(one, other, charges, moves), pair_account(other, one, charges, moves)
    assert (mine.net, mine.held, mine.released) == (-theirs.net, -theirs.held, -theirs.released)
    position = next(
        p for p in positions_with_holds(settle(charges, AUTHORITIES).net_positions, moves) if p.authority == one
    )
    pairs = [pair_account(one, each, charges, moves) for each in AUTHORITIES if each != one]
    assert sum(each.net for each in pairs) == position.net
    assert sum(each.to_settle for each in pairs) == position.to_settle


@given(st.integers(-100_000, 100_000).filter(bool), st.integers(-100_000, 100_000))
def test_a_credit_gives_the_payer_what_the_host_then_bears_and_the_provider_nothing(whole: int, part: int) -> None:
    disputed = line("POR", "KEN", whole)
    if not is_part_of(part, whole):
        with pytest.raises(ValueError, match="more than nothing"):
            credit_lines(disputed, part, "the nights are wrong", {})
        return
    credited, borne = credit_lines(disputed, part, "the nights are wrong", {"KEN": "Kent", "POR": "Portsmouth"})
    assert (credited.payer, credited.pence, borne.payer, borne.pence) == ("POR", -part, "KEN", part)
    assert {credited.kind, borne.kind} == {CREDIT}
    assert credited.nights == borne.nights == 0
    after = balances(entries_from([disputed, credited, borne]))
    assert after["KEN", "provider_payable", "Madeup Care"] == -whole
    assert after["POR", "due_to_authority", "KEN"] == part - whole
    assert settle([disputed, credited, borne]).net_positions == (("KEN", whole - part), ("POR", part - whole))


def test_only_a_line_between_two_authorities_is_credited() -> None:
    for own in (line("KEN", "KEN", 100), replace(line("KEN", "KEN", 100), via=None)):
        with pytest.raises(ValueError, match="one authority recharges to another"):
            credit_lines(own, 50, "anything", {})


def test_a_dispute_raised_after_the_close_holds_nothing() -> None:
    assert held_moves([Dispute("1", "POR", "KEN", 500, holds=False, is_open=True)], {}) == ()


def test_a_hold_is_not_a_release_and_both_have_two_sides() -> None:
    held = held_moves([Dispute("1", "POR", "KEN", 500, holds=True, is_open=True)], {})
    assert held == (HeldMove("1", "POR", "KEN", 500, is_release=False),)
    released = held_moves([Dispute("1", "POR", "KEN", 500, holds=True, is_open=False)], {"1": 500})
    assert released == (HeldMove("1", "POR", "KEN", -500, is_release=True),)
    ken, por = positions_with_holds((), released)
    assert (ken.released, por.released, ken.held) == (500, -500, 0)


def test_what_is_left_of_a_line_after_a_credit_can_be_disputed() -> None:
    assert most_in_dispute(1000, 400) == 600
    assert most_in_dispute(-1000, -400) == -600


def test_days_are_counted_as_published() -> None:
    christmas = frozenset({dt.date(2026, 12, 25), dt.date(2026, 12, 28)})
    assert answer_by(dt.date(2026, 12, 18), christmas) == dt.date(2027, 1, 5)
    assert expected_payment_by(dt.date(2026, 10, 9)) == dt.date(2026, 11, 7)
    assert expected_payment_by(dt.date(2028, 2, 1)) == dt.date(2028, 3, 1)
