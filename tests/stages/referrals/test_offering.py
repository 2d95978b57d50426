"""The provider reads what was released and nothing else; asks, offers within its rate card, declines, withdraws."""

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app

from cast import NOW, Cast, make_cast
from nearhome.market.actions.occupancy import PlaceTaken
from nearhome.market.models import Home, Occupancy, Place, Resident
from nearhome.market.queries.places import free_places
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.models import (
    BlockContract,
    BlockParty,
    BlockPlace,
    BlockPrice,
    Framework,
    FrameworkParty,
    FrameworkSupplier,
    RateLine,
    Suspension,
)
from nearhome.referrals.actions.inviting import answer_provider, recall_release, release_detail
from nearhome.referrals.actions.offering import (
    ask_question,
    decline_invitation,
    make_offer,
    turn_down_offer,
    withdraw_offer,
)
from nearhome.referrals.jobs import expire_offers
from nearhome.referrals.models import Invitation, Offer, Referral, Release
from scenes import make_home
from scenes_inviting import AVOIDED, NEEDED_ON, OWN_WORDS, invited, make_search, offered, terms_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def home(cast: Cast) -> Home:
    return make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")


@pytest.fixture
def search(cast: Cast) -> Referral:
    return make_search(cast)


@pytest.fixture
def invitation(cast: Cast, home: Home, search: Referral) -> Invitation:
    return invited(cast, search, home)


def _framework(cast: Cast, home: Home, *, party: bool = True, pence: int = 400_000) -> FrameworkSupplier:
    """Madeup Meadow is in tier 1, for ages 10 to 15."""
    with acting(cast.colin):
        framework = Framework.objects.create(
            name="Made-up Framework", kind="childrens_home", lead=cast.kent, starts_on=dt.date(2026, 4, 1)
        )
        joined = FrameworkParty.objects.create(framework=framework, organisation=cast.kent)
        supplier = FrameworkSupplier.objects.create(
            framework=framework, registration=home.registration, provider=cast.meadow, tier=1
        )
        for ages, price in (((0, 10), 300_000), ((10, 16), pence), ((16, 18), 500_000)):
            RateLine.objects.create(
                supplier=supplier, provider=cast.meadow, min_age=ages[0], before_age=ages[1],
                weekly_price_pence=price, starts_on=dt.date(2026, 4, 1),
            )  # fmt: skip
        if not party:
            joined.delete()
    return supplier


def _block(cast: Cast, home: Home, label: str, pence: int = 420_000) -> BlockContract:
    with acting(cast.colin):
        contract = BlockContract.objects.create(
            name="Made-up Block", host=cast.kent, provider=cast.meadow, starts_on=dt.date(2026, 4, 1)
        )
        BlockParty.objects.create(contract=contract, organisation=cast.kent)
        place = Place.objects.get(home=home, label=label)
        BlockPlace.objects.create(contract=contract, place=place, available_from=dt.date(2026, 4, 1))
        BlockPrice.objects.create(contract=contract, starts_on=dt.date(2026, 4, 1), weekly_price_pence=pence)
    return contract


