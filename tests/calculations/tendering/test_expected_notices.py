"""Which notices are due, done, late or not applicable, and which rule says so."""

import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.tendering.calculations.notices.call_offs import facts_of_call_off
from nearhome.tendering.calculations.notices.counting import Counting
from nearhome.tendering.calculations.notices.due import ExpectedNotice, NoticeState, expected_notices
from nearhome.tendering.calculations.notices.facts import CONDITIONS, NoticeEvent, NoticeFacts, PublishedNotice
from nearhome.tendering.calculations.notices.rules import Effect, Standing, rules_from_mapping
from nearhome.tendering.reference import read_notices

TABLE = rules_from_mapping(read_notices())
TODAY = date(2026, 7, 1)
TENDER = NoticeEvent("tender", date(2026, 5, 1))
CONTRACT = NoticeEvent("contract", date(2026, 6, 1))
LARGE = NoticeFacts(
    "PA23", date(2026, 5, 1), is_above_threshold=True, is_over_5_million=True, events=(TENDER, CONTRACT)
)
ORDINARY = replace(LARGE, is_light_touch=False)


def of(code: str, facts: NoticeFacts, today: date = TODAY) -> ExpectedNotice:
    found = lines(code, facts, today)
    assert len(found) == 1, [line.about for line in found]
    return found[0]


def lines(code: str, facts: NoticeFacts, today: date = TODAY) -> list[ExpectedNotice]:
    kind = "authority" if code in ("UK1", "UK17") else "procurement"
    return [line for line in expected_notices(facts, TABLE, today, of=kind) if line.code == code]


def with_events(facts: NoticeFacts, *events: NoticeEvent) -> NoticeFacts:
    return replace(facts, events=(*facts.events, *events))


@pytest.mark.parametrize(
    ("code", "facts", "rule"),
    [
        ("UK10", LARGE, "UK10-LT"),
        ("UK9", LARGE, "PERF-LT"),
        ("UK6", replace(LARGE, is_direct_award=True, is_user_choice=True), "CHOICE-UK6"),
        ("UK11", replace(LARGE, is_direct_award=True, is_user_choice=True), "CHOICE-UK11"),
        ("UK5", replace(LARGE, is_direct_award=True, is_user_choice=True), "CHOICE-UK5"),
        ("UK5", replace(LARGE, is_direct_award=True, needs_transparency_notice=False), "GROUND-UK5"),
        ("UK6", replace(LARGE, is_direct_award=True, needs_transparency_notice=False), "GROUND-UK6"),
        ("UK5", LARGE, "UK5-COMPETED"),
        ("UK4", replace(LARGE, is_call_off=True), "CALL-UK4"),
        ("UK5", replace(LARGE, is_call_off=True), "CALL-UK5"),
        ("UK2", replace(LARGE, is_call_off=True), "CALL-UK2"),
        ("UK6", replace(LARGE, is_call_off=True, is_above_threshold=False), "CALL-UK6-SMALL"),
        ("UK7", replace(LARGE, is_above_threshold=False), "REG-7"),
        ("UK7-copy", replace(LARGE, is_over_5_million=False), "COPY-0"),
        ("UK8", replace(LARGE, is_framework=True), "PAY-6-FW"),
        ("UK8", replace(LARGE, commenced_on=date(2026, 3, 31)), "PAY-6"),
        ("UK9", replace(ORDINARY, is_framework=True), "PERF-FW"),
        ("UK12", LARGE, "END-0"),
        ("UK14", LARGE, "MARKET-0"),
        ("UK6", replace(LARGE, regime="PCR2015"), "REG-2"),
        ("PCR-CAN", LARGE, "REG-1"),
        ("UK6", replace(LARGE, regime="PSR2023"), "REG-5"),
        ("UK1", replace(LARGE, is_over_100_million=False), "PIPE-0"),
    ],
)
def test_what_is_not_applicable_names_the_rule_that_says_so(code: str, facts: NoticeFacts, rule: str) -> None:
    line = of(code, facts)
    assert line.state is NoticeState.NOT_APPLICABLE
    assert line.rule
    assert line.rule.id == rule
    assert line.due_on is None


