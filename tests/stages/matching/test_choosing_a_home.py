import datetime as dt
import threading
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from cast import NOW
from nearhome.audit.models import Event
from nearhome.market.models import Occupancy
from nearhome.matching.actions.deciding import approve_choice, select_offer
from nearhome.matching.models import Decision
from nearhome.people.models import Person
from nearhome.placements.actions.approving import approve_and_book
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.actions.offering import withdraw_offer
from nearhome.referrals.models import Offer, Referral, ReferralMove, Release
from scenes_matching import MatchingScene, chosen, complete_choice, make_matching_scene, two_offers

LATER = NOW + dt.timedelta(hours=1)


@pytest.fixture
def scene(db: None) -> MatchingScene:
    return make_matching_scene()


def fields_missing(scene: MatchingScene, offer: Offer, **changes: object) -> set[str]:
    olive = scene.cast.olive
    with acting(olive), pytest.raises(ValidationError) as refused:
        choice = replace(complete_choice(olive, scene.referral, offer), **changes)
        select_offer(referral=scene.referral, offer=offer, choice=choice, by=olive, now=NOW)
    return set(refused.value.message_dict)


def test_choosing_keeps_the_reasons_and_asks_for_approval(scene: MatchingScene) -> None:
    _, second = two_offers(scene)
    decision = chosen(scene, second)
    with acting(scene.cast.april):
        kept = Decision.objects.get(pk=decision.pk)
        assert kept.whole_life_pence == 26 * 455_700
        assert kept.ranking is not None
        assert Referral.objects.get(pk=scene.referral.pk).state == "selected"
    passed = next(one for one in kept.passed_over if one["is_better_ranked"])
    assert passed["home_name"] == "Madeup Meadow House"
    assert passed["reason"] == "Its staff team changes next month."
    assert any("miles from home" in words for words in passed["better_at"])


def test_nothing_is_chosen_without_reasons_tests_and_an_answer_to_the_child(scene: MatchingScene) -> None:
    _, second = two_offers(scene)
    assert fields_missing(scene, second, reasons=" ") == {"reasons"}
    assert fields_missing(scene, second, wishes_answered="") == {"wishes_answered"}
    assert fields_missing(scene, second, passed_over={}) == {f"passed_{scene.meadow.key}"}
    assert len(fields_missing(scene, second, feedback={})) == 1


def test_a_no_to_a_test_of_the_law_needs_its_reason(scene: MatchingScene) -> None:
    first, _ = two_offers(scene)
    with acting(scene.cast.olive):
        tests = dict(complete_choice(scene.cast.olive, scene.referral, first).tests)
    assert fields_missing(scene, first, tests=tests | {"siblings": ("no", "")}) == {"test_siblings_reason"}
    assert fields_missing(scene, first, tests=tests | {"in_area": ("", "")}) == {"test_in_area"}


def test_the_best_ranked_offer_needs_no_words_about_others_above_it(scene: MatchingScene) -> None:
    first, _ = two_offers(scene)
    decision = chosen(scene, first)
    assert [one["is_better_ranked"] for one in decision.passed_over] == [False]


def test_the_same_choice_sent_twice_is_made_once_and_another_is_told(scene: MatchingScene) -> None:
    first, second = two_offers(scene)
    olive = scene.cast.olive
    with acting(olive):
        seen = Referral.objects.get(pk=scene.referral.pk)
        stale = Referral.objects.get(pk=scene.referral.pk)
        choice, other = complete_choice(olive, seen, first), complete_choice(olive, stale, second)
        made = select_offer(referral=seen, offer=first, choice=choice, by=olive, now=NOW)
        assert select_offer(referral=stale, offer=first, choice=choice, by=olive, now=LATER) == made
        with pytest.raises(ChangedMeanwhile):
            select_offer(referral=stale, offer=second, choice=other, by=olive, now=LATER)
        assert Decision.objects.count() == 1


def test_an_offer_that_ended_cannot_be_chosen(scene: MatchingScene) -> None:
    first, _ = two_offers(scene)
    olive = scene.cast.olive
    with acting(olive):
        choice = complete_choice(olive, scene.referral, first)
        late = NOW + dt.timedelta(days=9)
        with pytest.raises(ValidationError, match="can no longer be chosen"):
            select_offer(referral=scene.referral, offer=first, choice=choice, by=olive, now=late)


def test_only_an_officer_of_the_childs_authority_chooses(scene: MatchingScene) -> None:
    first, _ = two_offers(scene)
    with acting(scene.cast.olive):
        choice = complete_choice(scene.cast.olive, scene.referral, first)
    for person in (scene.cast.april, scene.cast.mona, scene.cast.oscar):
        with acting(person), pytest.raises(PermissionDenied):
            select_offer(referral=scene.referral, offer=first, choice=choice, by=person, now=NOW)


def approve(person: Person, decision: Decision, *, granted: bool = True, reason: str = "") -> Booking | None:
    with acting(person):
        kept = Decision.objects.select_related("referral").get(pk=decision.pk)
        return approve_and_book(decision=kept, by=person, now=LATER, granted=granted, reason=reason)


