"""What an uplift for all placements would cost is counted from those it reaches; its lead reads sums, never children."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cast import NOW, TODAY, Cast, make_cast
from nearhome.audit.models import Event
from nearhome.people.models import Person
from nearhome.placements.jobs import apply_uplifts_for_all
from nearhome.placements.models import Booking, BookingPrice
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.actions.uplift_prices import apply_uplift
from nearhome.procurement.actions.uplifts import preview_uplift, propose_uplift
from nearhome.procurement.calculations.frameworks.uplift import UpliftRule
from nearhome.procurement.models import UpliftCost, UpliftRound
from nearhome.procurement.queries.later_placements import nights_on_record, reached_by
from nearhome.procurement.queries.uplifts import round_shown
from reading_responses import text_of
from scenes_frameworks import D2N2, NEXT_APRIL, Region, approved, carried, make_region, proposal
from scenes_settlement import depart, live_in

pytestmark = pytest.mark.django_db
BEGAN, DAY = dt.date(2026, 6, 1), dt.timedelta(days=1)
APRIL_AFTER = dt.date(2028, 4, 1)
MARCH = dt.datetime(2027, 3, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def region(cast: Cast) -> Region:
    return make_region(cast)


def placed(
    cast: Cast, region: Region, ref: str, place: int, weekly: int, *, of: str = "portsmouth", **facts: object
) -> Booking:
    """A child of 13 in Meadow's home of the framework since June, at a price of its own; `facts` said afterwards."""
    home = region.homes[place // 3]
    with acting_for(home.provider_id):
        found = home.places.order_by("pk")[place % 3]
    booking = live_in(found, getattr(cast, of), ref, BEGAN, weekly=weekly)
    with acting_for(booking.authority_id):
        Booking.objects.filter(pk=booking.pk).update(route="framework", **facts)
    return booking


def proposed(cast: Cast, region: Region, *, to: str = "all", rule: UpliftRule = D2N2) -> UpliftRound:
    with acting(cast.colin):
        return propose_uplift(contract=region.framework, proposal=proposal(rule, applies_to=to), by=cast.colin, now=NOW)


def previewed(cast: Cast, region: Region, rule: UpliftRule = D2N2) -> UpliftRound:
    row = proposed(cast, region, rule=rule)
    with acting(cast.colin):
        return preview_uplift(uplift=row, by=cast.colin, now=NOW)


def costs(person: Person, row: UpliftRound) -> dict[str, tuple[int | None, int, int]]:
    with acting(person):
        return {
            str(one.authority): (one.placements, one.nights, one.more_pence)
            for one in round_shown(person, row.key).costs
        }


def opened(person: Person, name: str, key: object, **asked: str) -> HttpResponse:
    client = Client()
    client.force_login(person)
    return client.get(reverse(f"procurement:{name}", args=[key]), asked)


def sheet(person: Person, row: UpliftRound) -> list[str]:
    answer = opened(person, "uplift", row.key, download="csv", table="costs")
    return answer.content.decode().lstrip("\N{BYTE ORDER MARK}").splitlines()


def test_each_placement_counts_at_its_own_price_until_it_is_known_to_end(cast: Cast, region: Region) -> None:
    """By hand, in the method page: 366 nights that rise by £68.36 a week, and 61 by £60.00; a third is over by then."""
    placed(cast, region, "POR0001", 0, 455_700)
    placed(cast, region, "POR0002", 1, 400_000, expected_ends_on=dt.date(2027, 6, 1))
    placed(cast, region, "KEN0003", 2, 455_700, of="kent", expected_ends_on=dt.date(2026, 12, 24))
    row = previewed(cast, region)
    assert costs(cast.colin, row) == {"Kent": (0, 0, 0), "Portsmouth": (2, 427, 409_711)}
    assert sheet(cast.oscar, row) == [
        "Authority,Placements reached,Weeks in the first year,More in the first year",
        "Kent,0,0,0.00", "Portsmouth,2,61,4097.11", "All,2,61,4097.11",
    ]  # fmt: skip
    shown = text_of(opened(cast.oscar, "uplift", row.key))
    assert "£4,097.11" in shown
    assert "Counted 20 November 2026 at 3:00pm in the records of each authority" in shown


def test_the_lead_reads_sums_of_another_authority_and_none_of_its_children(cast: Cast, region: Region) -> None:
    placed(cast, region, "POR0001", 0, 455_700)
    row = previewed(cast, region)
    with acting(cast.colin):
        reached_by(row, by=cast.colin, today=TODAY)
        assert not Booking.objects.exists()
        assert not BookingPrice.objects.exists()
        said = Event.objects.get(name="uplift.previewed").words
    assert "It would reach 1 placement, counted in the records of each authority." in said
    for person, status in ((cast.colin, 200), (cast.oscar, 200), (cast.mona, 403), (cast.hilda, 404)):
        answer = opened(person, "uplift", row.key)
        assert answer.status_code == status
        assert not any(word in text_of(answer) for word in ("POR0001", "Test Child"))
    with acting(cast.oscar):
        assert Event.objects.get(name="uplift.previewed").words == said
        with pytest.raises(PermissionDenied):
            reached_by(row, by=cast.oscar, today=TODAY)
        with pytest.raises(PermissionDenied):
            nights_on_record(
                UpliftRound(framework=region.framework, lead=cast.kent, applies_to="new"), by=cast.oscar, today=TODAY
            )
    for organisation in (cast.meadow, cast.hampshire):
        with acting_for(organisation.pk):
            assert not UpliftCost.objects.exists()


def test_what_was_voted_on_stays_though_the_placement_ends(cast: Cast, region: Region) -> None:
    booking = placed(cast, region, "POR0001", 0, 455_700)
    row = previewed(cast, region)
    voted = costs(cast.colin, row)
    carried(cast, row)
    depart(booking, TODAY)
    assert costs(cast.colin, row) == voted
    with acting(cast.colin):
        kept = UpliftCost.objects.filter(round=row)
        with pytest.raises(DatabaseError), transaction.atomic():
            kept.update(more_pence=1)
        with pytest.raises(DatabaseError), transaction.atomic():
            UpliftCost.objects.create(
                round=row, preview=row.version, authority=cast.kent, placements=1, nights=7, more_pence=1
            )


def test_a_second_preview_counts_again_beside_the_first(cast: Cast, region: Region) -> None:
    booking = placed(cast, region, "POR0001", 0, 455_700)
    row = previewed(cast, region)
    depart(booking, TODAY)
    with acting(cast.colin):
        preview_uplift(uplift=row, by=cast.colin, now=NOW)
        assert UpliftCost.objects.count() == 4
    assert costs(cast.colin, row) == {"Kent": (0, 0, 0), "Portsmouth": (0, 0, 0)}


def test_no_placement_reached_is_said(cast: Cast, region: Region) -> None:
    row = previewed(cast, region)
    assert "No placement that stands would be reached" in text_of(opened(cast.colin, "uplift", row.key))


def test_no_week_is_typed_where_placements_are_counted(cast: Cast, region: Region) -> None:
    placed(cast, region, "POR0001", 0, 455_700)
    row = proposed(cast, region)
    with acting(cast.colin), pytest.raises(ValidationError, match="counted, not typed"):
        preview_uplift(uplift=row, weeks={cast.kent.pk: 52}, by=cast.colin, now=NOW)
    client = Client()
    client.force_login(cast.colin)
    address = reverse("procurement:preview_uplift", args=[row.key])
    assert "weeks a year" not in text_of(client.get(address))
    assert "The prices are worked out" in text_of(client.post(address, follow=True))


def test_a_price_that_would_fall_to_nothing_stops_the_preview_and_names_nobody(cast: Cast, region: Region) -> None:
    placed(cast, region, "POR0001", 0, 5_000)
    row = proposed(cast, region, rule=UpliftRule("addition", addition_pence=-6_000))
    with acting(cast.colin):
        with pytest.raises(ValidationError, match=r"A placement would not cost more than £0\.00"):
            preview_uplift(uplift=row, by=cast.colin, now=NOW)
        assert not UpliftCost.objects.exists()
        assert not Booking.objects.exists()


def test_weeks_of_new_placements_start_from_what_was_bought_and_both_are_shown(cast: Cast, region: Region) -> None:
    placed(cast, region, "POR0001", 0, 455_700)  # 1 June to 20 November: 172 nights
    left = placed(cast, region, "POR0002", 1, 455_700)
    depart(left, BEGAN + 8 * DAY)
    old = placed(cast, region, "POR0003", 2, 455_700)
    with acting_for(cast.portsmouth.pk):
        Booking.objects.filter(pk=old.pk).update(arrived_on=dt.date(2025, 11, 19))
    row = proposed(cast, region, to="new")
    with acting(cast.colin):
        assert nights_on_record(row, by=cast.colin, today=TODAY) == {cast.kent.pk: 0, cast.portsmouth.pk: 180}
        preview_uplift(uplift=row, weeks={cast.portsmouth.pk: 30}, by=cast.colin, now=NOW)
    assert sheet(cast.oscar, row) == [
        'Authority,"Weeks a year, typed","Weeks of the year before, on record",More in a year',
        "Kent,0,0,0.00", "Portsmouth,30,25.7,1927.65", "All,30,25.7,1927.65",
    ]  # fmt: skip
    shown = text_of(opened(cast.oscar, "uplift", row.key))
    assert "of new placements were typed by Colin Madeup-Commissioner" in shown
    again = text_of(opened(cast.colin, "preview_uplift", row.key))
    assert "placements begun in the last 12 months" in again


@dataclass(frozen=True)
class Drawn:
    """A placement: its price, an end if one is known, and a price agreed for a later day."""

    weekly: int
    ends_on: dt.date | None
    later: tuple[dt.date, int] | None


ENDS = st.dates(TODAY - 30 * DAY, APRIL_AFTER + 30 * DAY)
LATER = st.tuples(st.dates(NEXT_APRIL, APRIL_AFTER + 30 * DAY), st.integers(100_000, 900_000))
DRAWN = st.builds(Drawn, st.integers(50_000, 900_000), st.none() | ENDS, st.none() | LATER)
RULES = st.sampled_from(
    [D2N2, UpliftRule("addition", addition_pence=-7_777), UpliftRule("fixed", percent=Decimal("-1.37"))]
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(drawn=st.lists(DRAWN, max_size=6), rule=RULES)
def test_the_preview_costs_what_the_new_prices_come_to_night_by_night(
    cast: Cast, region: Region, drawn: list[Drawn], rule: UpliftRule
) -> None:
    with transaction.atomic():
        _compare(cast, region, drawn, rule)
        transaction.set_rollback(True)


def _compare(cast: Cast, region: Region, drawn: list[Drawn], rule: UpliftRule) -> None:
    placements = [
        placed(cast, region, f"POR1{at:03d}", at, one.weekly, expected_ends_on=one.ends_on)
        for at, one in enumerate(drawn)
    ]
    with acting_for(cast.portsmouth.pk):
        for booking, one in zip(placements, drawn, strict=True):
            if one.later:
                BookingPrice.objects.create(
                    booking=booking, authority_id=booking.authority_id, provider_id=booking.provider_id,
                    starts_on=one.later[0], core_pence=one.later[1],
                )  # fmt: skip
    row = previewed(cast, region, rule)
    said = costs(cast.colin, row)["Portsmouth"]
    approved(cast, row)
    with acting(cast.colin):
        apply_uplift(uplift=UpliftRound.objects.get(pk=row.pk), by=cast.colin, now=MARCH)
    apply_uplifts_for_all(MARCH)
    with acting_for(cast.portsmouth.pk):
        wrote = BookingPrice.objects.filter(uplift=row).select_related("booking")
        lived_in = sum(_last(one.booking.expected_ends_on) > NEXT_APRIL for one in wrote)
        exact = sum(
            (_more(booking, row, one.ends_on) for booking, one in zip(placements, drawn, strict=True)), Fraction(0)
        )
    assert said[0] == lived_in
    assert abs(said[2] - exact) <= Fraction(1, 2)


def _more(booking: Booking, row: UpliftRound, ends_on: dt.date | None) -> Fraction:
    """Slow and obvious: for every night lived there, the price in force with the round less the price without it."""
    prices = list(BookingPrice.objects.filter(booking=booking).order_by("starts_on"))
    without = [one for one in prices if one.uplift_id != row.pk]
    nights = [NEXT_APRIL + n * DAY for n in range(366) if NEXT_APRIL + n * DAY < _last(ends_on)]
    return sum((Fraction(_on(prices, night) - _on(without, night), 7) for night in nights), Fraction(0))


def _last(ends_on: dt.date | None) -> dt.date:
    return ends_on if ends_on and ends_on > TODAY else APRIL_AFTER


def _on(prices: list[BookingPrice], night: dt.date) -> int:
    return next(one.weekly_price_pence for one in reversed(prices) if one.starts_on <= night)
