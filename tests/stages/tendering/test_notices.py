"""Notices of a real procurement: what is due, what is recorded, what is replaced, and who may."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.http import Http404

from cast import Cast, make_cast
from nearhome.audit.queries import history_of
from nearhome.demo.notices import publish_made_up_notices
from nearhome.tendering.actions.engaging import Talk, record_engagement
from nearhome.tendering.actions.recording_notices import record_notice, record_what_happened, take_back
from nearhome.tendering.calculations.notices.due import NoticeState
from nearhome.tendering.models import Award, Notice, NoticeFact, Procurement, ProcurementMove
from nearhome.tendering.queries import notices as asked
from scenes_notices import NOON, Awarded, make_awarded
from scenes_tender import acting_at, make_tender

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def awarded(cast: Cast) -> Awarded:
    return make_awarded(cast)


def line(procurement: Procurement, code: str, about: str = "", today: dt.date = TODAY) -> Any:
    return asked.line_of(asked.checklist_of(procurement, today), code, about).notice


def publish(cast: Cast, awarded: Awarded, code: str = "UK7", about: str | None = None, **more: Any) -> Notice:
    given = {"published": (TODAY, "012345-2026", ""), "by": cast.colin, "now": NOON, "words_read": True} | more
    about = awarded.about if about is None else about
    with acting_at(cast.colin, NOON):
        return record_notice(procurement=awarded.procurement, code=code, about=about, **given)


def test_dates_of_the_procurement_become_dates_of_its_notices(cast: Cast, awarded: Awarded) -> None:
    with acting_at(cast.colin, NOON):
        contract = line(awarded.procurement, "UK7", awarded.about)
        assert (contract.state, contract.due_on) == (NoticeState.DUE, dt.date(2027, 3, 9))
        assert contract.rule.id == "UK7-LT"
        award = line(awarded.procurement, "UK6", awarded.about)
        assert award.state is NoticeState.DONE  # its day is recorded with the award: no contract is made before
        assert line(awarded.procurement, "UK10").rule.id == "UK10-LT"
        assert line(awarded.procurement, "UK4").due_on == dt.date(2026, 9, 7)


def test_an_approved_award_whose_contract_is_not_made_is_due_by_the_start_of_the_term(cast: Cast) -> None:
    awarded = make_awarded(cast, contracted=None)
    with acting_at(cast.colin, NOON):
        award = line(awarded.procurement, "UK6", awarded.about)
        assert (award.state, award.due_on, award.event.is_planned) == (NoticeState.DUE, dt.date(2027, 4, 1), True)


def test_a_published_notice_is_done_and_keeps_its_rule_due_date_and_data(cast: Cast, awarded: Awarded) -> None:
    row = publish(cast, awarded)
    assert (row.rule_id, row.due_on, row.reference) == ("UK7-LT", dt.date(2027, 3, 9), "012345-2026")
    assert row.payload["tag"] == ["award", "contract"]
    assert row.payload["contracts"][0]["dateSigned"] == "2026-11-10T00:00:00+00:00"
    with acting_at(cast.colin, NOON):
        assert line(awarded.procurement, "UK7", awarded.about).state is NoticeState.DONE


def test_a_double_click_records_once(cast: Cast, awarded: Awarded) -> None:
    assert publish(cast, awarded).pk == publish(cast, awarded).pk
    with acting_at(cast.colin, NOON):
        assert Notice.objects.count() == 1
        assert len(history_of(awarded.procurement.key)) == 1


def test_a_correction_says_why_and_keeps_what_it_replaces(cast: Cast, awarded: Awarded) -> None:
    first = publish(cast, awarded)
    with pytest.raises(ValidationError, match="say why"):
        publish(cast, awarded, published=(TODAY, "054321-2026", ""))
    second = publish(cast, awarded, published=(TODAY, "054321-2026", ""), why="The number was mistyped")
    assert second.supersedes_id == first.pk
    assert second.payload["tag"] == ["awardUpdate", "contractUpdate"]
    with acting_at(cast.colin, NOON):
        assert line(awarded.procurement, "UK7", awarded.about).published.reference == "054321-2026"
        rows = asked.recorded(cast.colin, awarded.procurement, "UK7", awarded.about)
        assert [row.reference for row in rows] == ["054321-2026", "012345-2026"]
        with pytest.raises(DatabaseError), transaction.atomic():
            Notice.objects.filter(pk=first.pk).update(reference="x")
        with pytest.raises(DatabaseError), transaction.atomic():
            Notice.objects.filter(pk=second.pk).delete()


@pytest.mark.parametrize(
    ("published", "said"),
    [
        ((TODAY + dt.timedelta(days=1), "1", ""), "still to be published"),
        ((dt.date(1999, 1, 1), "1", ""), "on or after"),
        ((TODAY, "  ", ""), "Enter the reference"),
        ((TODAY, "1", "ocds-kent"), "ocds-h6vhtk-04fe75"),
    ],
)
def test_what_cannot_be_is_refused_with_the_mend(cast: Cast, awarded: Awarded, published: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        publish(cast, awarded, published=published)


def test_a_notice_of_nothing_on_the_checklist_is_refused(cast: Cast, awarded: Awarded) -> None:
    for code, about in (("UK99", ""), ("UK7", "award of somebody else"), ("UK17", "")):
        with pytest.raises(ValidationError, match="not on the checklist"):
            publish(cast, awarded, code, about)


def test_who_records_it_has_read_the_words_that_leave_and_the_record_says_so(cast: Cast, awarded: Awarded) -> None:
    with pytest.raises(ValidationError, match="confirm that nothing in them points to a child"):
        publish(cast, awarded, words_read=False)
    publish(cast, awarded)
    with acting_at(cast.colin, NOON):
        assert f"{cast.colin} read the words that leave" in history_of(awarded.procurement.key)[0].words


@pytest.mark.parametrize("reference", ["Jayden Madeup-Smith 943 476 5919", "943-476-5919", "Jayden-1", "A123456789012"])
def test_a_reference_that_could_point_to_a_child_is_refused(cast: Cast, awarded: Awarded, reference: str) -> None:
    with pytest.raises(ValidationError, match="The reference"):
        publish(cast, awarded, published=(TODAY, reference, ""))


def test_only_a_commissioner_of_the_lead_records(cast: Cast, awarded: Awarded) -> None:
    for person in (cast.april, cast.fiona, cast.oscar, cast.hilda, cast.mona):
        with pytest.raises(PermissionDenied), acting_at(person, NOON):
            record_notice(
                procurement=awarded.procurement, code="UK7", about=awarded.about, published=(TODAY, "1", ""), by=person, now=NOON
            )  # fmt: skip
        with pytest.raises(PermissionDenied), acting_at(person, NOON):
            record_what_happened(procurement=awarded.procurement, kind="payment", on=TODAY, by=person, now=NOON)


def test_who_buys_with_the_lead_reads_and_others_find_nothing(cast: Cast, awarded: Awarded) -> None:
    publish(cast, awarded)
    with acting_at(cast.oscar, NOON):
        procurement = asked.procurement_for(cast.oscar, awarded.procurement.key)
        assert line(procurement, "UK7", awarded.about).state is NoticeState.DONE
        assert asked.all_notices(cast.oscar, TODAY) == asked.own_checklist(cast.oscar, TODAY)
    with acting_at(cast.hilda, NOON):
        with pytest.raises(Http404):
            asked.procurement_for(cast.hilda, awarded.procurement.key)
        assert not Notice.objects.exists()
    with acting_at(cast.mona, NOON):
        assert not Notice.objects.exists()
        with pytest.raises(PermissionDenied):
            asked.procurement_for(cast.mona, awarded.procurement.key)


def test_a_payment_makes_a_notice_due_after_its_quarter_and_can_be_taken_back(cast: Cast, awarded: Awarded) -> None:
    procurement = awarded.procurement
    with acting_at(cast.colin, NOON):
        assert line(procurement, "UK8").state is NoticeState.WAITING
        fact = record_what_happened(procurement=procurement, kind="payment", on=TODAY, by=cast.colin, now=NOON)
        again = record_what_happened(procurement=procurement, kind="payment", on=TODAY, by=cast.colin, now=NOON)
        assert again.pk == fact.pk
        due = line(procurement, "UK8", "payment 2026-12-31")
        assert due.due_on == dt.date(2027, 1, 29)
        take_back(fact=fact, by=cast.colin, now=NOON)
        take_back(fact=fact, by=cast.colin, now=NOON)
        assert line(procurement, "UK8").state is NoticeState.WAITING
        record_what_happened(procurement=procurement, kind="payment", on=TODAY, by=cast.colin, now=NOON)
        assert NoticeFact.objects.count() == 2


def test_talks_with_the_market_on_record_make_their_notice_due(cast: Cast, awarded: Awarded) -> None:
    procurement = awarded.procurement
    with acting_at(cast.colin, NOON):
        assert line(procurement, "UK2").rule.id == "UK2-NONE"
        talk = Talk(dt.date(2026, 6, 1), "event", "Made-up providers", "Made up")
        record_engagement(procurement=procurement, talk=talk, by=cast.colin, now=NOON)
        assert line(procurement, "UK2").due_on == dt.date(2026, 9, 7)


def test_what_was_done_by_hand_counts_too(cast: Cast, awarded: Awarded) -> None:
    procurement = awarded.procurement
    with acting_at(cast.colin, NOON):
        record_what_happened(procurement=procurement, kind="engagement", on=TODAY, by=cast.colin, now=NOON)
        assert line(procurement, "UK2").due_on == dt.date(2026, 9, 7)
        record_what_happened(procurement=procurement, kind="user_choice", on=TODAY, by=cast.colin, now=NOON)
        assert line(procurement, "UK6").rule.id == "CHOICE-UK6"


@pytest.mark.parametrize(
    ("ground", "rules"),
    [
        ("pa23_user_choice", {"UK5": "CHOICE-UK5", "UK6": "CHOICE-UK6", "UK11": "CHOICE-UK11"}),
        ("pa23_light_touch_change", {"UK5": "GROUND-UK5", "UK6": "GROUND-UK6"}),
        ("pa23_failed_competition", {"UK5": "DA-1", "UK6": "UK6-1"}),
        ("a ground that is not kept", {"UK5": "DA-1", "UK6": "UK6-1"}),
    ],
)
def test_the_ground_of_a_direct_award_decides_its_notices(cast: Cast, ground: str, rules: dict[str, str]) -> None:
    awarded = make_awarded(cast, contracted=None, ground=ground)
    with acting_at(cast.colin, NOON):
        lines = asked.checklist_of(awarded.procurement, TODAY)
        found = {one.notice.code: one.notice.rule.id for one in lines if one.notice.code in rules and one.notice.rule}
        assert found == rules


@pytest.mark.parametrize(
    ("kind", "on", "said"),
    [
        ("payment", TODAY + dt.timedelta(days=1), "once it has happened"),
        ("ended", dt.date(2099, 1, 1), "The day must be from"),
        ("ended", dt.date(1990, 1, 1), "The day must be from"),
        ("large_spender", TODAY, "Choose one of the things shown"),
        ("nonsense", TODAY, "Choose one of the things shown"),
    ],
)
def test_what_cannot_have_happened_is_refused(cast: Cast, awarded: Awarded, kind: str, on: dt.date, said: str) -> None:
    with pytest.raises(ValidationError, match=said), acting_at(cast.colin, NOON):
        record_what_happened(procurement=awarded.procurement, kind=kind, on=on, by=cast.colin, now=NOON)


def test_an_end_that_is_planned_is_due_thirty_days_counted_inclusively(cast: Cast, awarded: Awarded) -> None:
    with acting_at(cast.colin, NOON):
        record_what_happened(
            procurement=awarded.procurement, kind="ended", on=dt.date(2027, 12, 1), by=cast.colin, now=NOON
        )
        assert line(awarded.procurement, "UK11", "ended 2027-12-01").due_on == dt.date(2027, 12, 30)


def test_an_abandoned_tender_has_a_termination_notice_due_now(cast: Cast) -> None:
    procurement = make_tender(cast).procurement
    with acting_at(cast.colin, NOON):
        assert line(procurement, "UK12").state is NoticeState.WAITING
        procurement.state = "abandoned"
        procurement.save()
        ProcurementMove.objects.create(
            procurement=procurement, from_state="published", to_state="abandoned", by_name="Colin", at=NOON
        )
        ended = line(procurement, "UK12")
        assert (ended.state, ended.due_on) == (NoticeState.DUE, TODAY)


def test_a_tender_that_is_not_published_has_nothing_due(cast: Cast) -> None:
    procurement = make_tender(cast, published=False).procurement
    with acting_at(cast.colin, NOON):
        assert not [one for one in asked.checklist_of(procurement, TODAY) if one.is_open]
        assert line(procurement, "UK12").rule.id == "END-0"


def test_the_award_s_own_day_counts_as_its_notice(cast: Cast) -> None:
    awarded = make_awarded(cast, contracted=None)
    with acting_at(cast.colin, NOON):
        assert line(awarded.procurement, "UK6", awarded.about).state is NoticeState.DUE
        Award.objects.update(notice_on=dt.date(2026, 11, 3))
        assert line(awarded.procurement, "UK6", awarded.about).state is NoticeState.DONE


def test_a_standstill_is_counted_where_it_is_mandatory_and_not_for_light_touch(cast: Cast, awarded: Awarded) -> None:
    procurement = awarded.procurement
    assert asked.standstill_last_day(procurement, dt.date(2026, 12, 24)) is None
    procurement.light_touch = False
    assert asked.standstill_last_day(procurement, dt.date(2024, 12, 24)) == dt.date(2025, 1, 8)


def test_the_authority_s_own_notices_follow_what_it_says_it_spends(cast: Cast) -> None:
    with acting_at(cast.colin, NOON):
        own = {one.notice.code: one.notice for one in asked.own_checklist(cast.colin, TODAY)}
        assert own["UK1"].state is NoticeState.LATE
        record_what_happened(procurement=None, kind="small_spender", on=TODAY, by=cast.colin, now=NOON)
        own = {one.notice.code: one.notice for one in asked.own_checklist(cast.colin, TODAY)}
        assert (own["UK1"].state, own["UK1"].rule.id) == (NoticeState.NOT_APPLICABLE, "PIPE-0")
        returns = [one.notice for one in asked.own_checklist(cast.colin, TODAY) if one.notice.code == "UK17"]
        assert {one.due_on for one in returns} == {dt.date(2026, 10, 29), dt.date(2027, 4, 29)}
        late = next(one for one in returns if one.state is NoticeState.LATE)
        row = record_notice(
            procurement=None, code="UK17", about=late.about, published=(TODAY, "7", ""), by=cast.colin, now=NOON
        )
        assert row.payload == {}
        assert NoticeState.DONE_LATE in {one.notice.state for one in asked.own_checklist(cast.colin, TODAY)}
    with acting_at(cast.oscar, NOON):
        assert NoticeState.DONE_LATE not in {one.notice.state for one in asked.own_checklist(cast.oscar, TODAY)}


def test_what_is_late_or_soon_waits_for_the_commissioner_alone(cast: Cast, awarded: Awarded) -> None:
    with acting_at(cast.colin, NOON):
        waiting = asked.waiting_for(cast.colin, now=NOON)
        words = {one.words: one for one in waiting}
        assert words["Publish the tender notice"].is_overdue
        assert awarded.procurement.name in words["Publish the tender notice"].about
        assert "Publish the contract details notice" not in words  # due in March
        assert "Publish the pipeline notice" not in words
        record_what_happened(procurement=None, kind="large_spender", on=TODAY, by=cast.colin, now=NOON)
        assert "Publish the pipeline notice" in {one.words for one in asked.waiting_for(cast.colin, now=NOON)}
    for person in (cast.april, cast.mona):
        with acting_at(person, NOON):
            assert asked.waiting_for(person, now=NOON) == ()


def test_a_made_up_region_publishes_what_has_fallen_due_in_time(cast: Cast, awarded: Awarded) -> None:
    with acting_at(cast.colin, NOON):
        made = publish_made_up_notices(awarded.procurement, by=cast.colin, now=NOON)
        assert [(row.code, row.published_on) for row in made] == [("UK4", dt.date(2026, 9, 7))]
        assert publish_made_up_notices(awarded.procurement, by=cast.colin, now=NOON) == []
        states = {one.notice.state for one in asked.checklist_of(awarded.procurement, TODAY)}
        assert NoticeState.LATE not in states