@pytest.mark.parametrize(
    ("code", "facts", "due_on"),
    [
        ("UK4", LARGE, date(2026, 5, 1)),
        ("UK6", LARGE, date(2026, 6, 1)),
        ("UK6", replace(LARGE, is_call_off=True), date(2026, 6, 1)),
        ("UK5", replace(LARGE, is_direct_award=True), date(2026, 6, 1)),
        ("UK7", LARGE, date(2026, 9, 28)),
        ("UK7", ORDINARY, date(2026, 6, 30)),
        ("UK7-copy", ORDINARY, date(2026, 8, 29)),
        ("UK11", with_events(LARGE, NoticeEvent("ended", date(2027, 12, 1))), date(2027, 12, 30)),
        ("UK8", with_events(LARGE, NoticeEvent("payment", date(2026, 6, 30))), date(2026, 7, 29)),
        ("UK9", with_events(replace(ORDINARY, is_over_5_million=False), NoticeEvent("performance", date(2026, 6, 10))), date(2026, 7, 9)),
        ("UK10", with_events(ORDINARY, NoticeEvent("change", date(2026, 8, 1))), date(2026, 8, 1)),
        ("PCR-CAN", replace(LARGE, regime="PCR2015"), date(2026, 7, 29)),
        ("PCR-CAN", replace(ORDINARY, regime="PCR2015"), date(2026, 7, 1)),
        ("PCR-CN", replace(LARGE, regime="PCR2015"), date(2026, 5, 1)),
    ],
)  # fmt: skip
def test_due_dates_follow_the_regime(code: str, facts: NoticeFacts, due_on: date) -> None:
    found = [line for line in lines(code, facts) if line.due_on == due_on]
    assert len(found) == 1, [(line.due_on, line.state) for line in lines(code, facts)]


def test_the_authority_s_own_returns_are_due_in_april_may_and_october() -> None:
    year = NoticeFacts(
        "PA23", date(2026, 4, 1), is_over_100_million=True,
        events=(
            NoticeEvent("pipeline_year", date(2026, 4, 1)), NoticeEvent("half_year", date(2025, 9, 30)),
            NoticeEvent("half_year", date(2026, 3, 31)), NoticeEvent("half_year", date(2026, 9, 30)),
        ),
    )  # fmt: skip
    assert of("UK1", year).due_on == date(2026, 5, 26)
    # Section 69 was not in force for the half-year to September 2025.
    assert [line.due_on for line in lines("UK17", year)] == [date(2026, 4, 29), date(2026, 10, 29)]


def test_a_notice_is_due_on_its_last_day_and_late_on_the_next() -> None:
    last = date(2026, 9, 28)
    assert of("UK7", LARGE, last).state is NoticeState.DUE
    assert of("UK7", LARGE, last + timedelta(days=1)).state is NoticeState.LATE


@pytest.mark.parametrize(("day", "state"), [(28, NoticeState.DONE), (29, NoticeState.DONE_LATE)])
def test_a_published_notice_is_done_and_says_whether_it_was_in_time(day: int, state: NoticeState) -> None:
    published = replace(LARGE, published=(PublishedNotice("UK7", date(2026, 9, day)),))
    assert of("UK7", published, date(2027, 1, 1)).state is state


def test_what_the_law_gives_no_days_for_is_never_called_late() -> None:
    given_up = with_events(replace(LARGE, was_announced=True), NoticeEvent("abandoned", date(2026, 6, 10)))
    assert of("UK12", given_up, date(2027, 6, 10)).state is NoticeState.DUE


def test_payments_of_one_quarter_share_a_notice_and_each_quarter_has_its_own() -> None:
    days = (date(2026, 4, 1), date(2026, 6, 30), date(2026, 7, 1))
    paid = with_events(LARGE, *(NoticeEvent("payment", day, f"payment {day}") for day in days))
    assert [line.due_on for line in lines("UK8", paid)] == [date(2026, 7, 29), date(2026, 10, 29)]


