"""A year of a block is worked out from few stays, and comes to the same as from all of them."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.budgets.history import bearing_on
from nearhome.settlement.calculations.nights import BlockContract, BlockPlace, Period, Stay, VoidRule
from nearhome.settlement.calculations.place_nights import block_nights

OPENED, SINCE = date(2025, 1, 1), date(2026, 4, 1)
YEAR = Period(SINCE, date(2027, 4, 1))


@st.composite
def stays(draw: st.DrawFn) -> list[Stay]:
    """One after another in one place, some of no nights, the last perhaps going on."""
    made, day = [], OPENED + timedelta(days=draw(st.integers(-20, 40)))
    for number in range(draw(st.integers(0, 8))):
        leaves = day + timedelta(days=draw(st.integers(0, 150)))
        made.append(Stay(f"S{number}", "C", "Kent", "P", day, leaves))
        day = leaves + timedelta(days=draw(st.integers(0, 60)))
    if made and draw(st.booleans()):
        made[-1] = replace(made[-1], departed_on=None)
    return made


@given(stays(), st.integers(0, 40), st.integers(0, 60), st.randoms())
def test_few_stays_say_the_same_as_all(all_of_them: list[Stay], grace: int, more: int, chance) -> None:
    rule = VoidRule("host", (("Kent", 1), ("Medway", 2)), grace, grace + more)
    contract = BlockContract("B", "Madeup Meadow Care Ltd", "Kent", (BlockPlace("P", OPENED),), (), rule)
    few = bearing_on(all_of_them, SINCE)
    chance.shuffle(all_of_them)
    assert block_nights(contract, few, YEAR) == block_nights(contract, all_of_them, YEAR)
    assert bearing_on(all_of_them, SINCE)[:1] == few[:1] or not few


def test_of_stays_that_are_over_only_the_last_is_kept() -> None:
    early, late, now = (Stay(ref, "C", "Kent", "P", OPENED, None) for ref in ("A", "B", "C"))
    early = replace(early, departed_on=date(2025, 2, 1))
    late = replace(late, arrived_on=date(2025, 3, 1), departed_on=SINCE)
    now = replace(now, arrived_on=SINCE)
    assert bearing_on([early, late, now], SINCE) == (late, now)
