"""Pages of frameworks: who reads what, every step by its form, clear refusals, nothing of other providers."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cast import Cast, make_cast
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions.reopening import open_again
from nearhome.procurement.models import (
    Framework,
    FrameworkApplication,
    FrameworkSupplier,
    RateLine,
    Suspension,
    UpliftRound,
)
from nearhome.procurement.queries import waiting_for
from reading_responses import client_of, text_of
from scenes import judge, make_home
from scenes_frameworks import Region, make_region

pytestmark = pytest.mark.django_db
WHY = "Made-up reason"


def parts(name: str, day: dt.date) -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def region(cast: Cast) -> Region:
    return make_region(cast)


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


def page(person: Person, name: str, *args: Any) -> Any:
    return client_of(person).get(reverse(f"procurement:{name}", args=args))


def send(person: Person, address: str, /, *args: Any, **typed: Any) -> Any:
    return client_of(person).post(reverse(f"procurement:{address}", args=args), typed, follow=True)


def test_the_list_shows_each_reader_their_own(cast: Cast, region: Region) -> None:
    for person in (cast.colin, cast.april, cast.fiona, cast.anna, cast.olive, cast.oscar, cast.mona, cast.harry):
        shown = page(person, "frameworks")
        assert shown.status_code == 200, person
        assert "Made-up framework" in text_of(shown), person
    assert "No framework yet" in text_of(page(cast.hilda, "frameworks"))
    assert page(cast.hilda, "framework", region.framework.key).status_code == 404


def test_a_provider_reads_its_own_prices_and_nobody_elses(cast: Cast, region: Region) -> None:
    mine, number = region.framework.key, region.meadow.pk
    shown = text_of(page(cast.mona, "framework", mine))
    assert "Madeup Meadow House" in shown
    assert "Madeup Harbour House" not in shown
    assert "£4,557.00" in text_of(page(cast.mona, "supplier", mine, number))
    assert page(cast.mona, "supplier", mine, region.harbour.pk).status_code == 404
    downloads = reverse("procurement:framework", args=[mine]) + "?download=csv&table=suppliers"
    csv = client_of(cast.mona).get(downloads).content.decode()
    assert "Harbour" not in csv
    assert "4557.00" in csv
    assert "Harbour" in client_of(cast.oscar).get(downloads).content.decode()


@pytest.mark.parametrize("name", ["tier", "extend", "admit", "reopen", "propose_uplift"])
def test_only_the_leads_commissioner_opens_what_changes_it(cast: Cast, region: Region, name: str) -> None:
    assert page(cast.colin, name, region.framework.key).status_code == 200
    for person, status in (
        (cast.olive, 403),
        (cast.april, 403),
        (cast.oscar, 403),
        (cast.mona, 403),
        (cast.hilda, 404),
    ):
        assert page(person, name, region.framework.key).status_code == status, person


def test_a_framework_is_put_on_record_and_a_term_too_long_is_refused_with_the_mend(cast: Cast, today: dt.date) -> None:
    typed = {
        "name": "Made-up closed", "kind": "foster", "regime": "PA23", "form": "closed", "light_touch": "no",
        "extension_months": "12", "birthday_rule": "never", "vote_quorum_percent": "60", "parties": [str(cast.portsmouth.pk)],
    } | parts("starts_on", dt.date(2027, 4, 1))  # fmt: skip
    refused = text_of(send(cast.colin, "new_framework", **typed, **parts("last_day", dt.date(2031, 4, 1))))
    assert "Choose a last day no later than 31 March 2031" in refused
    made = text_of(send(cast.colin, "new_framework", **typed, **parts("last_day", dt.date(2031, 3, 31))))
    assert "A closed framework lasts at most 4 years (FT-1" in made
    assert "Kent, Portsmouth" in made
    with acting(cast.colin):
        assert (Framework.objects.get().birthday_rule, Framework.objects.get().vote_quorum_percent) == ("never", 60)
    assert page(cast.olive, "new_framework").status_code == 403


def test_suspending_and_taking_back_by_form(cast: Cast, region: Region, today: dt.date) -> None:
    at = (region.framework.key, region.meadow.pk)
    assert "Enter" in text_of(send(cast.colin, "suspend", *at))
    past = {"ground": "conduct", "words": WHY} | parts("starts_on", today - dt.timedelta(days=2))
    assert "never in the past" in text_of(send(cast.colin, "suspend", *at, **past))
    shown = text_of(send(cast.colin, "suspend", *at, **past | parts("starts_on", today)))
    assert "The suspension is on record" in shown
    assert "End the suspension" in shown
    read = text_of(page(cast.mona, "supplier", *at))
    assert WHY in read
    assert "End the suspension" not in read
    later = {"words": "Made-up new manager"} | parts("returns_on", today + dt.timedelta(days=7))
    assert "The return is on record" in text_of(send(cast.colin, "take_back", *at, **later))
    with acting(cast.colin):
        assert Suspension.objects.get().ends_before == today + dt.timedelta(days=7)
    assert page(cast.colin, "take_back", *at).status_code == 404


def test_a_rate_card_is_typed_band_by_band_and_a_gap_is_said(cast: Cast, region: Region, today: dt.date) -> None:
    at = (region.framework.key, region.meadow.pk)
    assert 'value="4000.00"' in text_of(page(cast.colin, "rate_card", *at))
    typed = {"category": "standard", "low_0": "8", "last_0": "11", "pence_0": "3,900", "low_1": "13", "last_1": "17"}
    typed |= parts("starts_on", today)
    assert "Band 2 needs both ages and a price" in text_of(send(cast.colin, "rate_card", *at, **typed))
    typed["pence_1"] = "4500"
    assert "No band covers age 12. Begin the next band at 12." in text_of(send(cast.colin, "rate_card", *at, **typed))
    typed["last_0"] = "12"
    assert "The rate card is on record" in text_of(send(cast.colin, "rate_card", *at, **typed))
    with acting(cast.colin):
        rows = RateLine.objects.filter(supplier=region.meadow, starts_on=today).order_by("min_age")
        assert list(rows.values_list("min_age", "before_age", "weekly_price_pence")) == [
            (8, 13, 390_000),
            (13, 18, 450_000),
        ]


def test_the_rest_of_what_a_lead_can_do_by_form(cast: Cast, region: Region, today: dt.date) -> None:
    key = region.framework.key
    at = (key, region.meadow.pk)
    tier = {"tier": "3", "response_hours": "72", "emergency_hours": "8", "selection_rule": "By score"}
    assert "Tier 3" in text_of(send(cast.colin, "tier", key, **tier, **parts("starts_on", today)))
    moved = send(cast.colin, "move_supplier", *at, tier="3", words=WHY, **parts("starts_on", today))
    assert "The move is on record" in text_of(moved)
    longer = parts("last_day", dt.date(2031, 3, 31))
    assert "It was to end before 1 April 2029" in text_of(send(cast.colin, "extend", key, words=WHY, **longer))
    assert "No registration has this number" in text_of(send(cast.colin, "admit", key, registration="SC0", tier="1"))
    second = make_home(cast.harbour, "Madeup Second House", urn="SC930031")
    admitted = text_of(send(cast.colin, "admit", key, registration="sc930031", tier="2"))
    assert "Set its prices next" in admitted
    third = make_home(cast.harbour, "Madeup Third House", urn="SC930032")
    passed = send(
        cast.colin, "transfer", *at, registration=third.registration.urn, keeps_rates="yes", consent_words=WHY,
        **parts("passes_on", today + dt.timedelta(days=3)),
    )  # fmt: skip
    assert "From Madeup Meadow Care Ltd to Madeup Harbour Homes Ltd" in text_of(passed)
    with acting(cast.colin):
        assert FrameworkSupplier.objects.filter(registration__in=[second.registration, third.registration]).count() == 2


def test_a_provider_applies_in_a_window_and_the_lead_decides(cast: Cast, region: Region, today: dt.date) -> None:
    key = region.framework.key
    home = make_home(cast.harbour, "Madeup Newcomer House", urn="SC930041")
    assert "not open again today" in text_of(page(cast.harry, "apply", key))
    opened = send(
        cast.colin, "reopen", key, admits="both", words="Good or better",
        **parts("opens_on", today), **parts("last_day", today + dt.timedelta(days=30)),
    )  # fmt: skip
    assert "The reopening is on record" in text_of(opened)
    listed = text_of(page(cast.harry, "apply", key))
    assert "Apply for admission" in listed
    assert "Offer lower prices" in listed
    to = (key, home.registration.key)
    sent = send(cast.harry, "apply_with", *to, low_0="8", last_0="17", pence_0="4100", words=WHY)
    assert "Your application is sent" in text_of(sent)
    rate = send(cast.harry, "apply_with", key, region.homes[1].registration.key, pence_0="4,010", pence_1="4567.01")
    assert "above the present £4,567.00" in text_of(rate)
    assert page(cast.mona, "apply_with", *to).status_code == 404
    with acting(cast.colin):
        application = FrameworkApplication.objects.get()
        assert any("Decide the application" in one.words for one in waiting_for(cast.colin, now=timezone.now()))
    for person, status in ((cast.mona, 404), (cast.oscar, 403), (cast.hilda, 403), (cast.olive, 403)):
        assert page(person, "application", application.key).status_code == status, person
    decided = send(
        cast.colin, "application", application.key, accepted="yes", tier="2", words="", **parts("starts_on", today)
    )
    assert "The decision is on record" in text_of(decided)
    assert send(cast.colin, "application", application.key, accepted="no", words="x").status_code == 403
    assert "Accepted" in text_of(page(cast.harry, "application", application.key))
    assert "£4,100.00" in text_of(page(cast.oscar, "framework", key))


def test_an_open_window_shows_the_framework_to_a_provider_outside_it_and_no_prices(
    cast: Cast, region: Region, today: dt.date
) -> None:
    from nearhome.people.models import Organisation

    orchard = Organisation.objects.create(kind="provider", name="Madeup Orchard Ltd", owner_ref="RP900003")
    from cast import make_person

    otto = make_person("Otto Madeup-Manager", orchard, "provider")
    assert page(otto, "framework", region.framework.key).status_code == 404
    with acting(cast.colin):
        open_again(
            framework=region.framework, opens_on=today, closes_before=today + dt.timedelta(days=9), admits="newcomers",
            by=cast.colin, now=timezone.now(),
        )  # fmt: skip
    shown = text_of(page(otto, "framework", region.framework.key))
    assert "Apply or offer lower prices" in shown
    assert "£" not in shown
    assert "Meadow" not in shown


def test_an_uplift_goes_through_its_pages(cast: Cast, region: Region, today: dt.date) -> None:
    key = region.framework.key
    typed = {
        "rule": "lower_of", "index_percent": "3.8", "cap_percent": "1.5", "index_name": "CPI", "applies_to": "new",
        "words": WHY, "index_source": "Made-up bulletin",
    } | parts("index_month", dt.date(2026, 9, 15)) | parts("effective_on", dt.date(2027, 4, 1))  # fmt: skip
    assert "never by both" in text_of(send(cast.colin, "propose_uplift", key, **typed, addition_pence="5"))
    assert "The round is proposed" in text_of(send(cast.colin, "propose_uplift", key, **typed))
    with acting(cast.colin):
        row = UpliftRound.objects.get()
    weeks = {f"weeks_{cast.kent.pk}": "520", f"weeks_{cast.portsmouth.pk}": "104"}
    shown = text_of(send(cast.colin, "preview_uplift", row.key, **weeks))
    assert "£4,060.00" in shown
    assert "£40,095.12" in shown
    assert "1.5 %" in shown
    assert page(cast.april, "uplift", row.key).status_code == 200
    assert "Approve or refuse" not in text_of(page(cast.april, "uplift", row.key))
    vote = {"carried": "yes", "votes_for": "2", "votes_against": "0", "abstained": "0", "minutes": WHY}
    assert "The vote is on record" in text_of(
        send(cast.colin, "vote_uplift", row.key, **vote, **parts("voted_on", today))
    )
    assert page(cast.colin, "approve_uplift", row.key).status_code == 403
    with acting(cast.april):
        assert any("Approve or refuse the uplift" in one.words for one in waiting_for(cast.april, now=timezone.now()))
    assert "Your decision is on record" in text_of(send(cast.april, "approve_uplift", row.key, approved="yes"))
    assert "The new prices are in the rate cards" in text_of(send(cast.colin, "apply_uplift", row.key))
    send(cast.colin, "apply_uplift", row.key)
    with acting(cast.colin):
        assert RateLine.objects.count() == 8
    for person, status in ((cast.mona, 403), (cast.hilda, 404), (cast.oscar, 200)):
        assert page(person, "uplift", row.key).status_code == status


def test_a_supplier_judged_inadequate_is_shown_to_the_lead_and_nobody_is_suspended_by_itself(
    cast: Cast, region: Region, today: dt.date
) -> None:
    judge(region.homes[0], cast.kent, "Inadequate", today - dt.timedelta(days=3))
    judge(region.homes[1], cast.kent, "Inadequate", today - dt.timedelta(days=30))
    judge(region.homes[1], cast.kent, "Good", today - dt.timedelta(days=2))
    assert "think about suspending Madeup Meadow House" in text_of(page(cast.colin, "framework", region.framework.key))
    assert "think about suspending" not in text_of(page(cast.olive, "framework", region.framework.key))
    with acting(cast.colin):
        waiting = [one.words for one in waiting_for(cast.colin, now=timezone.now())]
        assert waiting == ["Judged inadequate: think about suspending Madeup Meadow House"]
        assert not Suspension.objects.exists()


def test_an_authority_that_the_framework_names_joins_and_calls_off_from_then(cast: Cast, region: Region) -> None:
    key = region.framework.key
    assert "No framework yet" in text_of(page(cast.hilda, "frameworks"))
    typed = {"authority": cast.hampshire.pk, "words": WHY}
    for person in (cast.oscar, cast.mona, cast.olive):
        assert send(person, "join_framework", key, **typed).status_code in (403, 404), person
    refused = text_of(send(cast.colin, "join_framework", key, authority=cast.hampshire.pk, words=""))
    assert "There is a problem" in refused
    assert "The authority may call off from now on." in text_of(send(cast.colin, "join_framework", key, **typed))
    shown = text_of(page(cast.hilda, "framework", key))
    assert "Hampshire" in shown
    assert "£4,557.00" in text_of(page(cast.hilda, "supplier", key, region.meadow.pk))
    # Nobody joins twice: it is no longer among those that may.
    assert "Select" in text_of(send(cast.colin, "join_framework", key, **typed))
