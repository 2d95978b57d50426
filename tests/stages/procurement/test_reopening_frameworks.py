"""A framework opens again: newcomers apply with prices, those admitted lower theirs, the lead decides once."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from cast import NOW, TODAY, Cast, make_cast
from nearhome.market.models import Home
from nearhome.privacy.acting import acting
from nearhome.procurement.actions.reopening import (
    Verdict,
    apply_to_framework,
    decide_application,
    open_again,
    withdraw_application,
)
from nearhome.procurement.models import (
    ApplicationDecision,
    FrameworkApplication,
    FrameworkSupplier,
    RateLine,
    ReopeningWindow,
)
from scenes import make_home
from scenes_frameworks import Region, make_region
from scenes_tender import acting_at

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FEBRUARY = NOW.replace(year=2027, month=2, day=10)
OPENS, CLOSES = dt.date(2027, 2, 1), dt.date(2027, 3, 1)
LOWER = {("standard", 8, 13): 395_000, ("standard", 13, 18): 455_700}
CARD = {("standard", 8, 18): 410_000}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def region(cast: Cast) -> Region:
    made = make_region(cast)
    reopened(cast, made)
    return made


@pytest.fixture
def newcomer(cast: Cast) -> Home:
    return make_home(cast.harbour, "Madeup Newcomer House", urn="SC930021")


def reopened(cast: Cast, region: Region, admits: str = "both", opens_on: dt.date = OPENS) -> ReopeningWindow:
    with acting(cast.colin):
        return open_again(
            framework=region.framework, opens_on=opens_on, closes_before=CLOSES, admits=admits, by=cast.colin, now=NOW
        )


def applied(cast: Cast, region: Region, newcomer: Home, at: dt.datetime = FEBRUARY) -> FrameworkApplication:
    with acting_at(cast.harry, at):
        return apply_to_framework(
            framework=region.framework,
            registration=newcomer.registration,
            lines=CARD,
            words="Made up",
            by=cast.harry,
            now=at,
        )


def test_a_newcomer_applies_in_the_window_and_is_admitted_with_its_prices(
    cast: Cast, region: Region, newcomer: Home
) -> None:
    application = applied(cast, region, newcomer)
    assert applied(cast, region, newcomer) == application
    verdict = Verdict(True, "Welcome", dt.date(2027, 4, 1), tier=2)
    with acting(cast.colin):
        for _ in range(2):
            decide_application(application=application, verdict=verdict, by=cast.colin, now=FEBRUARY)
        supplier = FrameworkSupplier.objects.get(registration=newcomer.registration)
        assert (supplier.tier, supplier.admitted_from) == (2, dt.date(2027, 4, 1))
        rates = RateLine.objects.filter(supplier=supplier).values_list("min_age", "weekly_price_pence", "starts_on")
        assert list(rates) == [(8, 410_000, dt.date(2027, 4, 1))]
        with pytest.raises(ValidationError, match="already recorded with other terms"):
            decide_application(application=application, verdict=Verdict(False, "No"), by=cast.colin, now=FEBRUARY)


@pytest.mark.parametrize("day", [OPENS - DAY, CLOSES])
def test_outside_the_window_nobody_applies(cast: Cast, region: Region, newcomer: Home, day: dt.date) -> None:
    at = NOW.replace(year=day.year, month=day.month, day=day.day)
    with pytest.raises(ValidationError, match="does not take new entrants today"):
        applied(cast, region, newcomer, at)


def test_the_database_too_refuses_an_application_outside_the_window(cast: Cast, region: Region, newcomer: Home) -> None:
    with acting_at(cast.harry, NOW):
        window = ReopeningWindow.objects.get()
        with pytest.raises(DatabaseError), transaction.atomic():
            FrameworkApplication.objects.create(
                framework=region.framework, window=window, provider=cast.harbour, registration=newcomer.registration,
                kind="admission", lines=[], by_name="Forged", at=FEBRUARY,
            )  # fmt: skip


def test_who_is_admitted_only_lowers_prices(cast: Cast, region: Region) -> None:
    offer = {
        "framework": region.framework,
        "registration": region.homes[0].registration,
        "by": cast.mona,
        "now": FEBRUARY,
    }
    with acting_at(cast.mona, FEBRUARY):
        for lines, said in (
            ({("standard", 8, 13): 400_001}, "a price may only fall"),
            ({("standard", 8, 13): 400_000}, "None of the prices is lower"),
            ({("solo", 8, 13): 1}, "no line for solo"),
            ({("standard", 8, 13): 0}, "more than £0.00"),
        ):
            with pytest.raises(ValidationError, match=said):
                apply_to_framework(lines=lines, **offer)
        application = apply_to_framework(lines=LOWER, **offer)
    with acting(cast.colin):
        verdict = Verdict(True, "", dt.date(2027, 3, 1))
        decide_application(application=application, verdict=verdict, by=cast.colin, now=FEBRUARY)
        rows = RateLine.objects.filter(supplier=region.meadow).order_by("min_age", "starts_on")
        assert list(rows.values_list("weekly_price_pence", "ends_before")) == [
            (400_000, dt.date(2027, 3, 1)), (395_000, None), (455_700, None),
        ]  # fmt: skip


def test_a_window_for_prices_admits_nobody_new(cast: Cast, newcomer: Home) -> None:
    region = make_region(cast)
    reopened(cast, region, "prices")
    with pytest.raises(ValidationError, match="does not take new entrants"):
        applied(cast, region, newcomer)


def test_a_closed_framework_takes_no_new_entrants(cast: Cast) -> None:
    region = make_region(cast, form="closed")
    with pytest.raises(ValidationError, match="takes no new entrants in its term"):
        reopened(cast, region)
    assert reopened(cast, region, "prices").admits == "prices"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"opens_on": TODAY - DAY}, "opens today or later"),
        ({"closes_before": OPENS}, "must not be before it opens"),
        ({"closes_before": dt.date(2030, 1, 1)}, "ends while it would be open"),
        ({"admits": "anybody"}, "Choose whom"),
    ],
)
def test_a_window_that_cannot_be_says_the_mend(cast: Cast, changed: dict, said: str) -> None:
    region = make_region(cast)
    asked = {"opens_on": OPENS, "closes_before": CLOSES, "admits": "both"} | changed
    with acting(cast.colin), pytest.raises(ValidationError, match=said):
        open_again(framework=region.framework, by=cast.colin, now=NOW, **asked)


def test_an_application_is_between_its_provider_and_the_lead(cast: Cast, region: Region, newcomer: Home) -> None:
    application = applied(cast, region, newcomer)
    for person, seen in ((cast.colin, 1), (cast.harry, 1), (cast.mona, 0), (cast.oscar, 0), (cast.hilda, 0)):
        with acting(person):
            assert FrameworkApplication.objects.count() == seen
    with acting(cast.harry):
        with pytest.raises(PermissionDenied):
            decide_application(application=application, verdict=Verdict(True, "", TODAY), by=cast.harry, now=FEBRUARY)
        with pytest.raises(DatabaseError), transaction.atomic():
            ApplicationDecision.objects.create(
                application=application, outcome="accepted", starts_on=TODAY, by_name="Forged", at=FEBRUARY
            )
        withdraw_application(application=application, by=cast.harry, now=FEBRUARY)
        withdraw_application(application=application, by=cast.harry, now=FEBRUARY)
    with acting(cast.colin), pytest.raises(ValidationError, match="already recorded"):
        decide_application(application=application, verdict=Verdict(True, "", CLOSES), by=cast.colin, now=FEBRUARY)


def test_a_refusal_is_explained_and_nobody_applies_for_another(cast: Cast, region: Region, newcomer: Home) -> None:
    application = applied(cast, region, newcomer)
    with acting(cast.colin):
        with pytest.raises(ValidationError, match="Say why it is refused"):
            decide_application(application=application, verdict=Verdict(False, " "), by=cast.colin, now=FEBRUARY)
        with pytest.raises(ValidationError, match="Choose a day from 10 February 2027"):
            decide_application(application=application, verdict=Verdict(True, "", OPENS), by=cast.colin, now=FEBRUARY)
        assert not ApplicationDecision.objects.exists()
    with acting_at(cast.mona, FEBRUARY), pytest.raises(ValidationError, match="another provider’s"):
        apply_to_framework(
            framework=region.framework, registration=newcomer.registration, lines=CARD, by=cast.mona, now=FEBRUARY
        )
