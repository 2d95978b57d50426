from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.charges import Charge, block_charges
from nearhome.settlement.calculations.ledger import Entry, Posting, balances, entries_from
from nearhome.settlement.calculations.nights import BlockContract, BlockPlace, Period, PriceSpan, Stay
from nearhome.settlement.calculations.place_nights import block_nights
from nearhome.settlement.calculations.statement import (
    Payable,
    Recharge,
    Transfer,
    difference_to_post,
    net_transfers,
    settle,
)
from nearhome.settlement.exporters.statement_pdf import statement_pdf

OWNERS = (("P1", "KEN"), ("P2", "KEN"), ("P3", "WSX"))
JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))
NAMES = {"KEN": "Kent", "POR": "Portsmouth", "WSX": "West Sussex"}
CONTRACT = BlockContract(
    "BLOCK-1",
    "Madeup Meadow Care Ltd",
    "KEN",
    tuple(BlockPlace(ref, date(2026, 1, 1), None, owner) for ref, owner in OWNERS),
    (PriceSpan(date(2020, 1, 1), None, 455700),),
)
KENT_CHILD = Stay("S1", "C1", "KEN", "P1", date(2026, 3, 1))
VISITOR = Stay("S2", "C2", "POR", "P2", date(2026, 6, 10), date(2026, 6, 25))


def month(*stays: Stay) -> tuple[Charge, ...]:
    return block_charges(CONTRACT, block_nights(CONTRACT, stays, JUNE), NAMES)


def line(payer: str, payee: str, via: str | None, pence: int) -> Charge:
    words = f"Test charge of {payer}"
    return Charge("B", payer, payee, via, "P1", None, "occupied", JUNE.starts_on, JUNE.ends_before, 700, pence, words)


AUTHORITIES = st.sampled_from(["KEN", "POR", "WSX", "MED", "SLO"])
CHARGES = st.lists(
    st.builds(
        line,
        AUTHORITIES,
        st.sampled_from(["Madeup Care Ltd", "Madeup Homes Ltd"]),
        st.none() | AUTHORITIES,
        st.integers(-10_000, 2_000_000),
    ),
    max_size=25,
).map(tuple)


def test_the_worked_month_is_settled_between_three_authorities() -> None:
    settlement = settle(month(KENT_CHILD, VISITOR), ("MED",))
    assert settlement.payables == (Payable("KEN", "Madeup Meadow Care Ltd", "BLOCK-1", 5859000),)
    assert settlement.recharges == (Recharge("POR", "KEN", 976500), Recharge("WSX", "KEN", 1953000))
    assert settlement.net_positions == (("KEN", 2929500), ("MED", 0), ("POR", -976500), ("WSX", -1953000))
    assert net_transfers(settlement.net_positions) == (
        Transfer("WSX", "KEN", 1953000),
        Transfer("POR", "KEN", 976500),
    )


def test_own_cost_is_what_was_paid_less_what_others_owe() -> None:
    kent = settle(month(KENT_CHILD, VISITOR)).statements[0]
    assert (kent.paid_to_providers_pence, kent.recharged_to_others_pence, kent.own_cost_pence) == (
        5859000,
        2929500,
        2929500,
    )


@given(CHARGES)
def test_net_positions_always_sum_to_nought(charges: tuple[Charge, ...]) -> None:
    assert sum(pence for _, pence in settle(charges).net_positions) == 0


@given(CHARGES)
def test_charges_are_what_providers_are_paid_per_contract_and_in_all(charges: tuple[Charge, ...]) -> None:
    settlement = settle(charges)
    assert sum(item.pence for item in settlement.payables) == sum(charge.pence for charge in charges)
    for provider in {charge.payee for charge in charges}:
        paid = sum(item.pence for item in settlement.payables if item.provider == provider)
        assert paid == sum(charge.pence for charge in charges if charge.payee == provider)
    for statement in settlement.statements:
        paid = sum(item.pence for item in settlement.payables if item.payer == statement.authority)
        assert statement.paid_to_providers_pence == paid


@given(CHARGES)
def test_own_costs_add_up_to_all_charges(charges: tuple[Charge, ...]) -> None:
    assert sum(item.own_cost_pence for item in settle(charges).statements) == sum(charge.pence for charge in charges)


STAYS = st.lists(st.tuples(st.integers(-10, 35), st.integers(1, 60), AUTHORITIES), max_size=3)


