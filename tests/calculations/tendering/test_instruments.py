"""Instruments and regimes: no term beyond its limit, the regime of the day, the threshold of the day, every rule with its source."""

import datetime as dt
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.tendering.calculations.instruments.checking import (
    Case,
    against_threshold,
    check,
    last_day,
    refusals,
    regime_on,
)
from nearhome.tendering.calculations.instruments.rules import STANDINGS, rules_from_mapping

TOLD = tomllib.loads((files("nearhome.tendering") / "reference" / "instruments.toml").read_text(encoding="utf-8"))
RULES = rules_from_mapping(TOLD)
TODAY = dt.date(2026, 11, 30)
OLD = dt.date(2024, 3, 1)
PLAIN = Case(
    "closed_framework", "PA23", light_touch=False, commences_on=TODAY, starts_on=dt.date(2027, 4, 1), months=48
)
INSTRUMENTS = [one.key for one in RULES.instruments]


def case(**changed: object) -> Case:
    from dataclasses import replace

    return replace(PLAIN, **changed)


@pytest.mark.parametrize(
    ("day", "regime"),
    [(dt.date(2025, 2, 23), "PCR2015"), (dt.date(2025, 2, 24), "PA23"), (TODAY, "PA23"), (OLD, "PCR2015")],
)
def test_the_regime_is_that_of_the_day_it_commenced(day: dt.date, regime: str) -> None:
    assert regime_on(day, RULES) == regime


def test_a_day_before_any_regime_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="No regime is known for 1 January 2000"):
        regime_on(dt.date(2000, 1, 1), RULES)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, ""),
        ({"extension_months": 1}, "49 months are 1 too many"),
        ({"light_touch": True, "months": 240}, ""),
        ({"instrument": "open_framework", "months": 96}, ""),
        ({"instrument": "open_framework", "months": 97, "light_touch": True}, "97 months are 1 too many"),
        ({"instrument": "flexible_framework", "light_touch": False}, "Choose an open framework"),
        ({"instrument": "flexible_framework", "light_touch": True, "months": 120}, ""),
        ({"instrument": "dynamic_market", "months": 600}, ""),
        ({"instrument": "block_contract", "months": 120}, ""),
        ({"regime": "PCR2015"}, "Choose the Procurement Act 2023"),
        ({"regime": "PCR2015", "commences_on": OLD}, ""),
        ({"regime": "PCR2015", "commences_on": OLD, "months": 49}, "1 too many"),
        (
            {
                "regime": "PCR2015", "commences_on": OLD, "instrument": "dynamic_market",
                "starts_on": dt.date(2024, 2, 24), "months": 60,
            },
            "",
        ),
        (
            {
                "regime": "PCR2015", "commences_on": OLD, "instrument": "dynamic_market",
                "starts_on": dt.date(2024, 2, 25), "months": 60,
            },
            "would end on 24 February 2029",
        ),
        ({"commences_on": OLD}, "Choose the Public Contracts Regulations 2015"),
        ({"months": None}, ""),
    ],
)  # fmt: skip
def test_a_term_beyond_its_limit_is_refused_with_the_mend(changed: dict[str, object], words: str) -> None:
    said = " ".join(refusals(case(**changed), RULES))
    assert words in said
    assert bool(said) == bool(words)


@given(
    st.sampled_from(INSTRUMENTS), st.booleans(), st.sampled_from(["PA23", "PCR2015"]), st.integers(1, 300),
    st.integers(0, 60), st.dates(dt.date(2022, 1, 1), dt.date(2028, 12, 31)),
)  # fmt: skip
def test_whatever_is_not_refused_keeps_every_limit(
    instrument: str, light: bool, regime: str, months: int, more: int, starts_on: dt.date
) -> None:
    commenced = TODAY if regime == "PA23" else OLD
    asked = Case(instrument, regime, light, commenced, starts_on, months, more)
    if refusals(asked, RULES):
        return
    if regime == "PA23" and instrument == "closed_framework" and not light:
        assert months + more <= 48
    if instrument == "open_framework":
        assert months + more <= (96 if regime == "PA23" else 48)
    if regime == "PCR2015" and instrument == "dynamic_market":
        assert last_day(starts_on, months + more) <= dt.date(2029, 2, 23)


@pytest.mark.parametrize(
    ("starts_on", "months", "ends_on"),
    [
        (dt.date(2022, 2, 1), 2, dt.date(2022, 3, 31)),
        (dt.date(2022, 4, 1), 48, dt.date(2026, 3, 31)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2023, 2, 28), 12, dt.date(2024, 2, 27)),
        (dt.date(2024, 1, 31), 1, dt.date(2024, 2, 29)),
        (dt.date(2026, 12, 1), 1, dt.date(2026, 12, 31)),
    ],
)
def test_the_last_day_of_a_term(starts_on: dt.date, months: int, ends_on: dt.date) -> None:
    assert last_day(starts_on, months) == ends_on


def test_a_term_that_never_ends_is_refused() -> None:
    with pytest.raises(ValueError, match="too far away"):
        last_day(TODAY, 12 * 9000)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)), st.integers(1, 300), st.integers(1, 300))
def test_a_longer_term_ends_later(starts_on: dt.date, months: int, more: int) -> None:
    assert starts_on < last_day(starts_on, months) < last_day(starts_on, months + more)


@pytest.mark.parametrize(
    ("changed", "pence", "is_above"),
    [
        ({"light_touch": True, "value_pence": 66_354_000}, 66_354_000, True),
        ({"light_touch": True, "value_pence": 66_353_999}, 66_354_000, False),
        ({"value_pence": 21_000_000, "commences_on": dt.date(2025, 12, 31)}, 21_490_400, False),
        ({"value_pence": 21_000_000, "commences_on": dt.date(2026, 1, 1)}, 20_772_000, True),
        ({}, 20_772_000, None),
    ],
)
def test_the_threshold_is_that_of_the_day(changed: dict[str, object], pence: int, is_above: bool | None) -> None:
    found = against_threshold(case(**changed), RULES)
    assert found is not None
    assert (found.threshold.pence, found.is_above) == (pence, is_above)


def test_a_threshold_that_may_have_changed_is_said_to() -> None:
    later = against_threshold(case(commences_on=dt.date(2028, 1, 1), value_pence=1), RULES)
    assert later and "check the amount" in later.words
    assert against_threshold(case(regime="PCR2015", commences_on=OLD), RULES) is None


def test_refusals_come_first_and_what_is_unverified_refuses_nothing() -> None:
    for instrument in INSTRUMENTS:
        found = check(case(instrument=instrument, months=999, light_touch=False), RULES)
        outcomes = [one.outcome for one in found]
        assert outcomes == sorted(outcomes, key=["refused", "kept", "said"].index)
        assert not [one for one in found if one.outcome == "refused" and one.rule.standing == "unverified"]


def test_every_rule_names_a_source_and_a_known_standing() -> None:
    rules = [RULES.commencement, RULES.commenced_means, RULES.health, *(one.rule for one in RULES.limits)]
    assert all(one.source and one.words and one.standing in STANDINGS for one in rules)
    assert len({one.id for one in rules}) == len(rules)
    with pytest.raises(ValueError, match="write one of"):
        rules_from_mapping(TOLD | {"health": TOLD["health"] | {"standing": "sure"}})
