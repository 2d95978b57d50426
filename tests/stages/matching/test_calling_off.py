"""Homes are asked in order, what is passed over has its reason, buying outside a contract its waiver, and no price is above the card."""

import datetime as dt
from dataclasses import dataclass, replace

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client

from cast import NOW, Cast
from nearhome.market.models import Home
from nearhome.matching.actions.asking import ReasonsOwed, ask_homes
from nearhome.matching.actions.deciding import select_offer
from nearhome.matching.models import Decision
from nearhome.matching.queries.call_off import order_of
from nearhome.people.models import Person
from nearhome.placements.actions.approving import approve_and_book
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.procurement.actions import admit_supplier, make_framework, set_rate_line
from nearhome.procurement.actions.frameworks import set_framework_tier
from nearhome.procurement.calculations.call_offs.order import Course, step_of
from nearhome.procurement.models import (
    CallOff,
    CallOffSkip,
    CallOffWaiver,
    Framework,
    FrameworkSupplier,
    RateLine,
)
from nearhome.referrals.models import Invitation, Offer
from scenes_inviting import invited, offered
from scenes_matching import MatchingScene, complete_choice, make_matching_scene, ranked_by

pytestmark = pytest.mark.django_db
APRIL = dt.date(2026, 4, 1)
FIRST, SECOND, SPOT = step_of("framework", 1), step_of("framework", 2), step_of("spot")
LATER = NOW + dt.timedelta(hours=1)


@dataclass(frozen=True)
class Scene:
    """Meadow is in tier 1 of Kent's framework, Harbour's home in tier 2, Harbour's far home in none."""

    matching: MatchingScene
    framework: Framework
    suppliers: tuple[FrameworkSupplier, FrameworkSupplier]

    @property
    def cast(self) -> Cast:
        return self.matching.cast


@pytest.fixture
def scene() -> Scene:
    return made_scene(with_rules=True)


@pytest.fixture
def silent() -> Scene:
    """The same framework, which says nothing of choosing in a tier."""
    return made_scene(with_rules=False)


def made_scene(*, with_rules: bool) -> Scene:
    made = make_matching_scene()
    with acting(made.cast.colin):
        by = made.cast.colin
        framework = make_framework(
            name="Made-up framework", kind="childrens_home", starts_on=APRIL, parties=[], by=by, now=NOW
        )
        suppliers = tuple(
            admit_supplier(framework=framework, registration=home.registration, tier=tier, by=by, now=NOW)
            for home, tier in ((made.meadow, 1), (made.harbour, 2))
        )
        for one in suppliers:
            set_rate_line(supplier=one, weekly_price_pence=480_000, starts_on=APRIL, by=by, now=NOW)
            if not with_rules:
                continue
            set_framework_tier(
                framework=framework, tier=one.tier, hours=(48, 4), selection_rule="The highest ranked first",
                starts_on=APRIL, by=by, now=NOW,
            )  # fmt: skip
    ranked_by(made.cast.olive, made.referral)
    return Scene(made, framework, suppliers)


def ask(scene: Scene, *homes: Home, reasons: dict | None = None, now: dt.datetime = NOW) -> None:
    referral = scene.matching.referral
    with acting(scene.cast.olive):
        referral.refresh_from_db()
        ask_homes(referral=referral, homes=homes, reasons=reasons or {}, by=scene.cast.olive, now=now)


def choose(scene: Scene, offer: Offer, **changes: object) -> Decision:
    referral, olive = scene.matching.referral, scene.cast.olive
    with acting(olive):
        referral.refresh_from_db()
        choice = replace(complete_choice(olive, referral, offer), **changes)
        return select_offer(referral=referral, offer=offer, choice=choice, by=olive, now=NOW)


def book(scene: Scene, decision: Decision, by: Person | None = None) -> Booking | None:
    april = by or scene.cast.april
    with acting(april):
        return approve_and_book(decision=decision, by=april, now=NOW, granted=True)


def test_the_first_tier_is_asked_without_a_word(scene: Scene) -> None:
    ask(scene, scene.matching.meadow)
    with acting(scene.cast.olive):
        assert Invitation.objects.count() == 1
        assert not CallOffSkip.objects.exists()


def test_a_later_tier_is_not_asked_before_the_earlier_one_is_over_or_passed_over_with_a_reason(scene: Scene) -> None:
    with pytest.raises(ReasonsOwed) as refused:
        ask(scene, scene.matching.far)
    assert refused.value.steps == (FIRST, SECOND)
    with acting(scene.cast.olive):
        assert not Invitation.objects.exists()
        assert not CallOffSkip.objects.exists()
    ask(scene, scene.matching.harbour, reasons={FIRST: "Too near the father"})
    with acting(scene.cast.olive):
        assert Invitation.objects.count() == 1
        assert CallOffSkip.objects.get().reason == "Too near the father"
    with acting(scene.cast.hilda):
        assert not CallOffSkip.objects.exists()


