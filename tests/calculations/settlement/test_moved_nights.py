"""A stay that turns out to have been on other nights at the same money: the nights are moved, the money stays."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.charges import MOVED, Charge, block_charges
from nearhome.settlement.calculations.nights import BlockContract, BlockPlace, Period, PriceSpan, Stay
from nearhome.settlement.calculations.place_nights import block_nights
from nearhome.settlement.calculations.statement import difference_to_post

JANUARY = Period(date(2027, 1, 1), date(2027, 2, 1))
NAMES = {"KEN": "Kent", "POR": "Portsmouth"}
STAY = Stay("S1", "C1", "POR", "P1", date(2027, 1, 5), date(2027, 1, 15))
Lines = tuple[Charge, ...]


def charged(stay: Stay, weekly: int = 70_000) -> Lines:
    block = BlockContract(
        "B",
        "Madeup Care Ltd",
        "KEN",
        (BlockPlace("P1", date(2026, 1, 1)),),
        (PriceSpan(date(2026, 1, 1), None, weekly),),
    )
    return block_charges(block, block_nights(block, [stay], JANUARY), NAMES)


def stay_on(first: int, nights: int) -> Stay:
    arrived = date(2027, 1, 1) + timedelta(days=first)
    return replace(STAY, arrived_on=arrived, departed_on=arrived + timedelta(days=nights))


def nights_standing(posted: Lines, payer: str) -> list[date]:
    """Night by night, the slow way: charged, taken off, put on, in the order of the lines."""
    found: set[date] = set()
    for line in posted:
        if line.payer == payer:
            each = {line.starts_on + timedelta(days=at) for at in range((line.ends_before - line.starts_on).days)}
            found = found - each if line.pence < 0 else found | each
    return sorted(found)


def test_the_wrong_nights_are_taken_off_and_the_right_ones_put_on_for_the_child_and_the_empty_bed() -> None:
    posted = charged(STAY)
    moved = difference_to_post(charged(stay_on(9, 10)), posted)
    assert {one.kind for one in moved} == {MOVED}
    assert [(one.payer, one.starts_on.day, one.ends_before.day, one.pence) for one in moved] == [
        ("KEN", 15, 20, -50_000), ("KEN", 5, 10, 50_000), ("POR", 5, 10, -50_000), ("POR", 15, 20, 50_000),
    ]  # fmt: skip
    portsmouth = [one.reason for one in moved if one.payer == "POR"]
    assert portsmouth == [
        "Nights corrected, the same money in all: 5 January 2027 to 9 January 2027 were not to be charged and are taken"
        " off: £500.00",
        "Nights corrected, the same money in all: 15 January 2027 to 19 January 2027 are charged instead of nights taken"
        " off: £500.00",
    ]


FIRSTS = st.integers(0, 20)


@given(st.lists(FIRSTS, min_size=2, max_size=5), st.integers(1, 11), st.integers(100, 999_999))
def test_after_every_move_the_lines_name_the_nights_that_were_and_come_to_the_same_money(
    firsts: list[int], nights: int, weekly: int
) -> None:
    posted = charged(stay_on(firsts[0], nights), weekly)
    for first in firsts[1:]:
        due = charged(stay_on(first, nights), weekly)
        posted += difference_to_post(due, posted)
        assert difference_to_post(due, posted) == ()
        for payer in ("KEN", "POR"):
            wanted = sum(one.pence for one in due if one.payer == payer)
            assert sum(one.pence for one in posted if one.payer == payer) == wanted
        if not any(one.kind == "correction" for one in posted):
            assert nights_standing(posted, "POR") == nights_standing(due, "POR")


def test_after_a_correction_of_money_nothing_more_is_moved() -> None:
    posted = charged(STAY)
    posted += difference_to_post(charged(stay_on(4, 11)), posted)
    posted += difference_to_post(charged(stay_on(4, 10)), posted)
    assert difference_to_post(charged(stay_on(9, 10)), posted) == ()