def test_each_award_has_its_own_notices() -> None:
    two = replace(LARGE, events=(replace(CONTRACT, about="one"), replace(CONTRACT, about="two", on=date(2026, 6, 20))))
    assert [(line.about, line.due_on) for line in lines("UK6", two)] == [
        ("one", date(2026, 6, 1)),
        ("two", date(2026, 6, 20)),
    ]
    done = replace(two, published=(PublishedNotice("UK6", date(2026, 5, 30), "one"),))
    assert [line.state for line in lines("UK6", done)] == [NoticeState.DONE, NoticeState.LATE]


def test_indicators_of_a_large_ordinary_contract_are_reported_every_year_until_it_ends() -> None:
    ended = with_events(ORDINARY, NoticeEvent("ended", date(2028, 12, 1)))
    reported = [
        line for line in lines("UK9", ended, date(2029, 1, 1)) if line.event and line.event.kind == "anniversary"
    ]
    assert [line.due_on for line in reported] == [date(2027, 6, 1), date(2028, 6, 1)]


def test_indicators_of_a_large_ordinary_contract_are_reported_once_more_when_it_ends() -> None:
    end = NoticeEvent("ended", date(2028, 12, 1), "ended 2028-12-01")

    def last(facts: NoticeFacts) -> list[tuple[str, date | None, NoticeState]]:
        found = [line for line in lines("UK9", facts, date(2029, 1, 1)) if line.about == end.about]
        return [(line.rule.id if line.rule else "", line.due_on, line.state) for line in found]

    assert last(with_events(ORDINARY, end)) == [("PERF-END", date(2028, 12, 1), NoticeState.DUE)]
    assert last(with_events(replace(ORDINARY, is_over_5_million=False), end)) == []
    assert last(with_events(LARGE, end)) == []


def test_a_leap_day_contract_has_its_year_on_28_february() -> None:
    leap = replace(ORDINARY, events=(NoticeEvent("contract", date(2028, 2, 29)),))
    assert lines("UK9", leap, date(2028, 3, 1))[0].due_on == date(2029, 2, 28)


def test_what_was_published_without_being_asked_for_is_still_shown() -> None:
    voluntary = replace(
        LARGE, published=(PublishedNotice("UK3", date(2026, 3, 1)), PublishedNotice("UK10", date(2026, 6, 5), "x"))
    )
    assert of("UK3", voluntary).state is NoticeState.DONE
    assert [line.state for line in lines("UK10", voluntary)] == [NoticeState.NOT_APPLICABLE, NoticeState.DONE]


def test_what_is_not_known_grants_no_exception() -> None:
    unknown = replace(LARGE, is_above_threshold=None, is_over_5_million=None)
    assert of("UK7", unknown).due_on == date(2026, 9, 28)
    assert of("UK7-copy", unknown).due_on is not None


FLAGS = sorted(CONDITIONS)


@st.composite
def any_facts(draw: st.DrawFn) -> NoticeFacts:
    flags = {name: draw(st.booleans()) for name in FLAGS}
    days = st.dates(date(2025, 2, 24), date(2029, 3, 1))
    kinds = st.sampled_from(sorted({rule.event for rule in TABLE.rules if rule.event}))
    events = draw(st.lists(st.builds(NoticeEvent, kinds, days, st.sampled_from(("", "one", "two"))), max_size=8))
    regime = draw(st.sampled_from(("PA23", "PCR2015", "PSR2023")))
    return NoticeFacts(regime, draw(days), events=tuple(events), **flags)


