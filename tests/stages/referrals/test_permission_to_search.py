"""Leave to search: who may give it, by when, and what a refusal does."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from cast import NOW, Cast, make_cast, make_person
from nearhome.audit.queries import history_of
from nearhome.needs.models import Child
from nearhome.people.models import AuthorityRules
from nearhome.privacy.acting import acting
from nearhome.referrals.actions.permission import decide_permission
from nearhome.referrals.actions.recording import answer_question, submit_referral
from nearhome.referrals.models import Invitation, Offer, Referral, ReferralMove, Release, SearchPermission
from nearhome.referrals.queries import permission_of, waiting_for
from nearhome.referrals.states import ReferralState
from scenes import make_child, make_home
from scenes_inviting import invited, offered
from scenes_referrals import make_submitted, search_without_permission

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(hours=24)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def child(cast: Cast) -> Child:
    return make_child(cast.kent, "BLUE-KITE-0042")


@pytest.fixture
def asked(cast: Cast, child: Child) -> SearchPermission:
    return the_request(cast, make_submitted(cast.olive, child))


@pytest.fixture
def emergency(cast: Cast, child: Child) -> SearchPermission:
    return the_request(cast, make_submitted(cast.olive, child, is_emergency=True))


def the_request(cast: Cast, referral: Referral) -> SearchPermission:
    with acting(cast.olive):
        found = permission_of(referral)
    assert found is not None
    return found


def state_of(cast: Cast, permission: SearchPermission) -> str:
    with acting(cast.olive):
        return Referral.objects.get(pk=permission.referral_id).state


def test_without_the_rule_the_search_begins_at_once(cast: Cast, child: Child) -> None:
    search_without_permission(cast.kent)
    referral = make_submitted(cast.olive, child)
    assert referral.state == ReferralState.SEARCHING
    with acting(cast.olive):
        assert permission_of(referral) is None


def test_with_the_rule_the_search_waits(cast: Cast, asked: SearchPermission) -> None:
    assert state_of(cast, asked) == ReferralState.AWAITING_PERMISSION
    assert (asked.asked_by_id, asked.due_at, asked.granted) == (cast.olive.pk, None, None)


def test_permission_starts_the_search_once(cast: Cast, asked: SearchPermission) -> None:
    with acting(cast.april):
        decide_permission(permission=asked, granted=True, by=cast.april, now=NOW)
        decide_permission(permission=asked, granted=True, by=cast.april, now=NOW)
        assert ReferralMove.objects.filter(referral_id=asked.referral_id, to_state="searching").count() == 1
        kept = SearchPermission.objects.get(pk=asked.pk)
        assert (kept.granted, kept.decided_by_id, kept.decided_at) == (True, cast.april.pk, NOW)
    assert state_of(cast, asked) == ReferralState.SEARCHING


def test_a_refusal_says_why_and_makes_it_a_draft_that_can_be_submitted_again(
    cast: Cast, asked: SearchPermission
) -> None:
    with acting(cast.april):
        with pytest.raises(ValidationError, match="why you refuse"):
            decide_permission(permission=asked, granted=False, by=cast.april, now=NOW)
        decide_permission(permission=asked, granted=False, reason="Ask her aunt first", by=cast.april, now=NOW)
    with acting(cast.olive):
        referral = Referral.objects.get(pk=asked.referral_id)
        assert referral.state == ReferralState.DRAFT
        waiting = waiting_for(cast.olive, now=NOW)
        assert [one.words for one in waiting] == ["Change a referral that was sent back"]
        answer_question(referral=referral, answers={"pets": "No"}, by=cast.olive, now=NOW)
        submit_referral(referral=referral, by=cast.olive, now=NOW + DAY)
        assert referral.state == ReferralState.AWAITING_PERMISSION
        assert referral.search_permissions.count() == 2


def test_a_decision_is_not_turned_round(cast: Cast, asked: SearchPermission) -> None:
    other = make_person("Astrid Madeup-Approver", cast.kent, "approver")
    with acting(cast.april):
        decide_permission(permission=asked, granted=True, by=cast.april, now=NOW)
    with acting(other), pytest.raises(ValidationError, match="April Madeup-Approver granted"):
        decide_permission(permission=asked, granted=False, reason="No", by=other, now=NOW)


def test_nobody_approves_their_own_request(cast: Cast, child: Child) -> None:
    both = make_person("Bea Madeup-Both", cast.kent, "placement_officer", "approver")
    permission = the_request(cast, make_submitted(both, child))
    with acting(both):
        with pytest.raises(PermissionDenied, match="You asked for this search"):
            decide_permission(permission=permission, granted=True, by=both, now=NOW)
        assert waiting_for(both, now=NOW) == ()


def test_the_database_refuses_an_approver_who_asked(cast: Cast, asked: SearchPermission) -> None:
    with acting(cast.olive), pytest.raises(IntegrityError, match="permission_from_somebody_else"), transaction.atomic():
        SearchPermission.objects.filter(pk=asked.pk).update(granted=True, decided_by=cast.olive, decided_at=NOW)


@pytest.mark.parametrize("who", ["olive", "colin", "fiona", "ada", "mona"])
def test_only_an_approver_of_the_authority_decides(cast: Cast, asked: SearchPermission, who: str) -> None:
    person = getattr(cast, who)
    with acting(person), pytest.raises(PermissionDenied):
        decide_permission(permission=asked, granted=True, by=person, now=NOW)
    assert state_of(cast, asked) == ReferralState.AWAITING_PERMISSION


def test_an_emergency_searches_at_once_with_a_deadline_by_the_authoritys_rule(cast: Cast, child: Child) -> None:
    AuthorityRules.objects.filter(organisation=cast.kent).update(emergency_approval_hours=6)
    permission = the_request(cast, make_submitted(cast.olive, child, is_emergency=True))
    assert permission.due_at == NOW + dt.timedelta(hours=6)
    assert state_of(cast, permission) == ReferralState.SEARCHING


def test_a_late_approval_is_recorded_as_late(cast: Cast, emergency: SearchPermission) -> None:
    with acting(cast.april):
        before = waiting_for(cast.april, now=NOW + DAY)
        after = waiting_for(cast.april, now=NOW + DAY + dt.timedelta(seconds=1))
        assert [(one.words, one.is_overdue) for one in before] == [("Approve an emergency search", False)]
        assert [one.is_overdue for one in after] == [True]
        decide_permission(permission=emergency, granted=True, by=cast.april, now=NOW + 2 * DAY)
        last = history_of(emergency.referral.key)[-1]
        assert "after its deadline" in last.words
        assert waiting_for(cast.april, now=NOW + 2 * DAY) == ()
    assert state_of(cast, emergency) == ReferralState.SEARCHING


def test_overdue_approvals_come_first(cast: Cast, emergency: SearchPermission) -> None:
    make_submitted(cast.olive, make_child(cast.kent, "BLUE-KITE-2"))
    with acting(cast.april):
        waiting = waiting_for(cast.april, now=NOW + 2 * DAY)
    assert [one.is_overdue for one in waiting] == [True, False]


def test_a_refused_emergency_stops_the_search(cast: Cast, emergency: SearchPermission) -> None:
    with acting(cast.april):
        decide_permission(permission=emergency, granted=False, reason="Her aunt takes her", by=cast.april, now=NOW)
        assert "the search stops" in history_of(emergency.referral.key)[-1].words
    assert state_of(cast, emergency) == ReferralState.DRAFT


def test_homes_asked_in_a_refused_emergency_read_no_more_of_the_child(cast: Cast, emergency: SearchPermission) -> None:
    with acting(cast.olive):
        referral = Referral.objects.get(pk=emergency.referral_id)
    asked_home = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    offering_home = make_home(cast.harbour, "Madeup Harbour House", urn="SC900002")
    invited(cast, referral, asked_home)
    offer = offered(cast.harry, invited(cast, referral, offering_home))
    with acting(cast.april):
        decide_permission(permission=emergency, granted=False, reason="Her aunt takes her", by=cast.april, now=NOW)
        assert not Release.objects.filter(recalled_at__isnull=True).exists()
        assert Offer.objects.get(pk=offer.pk).outcome == Offer.Outcome.NOT_SELECTED
    with acting(cast.mona):
        assert Invitation.objects.get().answer == Invitation.Answer.WITHDRAWN
        assert Release.objects.count() == 0
        told = [line.words for line in history_of(emergency.referral.key)]
        assert any("The authority stopped this search" in words for words in told)
        assert not any("aunt" in words for words in told)


def test_a_refusal_after_a_home_was_chosen_is_kept_and_says_what_to_do(cast: Cast, emergency: SearchPermission) -> None:
    from nearhome.referrals.actions.moving import move_referral

    with acting(cast.olive):
        referral = Referral.objects.get(pk=emergency.referral_id)
        move_referral(referral=referral, to_state="selected", by=cast.olive, now=NOW, why="chosen")
    with acting(cast.april):
        decide_permission(permission=emergency, granted=False, reason="No", by=cast.april, now=NOW)
        assert "must review that choice" in history_of(emergency.referral.key)[-1].words
    assert state_of(cast, emergency) == ReferralState.SELECTED


def test_only_one_request_is_open_at_a_time(cast: Cast, asked: SearchPermission) -> None:
    with acting(cast.olive), pytest.raises(IntegrityError), transaction.atomic():
        SearchPermission.objects.create(
            referral_id=asked.referral_id, authority=cast.kent, asked_by=cast.olive, asked_at=NOW
        )


def test_another_authority_sees_no_row_of_it(cast: Cast, asked: SearchPermission) -> None:
    tables = ("referral", "referralmove", "searchpermission", "importantplace")
    for person in (cast.oscar, cast.hilda, cast.mona):
        with acting(person), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM referrals_{table}")
                assert cursor.fetchone() == (0,)


def client_of(person: object) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(permission: SearchPermission, page: str = "permission/") -> str:
    return f"/referrals/{permission.referral.key}/{page}"


def test_the_approver_reads_the_referral_and_decides(cast: Cast, asked: SearchPermission) -> None:
    client = client_of(cast.april)
    page = client.get(address(asked)).content.decode()
    assert "Olive Madeup-Officer asks to search" in page
    assert "I want to stay near my nan" in page
    refused = client.post(address(asked), {"decision": "refuse", "reason": ""})
    assert "Enter why you refuse" in refused.content.decode()
    done = client.post(address(asked), {"decision": "grant", "reason": ""}, follow=True)
    page = done.content.decode()
    assert "is given" in page
    assert "Searching" in page
    again = client.post(address(asked), {"decision": "refuse", "reason": "x"}).content.decode()
    assert "granted this request already" in again


def test_the_deadline_is_shown_wherever_the_referral_is(cast: Cast, emergency: SearchPermission) -> None:
    with acting(cast.olive):
        SearchPermission.objects.update(due_at=dt.datetime(2099, 1, 2, 15, 4, tzinfo=dt.UTC))
    client = client_of(cast.olive)
    assert "must be approved by 2 January 2099 at 3:04pm" in client.get(address(emergency, "")).content.decode()
    assert "2 January 2099 at 3:04pm" in client.get("/referrals/").content.decode()
    with acting(cast.olive):
        SearchPermission.objects.update(due_at=dt.datetime(2020, 1, 2, 15, 4, tzinfo=dt.UTC))
    assert "Overdue: this emergency search" in client.get(address(emergency, "")).content.decode()
    assert "Overdue" in client.get("/referrals/").content.decode()
    assert "Overdue" in client_of(cast.april).get(address(emergency)).content.decode()


def test_the_requester_reads_that_another_must_decide(cast: Cast, child: Child) -> None:
    both = make_person("Bea Madeup-Both", cast.kent, "placement_officer", "approver")
    permission = the_request(cast, make_submitted(both, child))
    client = client_of(both)
    page = client.get(address(permission)).content.decode()
    assert "You asked for this search, so another approver must decide." in page
    assert "Send your decision" not in page
    refused = client.post(address(permission), {"decision": "grant"})
    assert refused.status_code == 403
    assert "You asked for this search" in refused.content.decode()


def test_the_officer_reads_why_it_was_refused(cast: Cast, emergency: SearchPermission) -> None:
    with acting(cast.april):
        decide_permission(permission=emergency, granted=False, reason="Her aunt takes her", by=cast.april, now=NOW)
    page = client_of(cast.olive).get(address(emergency, "")).content.decode()
    assert "refused the emergency search, so the search has stopped: Her aunt takes her" in page
    assert "Answer the questions and submit the referral" in page