def test_once_the_window_has_passed_the_next_tier_is_asked_without_a_reason(scene: Scene) -> None:
    ask(scene, scene.matching.meadow)
    with pytest.raises(ReasonsOwed):
        ask(scene, scene.matching.harbour, now=NOW + dt.timedelta(hours=47))
    ask(scene, scene.matching.harbour, now=NOW + dt.timedelta(hours=48))


def test_the_home_is_told_the_window_of_its_tier_and_the_tier_is_over_no_sooner(scene: Scene) -> None:
    with acting(by := scene.cast.colin):
        set_framework_tier(
            framework=scene.framework, tier=1, hours=(96, 4), selection_rule="The highest ranked first",
            starts_on=NOW.date(), by=by, now=NOW,
        )  # fmt: skip
    ask(scene, scene.matching.meadow)
    ask(scene, scene.matching.far, reasons={FIRST: "Too near", SECOND: "Full"})
    after = [dt.timedelta(hours=hours) for hours in (49, 96)]
    with acting(scene.cast.olive):
        told = {one.home_id: one.respond_by - NOW for one in Invitation.objects.all()}
        assert told[scene.matching.meadow.pk] == dt.timedelta(hours=96)
        assert told[scene.matching.far.pk] == dt.timedelta(hours=48)
        first = [order_of(scene.matching.referral, now=NOW + one)[0] for one in after]
    assert [(one.step, one.course) for one in first] == [(FIRST, Course.PASSED), (FIRST, Course.OVER)]
    with acting(scene.cast.mona):
        assert Invitation.objects.get().respond_by == NOW + after[1]


def test_the_page_asks_why_and_then_invites(scene: Scene) -> None:
    client = Client()
    client.force_login(scene.cast.olive)
    referral, far = scene.matching.referral, scene.matching.far
    with acting(scene.cast.olive):
        referral.refresh_from_db()
    sent = {"home": [str(far.key)], "version": str(referral.version)}
    page = client.post(f"/matching/{referral.key}/invite/", sent).content.decode()
    assert "Why is this step passed over: Framework, tier 1?" in page
    page = client.post(f"/matching/{referral.key}/invite/", sent | {"reasons": "given"}).content.decode()
    assert "There is a problem" in page
    said = {"reasons": "given", "skip_framework-1": "Too near the father", "skip_framework-2": "No room before May"}
    page = client.post(f"/matching/{referral.key}/invite/", sent | said, follow=True).content.decode()
    assert "Invited 1 home." in page
    page = client.get(f"/matching/{referral.key}/order/").content.decode()
    assert "Too near the father" in page
    other = Client()
    other.force_login(scene.cast.hilda)
    assert other.get(f"/matching/{referral.key}/order/").status_code == 404
    assert other.post(f"/matching/{referral.key}/invite/", sent | said).status_code == 404


def test_a_call_off_from_the_framework_keeps_its_rate_line_and_how_it_was_chosen(scene: Scene) -> None:
    offer = offered(scene.cast.mona, invited(scene.cast, scene.matching.referral, scene.matching.meadow))
    booking = book(scene, choose(scene, offer))
    assert booking
    with acting(scene.cast.colin):
        made = CallOff.objects.select_related("rate_line", "supplier").get()
        assert (made.route, made.method, made.tier) == ("framework", "direct", 1)
        assert made.rate_line.weekly_price_pence == 480_000 >= made.weekly_price_pence
        assert made.booking_key == booking.key
    with acting(scene.cast.april):
        again = approve_and_book(decision=booking.decision, by=scene.cast.april, now=NOW, granted=True)
        assert again == booking
        assert CallOff.objects.count() == 1
    with acting(scene.cast.hilda):
        assert not CallOff.objects.exists()


def test_the_one_supplier_of_a_tier_that_could_take_the_child_is_no_framework_of_one_supplier(silent: Scene) -> None:
    offer = offered(silent.cast.mona, invited(silent.cast, silent.matching.referral, silent.matching.meadow))
    with pytest.raises(ValidationError) as refused:
        choose(silent, offer)
    assert {"waiver_ground", "waiver_narrative"} == set(refused.value.message_dict)
    assert book(silent, choose(silent, offer, waiver=("no_place", "Nobody else has a bed")))
    with acting(silent.cast.colin):
        made = CallOff.objects.select_related("waiver").get()
        assert (made.method, made.waiver.is_granted) == ("direct", True)


