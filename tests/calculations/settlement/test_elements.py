"""Prices with parts, budgets that share them, and a placement that steps across."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.settlement.calculations.elements import Element, OneOff, Placement, Split, Stage, placement_charges
from nearhome.settlement.calculations.nights import Period, PriceSpan, Stay, price_spans

DAY = timedelta(days=1)
CAME = date(2026, 4, 6)
YEAR = Period(date(2026, 4, 1), date(2027, 4, 1))
THREE_WAYS = Split(CAME, (("social care", 5_000), ("education", 3_000), ("health", 2_000)))
HOME = Element("accommodation", price_spans([(CAME, 455_700)]), (THREE_WAYS,), "LAC-RES")
THERAPY = Element("therapy", (PriceSpan(date(2026, 5, 4), date(2026, 6, 1), 30_000),), ledger_code="LAC-THER")


def stay(ref: str, first: date, last: date | None, place: str = "Place 1") -> Stay:
    return Stay(ref, "Test child", "KEN", place, first, last)


def one_stage(*elements: Element, one_offs: tuple[OneOff, ...] = (), last: date | None = None) -> Placement:
    return Placement(
        "IPA-1", "spot", (Stage("residential", "Madeup Care", stay("S1", CAME, last), elements),), one_offs
    )


def test_every_part_is_a_line_and_only_accommodation_counts_nights() -> None:
    charges, _ = placement_charges(
        one_stage(HOME, THERAPY), Period(date(2026, 5, 1), date(2026, 6, 1)), {"KEN": "Kent"}
    )
    assert [(one.element, one.nights, one.pence) for one in charges] == [
        ("accommodation", 31, 2_018_100), ("therapy", 0, 120_000),
    ]  # fmt: skip
    assert "therapy, child of Kent" in charges[1].reason


def test_budgets_share_each_part_and_a_ledger_code_goes_with_it() -> None:
    _, shares = placement_charges(one_stage(HOME), Period(CAME, CAME + DAY * 7), {})
    assert {one.funder: one.pence for one in shares} == {"social care": 227_850, "education": 136_710, "health": 91_140}
    assert {one.ledger_code for one in shares} == {"LAC-RES"}


def test_two_elements_alike_are_two_lines_as_they_are_two_shares_of_budgets() -> None:
    charges, shares = placement_charges(one_stage(HOME, THERAPY, THERAPY), YEAR, {})
    assert sum(one.pence for one in charges) == sum(one.pence for one in shares)
    assert [one.pence for one in charges if one.element == "therapy"] == [120_000, 120_000]


@given(
    st.integers(1, 900_000),
    st.integers(0, 300),
    st.integers(0, 120),
    st.integers(0, 120),
    st.lists(st.integers(0, 10_000), min_size=2, max_size=2).map(sorted),
)
def test_budgets_add_up_to_the_price_over_any_months(
    weekly: int, first: int, one: int, two: int, cuts: list[int]
) -> None:
    low, high = cuts
    split = Split(CAME, (("social care", low), ("education", high - low), ("health", 10_000 - high)))
    placement = one_stage(Element("accommodation", price_spans([(CAME, weekly)]), (split,)))
    start = CAME + DAY * first

    def by_funder(period: Period) -> dict[str, int]:
        found: dict[str, int] = {}
        for share in placement_charges(placement, period, {})[1]:
            found[share.funder] = found.get(share.funder, 0) + share.pence
        return found

    parts = [
        by_funder(Period(start, start + DAY * one)),
        by_funder(Period(start + DAY * one, start + DAY * (one + two))),
    ]
    whole = by_funder(Period(start, start + DAY * (one + two)))
    assert {name: sum(part.get(name, 0) for part in parts) for name in ("social care", "education", "health")} == {
        name: whole.get(name, 0) for name in ("social care", "education", "health")
    }
    exact = weekly * (one + two) / 7
    assert abs(sum(whole.values()) - exact) <= 1


def test_a_split_that_changes_cuts_the_line_and_loses_no_penny() -> None:
    later = Split(date(2026, 5, 1), (("health", 10_000),))
    element = Element("accommodation", price_spans([(CAME, 455_701)]), (THREE_WAYS, later))
    charges, shares = placement_charges(one_stage(element), Period(CAME, date(2026, 6, 1)), {})
    assert [one.nights for one in charges] == [25, 31]
    assert sum(one.pence for one in charges) == sum(one.pence for one in shares) == round(455_701 * 56 / 7)


def test_a_split_that_does_not_sum_to_all_of_it_is_refused() -> None:
    with pytest.raises(ValueError, match="sum to 9999 basis points"):
        Split(CAME, (("health", 9_999),))


def test_a_step_across_is_priced_by_the_stage_of_each_night() -> None:
    move, home = date(2026, 9, 1), date(2026, 9, 15)
    foster = Element("accommodation", price_spans([(move, 98_000)]))
    keep = Element("accommodation", price_spans([(move, 227_850)]))
    placement = Placement(
        "IPA-2", "framework",
        (
            Stage("residential", "Madeup Care", stay("S1", CAME, move), (HOME,)),
            Stage("transition, bed kept", "Madeup Care", stay("S2", move, home), (keep,)),
            Stage("foster care", "Madeup Fostering", stay("S3", move, None, "Household 4"), (foster,)),
        ),
    )  # fmt: skip
    september, _ = placement_charges(placement, Period(date(2026, 9, 1), date(2026, 10, 1)), {})
    assert [(one.payee, one.nights, one.pence) for one in september] == [
        ("Madeup Care", 14, 455_700), ("Madeup Fostering", 30, 420_000),
    ]  # fmt: skip
    august, _ = placement_charges(placement, Period(date(2026, 8, 1), date(2026, 9, 1)), {})
    assert [one.payee for one in august] == ["Madeup Care"]


def test_a_later_stage_changes_nothing_of_an_earlier_one() -> None:
    before = placement_charges(one_stage(HOME, last=date(2026, 9, 1)), Period(CAME, date(2026, 9, 1)), {})
    later = Stage("foster care", "Madeup Fostering", stay("S3", date(2026, 9, 1), None, "Household 4"), (HOME,))
    both = Placement("IPA-1", "spot", (*one_stage(HOME, last=date(2026, 9, 1)).stages, later))
    assert placement_charges(both, Period(CAME, date(2026, 9, 1)), {}) == before


def test_an_amount_on_one_day_and_a_credit() -> None:
    extra = OneOff("Bed and desk", date(2026, 5, 5), 40_001, (Split(CAME, (("health", 5_000), ("education", 5_000))),))
    credit = OneOff("Days not staffed", date(2026, 5, 31), -10_000)
    charges, shares = placement_charges(
        one_stage(HOME, one_offs=(extra, credit)), Period(date(2026, 5, 1), date(2026, 6, 1)), {}
    )
    assert [one.pence for one in charges[1:]] == [40_001, -10_000]
    assert sorted(one.pence for one in shares if one.charge.element == "Bed and desk") == [20_000, 20_001]
    assert "credit" in charges[2].reason


def test_a_night_without_a_price_of_accommodation_is_named() -> None:
    late = Element("accommodation", price_spans([(date(2026, 5, 1), 455_700)]))
    with pytest.raises(ValueError, match="no price for some nights"):
        placement_charges(one_stage(late), YEAR, {})
