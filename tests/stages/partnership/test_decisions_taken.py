"""A decision from draft to carried out: its notice, its decider, its call-in, its risks."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404

from cast import NOW, TODAY, Cast, make_cast
from nearhome.audit.models import Event
from nearhome.partnership.actions.deciding import (
    call_in,
    carry_out,
    propose_decision,
    return_to_draft,
    set_decision_rules,
    settle_call_in,
    take_decision,
    withdraw_decision,
)
from nearhome.partnership.actions.drafting import (
    Review,
    add_risk,
    add_to_list,
    begin_decision,
    change_decision,
    remove_from_list,
    review_risk,
)
from nearhome.partnership.models import DecisionMove, DecisionRecord, DecisionRisk
from nearhome.partnership.queries import decisions_about, is_in_effect, waiting_for
from nearhome.partnership.queries.decisions import decision_for, missing_from
from nearhome.partnership.states import MOVES, DecisionState
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from scenes_partnership import DAY, Partners, approved, begun, make_partners, proposed, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def partners() -> Partners:
    return make_partners(make_cast())


@pytest.fixture
def cast(partners: Partners) -> Cast:
    return partners.cast


def decided(
    person: Person, decision: DecisionRecord, *, yes: bool = True, words: str = "", now: Any = NOW
) -> DecisionRecord:
    with acting(person):
        return take_decision(
            decision=decision, version=decision.version, is_approved=yes, words=words, by=person, now=now
        )


def test_kents_fostering_decision_keeps_its_real_dates(partners: Partners, cast: Cast) -> None:
    decision = begun(partners, reference="21/00077", example="kent-21-00077")
    with acting(cast.colin):
        assert missing_from(decision) == [
            "Equality and data protection: Say whether a data protection impact assessment is needed."
        ]
    decision = written(cast.colin, decision, data_protection_needed=False)
    published = dt.datetime(2021, 9, 9, 9, 0, tzinfo=dt.UTC)
    with acting(cast.colin):
        decision = propose_decision(decision=decision, version=decision.version, by=cast.colin, now=published)
    assert decision.is_key
    assert decision.not_before_on == dt.date(2021, 10, 8)
    assert decision.key_reasons[0] == "Its value, £11,090,868.00, is more than £1,000,000.00."
    early = dt.datetime(2021, 10, 7, 12, 0, tzinfo=dt.UTC)
    with pytest.raises(ValidationError, match="8 October 2021 or later"):
        decided(partners.cara, decision, now=early)
    decision = decided(partners.cara, decision, now=early + DAY)
    assert decision.call_in_until == dt.date(2021, 10, 15)


def test_both_examples_say_what_the_published_decisions_say(partners: Partners, cast: Cast) -> None:
    fostering = begun(partners, reference="A", example="kent-21-00077")
    residential = begun(partners, reference="B", example="kent-21-00094")
    assert len(fostering.options) == 5
    assert [one["recommended"] for one in fostering.options].count(True) == 1
    for spend in ("£11,253,664", "£12,069,419", "£11,090,868"):
        assert spend in fostering.financial
    with acting(cast.colin):
        assert residential.risks.count() == 5
    # 15 beds at £4,557 a week for ten years of 52.14 weeks, to the nearest £10,000.
    assert round(15 * 4557 * 365 / 7 * 10, -4) == residential.value_pence / 100 == 35_640_000
    assert "does not follow" in residential.financial


def test_a_double_click_begins_one_decision_and_a_reference_is_used_once(partners: Partners, cast: Cast) -> None:
    assert begun(partners) == begun(partners)
    with acting(cast.colin), pytest.raises(ValidationError, match="has a decision 26/00001 already"):
        begin_decision(reference="26/00001", title="Another", by=cast.colin, now=NOW)
    with acting(partners.wendy):
        begin_decision(reference="26/00001", title="Theirs", by=partners.wendy, now=NOW)


def test_only_commissioners_write_and_only_their_own(partners: Partners, cast: Cast) -> None:
    decision = begun(partners)
    for person in (cast.april, cast.anna, partners.wendy):
        with acting(person), pytest.raises(PermissionDenied):
            change_decision(decision=decision, changes={"title": "x"}, version=0, by=person, now=NOW)


def test_a_draft_is_its_authoritys_own_and_partners_read_it_from_its_notice(partners: Partners, cast: Cast) -> None:
    shared, own = begun(partners), begun(partners, reference="26/00002", shared=False)
    with acting(partners.wendy):
        for decision in (shared, own):
            with pytest.raises(Http404):
                decision_for(partners.wendy, decision.key)
    with acting(cast.colin):
        for decision in (shared, own):
            propose_decision(decision=decision, version=decision.version, by=cast.colin, now=NOW)
    with acting(partners.wendy):
        assert decision_for(partners.wendy, shared.key).reference == "26/00001"
        assert DecisionRisk.objects.filter(decision=shared).count() == 5
        with pytest.raises(Http404):
            decision_for(partners.wendy, own.key)
        assert DecisionRecord.objects.filter(pk=shared.pk).update(title="Theirs now") == 0
    cast.hilda.roles = ["commissioner"]
    with acting(cast.hilda):
        assert not DecisionRecord.objects.exists()
        assert not DecisionMove.objects.exists()


def test_two_people_who_write_at_once_lose_nothing(partners: Partners, cast: Cast) -> None:
    decision = begun(partners)
    with acting(cast.colin):
        seen = decision.version
        change_decision(decision=decision, changes={"title": "First"}, version=seen, by=cast.colin, now=NOW)
        with pytest.raises(ChangedMeanwhile):
            change_decision(decision=decision, changes={"title": "Second"}, version=seen, by=cast.colin, now=NOW)
        # What is there already is no change, whatever the version.
        change_decision(decision=decision, changes={"title": "First"}, version=seen, by=cast.colin, now=NOW)
        assert DecisionRecord.objects.get(pk=decision.pk).title == "First"


def test_nothing_but_the_parts_can_be_written(partners: Partners, cast: Cast) -> None:
    decision = begun(partners)
    with acting(cast.colin), pytest.raises(ValidationError, match="cannot be changed here"):
        change_decision(decision=decision, changes={"state": "approved"}, version=0, by=cast.colin, now=NOW)


def test_options_are_added_once_recommended_once_and_removed(partners: Partners, cast: Cast) -> None:
    decision = begun(partners)
    option = {"name": "Build homes", "description": "Our own", "reason": "Best", "recommended": True}
    with acting(cast.colin):
        for _ in range(2):
            decision = add_to_list(decision=decision, name="options", entry=option, by=cast.colin, now=NOW)
        assert [one["recommended"] for one in decision.options] == [False, False, True]
        after = remove_from_list(
            decision=decision, name="options", place=1, version=decision.version, by=cast.colin, now=NOW
        )
        assert len(after.options) == 2
        with pytest.raises(ChangedMeanwhile):
            remove_from_list(
                decision=decision, name="options", place=1, version=decision.version, by=cast.colin, now=NOW
            )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"proposed": []}, "Say what is proposed"),
        ({"reasons": " "}, "Give the reasons"),
        ({"value_pence": None}, "Enter the value"),
        ({"all_divisions": False}, "how many divisions"),
        ({"decider": ""}, "Say who decides"),
        ({"legal": ""}, "Write the legal implications"),
        ({"equality": ""}, "equality screening"),
        ({"data_protection_needed": None}, "data protection"),
    ],
)
def test_a_notice_is_not_published_while_something_is_missing(
    partners: Partners, cast: Cast, changes: dict[str, Any], words: str
) -> None:
    decision = written(cast.colin, begun(partners), **changes)
    with acting(cast.colin), pytest.raises(ValidationError, match=words):
        propose_decision(decision=decision, version=decision.version, by=cast.colin, now=NOW)
    with acting(cast.colin):
        assert DecisionRecord.objects.get(pk=decision.pk).state == "draft"


def test_whoever_wrote_or_proposed_it_does_not_take_it(partners: Partners, cast: Cast) -> None:
    cast.colin.roles = ["commissioner", "approver"]
    cast.colin.save()
    decision = proposed(partners, notice_on=TODAY - 40 * DAY)
    with pytest.raises(PermissionDenied, match="somebody else"):
        decided(cast.colin, decision)
    with acting(cast.colin), pytest.raises(IntegrityError, match="somebody_else"), transaction.atomic():
        DecisionRecord.objects.filter(pk=decision.pk).update(decided_by=cast.colin, decided_at=NOW)


def test_whoever_rewrote_a_draft_does_not_take_it_by_page_or_by_sql(partners: Partners, cast: Cast) -> None:
    """Colin begins and proposes; Cara, who may approve, wrote on it in between."""
    cara = partners.cara
    cara.roles = ["commissioner", "approver"]
    cara.save()
    decision = begun(partners)
    written(cara, decision, title="A title of Cara's own, made up")
    with acting(cast.colin):
        decision.refresh_from_db()
        assert decision.writers == [cara.pk]
        decision = propose_decision(
            decision=decision, version=decision.version, notice_on=TODAY - 40 * DAY, by=cast.colin, now=NOW
        )
    with pytest.raises(PermissionDenied, match="You wrote or proposed"):
        decided(cara, decision)
    rows = DecisionRecord.objects.filter(pk=decision.pk)
    for change, words in (
        ({"decided_by": cara, "decided_at": NOW}, "wrote nothing of it"),
        ({"writers": []}, "not rewritten|stays on record"),
        ({"proposed_by": cara}, "Who proposed a decision stays"),
        ({"decided_at": NOW}, "taken by somebody"),
    ):
        with acting(cara), pytest.raises(IntegrityError, match=words), transaction.atomic():
            rows.update(**change)


def test_a_value_above_ones_limit_is_for_another_approver(partners: Partners, cast: Cast) -> None:
    decision = proposed(partners, notice_on=TODAY - 40 * DAY)
    with pytest.raises(PermissionDenied, match="approval limit"):
        decided(cast.april, decision)
    with pytest.raises(PermissionDenied, match="Only an approver of Kent"):
        decided(partners.walter, decision)
    assert decided(partners.cara, decision).state == "approved"


def test_a_decision_waits_for_its_notice_in_the_database_too(partners: Partners, cast: Cast) -> None:
    decision = proposed(partners)
    assert decision.not_before_on == TODAY + 29 * DAY
    with pytest.raises(ValidationError, match="Its notice stands"):
        decided(partners.cara, decision)
    with acting(partners.cara), pytest.raises(IntegrityError, match="waits_for_its_notice"), transaction.atomic():
        DecisionRecord.objects.filter(pk=decision.pk).update(
            decided_by=partners.cara, decided_at=NOW, decided_on=TODAY, state="approved"
        )
    later = NOW + 29 * DAY
    assert decided(partners.cara, decision, now=later).state == "approved"


def test_urgency_needs_a_reason_and_then_no_waiting(partners: Partners) -> None:
    decision = proposed(partners, urgent="The chair of scrutiny agreed: the contract ends on Monday.")
    assert decided(partners.cara, decision).state == "approved"


def test_a_decision_that_is_not_key_needs_no_waiting(partners: Partners, cast: Cast) -> None:
    decision = written(cast.colin, begun(partners), value_pence=50_000_000, divisions=1, all_divisions=False)
    with acting(cast.colin):
        decision = propose_decision(decision=decision, version=decision.version, by=cast.colin, now=NOW)
    assert (decision.is_key, decision.not_before_on) == (False, TODAY)
    assert decided(cast.april, decision).state == "approved"


def test_an_authoritys_own_rules_decide_and_a_standing_notice_keeps_its_own(partners: Partners, cast: Cast) -> None:
    first = proposed(partners)
    rules = {
        "value_pence": 10**12,
        "divisions": 99,
        "notice_clear_days": 10,
        "call_in_working_days": 3,
        "source": "Part 4",
    }
    with acting(cast.colin), pytest.raises(PermissionDenied):
        set_decision_rules(**rules, by=cast.colin, now=NOW)
    with acting(cast.anna):
        kept = set_decision_rules(**rules, by=cast.anna, now=NOW)
        assert set_decision_rules(**rules, by=cast.anna, now=NOW + DAY).changed_at == kept.changed_at
    second = written(cast.colin, begun(partners, reference="26/00002"), all_divisions=False, divisions=2)
    with acting(cast.colin):
        second = propose_decision(decision=second, version=second.version, by=cast.colin, now=NOW)
        assert DecisionRecord.objects.get(pk=first.pk).rules["notice_clear_days"] == 28
    assert (second.is_key, second.not_before_on) == (False, TODAY)
    assert decided(partners.cara, second).call_in_until == dt.date(2026, 11, 25)


def test_an_earlier_day_than_the_rules_allow_is_refused_and_a_later_one_kept(partners: Partners, cast: Cast) -> None:
    decision = begun(partners)
    with acting(cast.colin):
        version = decision.version
        with pytest.raises(ValidationError, match="19 December 2026 or later"):
            propose_decision(decision=decision, version=version, not_before_on=TODAY + 28 * DAY, by=cast.colin, now=NOW)
        with pytest.raises(ValidationError, match="earlier day"):
            propose_decision(decision=decision, version=version, notice_on=TODAY + DAY, by=cast.colin, now=NOW)
        made = propose_decision(
            decision=decision, version=version, not_before_on=TODAY + 60 * DAY, by=cast.colin, now=NOW
        )
        again = propose_decision(decision=decision, version=version, by=cast.colin, now=NOW)
    assert made.not_before_on == TODAY + 60 * DAY
    assert again.pk == made.pk


def test_nothing_is_carried_out_before_its_call_in_is_over(partners: Partners, cast: Cast) -> None:
    decision = approved(partners)
    assert decision.call_in_until == dt.date(2026, 11, 27)
    with acting(cast.colin):
        with pytest.raises(ValidationError, match="27 November 2026"):
            carry_out(decision=decision, version=decision.version, words="", by=cast.colin, now=NOW + 7 * DAY)
        with pytest.raises(IntegrityError, match="waits_for_its_call_in"), transaction.atomic():
            DecisionRecord.objects.filter(pk=decision.pk).update(implemented_on=decision.call_in_until)
        assert not is_in_effect(decision, on=decision.call_in_until)
        assert is_in_effect(decision, on=decision.call_in_until + DAY)
        done = carry_out(decision=decision, version=decision.version, words="Signed", by=cast.colin, now=NOW + 8 * DAY)
        again = carry_out(decision=decision, version=decision.version, words="Signed", by=cast.colin, now=NOW + 9 * DAY)
    assert done.implemented_on == again.implemented_on == TODAY + 8 * DAY


def test_a_call_in_holds_it_up_until_it_is_confirmed(partners: Partners, cast: Cast) -> None:
    decision = approved(partners)
    with acting(cast.colin):
        with pytest.raises(ValidationError, match="27 November 2026"):
            call_in(decision=decision, version=decision.version, why="Late", by=cast.colin, now=NOW + 8 * DAY)
        held = call_in(decision=decision, version=decision.version, why="Scrutiny", by=cast.colin, now=NOW + 3 * DAY)
        assert not is_in_effect(held, on=TODAY + 30 * DAY)
        with pytest.raises(ValidationError, match="Called in"):
            carry_out(decision=held, version=held.version, words="", by=cast.colin, now=NOW + 30 * DAY)
        confirmed = settle_call_in(
            decision=held, version=held.version, is_confirmed=True, words="As it was", by=cast.colin, now=NOW + 20 * DAY
        )
        done = carry_out(decision=confirmed, version=confirmed.version, words="", by=cast.colin, now=NOW + 20 * DAY)
        assert [one.to_state for one in done.moves.order_by("pk")] == [
            "proposed", "approved", "called_in", "confirmed", "implemented",
        ]  # fmt: skip


def test_a_refusal_says_why_and_ends_it(partners: Partners, cast: Cast) -> None:
    decision = proposed(partners, notice_on=TODAY - 40 * DAY)
    with pytest.raises(ValidationError, match="Say why"):
        decided(partners.cara, decision, yes=False)
    refused = decided(partners.cara, decision, yes=False, words="Too dear")
    assert decided(partners.cara, refused, yes=False, words="Too dear").version == refused.version
    assert (refused.state, refused.call_in_until) == ("refused", None)
    with acting(cast.colin), pytest.raises(ValidationError, match="Refused"):
        withdraw_decision(decision=refused, version=refused.version, why="x", by=cast.colin, now=NOW)


def test_what_was_proposed_is_not_rewritten_and_what_was_decided_stays(partners: Partners, cast: Cast) -> None:
    decision = proposed(partners, notice_on=TODAY - 40 * DAY)
    with acting(cast.colin):
        with pytest.raises(ValidationError, match="Notice published"):
            change_decision(
                decision=decision, changes={"title": "Other"}, version=decision.version, by=cast.colin, now=NOW
            )
        with pytest.raises(DatabaseError, match="not rewritten"), transaction.atomic():
            DecisionRecord.objects.filter(pk=decision.pk).update(reasons="Other reasons")
    decided(partners.cara, decision)
    with acting(cast.colin), pytest.raises(DatabaseError, match="stays decided"), transaction.atomic():
        DecisionRecord.objects.filter(pk=decision.pk).update(decision_words="Something else")


def test_taken_back_it_can_be_written_again_and_its_notice_starts_anew(partners: Partners, cast: Cast) -> None:
    decision = proposed(partners, notice_on=TODAY - 40 * DAY)
    with acting(cast.colin):
        back = return_to_draft(
            decision=decision, version=decision.version, why="A figure was wrong", by=cast.colin, now=NOW
        )
        assert (back.state, back.notice_on) == ("draft", None)
        changed = change_decision(
            decision=back, changes={"reasons": "Better"}, version=back.version, by=cast.colin, now=NOW
        )
        again = propose_decision(decision=changed, version=changed.version, by=cast.colin, now=NOW)
    assert again.not_before_on == TODAY + 29 * DAY
    with acting(partners.wendy):
        assert DecisionMove.objects.filter(decision=decision).count() == 3


def test_risks_are_reviewed_closed_and_wait_when_due(partners: Partners, cast: Cast) -> None:
    decision = approved(partners)
    with acting(cast.colin):
        asked = {
            "risk": "Made-up", "mitigation": "Watched", "owner": "Lead", "likelihood": 2, "impact": 2,
            "review_on": TODAY + DAY,
        }  # fmt: skip
        risk = add_risk(decision=decision, risk=asked, by=cast.colin, now=NOW)
        assert add_risk(decision=decision, risk=asked, by=cast.colin, now=NOW) == risk
        assert waiting_for(cast.colin, now=NOW) == ()
        found = waiting_for(cast.colin, now=NOW + 3 * DAY)
        assert [(one.words, one.about, one.is_overdue) for one in found] == [
            ("Review the risk", "26/00001, risk 6", True)
        ]
        review = Review(5, 5, "Acted", "Director", "Worse", TODAY + 30 * DAY)
        review_risk(risk=risk, review=review, by=cast.colin, now=NOW + 3 * DAY)
        assert waiting_for(cast.colin, now=NOW + 3 * DAY) == ()
        over = Review(1, 1, "Done", "Director", "It is over")
        closed = review_risk(risk=risk, review=over, by=cast.colin, now=NOW + 4 * DAY)
        assert review_risk(risk=risk, review=over, by=cast.colin, now=NOW + 5 * DAY).closed_at == closed.closed_at
        with pytest.raises(ValidationError, match="closed"):
            review_risk(risk=risk, review=review, by=cast.colin, now=NOW + 5 * DAY)


def test_who_decides_and_who_carries_out_is_told(partners: Partners, cast: Cast) -> None:
    decision = proposed(partners)
    with acting(partners.cara):
        assert waiting_for(partners.cara, now=NOW) == ()
        assert [one.words for one in waiting_for(partners.cara, now=NOW + 29 * DAY)] == ["Take the decision"]
    with acting(cast.april):
        assert waiting_for(cast.april, now=NOW + 29 * DAY) == ()
    decided(partners.cara, decision, now=NOW + 29 * DAY)
    with acting(cast.colin):
        assert waiting_for(cast.colin, now=NOW + 30 * DAY) == ()
        assert [one.words for one in waiting_for(cast.colin, now=NOW + 60 * DAY)] == [
            "Carry out the decision: its call-in is over"
        ]


def test_other_stages_find_decisions_by_what_they_are_about(partners: Partners, cast: Cast) -> None:
    about = uuid.uuid4()
    with acting(cast.colin):
        made = begin_decision(reference="26/7", title="On a tender", about_key=about, by=cast.colin, now=NOW)
        assert list(decisions_about(about)) == [made]
    with acting(partners.wendy):
        assert list(decisions_about(about)) == []


def test_every_move_of_the_table_ends_somewhere_and_drafts_lead_everywhere() -> None:
    reached, waiting = {DecisionState.DRAFT}, [DecisionState.DRAFT]
    while waiting:
        for onwards in MOVES[waiting.pop()] - reached:
            reached.add(onwards)
            waiting.append(onwards)
    assert reached == set(DecisionState)


def test_the_record_names_the_decision_and_none_of_its_words(partners: Partners, cast: Cast) -> None:
    approved(partners)
    with acting(cast.colin):
        words = list(Event.objects.filter(name__startswith="decision.").values_list("words", flat=True))
    assert words == [
        "Decision 26/00001 was begun.",
        "The notice of decision 26/00001 was published; not before 20 November 2026.",
        "Decision 26/00001 was approved; it may be called in until 27 November 2026.",
    ]