def test_buying_outside_the_framework_needs_reasons_and_a_waiver_that_the_approver_grants(scene: Scene) -> None:
    offer = offered(scene.cast.harry, invited(scene.cast, scene.matching.referral, scene.matching.far))
    with pytest.raises(ValidationError) as refused:
        choose(scene, offer)
    assert {"skip_framework-1", "skip_framework-2", "waiver_ground", "waiver_narrative"} <= set(
        refused.value.message_dict
    )
    said = {"skipped": {FIRST: "Full", SECOND: "Full"}, "waiver": ("no_place", "Nobody else has a bed")}
    decision = choose(scene, offer, **said)
    with acting(scene.cast.april):
        asked = CallOffWaiver.objects.get()
        assert (asked.is_granted, asked.value_pence) == (None, decision.whole_life_pence)
    assert book(scene, decision)
    with acting(scene.cast.colin):
        made = CallOff.objects.select_related("waiver").get()
        assert (made.method, made.waiver.is_granted) == ("spot", True)
        assert [one["reason"] for one in made.passed_over] == ["Full", "Full"]


def test_a_refused_choice_refuses_its_waiver(scene: Scene) -> None:
    offer = offered(scene.cast.harry, invited(scene.cast, scene.matching.referral, scene.matching.far))
    said = {"skipped": {FIRST: "Full", SECOND: "Full"}, "waiver": ("no_place", "Nobody else has a bed")}
    decision = choose(scene, offer, **said)
    with acting(scene.cast.april):
        approve_and_book(decision=decision, by=scene.cast.april, now=NOW, granted=False, reason="Ask tier 1 first")
        assert CallOffWaiver.objects.get().is_granted is False


def test_the_commissioner_reads_what_was_bought_and_nobody_elses(scene: Scene) -> None:
    offer = offered(scene.cast.mona, invited(scene.cast, scene.matching.referral, scene.matching.meadow))
    book(scene, choose(scene, offer))
    client = Client()
    client.force_login(scene.cast.colin)
    page = client.get("/procurement/call-offs/").content.decode()
    assert "Madeup Meadow House" in page
    assert "Direct call-off" in page
    assert "Made-up framework, tier 1" in page
    client.force_login(scene.cast.hilda)
    assert "Madeup Meadow House" not in client.get("/procurement/call-offs/").content.decode()
    client.force_login(scene.cast.mona)
    assert client.get("/procurement/call-offs/").status_code == 403


def test_a_price_above_the_card_on_the_first_day_is_not_called_off(scene: Scene) -> None:
    offer = offered(scene.cast.mona, invited(scene.cast, scene.matching.referral, scene.matching.meadow))
    decision = choose(scene, offer)
    with acting(scene.cast.colin):
        supplier = scene.suppliers[0]
        cheaper = dt.date(2026, 5, 1)
        set_rate_line(supplier=supplier, weekly_price_pence=100_000, starts_on=cheaper, by=scene.cast.colin, now=NOW)
    with pytest.raises(ValidationError, match="above the rate card in force"):
        book(scene, decision)
    with acting(scene.cast.april):
        assert not Booking.objects.exists()
        assert not CallOff.objects.exists()


def test_the_database_refuses_a_call_off_above_the_card_whatever_the_site_says(scene: Scene) -> None:
    offer = offered(scene.cast.mona, invited(scene.cast, scene.matching.referral, scene.matching.meadow))
    book(scene, choose(scene, offer))
    copied = (
        "INSERT INTO procurement_calloff SELECT * FROM jsonb_populate_record(NULL::procurement_calloff,"
        " (SELECT to_jsonb(one) FROM procurement_calloff AS one) || %s)"
    )
    with acting(scene.cast.olive), connection.cursor() as cursor:
        for change, words in (
            ('{"id": 9, "booking_key": "9b2e5a52-0000-4000-8000-000000000001", "key": "9b2e5a52-0000-4000-8000-000000000002", "weekly_price_pence": 480001}', "above the rate card"),
            ('{"id": 9, "booking_key": "9b2e5a52-0000-4000-8000-000000000001", "key": "9b2e5a52-0000-4000-8000-000000000002", "starts_on": "2025-01-01"}', "framework does not hold on the first day"),
            ('{"id": 9, "booking_key": "9b2e5a52-0000-4000-8000-000000000001", "key": "9b2e5a52-0000-4000-8000-000000000002", "category": "complex"}', "for this category and age"),
            ('{"id": 9, "booking_key": "9b2e5a52-0000-4000-8000-000000000001", "key": "9b2e5a52-0000-4000-8000-000000000002", "age_years": 18}', "for this category and age"),
            ('{"id": 9, "booking_key": "9b2e5a52-0000-4000-8000-000000000001", "key": "9b2e5a52-0000-4000-8000-000000000002", "age_years": null}', "for this category and age"),
        ):  # fmt: skip
            with pytest.raises(DatabaseError, match=words), transaction.atomic():
                cursor.execute(copied, [change])
    with acting(scene.cast.colin):
        assert RateLine.objects.exists()
