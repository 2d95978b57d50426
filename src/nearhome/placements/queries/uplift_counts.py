"""What an uplift round would come to for the placements of one authority. Read while acting for it; only sums go out."""

from datetime import date, timedelta

from nearhome.placements.calculations.uplifting import PriceMove, StayAhead, first_year_nights, more_in_first_year
from nearhome.placements.models import Booking
from nearhome.placements.queries.uplifts import ToUplift, placements_to_uplift, price_after
from nearhome.procurement.models import CallOff, FrameworkSupplier, UpliftRound
from nearhome.procurement.queries.later_placements import Reached


def reached_by_round(row: UpliftRound, authority_id: int, today: date) -> Reached:
    """The placements that the prices of the newest preview would reach, their nights in the first year, and what it costs.

    The same placements at the same prices as are written once it is applied, but for those expected to be over by its
    day. Raises ValueError where one would cost nothing.
    """
    moves = [move for one in placements_to_uplift(authority_id, row) if (move := _move(one, row, today)).nights]
    return Reached(len(moves), sum(one.nights for one in moves), more_in_first_year(moves))


def _move(one: ToUplift, row: UpliftRound, today: date) -> PriceMove:
    later = one.booking.prices.filter(starts_on__gt=row.effective_on).order_by("starts_on").first()
    stay = StayAhead(one.booking.departed_on, one.booking.expected_ends_on, later.starts_on if later else None)
    after = sum(price_after(one, row.rule).values())
    return PriceMove(one.price.weekly_price_pence, after, first_year_nights(stay, row.effective_on, today))


def nights_begun(framework_id: int, authority_id: int, since: date, until: date) -> int:
    """Nights lived from `since` up to `until` in placements of the framework that began in that time."""
    rows = Booking.objects.filter(
        authority_id=authority_id,
        route="framework",
        cancelled_at__isnull=True,
        arrived_on__gte=since,
        arrived_on__lt=until,
    )
    bookings = _of_framework(list(rows.select_related("home")), framework_id)
    nights = (min(row.departed_on or until, until) - (row.arrived_on or until) for row in bookings)
    return sum(nights, timedelta()).days


def _of_framework(bookings: list[Booking], framework_id: int) -> list[Booking]:
    """By the call-off; for those taken on from before, which have none, by their home's admission."""
    rows = CallOff.objects.filter(booking_key__in=[row.key for row in bookings])
    called_off = dict(rows.values_list("booking_key", "supplier__framework_id"))
    admitted = FrameworkSupplier.objects.filter(framework=framework_id).values_list("registration_id", flat=True)
    others = dict.fromkeys(admitted, framework_id)
    return [row for row in bookings if called_off.get(row.key, others.get(row.home.registration_id)) == framework_id]