@given(STAYS)
def test_whoever_the_children_are_the_host_pays_for_every_available_night(drawn: list[tuple[int, int, str]]) -> None:
    """Three places for 30 nights at £4,557.00 ÷ 7 = £651.00, by nobody's charges."""
    stays = [
        Stay(f"S{number}", f"C{number}", payer, OWNERS[number][0], first, first + timedelta(days=nights))
        for number, (after, nights, payer) in enumerate(drawn)
        for first in (JUNE.starts_on + timedelta(days=after),)
    ]
    settlement = settle(month(*stays))
    assert settlement.payables == (Payable("KEN", "Madeup Meadow Care Ltd", "BLOCK-1", 3 * 30 * 65_100),)
    assert sum(item.own_cost_pence for item in settlement.statements) == 3 * 30 * 65_100
    nights = dict.fromkeys(("KEN", "WSX", "POR", "MED", "SLO"), 0)
    for number in range(90):
        place, night = OWNERS[number // 30], JUNE.starts_on + timedelta(days=number % 30)
        there = [
            stay.authority
            for stay in stays
            if stay.place_ref == place[0] and stay.arrived_on <= night < (stay.departed_on or night)
        ]
        nights[there[0] if there else place[1]] += 1
    owed = {item.owed_by: item.pence for item in settlement.recharges}
    assert owed == {name: 65_100 * count for name, count in nights.items() if count and name != "KEN"}


@given(CHARGES)
def test_transfers_bring_every_position_to_nought(charges: tuple[Charge, ...]) -> None:
    positions = dict(settle(charges).net_positions)
    transfers = net_transfers(positions)
    for transfer in transfers:
        assert transfer.pence > 0
        positions[transfer.paid_by] += transfer.pence
        positions[transfer.paid_to] -= transfer.pence
    assert not any(positions.values())
    assert len(transfers) <= max(len(positions) - 1, 0)


def test_pairs_that_cancel_exactly_need_one_payment_each() -> None:
    transfers = net_transfers({"A": -500, "B": 300, "C": -300, "D": 500})
    assert transfers == (Transfer("A", "D", 500), Transfer("C", "B", 300))


def test_positions_that_do_not_sum_to_nought_are_refused() -> None:
    with pytest.raises(ValueError, match=r"not £0\.01"):
        net_transfers({"A": 1})


def test_a_late_fact_posts_only_the_difference() -> None:
    posted = month(KENT_CHILD, VISITOR)
    due_now = month(KENT_CHILD, replace(VISITOR, departed_on=date(2026, 6, 21)))
    corrections = difference_to_post(due_now, posted)
    assert {(line.payer, line.pence) for line in corrections} == {("POR", -260400), ("KEN", 260400)}
    portsmouth = next(line for line in corrections if line.payer == "POR")
    assert portsmouth.reason.startswith(
        "Correction for 10 June 2026 to 24 June 2026: £7,161.00 is due, £9,765.00 was posted."
    )
    assert "was posted. Now due: 11 nights from 10 June 2026 to 20 June 2026" in portsmouth.reason
    assert portsmouth.nights == 0
    assert difference_to_post(due_now, posted + corrections) == ()
    undone = difference_to_post(posted, posted + corrections)
    assert all(line.reason.count("Correction") == 1 for line in undone)


def test_what_was_never_due_is_taken_back_in_words() -> None:
    """The child never came: the correction says that nothing is due, and what had been charged."""
    portsmouth = next(c for c in difference_to_post(month(KENT_CHILD), month(KENT_CHILD, VISITOR)) if c.payer == "POR")
    assert "£0.00 is due, £9,765.00 was posted. Nothing is due now. Posted was: 15 nights" in portsmouth.reason


def test_a_child_nobody_knew_of_moves_the_cost_from_the_empty_bed() -> None:
    corrections = difference_to_post(month(KENT_CHILD, VISITOR), month(KENT_CHILD))
    assert sum(line.pence for line in corrections) == 0
    assert {(line.payer, line.pence) for line in corrections} == {("POR", 976500), ("KEN", -976500)}


@given(CHARGES, CHARGES)
def test_what_was_posted_and_the_difference_make_what_is_due(
    due_now: tuple[Charge, ...], posted: tuple[Charge, ...]
) -> None:
    corrections = difference_to_post(due_now, posted)
    after = dict(settle(posted + corrections).net_positions)
    wanted = dict(settle(due_now).net_positions)
    assert all(after.get(name, 0) == wanted.get(name, 0) for name in after.keys() | wanted.keys())
    assert difference_to_post(due_now, posted + corrections) == ()


@given(CHARGES)
def test_every_entry_balances_and_the_books_agree_with_the_statements(charges: tuple[Charge, ...]) -> None:
    entries = entries_from(charges)
    assert all(sum(posting.pence for posting in entry.postings) == 0 for entry in entries)
    books: dict[tuple[str, str], int] = defaultdict(int)
    for (authority, account, _), pence in balances(entries).items():
        books[authority, account] += pence
    for statement in settle(charges).statements:
        name = statement.authority
        assert books[name, "placement_cost"] == statement.own_cost_pence
        assert books[name, "provider_payable"] == -statement.paid_to_providers_pence
        assert books[name, "due_from_authority"] + books[name, "due_to_authority"] == statement.net_pence


def test_an_entry_out_of_balance_is_refused() -> None:
    with pytest.raises(ValueError, match=r"£0\.10 out of balance for KEN"):
        Entry("Test", (Posting("placement_cost", "KEN", "X", 20), Posting("provider_payable", "KEN", "X", -10)))


def test_the_statement_is_a_tagged_english_pdf() -> None:
    settlement = settle(month(KENT_CHILD, VISITOR))
    for statement in settlement.statements:
        made = statement_pdf(
            statement,
            period=JUNE,
            names={**NAMES, "WSX": '#eval("1") *West* Sussex'},
            made_on=date(2026, 7, 2),
            transfers=net_transfers(settlement.net_positions),
        )
        pdf = pikepdf.open(BytesIO(made))
        assert bool(pdf.Root.MarkInfo.Marked) is True
        assert str(pdf.Root.Lang) == "en-GB"
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.docinfo["/Title"]).endswith(", 1 June 2026 to 30 June 2026")
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    assert str(pdf.docinfo["/Title"]).startswith('Statement for #eval("1") *West* Sussex')


def test_an_authority_without_a_charge_gets_an_empty_statement() -> None:
    (statement,) = settle((), ("MED",)).statements
    assert (statement.own_cost_pence, statement.net_pence, statement.lines) == (0, 0, ())
    assert statement_pdf(statement, period=JUNE, names={}, made_on=date(2026, 7, 2)).startswith(b"%PDF")