def test_approval_books_the_place_and_tells_the_others_why_not(scene: MatchingScene) -> None:
    first, second = two_offers(scene)
    booking = approve(scene.cast.april, chosen(scene, first))
    assert booking is not None
    assert booking.home_id == scene.meadow.pk
    with acting(scene.cast.olive):
        assert Referral.objects.get(pk=scene.referral.pk).state == "approved"
        standing = Release.objects.filter(invitation__referral=scene.referral, recalled_at__isnull=True)
        assert {row.recipient_id for row in standing} == {scene.cast.meadow.pk}
    with acting(scene.cast.harry):
        told = Offer.objects.get(pk=second.pk)
        assert (told.outcome, told.feedback) == ("not_selected", "Another home was nearer to the child's family.")
        assert Occupancy.objects.get(pk=told.hold_id).freed_at == LATER
        assert "offer.not_selected" in Event.objects.values_list("name", flat=True)
    with acting(scene.cast.mona):
        assert Offer.objects.get(pk=first.pk).outcome == "selected"
        assert "offer.selected" in Event.objects.values_list("name", flat=True)


def test_approving_twice_books_once(scene: MatchingScene) -> None:
    decision = chosen(scene, two_offers(scene)[0])
    assert approve(scene.cast.april, decision) == approve(scene.cast.april, decision)
    with pytest.raises(ValidationError, match="approved by April"):
        approve(scene.cast.april, decision, granted=False, reason="Second thoughts")


def test_whoever_chose_never_approves_even_with_both_roles(scene: MatchingScene) -> None:
    olive = scene.cast.olive
    olive.roles = ["placement_officer", "approver"]
    olive.save()
    decision = chosen(scene, two_offers(scene)[0])
    for granted in (True, False):
        with pytest.raises(PermissionDenied, match="You chose this home"):
            approve(olive, decision, granted=granted, reason="Because")


def test_a_value_over_the_limit_is_refused_with_the_limit_named(scene: MatchingScene) -> None:
    decision = chosen(scene, two_offers(scene)[0])
    april = scene.cast.april
    april.approval_limit_pence = 10_000_000
    april.save()
    with pytest.raises(PermissionDenied, match=r"£118,482\.00 is more than your limit of £100,000\.00"):
        approve(april, decision)
    april.approval_limit_pence = None
    april.save()
    assert approve(april, decision)


def test_only_approvers_of_the_childs_authority_approve(scene: MatchingScene) -> None:
    decision = chosen(scene, two_offers(scene)[0])
    with pytest.raises(PermissionDenied, match="Only an approver"):
        approve(scene.cast.colin, decision)
    with acting(scene.cast.ada):
        assert not Decision.objects.exists()


def test_a_refusal_says_why_and_leaves_the_offers_open(scene: MatchingScene) -> None:
    first, second = two_offers(scene)
    decision = chosen(scene, first)
    with pytest.raises(ValidationError, match="Enter why you refuse"):
        approve(scene.cast.april, decision, granted=False)
    assert approve(scene.cast.april, decision, granted=False, reason="Look nearer to school.") is None
    with acting(scene.cast.olive):
        assert Referral.objects.get(pk=scene.referral.pk).state == "searching"
        assert ReferralMove.objects.filter(referral=scene.referral).last().why == "Look nearer to school."
        assert set(Offer.objects.values_list("outcome", flat=True)) == {""}
        scene.referral.refresh_from_db()
    assert chosen(scene, second).offer_id == second.pk


def test_an_offer_withdrawn_meanwhile_cannot_be_approved(scene: MatchingScene) -> None:
    first, _ = two_offers(scene)
    decision = chosen(scene, first)
    with acting(scene.cast.mona):
        withdraw_offer(offer=first, reason="A carer is ill", by=scene.cast.mona, now=NOW)
    with pytest.raises(ValidationError, match="has ended"):
        approve(scene.cast.april, decision)
    with acting(scene.cast.april):
        assert Decision.objects.get(pk=decision.pk).granted is None
        assert Referral.objects.get(pk=scene.referral.pk).state == "selected"


def test_approval_alone_leaves_the_place_held_for_booking(scene: MatchingScene) -> None:
    first, _ = two_offers(scene)
    decision = chosen(scene, first)
    with acting(scene.cast.april):
        approve_choice(decision=decision, by=scene.cast.april, now=LATER, granted=True)
        hold = Occupancy.objects.get(pk=first.hold_id)
    assert (hold.kind, hold.freed_at) == ("hold", None)


@pytest.mark.usefixtures("committed_database")
def test_two_officers_choosing_at_once_make_one_choice() -> None:
    scene = make_matching_scene()
    first, second = two_offers(scene)
    olive = scene.cast.olive
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def choose(offer: Offer) -> None:
        try:
            with acting(olive):
                referral = Referral.objects.get(pk=scene.referral.pk)
                choice = complete_choice(olive, referral, offer)
                ready.wait(10)
                select_offer(referral=referral, offer=offer, choice=choice, by=olive, now=NOW)
            outcomes.append("chosen")
        except ChangedMeanwhile:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=choose, args=(offer,)) for offer in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["chosen", "told"]
    with acting(olive):
        assert Decision.objects.count() == 1