@given(any_facts(), st.dates(date(2025, 2, 24), date(2030, 1, 1)), st.sampled_from(("procurement", "authority")))
def test_every_notice_has_a_due_date_or_a_rule_whatever_the_facts(
    facts: NoticeFacts, today: date, of_what: str
) -> None:
    found = expected_notices(facts, TABLE, today, of=of_what)
    assert {line.code for line in found} == {kind.code for kind in TABLE.kinds if kind.of == of_what}
    for line in found:
        assert line.rule is not None
        is_timed = line.state in (NoticeState.DUE, NoticeState.LATE)
        assert (line.due_on is not None) is is_timed
        assert (line.rule.effect is Effect.DUE) is (is_timed or line.state is NoticeState.WAITING)
        if line.due_on and line.event and line.rule.counting in (Counting.BEFORE, Counting.PROMPTLY):
            assert line.due_on == line.event.on


@given(any_facts(), st.dates(date(2025, 2, 24), date(2030, 1, 1)), st.integers(1, 400))
def test_time_alone_only_turns_due_into_late(facts: NoticeFacts, today: date, days: int) -> None:
    def states(on: date) -> dict[tuple[Any, ...], NoticeState]:
        made = expected_notices(facts, TABLE, on)
        return {
            (one.code, one.about, one.due_on): one.state
            for one in made
            if one.event is None or one.event.kind != "anniversary"
        }

    later = states(today + timedelta(days=days))
    for key, state in states(today).items():
        if key in later and later[key] is not state:
            assert (state, later[key]) == (NoticeState.DUE, NoticeState.LATE)


def test_what_is_open_to_question_is_marked_so() -> None:
    standing = {rule.id: rule.standing for rule in TABLE.rules}
    for rule in ("UK7-LT", "UK7-1", "COPY-LT", "PERF-LT", "PCR-50"):
        assert standing[rule] is Standing.UNVERIFIED
    for rule in ("UK10-LT", "CHOICE-UK11", "END-2", "PAY-2", "PAY-5"):
        assert standing[rule] is Standing.VERIFIED


def _spoiled(**change: Any) -> dict[str, Any]:
    table = copy.deepcopy(read_notices())
    row = next(one for one in table["rule"] if one["id"] == "END-2")
    row.update(change)
    return table


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"when": {"is_ligth_touch": True}}, "is_ligth_touch"),
        ({"event": "finished"}, "no event"),
        ({"standing": "certain"}, "certain"),
        ({"days": 0}, "does not fit"),
        ({"colour": "red"}, "colour"),
        ({"event": ""}, "names no event"),
        ({"when": {"is_call_off": True}}, "UK11 has no rule without conditions"),
    ],
)
def test_a_table_that_a_lawyer_mistyped_is_refused_with_the_row_and_the_mend(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rules_from_mapping(_spoiled(**change))


@pytest.mark.parametrize(
    ("light_touch", "on", "pounds"),
    [(True, date(2025, 6, 1), 663_540), (True, date(2026, 6, 1), 663_540), (False, date(2025, 12, 31), 214_904), (False, date(2026, 1, 1), 207_720)],
)  # fmt: skip
def test_thresholds_go_by_the_day_the_procurement_commenced(light_touch: bool, on: date, pounds: int) -> None:
    assert TABLE.threshold(light_touch=light_touch, commenced_on=on).pounds == pounds


@pytest.mark.parametrize(
    ("regime", "pounds", "due"),
    [
        ("PA23", 663_540, {"UK6": date(2027, 5, 1), "UK7": date(2027, 8, 28)}),
        ("PA23", 663_539, {}),
        ("PA23", None, {"UK6": date(2027, 5, 1), "UK7": date(2027, 8, 28), "UK7-copy": date(2027, 10, 27)}),
        ("PCR2015", 663_540, {"PCR-CAN": date(2027, 7, 29)}),
    ],
)
def test_a_call_off_has_the_regime_of_its_framework_and_notices_only_above_the_threshold(
    regime: str, pounds: int | None, due: dict[str, date]
) -> None:
    facts = facts_of_call_off(
        TABLE, regime=regime, is_light_touch=True, framework_commenced_on=date(2024, 5, 1), starts_on=date(2027, 5, 1),
        value_pence=None if pounds is None else pounds * 100,
    )  # fmt: skip
    found = expected_notices(facts, TABLE, date(2027, 5, 1))
    assert {line.code: line.due_on for line in found if line.due_on} == due
