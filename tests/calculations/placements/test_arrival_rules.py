import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from nearhome.geography.calculations.relation import Relation
from nearhome.placements.calculations.arrival import ArrivalFacts, age_on, arrival_problems, day_problem

DAY = dt.date(2026, 11, 20)
FINE = ArrivalFacts(DAY, False, 13, "childrens_home", True, Relation.IN_AREA, False)


def rules(facts: ArrivalFacts, arrived_on: dt.date = DAY, today: dt.date = DAY) -> list[str]:
    return [one.rule for one in arrival_problems(facts, arrived_on, today=today)]


def test_nothing_speaks_against_an_ordinary_arrival() -> None:
    assert rules(FINE) == []


def test_the_setting_rules_depend_on_age_and_can_be_overridden() -> None:
    assert rules(replace(FINE, home_kind="supported_accommodation", age_years=15)) == ["S01"]
    assert rules(replace(FINE, home_kind="supported_accommodation", age_years=16)) == []
    assert rules(replace(FINE, is_registered=False, age_years=15)) == ["S01"]
    found = arrival_problems(replace(FINE, is_registered=False, age_years=17), DAY, today=DAY)
    assert [(one.rule, one.may_be_overridden) for one in found] == [("S02", True)]


def test_distance_needs_approval_except_in_an_emergency() -> None:
    far = replace(FINE, relation=Relation.AT_A_DISTANCE)
    assert rules(far) == ["D03"]
    assert rules(replace(far, is_distance_approved=True)) == []
    assert rules(replace(far, is_emergency=True)) == []
    assert rules(replace(FINE, relation=Relation.ADJOINING)) == []


@given(late=st.integers(-30, 30))
def test_a_day_may_be_recorded_from_the_day_itself_until_14_days_later(late: int) -> None:
    problem = day_problem(DAY - dt.timedelta(days=late), today=DAY)
    assert (problem is None) == (0 <= late <= 14)


def test_age_changes_on_the_birthday() -> None:
    assert age_on(dt.date(2010, 11, 21), DAY) == 15
    assert age_on(dt.date(2010, 11, 20), DAY) == 16
