"""In which order homes are asked, what is passed over, and how a home is called off."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.procurement.calculations.call_offs.method import FrameworkRules, method_of
from nearhome.procurement.calculations.call_offs.order import (
    Answer,
    Course,
    Eligible,
    Step,
    standings,
    step_of,
    step_with_key,
    steps_owed,
)

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
OWN, BLOCK, FIRST, SECOND, SPOT = (
    step_of("own_foster"), step_of("block"), step_of("framework", 1), step_of("framework", 2), step_of("spot"),
)  # fmt: skip
EVERY = (OWN, BLOCK, FIRST, SECOND, SPOT)
WINDOWS = dict.fromkeys(EVERY, DAY)
STEPS = st.sampled_from(EVERY)
HOMES = st.lists(
    st.builds(
        Eligible,
        home_ref=st.uuids().map(str),
        supplier=st.sampled_from("ABC"),
        step=STEPS,
        asked_at=st.none() | st.integers(0, 72).map(lambda hours: NOW - timedelta(hours=hours)),
        answer=st.sampled_from(Answer),
    ),
    max_size=12,
).map(lambda homes: [one if one.asked_at else Eligible(one.home_ref, one.supplier, one.step) for one in homes])


def at(step: Step, supplier: str = "A", *, hours_ago: int | None = None, answer: Answer = Answer.WAITING) -> Eligible:
    asked = None if hours_ago is None else NOW - timedelta(hours=hours_ago)
    return Eligible(f"{step.key}-{supplier}", supplier, step, asked, answer)


def course_of(*homes: Eligible) -> list[Course]:
    return [one.course for one in standings(homes, windows=WINDOWS, passed={}, now=NOW)]


def test_own_homes_come_first_then_paid_beds_then_tiers_then_spot() -> None:
    assert sorted([SPOT, SECOND, FIRST, BLOCK, OWN]) == list(EVERY)
    assert [step.key for step in EVERY] == ["own", "block", "framework-1", "framework-2", "spot"]


@given(STEPS)
def test_the_key_of_a_step_names_it(step: Step) -> None:
    assert step_with_key(step.key) == step


def test_a_key_that_no_step_has_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        step_with_key("market-1")


def test_a_step_is_over_when_every_home_said_no_or_its_window_has_passed() -> None:
    assert course_of(at(FIRST)) == [Course.NOT_BEGUN]
    assert course_of(at(FIRST, hours_ago=23)) == [Course.OPEN]
    assert course_of(at(FIRST, hours_ago=24)) == [Course.OVER]
    assert course_of(at(FIRST, hours_ago=1, answer=Answer.NO)) == [Course.OVER]
    assert course_of(at(FIRST, hours_ago=1, answer=Answer.NO), at(FIRST, "B")) == [Course.OPEN]
    assert course_of(at(FIRST, hours_ago=1, answer=Answer.OFFERED)) == [Course.OPEN]


def test_asking_a_later_step_owes_a_reason_for_each_earlier_one_that_is_not_over() -> None:
    homes = [at(OWN), at(BLOCK, hours_ago=30), at(FIRST, hours_ago=2), at(SPOT)]
    steps = standings(homes, windows=WINDOWS, passed={}, now=NOW)
    assert steps_owed(steps, [SPOT]) == (OWN, FIRST)
    assert steps_owed(steps, [OWN]) == ()
    said = standings(homes, windows=WINDOWS, passed={OWN: "No carer can start"}, now=NOW)
    assert steps_owed(said, [SPOT]) == (FIRST,)


@given(HOMES, st.sets(STEPS))
def test_no_reason_is_owed_for_a_later_step_or_one_that_is_over(homes: list[Eligible], wanted: set[Step]) -> None:
    steps = standings(homes, windows=WINDOWS, passed={}, now=NOW)
    owed = set(steps_owed(steps, wanted))
    for one in steps:
        open_before = bool(wanted) and one.step < max(wanted) and not _is_over(one.step, homes)
        assert (one.step in owed) == open_before


def _is_over(step: Step, homes: list[Eligible]) -> bool:
    """The slow, obvious reading of the rule."""
    mine = [home for home in homes if home.step == step]
    everybody_said_no = all(home.asked_at and home.answer == Answer.NO for home in mine)
    return everybody_said_no or any(home.asked_at and home.asked_at + DAY <= NOW for home in mine)


@given(HOMES, st.randoms())
def test_the_order_in_which_homes_are_listed_does_not_matter(homes: list[Eligible], random: object) -> None:
    shuffled = list(homes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    mine = standings(homes, windows=WINDOWS, passed={}, now=NOW)
    assert mine == standings(shuffled, windows=WINDOWS, passed={}, now=NOW)


NONE_SAID, OBJECTIVE = FrameworkRules(), FrameworkRules("the highest ranked that can take the child")


def test_all_suppliers_asked_is_a_mini_competition() -> None:
    homes = [at(FIRST, "A", hours_ago=1), at(FIRST, "B", hours_ago=1), at(SECOND, "C")]
    found = method_of(homes, FIRST, rules=NONE_SAID, covered=True)
    assert (found.name, found.waiver) == ("mini_competition", "")


def test_a_direct_call_off_needs_one_supplier_or_an_objective_rule() -> None:
    two = [at(FIRST, "A", hours_ago=1), at(FIRST, "B")]
    assert method_of(two[:1], FIRST, rules=FrameworkRules(single_supplier=True), covered=True).waiver == ""
    assert "the framework has others and no rule" in method_of(two[:1], FIRST, rules=NONE_SAID, covered=True).waiver
    assert method_of(two[:1], FIRST, rules=OBJECTIVE, covered=True).waiver == ""
    assert "1 of 2 suppliers" in method_of(two, FIRST, rules=NONE_SAID, covered=True).waiver
    assert method_of(two, FIRST, rules=OBJECTIVE, covered=True).waiver == ""


def test_a_dynamic_market_always_competes() -> None:
    rules = FrameworkRules("never mind", competes_always=True)
    assert method_of([at(FIRST, "A", hours_ago=1), at(FIRST, "B")], FIRST, rules=rules, covered=True).waiver
    assert method_of([at(FIRST, "A", hours_ago=1)], FIRST, rules=rules, covered=True).name == "mini_competition"


def test_buying_singly_owes_a_waiver_only_where_a_contract_covers_the_kind_of_home() -> None:
    assert method_of([at(SPOT)], SPOT, rules=NONE_SAID, covered=True).waiver
    assert not method_of([at(SPOT)], SPOT, rules=NONE_SAID, covered=False).waiver
    assert not method_of([at(OWN)], OWN, rules=NONE_SAID, covered=True).waiver
    assert not method_of([at(BLOCK)], BLOCK, rules=NONE_SAID, covered=True).waiver
