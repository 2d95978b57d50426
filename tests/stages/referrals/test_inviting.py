"""Homes are asked, told step by step, and what they were told can be taken back."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from cast import NOW, Cast, make_cast
from nearhome.audit.models import Event
from nearhome.market.models import Home
from nearhome.needs.models import ChildIdentity
from nearhome.people.models import AuthorityRules
from nearhome.privacy.acting import acting
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.actions.inviting import (
    answer_provider,
    invite_homes,
    recall_all_except,
    recall_release,
    release_detail,
    release_identity,
)
from nearhome.referrals.actions.offering import ask_question
from nearhome.referrals.jobs import lapse_invitations
from nearhome.referrals.models import Invitation, Offer, Question, Referral, Release
from nearhome.referrals.queries import waiting_for
from scenes import make_home
from scenes_inviting import AVOIDED, OWN_WORDS, invited, make_search, offered

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def home(cast: Cast) -> Home:
    return make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")


@pytest.fixture
def other(cast: Cast) -> Home:
    return make_home(cast.harbour, "Madeup Harbour House", urn="SC900002")


@pytest.fixture
def search(cast: Cast) -> Referral:
    return make_search(cast)


class TestInviting:
    def test_each_home_is_asked_once_with_its_rank_and_time_to_answer(
        self, cast: Cast, home: Home, other: Home, search: Referral
    ) -> None:
        with acting(cast.olive):
            first = invite_homes(referral=search, homes=[home], by=cast.olive, now=NOW, ranking_positions={home.pk: 2})
            again = invite_homes(referral=search, homes=[home, other, home], by=cast.olive, now=NOW)
            asked = list(Invitation.objects.order_by("pk"))
        assert first.words == "Invited 1 home."
        assert again.words == "Invited 1 home. Already invited: Madeup Meadow House."
        assert [(one.home_id, one.ranking_position) for one in asked] == [(home.pk, 2), (other.pk, None)]
        assert asked[0].respond_by == NOW + dt.timedelta(hours=48)

    def test_an_emergency_is_answered_within_the_authoritys_emergency_hours(self, cast: Cast, home: Home) -> None:
        AuthorityRules.objects.filter(organisation=cast.kent).update(emergency_response_hours=2)
        assert invited(cast, make_search(cast, is_emergency=True), home).respond_by == NOW + dt.timedelta(hours=2)

    def test_what_is_let_go_first_says_the_need_and_nothing_the_child_said(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        invitation = invited(cast, search, home)
        with acting(cast.mona):
            release = Release.objects.get(invitation=invitation)
        assert release.stage == "anonymous"
        assert '"10 to 15"' in release.content
        assert release.basis.startswith("To find a home")
        for secret in (OWN_WORDS, AVOIDED, "Test Child", "Blue Kite", "ME14", str(search.child.key)):
            assert secret not in release.content

    @pytest.mark.parametrize("state", ["draft", "awaiting_permission", "selected", "withdrawn"])
    def test_nobody_is_asked_unless_a_search_is_going_on(self, cast: Cast, home: Home, state: str) -> None:
        referral = make_search(cast, state=state)
        with acting(cast.olive), pytest.raises(ValidationError, match="No search is going on"):
            invite_homes(referral=referral, homes=[home], by=cast.olive, now=NOW)

    def test_only_a_placement_officer_of_the_authority_asks(self, cast: Cast, home: Home, search: Referral) -> None:
        for person in (cast.april, cast.oscar, cast.mona):
            with acting(person), pytest.raises(PermissionDenied):
                invite_homes(referral=search, homes=[home], by=person, now=NOW)

    def test_a_referral_changed_meanwhile_is_said_and_nobody_is_asked(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        search.version = 99
        with acting(cast.olive):
            with pytest.raises(ChangedMeanwhile):
                invite_homes(referral=search, homes=[home], by=cast.olive, now=NOW)
            assert not Invitation.objects.exists()

    def test_no_home_ticked_is_said(self, cast: Cast, search: Referral) -> None:
        with acting(cast.olive), pytest.raises(ValidationError, match="Select at least one home"):
            invite_homes(referral=search, homes=[], by=cast.olive, now=NOW)


class TestReleasing:
    def test_the_shortlisted_read_needs_in_full_and_the_wishes_only_if_ticked(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        invitation = invited(cast, search, home)
        with acting(cast.olive):
            detail = release_detail(invitation=invitation, by=cast.olive, now=NOW)
            assert "There is a risk" in detail.content
            assert OWN_WORDS not in detail.content
            assert release_detail(invitation=invitation, by=cast.olive, now=NOW).pk == detail.pk
            fuller = release_detail(invitation=invitation, by=cast.olive, now=NOW, with_wishes=True)
            assert OWN_WORDS in fuller.content
            detail.refresh_from_db()
            assert detail.recalled_at == NOW
        assert "Blue Kite" not in fuller.content
        assert AVOIDED not in fuller.content

    def test_identity_goes_only_to_the_chosen_home(self, cast: Cast, home: Home, other: Home, search: Referral) -> None:
        chosen, passed = invited(cast, search, home), invited(cast, search, other)
        offer = offered(cast.mona, chosen)
        with acting(cast.olive):
            with pytest.raises(ValidationError, match="only with the home that was chosen"):
                release_identity(invitation=chosen, by=cast.olive, now=NOW)
            Offer.objects.filter(pk=offer.pk).update(outcome="selected")
            Referral.objects.filter(pk=search.pk).update(state="selected")
            with pytest.raises(ValidationError, match="only with the home that was chosen"):
                release_identity(invitation=passed, by=cast.olive, now=NOW)
            first = release_identity(invitation=chosen, by=cast.april, now=NOW)
            assert release_identity(invitation=chosen, by=cast.april, now=NOW).pk == first.pk
            name = ChildIdentity.objects.get(child=search.child).name
        assert name in first.content
        with acting(cast.harry):
            assert not Release.objects.filter(stage="identity").exists()

    def test_what_is_taken_back_is_gone_for_its_recipient_and_kept_for_the_record(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        invitation = invited(cast, search, home)
        with acting(cast.olive):
            release = Release.objects.get(invitation=invitation)
            release_detail(invitation=invitation, by=cast.olive, now=NOW)
            with pytest.raises(ValidationError, match="Enter why"):
                recall_release(release=release, by=cast.olive, now=NOW, reason=" ")
            recall_release(release=release, by=cast.olive, now=NOW, reason="Sent to the wrong home")
            recall_release(release=release, by=cast.olive, now=NOW + dt.timedelta(hours=1), reason="Again")
            release.refresh_from_db()
        assert (release.recalled_at, release.recall_reason) == (NOW, "Sent to the wrong home")
        with acting(cast.mona):
            assert not Release.objects.exists()

    def test_all_but_the_chosen_home_lose_what_they_were_told(
        self, cast: Cast, home: Home, other: Home, search: Referral
    ) -> None:
        chosen, passed = invited(cast, search, home), invited(cast, search, other)
        with acting(cast.olive):
            release_detail(invitation=passed, by=cast.olive, now=NOW)
            gone = recall_all_except(
                referral=search, keep_invitation=chosen, by=cast.april, now=NOW, reason="Another home was chosen"
            )
        assert gone == 2
        with acting(cast.harry):
            assert not Release.objects.exists()
        with acting(cast.mona):
            assert Release.objects.count() == 1

    def test_nobody_else_takes_back(self, cast: Cast, home: Home, search: Referral) -> None:
        invitation = invited(cast, search, home)
        with acting(cast.olive):
            release = Release.objects.select_related("invitation__home").get(invitation=invitation)
        for person in (cast.mona, cast.oscar, cast.fiona):
            with acting(person), pytest.raises(PermissionDenied):
                recall_release(release=release, by=person, now=NOW, reason="No")


class TestQuestions:
    def test_a_question_is_answered_once_and_both_sides_read_it(self, cast: Cast, home: Home, search: Referral) -> None:
        invitation = invited(cast, search, home)
        with acting(cast.mona):
            asked = ask_question(invitation=invitation, text="Does the child swim?", by=cast.mona, now=NOW)
            assert (
                ask_question(invitation=invitation, text="Does the child swim?", by=cast.mona, now=NOW).pk == asked.pk
            )
        with acting(cast.april), pytest.raises(PermissionDenied):
            answer_provider(question=asked, text="Yes.", by=cast.april, now=NOW)
        with acting(cast.olive):
            answer_provider(question=asked, text="Yes.", by=cast.olive, now=NOW)
            answer_provider(question=asked, text="Yes.", by=cast.olive, now=NOW)
            with pytest.raises(ValidationError, match="answered already"):
                answer_provider(question=asked, text="No.", by=cast.olive, now=NOW)
        with acting(cast.mona):
            assert Question.objects.get().answer == "Yes."
            names = Event.objects.filter(thread=search.key).values_list("name", flat=True)
            assert {"question.asked", "question.answered", "invitation.sent"} <= set(names)
        with acting(cast.harry):
            assert not Event.objects.filter(thread=search.key).exists()


class TestTimer:
    def test_invitations_nobody_answered_lapse_once_for_every_authority(self, cast: Cast, home: Home) -> None:
        one = invited(cast, make_search(cast), home)
        two = invited(cast, make_search(cast, by=cast.oscar), home)
        assert lapse_invitations(NOW + dt.timedelta(hours=47)) == 0
        assert lapse_invitations(NOW + dt.timedelta(hours=48)) == 2
        assert lapse_invitations(NOW + dt.timedelta(hours=49)) == 0
        with acting(cast.mona):
            for invitation in (one, two):
                invitation.refresh_from_db()
                assert invitation.answer == "lapsed"


class TestWaiting:
    def _words(self, person: object, now: dt.datetime = NOW) -> list[str]:
        with acting(person):
            return [one.words for one in waiting_for(person, now=now)]

    def test_each_side_is_told_what_waits(self, cast: Cast, home: Home, search: Referral) -> None:
        invitation = invited(cast, search, home)
        assert self._words(cast.olive) == []
        assert self._words(cast.mona) == ["Answer an invitation"]
        assert self._words(cast.harry) == []
        with acting(cast.mona):
            asked = ask_question(invitation=invitation, text="Does the child swim?", by=cast.mona, now=NOW)
        assert self._words(cast.olive) == ["Answer a question from a home"]
        with acting(cast.olive):
            answer_provider(question=asked, text="Yes.", by=cast.olive, now=NOW)
        assert self._words(cast.mona) == ["Your question was answered: answer the invitation"]
        offered(cast.mona, invitation)
        assert self._words(cast.mona) == []
        assert self._words(cast.olive) == []
        assert self._words(cast.olive, NOW + dt.timedelta(days=5)) == ["Nobody has offered a home: invite more"]


class TestPagesOfTheAuthority:
    @pytest.fixture
    def olive(self, cast: Cast, client: Client) -> Client:
        client.force_login(cast.olive)
        return client

    def test_posting_the_ticked_homes_invites_them_and_a_double_click_does_no_harm(
        self, cast: Cast, olive: Client, home: Home, other: Home, search: Referral
    ) -> None:
        sent = {
            "home": [str(home.key), str(other.key), "nonsense"], "version": "1", f"position_{home.key}": "1",
        }  # fmt: skip
        page = olive.post(f"/matching/{search.key}/invite/", sent, follow=True)
        assert "Invited 2 homes." in page.content.decode()
        page = olive.post(f"/matching/{search.key}/invite/", sent, follow=True)
        assert "Already invited: Madeup Meadow House and Madeup Harbour House." in page.content.decode()
        with acting(cast.olive):
            assert Invitation.objects.count() == 2
            assert Invitation.objects.get(home=home).ranking_position == 1

    def test_a_stale_list_is_said_in_a_sentence(self, olive: Client, home: Home, search: Referral) -> None:
        sent = {"home": [str(home.key)], "version": "7"}
        page = olive.post(f"/matching/{search.key}/invite/", sent, follow=True)
        assert "was changed by somebody else" in page.content.decode()

    def test_who_has_been_told_what_is_listed_downloaded_and_taken_back(
        self, cast: Cast, olive: Client, home: Home, search: Referral, django_assert_max_num_queries: object
    ) -> None:
        invited(cast, search, home)
        with django_assert_max_num_queries(18):
            page = olive.get(f"/referrals/{search.key}/invitations/").content.decode()
        assert "Who has been told what" in page
        assert "Anonymous need" in page
        csv = olive.get(f"/referrals/{search.key}/invitations/?download=csv&table=who-has-been-told-what")
        assert "Madeup Meadow House,Anonymous need" in csv.content.decode()
        with acting(cast.olive):
            release = Release.objects.get()
        address = f"/referrals/releases/{release.key}/take-back/"
        assert "Enter the reason" in olive.post(address, {"reason": ""}).content.decode()
        page = olive.post(address, {"reason": "Sent to the wrong home"}, follow=True).content.decode()
        assert "Sent to the wrong home" in page
        assert "can no longer read it here" in page

    def test_a_question_is_answered_and_detail_shared_on_the_pages(
        self, cast: Cast, olive: Client, home: Home, search: Referral
    ) -> None:
        now = timezone.now()
        invitation = invited(cast, search, home, now=now)
        with acting(cast.mona):
            asked = ask_question(invitation=invitation, text="Does the child swim?", by=cast.mona, now=now)
        page = olive.get(f"/referrals/sent/{invitation.key}/").content.decode()
        assert "Does the child swim?" in page
        page = olive.post(f"/referrals/questions/{asked.key}/", {"text": "Yes, well."}, follow=True).content.decode()
        assert "Yes, well." in page
        page = olive.post(f"/referrals/sent/{invitation.key}/share/", {}, follow=True).content.decode()
        assert "can now read the child&#39;s needs in full" in page
        assert "Pseudonymous detail" in page

    def test_nobody_else_finds_any_of_it(self, cast: Cast, client: Client, home: Home, search: Referral) -> None:
        invitation = invited(cast, search, home)
        with acting(cast.olive):
            release = Release.objects.get()
        addresses = (
            f"/referrals/{search.key}/invitations/",
            f"/referrals/sent/{invitation.key}/",
            f"/referrals/releases/{release.key}/take-back/",
        )
        for person in (cast.oscar, cast.mona, cast.harry, cast.hilda, cast.fiona):
            client.force_login(person)
            assert [client.get(address).status_code for address in addresses] == [404, 404, 404]
            assert client.post(f"/matching/{search.key}/invite/", {"home": [str(home.key)]}).status_code == 404