class TestOffering:
    def test_an_offer_holds_the_place_for_the_authoritys_hours(
        self, cast: Cast, home: Home, invitation: Invitation
    ) -> None:
        offer = offered(cast.mona, invitation)
        assert (offer.route, offer.weekly_price_pence) == ("spot", 455_700)
        assert offer.expires_at == NOW + dt.timedelta(hours=72)
        with acting(cast.mona):
            free = free_places([home.pk], NEEDED_ON, None, now=NOW)[home.pk]
            assert [place.label for place in free] == ["Place 2", "Place 3"]
            invitation.refresh_from_db()
            assert invitation.answer == "offered"
            resident = Resident.objects.get(occupancy=offer.hold)
        assert (resident.sex, resident.authority_id, resident.child_key) == ("M", cast.kent.pk, None)
        assert resident.born_month == dt.date(2013, 12, 1)  # the middle of the band of 10 to 15
        with acting(cast.oscar):
            assert not Resident.objects.exists()
            assert not Offer.objects.exists()

    def test_a_double_click_makes_one_offer_and_another_offer_is_refused(
        self, cast: Cast, home: Home, invitation: Invitation
    ) -> None:
        first = offered(cast.mona, invitation)
        assert offered(cast.mona, invitation).pk == first.pk
        with pytest.raises(ValidationError, match="already made an offer"):
            offered(cast.mona, invitation, "Place 2")
        with acting(cast.mona):
            assert Occupancy.objects.filter(freed_at__isnull=True).count() == 1

    def test_the_second_of_two_offers_of_one_place_is_told_it_is_taken(self, cast: Cast, home: Home) -> None:
        kent, portsmouth = make_search(cast), make_search(cast, by=cast.oscar)
        first, second = invited(cast, kent, home), invited(cast, portsmouth, home)
        offered(cast.mona, first)
        with pytest.raises(PlaceTaken, match="already taken"):
            offered(cast.mona, second)
        assert offered(cast.mona, second, "Place 2").place.label == "Place 2"

    def test_only_the_invited_provider_offers_and_only_a_place_of_the_invited_home(
        self, cast: Cast, invitation: Invitation
    ) -> None:
        elsewhere = make_home(cast.meadow, "Madeup Meadow Lodge", urn="SC900003")
        with acting(cast.mona):
            with pytest.raises(ValidationError, match="Choose a place at Madeup Meadow House"):
                make_offer(invitation=invitation, terms=terms_for(elsewhere), by=cast.mona, now=NOW)
            terms = terms_for(invitation.home)
        for person in (cast.harry, cast.olive):
            with acting(person), pytest.raises(PermissionDenied):
                make_offer(invitation=invitation, terms=terms, by=person, now=NOW)

    def test_a_day_that_has_passed_is_refused(self, cast: Cast, home: Home, invitation: Invitation) -> None:
        with acting(cast.mona), pytest.raises(ValidationError, match="must be today, 20 November 2026, or later"):
            terms = terms_for(home, starts_on=dt.date(2026, 11, 19))
            make_offer(invitation=invitation, terms=terms, by=cast.mona, now=NOW)

    def test_an_answer_after_the_time_is_refused_with_what_to_do(
        self, cast: Cast, home: Home, invitation: Invitation
    ) -> None:
        late = NOW + dt.timedelta(hours=48)
        with pytest.raises(ValidationError, match=r"The time to answer ended on 22 November 2026.*Telephone Kent"):
            offered(cast.mona, invitation, now=late)
        with acting(cast.mona):
            with pytest.raises(ValidationError, match="The time to answer ended"):
                decline_invitation(invitation=invitation, code="no_staff", words="", by=cast.mona, now=late)
            with pytest.raises(ValidationError, match="The time to answer ended"):
                ask_question(invitation=invitation, text="Still open?", by=cast.mona, now=late)

    def test_once_taken_back_the_invitation_can_no_longer_be_answered(
        self, cast: Cast, home: Home, invitation: Invitation
    ) -> None:
        with acting(cast.olive):
            recall_release(release=Release.objects.get(), by=cast.olive, now=NOW, reason="Another home was chosen")
        with pytest.raises(ValidationError, match="no longer needs an answer"):
            offered(cast.mona, invitation)


