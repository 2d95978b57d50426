"""A submitted referral is taken back to draft and corrected, before any home reads it."""

import datetime as dt
import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from cast import NOW, Cast, make_cast
from nearhome.audit.models import Event
from nearhome.needs.models import Child
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.actions.correcting import take_back_to_draft
from nearhome.referrals.actions.permission import decide_permission
from nearhome.referrals.actions.recording import answer_question, submit_referral
from nearhome.referrals.models import Referral, ReferralMove, SearchPermission
from nearhome.referrals.queries import waiting_for
from scenes import make_child, make_home
from scenes_inviting import invited
from scenes_referrals import make_submitted, search_without_permission

pytestmark = pytest.mark.django_db
WHY = "The day was wrong"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def child(cast: Cast) -> Child:
    return make_child(cast.kent, "BLUE-KITE-0042")


def back(cast: Cast, referral: Referral, why: str = WHY, version: int | None = None) -> Referral:
    with acting(cast.olive):
        return take_back_to_draft(referral=referral, why=why, by=cast.olive, now=NOW, version=version)


def test_one_that_waits_for_permission_is_corrected_and_asked_for_again(cast: Cast, child: Child) -> None:
    referral = make_submitted(cast.olive, child)
    for _ in range(2):
        assert back(cast, referral).state == "draft"
    with acting(cast.olive):
        closed = SearchPermission.objects.get()
        assert (closed.granted, closed.decided_by) == (False, None)
        move = ReferralMove.objects.get(referral=referral, to_state="draft", from_state="awaiting_permission")
        assert (move.why, move.by_name) == (WHY, str(cast.olive))
        assert Event.objects.filter(thread=referral.key, name="referral.taken_back").count() == 1
        assert "Finish a referral" in [one.words for one in waiting_for(cast.olive, now=NOW)]
        later = dt.date(2026, 12, 15)
        answer_question(referral=referral, answers={"needed_on": later}, by=cast.olive, now=NOW)
        submit_referral(referral=referral, by=cast.olive, now=NOW)
        referral.refresh_from_db()
    assert (referral.state, referral.needed_on) == ("awaiting_permission", later)
    with acting(cast.april), pytest.raises(ValidationError, match="needs no decision any more"):
        decide_permission(permission=closed, granted=True, by=cast.april, now=NOW)


def test_a_search_with_no_invitation_is_corrected_and_one_with_invitations_only_after_withdrawing_them(
    cast: Cast, child: Child, client: Client
) -> None:
    search_without_permission(cast.kent)
    referral = make_submitted(cast.olive, child)
    back(cast, referral)
    with acting(cast.olive):
        submit_referral(referral=referral, by=cast.olive, now=NOW)
    invited(cast, referral, make_home(cast.meadow, "Madeup Meadow House", urn="SC900001"))
    with pytest.raises(ValidationError, match=r"1 home can still read this referral. Withdraw the invitations first"):
        back(cast, referral)
    client.force_login(cast.olive)
    page = client.get(f"/referrals/{referral.key}/").content.decode()
    assert "1 home can read this referral" in page
    assert "Correct this referral" not in page
    assert "Withdraw the invitations first" in client.get(f"/referrals/{referral.key}/correct/").content.decode()
    address = f"/referrals/{referral.key}/invitations/withdraw/"
    assert "Enter what the homes are told" in client.post(address, {"reason": ""}).content.decode()
    page = client.post(address, {"reason": "The need has changed."}, follow=True).content.decode()
    assert "1 home can no longer read this referral." in page
    assert "Correct this referral" in page
    with acting(cast.olive):
        referral.refresh_from_db()
    assert back(cast, referral).state == "draft"


def test_only_its_officers_take_it_back_with_a_reason_while_nothing_is_chosen(cast: Cast, child: Child) -> None:
    referral = make_submitted(cast.olive, child)
    with pytest.raises(ValidationError, match="Enter why"):
        back(cast, referral, why=" ")
    with pytest.raises(ChangedMeanwhile):
        back(cast, referral, version=1)
    for person in (cast.april, cast.oscar, cast.mona):
        with acting(person), pytest.raises(PermissionDenied):
            take_back_to_draft(referral=referral, why=WHY, by=person, now=NOW)
    with acting(cast.olive):
        Referral.objects.filter(pk=referral.pk).update(state="approved")
    with pytest.raises(ValidationError, match="can no longer be corrected"):
        back(cast, referral)


def test_on_the_pages_the_reason_is_asked_for_and_shown_on_the_draft(cast: Cast, child: Child, client: Client) -> None:
    referral = make_submitted(cast.olive, child)
    client.force_login(cast.olive)
    page = client.get(f"/referrals/{referral.key}/correct/").content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assert "Enter why" in client.post(f"/referrals/{referral.key}/correct/", {"why": ""}).content.decode()
    sent = {"why": WHY, "version": version[1]}
    page = client.post(f"/referrals/{referral.key}/correct/", sent, follow=True).content.decode()
    assert "is a draft again" in page
    page = client.get(f"/referrals/{referral.key}/").content.decode()
    assert f"took it back to correct it: {WHY}" in page
    assert "refused" not in page
