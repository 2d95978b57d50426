from datetime import date

from nearhome.needs.calculations.covered_years import beyond_the_returns

YEARS = {"Kent": (2024, 2025, 2026), "Medway": (2024, 2025)}


def test_a_day_within_the_returns_of_everybody_lacks_nothing() -> None:
    assert beyond_the_returns(date(2025, 3, 31), YEARS) == ()
    assert beyond_the_returns(date(2024, 3, 31), YEARS) == ()  # the whole of the oldest year


def test_an_authority_without_the_newest_return_is_named() -> None:
    (said,) = beyond_the_returns(date(2026, 3, 31), YEARS)
    assert said.startswith("Medway: the newest return read ends on 31 March 2025, before 31 March 2026;")


def test_those_who_lack_the_same_are_told_of_together() -> None:
    (early,) = beyond_the_returns(date(2023, 3, 31), YEARS)
    assert early.startswith("Kent, Medway: the oldest return read begins on 1 April 2023, after 31 March 2023;")
    (part,) = beyond_the_returns(date(2024, 3, 30), YEARS)
    assert "within the 12 months up to 30 March 2024" in part


def test_no_returns_nothing_to_say() -> None:
    assert beyond_the_returns(date(2026, 3, 31), {"Kent": ()}) == ()