class TestPrice:
    def _offer(
        self, cast: Cast, invitation: Invitation, pence: int, label: str = "Place 1", **changes: object
    ) -> Offer:
        with acting(cast.mona):
            terms = replace(terms_for(invitation.home, label), core_pence=pence, **changes)
            return make_offer(invitation=invitation, terms=terms, by=cast.mona, now=NOW)

    def test_the_rate_card_is_the_limit_for_the_childs_age_and_the_error_says_how_to_mend_it(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        _framework(cast, home)
        invitation = invited(cast, search, home)
        with pytest.raises(ValidationError) as refused:
            self._offer(cast, invitation, 390_000, education_pence=20_000)
        words = refused.value.messages[0]
        assert "£4,100.00 a week is above the most you may ask, £4,000.00 a week" in words
        assert "your standard rate in Made-up Framework for this child on 1 December 2026" in words
        assert "Lower it by £100.00 or more" in words
        offer = self._offer(cast, invitation, 380_000, education_pence=20_000)
        assert (offer.route, offer.route_name, offer.tier) == ("framework", "Made-up Framework", 1)
        assert offer.weekly_price_pence == 400_000

    @pytest.mark.parametrize("element", Offer.ELEMENTS[1:])
    def test_every_element_counts_against_the_rate_card_and_at_the_rate_is_not_above_it(
        self, cast: Cast, home: Home, search: Referral, element: str
    ) -> None:
        _framework(cast, home)
        invitation = invited(cast, search, home)
        with pytest.raises(ValidationError, match=r"Lower it by £0.01 or more"):
            self._offer(cast, invitation, 385_000, **{element: 15_001})
        assert self._offer(cast, invitation, 385_000, **{element: 15_000}).weekly_price_pence == 400_000

    @pytest.mark.parametrize("element", Offer.ELEMENTS[1:])
    def test_no_element_is_below_nought(self, cast: Cast, home: Home, search: Referral, element: str) -> None:
        with pytest.raises(ValidationError, match="no other price below it"):
            self._offer(cast, invited(cast, search, home), 400_000, **{element: -1})

    def test_the_same_total_divided_in_another_way_is_another_offer(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        invitation = invited(cast, search, home)
        first = self._offer(cast, invitation, 400_000, therapy_pence=15_000)
        assert self._offer(cast, invitation, 400_000, therapy_pence=15_000).pk == first.pk
        with pytest.raises(ValidationError, match="already made an offer"):
            self._offer(cast, invitation, 400_000, transport_pence=15_000)

    def test_the_database_holds_the_total_to_the_sum_of_all_elements(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        offer = self._offer(cast, invited(cast, search, home), 400_000, therapy_pence=15_000, transport_pence=4_200)
        assert offer.weekly_price_pence == 419_200
        for element in Offer.ELEMENTS:
            with acting(cast.mona), transaction.atomic(), pytest.raises(IntegrityError, match="sum_of_its_elements"):
                Offer.objects.filter(pk=offer.pk).update(**{element: F(element) + 1})

    def test_the_limit_is_the_childs_and_the_age_is_nowhere_in_what_is_released(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        _framework(cast, home)
        invitation = invited(cast, search, home)
        with acting(cast.mona):
            content = json.loads(Release.objects.get(invitation=invitation).content)
        assert "age_years" not in content
        limit = next(one["limit"] for one in content["routes"] if one["route"]["kind"] == "framework")
        assert limit["most_pence"] == 400_000
        assert "aged" not in json.dumps(content)

    def test_a_later_start_keeps_the_released_limit_and_says_how_to_get_a_new_one(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        supplier, spring = _framework(cast, home), dt.date(2027, 4, 1)
        with acting(cast.colin):
            RateLine.objects.filter(supplier=supplier).update(ends_before=spring)
            RateLine.objects.create(
                supplier=supplier, provider=cast.meadow, min_age=0, before_age=18, weekly_price_pence=450_000,
                starts_on=spring, ends_before=dt.date(2028, 4, 1),
            )  # fmt: skip
        invitation = invited(cast, search, home)
        with pytest.raises(ValidationError, match=r"this limit still applies. Ask Kent a question"):
            self._offer(cast, invitation, 450_000, starts_on=spring)
        with pytest.raises(ValidationError, match=r"has no rate on 1 April 2028. Choose another day."):
            self._offer(cast, invitation, 400_000, starts_on=dt.date(2028, 4, 1))
        assert self._offer(cast, invitation, 400_000, starts_on=spring).route == "framework"

    def test_a_rate_card_without_this_childs_age_is_said_without_the_age(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        supplier = _framework(cast, home)
        with acting(cast.colin):
            RateLine.objects.filter(supplier=supplier, min_age=10).delete()
        with pytest.raises(
            ValidationError, match=r"no standard rate for this child on 1 December 2026. Ask Kent a question"
        ):
            self._offer(cast, invited(cast, search, home), 300_000)

    def test_a_framework_the_authority_is_no_party_to_sets_no_limit(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        _framework(cast, home, party=False)
        assert self._offer(cast, invited(cast, search, home), 455_700).route == "spot"

    def test_a_suspended_home_is_not_invited_and_the_error_names_it(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        supplier = _framework(cast, home)
        with acting(cast.colin):
            Suspension.objects.create(
                supplier=supplier,
                starts_on=dt.date(2026, 11, 1),
                ground="conduct",
                words="Made up",
                by_name="Colin",
                at=NOW,
            )
        with pytest.raises(ValidationError, match=r"Suspended from one of your frameworks .*: Madeup Meadow House"):
            invited(cast, search, home)
        with acting(cast.olive):
            assert not Invitation.objects.exists()

    def test_a_bed_of_a_block_is_offered_at_its_price_and_other_beds_are_not_in_it(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        _block(cast, home, "Place 2")
        invitation = invited(cast, search, home)
        with pytest.raises(ValidationError, match="the price of a bed in Made-up Block"):
            self._offer(cast, invitation, 430_000, "Place 2")
        with acting(cast.mona):
            assert not Offer.objects.exists()
        offer = self._offer(cast, invitation, 420_000, "Place 2")
        assert (offer.route, offer.route_name) == ("block", "Made-up Block")
        with acting(cast.mona):
            withdraw_offer(offer=offer, reason="Another bed suits better", by=cast.mona, now=NOW)
        assert self._offer(cast, invitation, 455_700, "Place 1").route == "spot"

    def test_above_the_asking_price_a_reason_is_owed_and_kept(
        self, cast: Cast, home: Home, invitation: Invitation
    ) -> None:
        with pytest.raises(ValidationError, match=r"above £4,557.00 a week .* Lower it, or give a reason"):
            self._offer(cast, invitation, 500_000)
        offer = self._offer(cast, invitation, 500_000, price_reason="A third member of staff at night")
        assert "A third member of staff at night" in offer.how_needs_are_met

    def test_the_authoritys_own_home_needs_no_contract(self, cast: Cast) -> None:
        with acting_for(cast.kent.pk):
            cast.anna.roles = [*cast.anna.roles, "provider"]
            cast.anna.save()
        own = make_home(cast.kent, "Madeup Kent Cottage", urn="SC900009")
        invitation = invited(cast, make_search(cast), own)
        assert offered(cast.anna, invitation).route == "own"


class TestChangingOnesMind:
    def test_a_withdrawn_offer_frees_the_place_and_another_may_follow_in_time(
        self, cast: Cast, home: Home, invitation: Invitation
    ) -> None:
        offer = offered(cast.mona, invitation)
        with acting(cast.mona):
            for _ in range(2):
                withdraw_offer(offer=offer, reason="A carer is ill", by=cast.mona, now=NOW)
            assert len(free_places([home.pk], NEEDED_ON, None, now=NOW)[home.pk]) == 3
        again = offered(cast.mona, invitation, "Place 2")
        assert (again.pk, again.outcome, again.place.label) == (offer.pk, "", "Place 2")

    def test_a_selected_offer_is_not_withdrawn_here(self, cast: Cast, invitation: Invitation) -> None:
        offer = offered(cast.mona, invitation)
        with acting(cast.olive):
            Offer.objects.filter(pk=offer.pk).update(outcome="selected")
        with acting(cast.mona), pytest.raises(ValidationError, match="can no longer be withdrawn"):
            withdraw_offer(offer=offer, reason="A carer is ill", by=cast.mona, now=NOW)

    def test_declining_needs_a_reason_from_the_list_and_can_be_thought_better_of(
        self, cast: Cast, invitation: Invitation
    ) -> None:
        with acting(cast.mona):
            for code, words in (("", ""), ("nonsense", ""), ("other", " ")):
                with pytest.raises(ValidationError):
                    decline_invitation(invitation=invitation, code=code, words=words, by=cast.mona, now=NOW)
            for _ in range(2):
                done = decline_invitation(invitation=invitation, code="match", words="", by=cast.mona, now=NOW)
            assert (done.answer, done.decline_code) == ("declined", "match")
        offered(cast.mona, invitation)
        with acting(cast.mona), pytest.raises(ValidationError, match="You have made an offer"):
            decline_invitation(invitation=invitation, code="match", words="", by=cast.mona, now=NOW)


class TestEnding:
    def test_an_offer_nobody_decides_ends_on_time_and_frees_its_place(
        self, cast: Cast, home: Home, search: Referral
    ) -> None:
        now = dt.datetime.now(dt.UTC) - dt.timedelta(hours=80)
        with acting(cast.olive):
            invitation = invited(cast, search, home, now=now)
            day = now.date()
        with acting(cast.mona):
            terms = terms_for(home, starts_on=day + dt.timedelta(days=1))
            offer = make_offer(invitation=invitation, terms=terms, by=cast.mona, now=now)
        assert expire_offers(now + dt.timedelta(hours=71)) == 0
        assert expire_offers(now + dt.timedelta(hours=72)) == 1
        assert expire_offers(now + dt.timedelta(hours=73)) == 0
        with acting(cast.mona):
            offer.refresh_from_db()
            offer.hold.refresh_from_db()
        assert offer.outcome == "expired"
        assert offer.hold.freed_at is not None

    def test_those_not_selected_are_told_why_and_their_place_is_free(
        self, cast: Cast, home: Home, invitation: Invitation
    ) -> None:
        offer = offered(cast.mona, invitation)
        with acting(cast.olive):
            with pytest.raises(ValidationError, match="Enter what the provider is told"):
                turn_down_offer(offer=offer, feedback="", by=cast.olive, now=NOW)
            for _ in range(2):
                turn_down_offer(offer=offer, feedback="Another home is nearer.", by=cast.olive, now=NOW)
        with acting(cast.mona):
            kept = Offer.objects.get()
            assert (kept.outcome, kept.feedback) == ("not_selected", "Another home is nearer.")
            assert len(free_places([home.pk], NEEDED_ON, None, now=NOW)[home.pk]) == 3
        with acting(cast.mona), pytest.raises(PermissionDenied):
            turn_down_offer(offer=offer, feedback="No", by=cast.mona, now=NOW)

    def test_the_worker_knows_the_work_on_a_timer(self) -> None:
        assert {"referrals.expire_offers", "referrals.lapse_invitations"} <= set(app.tasks)


class TestPagesOfTheProvider:
    @pytest.fixture
    def fresh(self, cast: Cast, home: Home, search: Referral) -> Invitation:
        return invited(cast, search, home, now=timezone.now())

    @pytest.fixture
    def mona(self, cast: Cast, client: Client) -> Client:
        client.force_login(cast.mona)
        return client

    def test_the_list_shows_those_that_wait_first(
        self, cast: Cast, mona: Client, home: Home, fresh: Invitation
    ) -> None:
        other = invited(cast, make_search(cast), home, now=timezone.now() - dt.timedelta(hours=1))
        with acting(cast.mona):
            decline_invitation(invitation=other, code="match", words="", by=cast.mona, now=timezone.now())
        page = mona.get("/referrals/invitations/").content.decode()
        assert page.index(fresh.referral_ref) < page.index(other.referral_ref)
        assert "Answer needed" in page
        assert "Declined" in page

    def test_the_page_shows_what_was_released_and_nothing_behind_it(
        self, cast: Cast, mona: Client, search: Referral, fresh: Invitation, django_assert_max_num_queries: object
    ) -> None:
        with django_assert_max_num_queries(24):
            page = mona.get(f"/referrals/invitations/{fresh.key}/").content.decode()
        assert "10 to 15" in page
        assert "Missing" in page or "missing" in page
        everything = page + mona.get(f"/referrals/invitations/{fresh.key}/offer/").content.decode()
        for secret in (OWN_WORDS, "my nan", AVOIDED, "Test Child", "Blue Kite", "ME14", "2013", str(search.child.key)):
            assert secret not in everything
        with acting(cast.mona):
            fresh.refresh_from_db()
            assert fresh.opened_at is not None
        with acting(cast.olive):
            release_detail(invitation=fresh, by=cast.olive, now=timezone.now())
        page = mona.get(f"/referrals/invitations/{fresh.key}/").content.decode()
        assert "The needs in full" in page
        for secret in (OWN_WORDS, AVOIDED, "Test Child", "Blue Kite", "ME14"):
            assert secret not in page

    def test_once_taken_back_the_page_is_empty_of_the_need(self, cast: Cast, mona: Client, fresh: Invitation) -> None:
        with acting(cast.olive):
            recall_release(release=Release.objects.get(), by=cast.olive, now=timezone.now(), reason="Wrong home")
        page = mona.get(f"/referrals/invitations/{fresh.key}/").content.decode()
        assert "has taken back what it shared" in page
        assert "10 to 15" not in page
        assert mona.get(f"/referrals/invitations/{fresh.key}/offer/").status_code == 404
        assert "Closed by the authority" in mona.get("/referrals/invitations/").content.decode()

    def test_an_offer_is_made_and_withdrawn_on_the_pages_and_an_error_keeps_what_was_typed(
        self, cast: Cast, mona: Client, home: Home, fresh: Invitation
    ) -> None:
        with acting(cast.mona):
            place = Place.objects.get(home=home, label="Place 3")
        starts_on = timezone.now().date() + dt.timedelta(days=9)
        sent = {
            "place": str(place.key), "starts_on-day": starts_on.day, "starts_on-month": starts_on.month,
            "starts_on-year": starts_on.year, "core_pence": "9,999", "how_needs_are_met": "With care and patience.",
        }  # fmt: skip
        address = f"/referrals/invitations/{fresh.key}/offer/"
        page = mona.post(address, sent).content.decode()
        assert "£9,999.00 a week is above £4,557.00 a week" in page
        assert "With care and patience." in page
        fair = sent | {"core_pence": "4300", "therapy_pence": "150", "transport_pence": "50"}
        page = mona.post(address, fair, follow=True).content.decode()
        assert "Your offer was sent. Place 3 is held until" in page
        assert "£4,500.00 a week" in page
        assert [word in page for word in ("£4,300.00", "Therapy", "£150.00", "Transport", "£50.00")] == [True] * 5
        assert "£0.00" not in page
        with acting(cast.mona):
            offer = Offer.objects.get()
        address = f"/referrals/offers/{offer.key}/withdraw/"
        assert "Enter the reason" in mona.post(address, {}).content.decode()
        page = mona.post(address, {"reason": "A carer is ill"}, follow=True).content.decode()
        assert "Your offer was withdrawn" in page
        assert "Make an offer" in page

    def test_a_taken_place_is_said_at_the_place(self, cast: Cast, mona: Client, home: Home, fresh: Invitation) -> None:
        other = invited(cast, make_search(cast, by=cast.oscar), home, now=timezone.now())
        offer = offered(cast.mona, other, now=timezone.now())
        sent = {
            "place": str(offer.place.key), "starts_on-day": 2, "starts_on-month": 12, "starts_on-year": 2026 + 5,
            "core_pence": "4500", "how_needs_are_met": "With care.",
        }  # fmt: skip
        page = mona.post(f"/referrals/invitations/{fresh.key}/offer/", sent).content.decode()
        assert "Place 1 at Madeup Meadow House is already taken" in page
        assert 'href="#id_place"' in page

    def test_a_question_and_its_answer_are_on_the_page_and_declining_is_one_form(
        self, cast: Cast, mona: Client, fresh: Invitation
    ) -> None:
        address = f"/referrals/invitations/{fresh.key}/"
        assert "Enter your question" in mona.post(f"{address}ask/", {"text": ""}).content.decode()
        page = mona.post(f"{address}ask/", {"text": "Does the child swim?"}, follow=True).content.decode()
        assert "Not answered yet." in page
        with acting(cast.olive):
            question = fresh.questions.get()
            answer_provider(question=question, text="Yes, well.", by=cast.olive, now=timezone.now())
        assert "Yes, well." in mona.get(address).content.decode()
        assert "Select why you decline" in mona.post(f"{address}decline/", {}).content.decode()
        page = mona.post(f"{address}decline/", {"code": "other", "words": ""}).content.decode()
        assert "Enter the other reason" in page
        page = mona.post(f"{address}decline/", {"code": "no_staff"}, follow=True).content.decode()
        assert "We do not have the staff" in page

    def test_another_provider_and_the_authority_find_none_of_these_pages(
        self, cast: Cast, client: Client, fresh: Invitation
    ) -> None:
        offer = offered(cast.mona, fresh, now=timezone.now())
        for person in (cast.harry, cast.olive, cast.hilda):
            client.force_login(person)
            for address in (
                f"/referrals/invitations/{fresh.key}/",
                f"/referrals/invitations/{fresh.key}/offer/",
                f"/referrals/invitations/{fresh.key}/decline/",
                f"/referrals/offers/{offer.key}/withdraw/",
            ):
                assert client.get(address).status_code == 404
