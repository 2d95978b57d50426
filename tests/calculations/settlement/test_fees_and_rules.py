"""Whether a month charges what a block's own fee terms say."""

from datetime import date

import pytest

from nearhome.settlement.calculations.nights import Period, PriceSpan, VoidRule
from nearhome.settlement.calculations.rules.fees import Charged, Fee, as_charged, fee_unsaid
from nearhome.settlement.calculations.rules.terms import Terms

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 10, 1))
OPENED = date(2026, 3, 1)


def unsaid(fee: Fee, *terms: Terms, weekly: int | None = 400_000) -> str:
    prices = () if weekly is None else (PriceSpan(OPENED, None, weekly),)
    return fee_unsaid([fee], terms or (Terms(OPENED, VoidRule("host")),), prices, SEPTEMBER)


@pytest.mark.parametrize(
    ("fee", "charged"),
    [
        (Fee(OPENED, 400_000), Charged(400_000)),
        (Fee(OPENED, 400_000, 50_000), Charged(400_000, 50_000)),
        (Fee(OPENED, 0, 450_000, 9_000), Charged(450_000, 0, 9_000)),
        (Fee(OPENED, 0, 450_000), None),
        (Fee(OPENED, 400_000, 50_000, 9_000), None),
    ],
)
def test_a_fee_is_charged_as_price_and_rules_or_not_at_all(fee: Fee, charged: Charged | None) -> None:
    assert as_charged(fee) == charged


def test_a_price_for_every_bed_needs_no_rules() -> None:
    assert unsaid(Fee(OPENED, 400_000)) == ""
    assert unsaid(Fee(OPENED, 500_000)) == ""  # the month's price is a price of its own, set with the fee


def test_a_variable_part_that_no_rules_have_is_named_with_the_mend() -> None:
    fee = Fee(OPENED, 400_000, 50_000)
    assert unsaid(fee) == (
        "The contract’s fee is £4,000.00 a week for each bed and £500.00 a week for each with a child; the month charges"
        " £4,000.00 a week for each bed and nothing else. Propose rules of the block with a variable part of £500.00 and no"
        " guarantee, and set its weekly price to £4,000.00."
    )
    assert unsaid(fee, Terms(OPENED, VoidRule("host"), variable_weekly=50_000)) == ""
    assert "£400.00 besides" in unsaid(fee, Terms(OPENED, VoidRule("host"), variable_weekly=40_000))
    assert "no price" in unsaid(fee, weekly=None)


def test_a_guarantee_without_a_fixed_part_is_charged_by_rules_of_the_same_guarantee() -> None:
    fee = Fee(OPENED, 0, 400_000, 8_500)
    assert unsaid(fee, Terms(OPENED, VoidRule("host"), 8_500)) == ""
    assert "a guarantee of 85%" in unsaid(fee)
    assert "under a guarantee of 90%" in unsaid(fee, Terms(OPENED, VoidRule("host"), 9_000))


def test_a_fee_that_no_rules_can_say_is_always_named() -> None:
    fee = Fee(OPENED, 400_000, 50_000, 9_000)
    words = unsaid(fee, Terms(OPENED, VoidRule("host"), 9_000, 50_000))
    assert "No rules of a block say this fee" in words


def test_every_day_of_the_month_on_which_something_changes_is_looked_at() -> None:
    middle = date(2026, 9, 15)
    agreed = Terms(OPENED, VoidRule("host"), variable_weekly=50_000)
    fees = [Fee(OPENED, 400_000, 50_000)]
    prices = (PriceSpan(OPENED, None, 400_000),)
    later = Terms(middle, VoidRule("host"))
    assert fee_unsaid(fees, (agreed,), prices, SEPTEMBER) == ""
    assert fee_unsaid(fees, (agreed, later), prices, SEPTEMBER)
    assert fee_unsaid([*fees, Fee(middle, 400_000, 60_000)], (agreed,), prices, SEPTEMBER)
    assert fee_unsaid(fees, (agreed,), (*prices, PriceSpan(middle, None, 410_000)), SEPTEMBER)
    assert fee_unsaid([Fee(date(2026, 10, 1), 400_000, 60_000)], (agreed,), prices, SEPTEMBER) == ""
