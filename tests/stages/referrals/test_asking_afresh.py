"""A home whose invitation came to nothing can be asked again; what it was asked before can no longer be answered."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cast import NOW, Cast, make_cast
from nearhome.market.models import Home, Occupancy
from nearhome.privacy.acting import acting
from nearhome.referrals.actions.inviting import invite_homes, recall_release
from nearhome.referrals.actions.offering import decline_invitation, withdraw_offer
from nearhome.referrals.actions.permission import decide_permission
from nearhome.referrals.actions.recording import answer_question, submit_referral
from nearhome.referrals.actions.stopping import withdraw_invitations
from nearhome.referrals.jobs import lapse_invitations
from nearhome.referrals.models import Invitation, Offer, Referral, Release, SearchPermission
from nearhome.referrals.queries.standing import homes_still_asked
from scenes import make_child, make_home
from scenes_inviting import invited, make_search, offered
from scenes_referrals import make_submitted

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(hours=60)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def home(cast: Cast) -> Home:
    return make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")


@pytest.fixture
def search(cast: Cast) -> Referral:
    return make_search(cast)


def ask(cast: Cast, referral: Referral, home: Home, now: dt.datetime = NOW) -> tuple[Invitation, ...]:
    with acting(cast.olive):
        referral.refresh_from_db(fields=["state", "version"])
        return invite_homes(referral=referral, homes=[home], by=cast.olive, now=now).new


def test_after_a_refused_emergency_is_submitted_again_the_same_home_is_asked_afresh(cast: Cast, home: Home) -> None:
    referral = make_submitted(cast.olive, make_child(cast.kent, "Blue Kite 0042"), is_emergency=True)
    first = ask(cast, referral, home)[0]
    offered(cast.mona, first)
    with acting(cast.april):
        decide_permission(
            permission=SearchPermission.objects.get(), granted=False, by=cast.april, now=NOW, reason="Ask family first"
        )
        assert Offer.objects.get().outcome == "not_selected"
    with acting(cast.olive):
        referral.refresh_from_db()
        answer_question(referral=referral, answers={"expected_weeks": 12}, by=cast.olive, now=NOW)
        submit_referral(referral=referral, by=cast.olive, now=NOW)
    second = ask(cast, referral, home)[0]
    assert second.pk != first.pk
    with pytest.raises(ValidationError, match="no longer needs an answer"):
        offered(cast.mona, first, "Place 2")
    offer = offered(cast.mona, second)
    assert offer.invitation_id == second.pk
    with acting(cast.olive):
        assert Offer.objects.count() == 2
        assert Release.objects.get(recalled_at__isnull=True).invitation_id == second.pk


def test_a_lapsed_invitation_gives_way_to_a_new_one_whether_or_not_the_timer_has_run(
    cast: Cast, home: Home, search: Referral
) -> None:
    first = ask(cast, search, home)[0]
    with acting(cast.olive):
        assert homes_still_asked(search, NOW) == {str(home.key)}
        assert homes_still_asked(search, LATER) == set()  # so that it can be ticked again
    second = ask(cast, search, home, now=LATER)[0]
    lapse_invitations(LATER + dt.timedelta(hours=60))
    third = ask(cast, search, home, now=LATER + dt.timedelta(hours=61))[0]
    with acting(cast.olive):
        replaced = Invitation.objects.filter(replaced_at__isnull=False).order_by("pk")
        assert [row.pk for row in replaced] == [first.pk, second.pk]
        assert Release.objects.get(recalled_at__isnull=True).invitation_id == third.pk


def test_while_an_invitation_stands_the_home_is_not_asked_twice(cast: Cast, home: Home, search: Referral) -> None:
    invitation = ask(cast, search, home)[0]
    assert ask(cast, search, home) == ()
    with acting(cast.mona):
        decline_invitation(invitation=invitation, code="match", words="", by=cast.mona, now=NOW)
    assert ask(cast, search, home) == ()  # it may still think better of it
    offer = offered(cast.mona, invitation)
    assert ask(cast, search, home) == ()
    with acting(cast.mona):
        withdraw_offer(offer=offer, reason="A carer is ill", by=cast.mona, now=NOW)
    assert ask(cast, search, home) == ()
    with acting(cast.olive), pytest.raises(IntegrityError, match="a_home_is_invited_once"), transaction.atomic():
        Invitation.objects.create(
            referral=search, referral_ref=search.ref, thread=search.key, authority=cast.kent, provider=cast.meadow,
            home=home, sent_at=NOW, sent_by=cast.olive, respond_by=LATER,
        )  # fmt: skip


def test_taking_an_invitation_back_ends_its_offer_and_frees_the_place(cast: Cast, home: Home, search: Referral) -> None:
    offered(cast.mona, invited(cast, search, home))
    with acting(cast.olive):
        recall_release(release=Release.objects.get(), by=cast.olive, now=NOW, reason="Sent to the wrong home")
    with acting(cast.mona):
        assert Offer.objects.get().outcome == "not_selected"
        assert not Occupancy.objects.filter(freed_at__isnull=True).exists()
    assert len(ask(cast, search, home)) == 1


def test_an_officer_withdraws_every_invitation_with_words_for_the_homes(
    cast: Cast, home: Home, search: Referral
) -> None:
    invitation = invited(cast, search, home)
    with acting(cast.olive):
        with pytest.raises(ValidationError, match="Enter what the homes are told"):
            withdraw_invitations(referral=search, reason=" ", by=cast.olive, now=NOW)
        told = [
            withdraw_invitations(referral=search, reason="The need has changed.", by=cast.olive, now=NOW)
            for _ in range(2)
        ]
        search.refresh_from_db()
    assert told == [1, 0]
    assert search.state == "searching"
    with acting(cast.mona):
        assert not Release.objects.exists()
        invitation.refresh_from_db()
        assert invitation.answer == "withdrawn"
        with pytest.raises(ValidationError, match="no longer needs an answer"):
            offered(cast.mona, invitation)
    assert len(ask(cast, search, home)) == 1
