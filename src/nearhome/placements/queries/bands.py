"""Placements of a framework whose child is about to reach the next age band of the rate card. Read for their authority."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from nearhome.placements.models import Booking
from nearhome.placements.queries.facts import born_on
from nearhome.placements.queries.uplifts import reviews_of
from nearhome.procurement.calculations.frameworks.age_bands import BandChange, Stay, next_band
from nearhome.procurement.models import CallOff
from nearhome.procurement.queries.routes import rates_of

NOTICE = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class BandAhead:
    """The placement and its band to come; nobody has priced it from that day or later."""

    booking: Booking
    change: BandChange


def bands_ahead(bookings: list[Booking], today: date) -> Iterator[BandAhead]:
    """Placements lived in whose next band begins within four weeks or has begun since the price that is paid."""
    living = {row.key: row for row in bookings if row.route == "framework" and row.arrived_on and not row.departed_on}
    rows = CallOff.objects.filter(booking_key__in=living, supplier__isnull=False)
    for call_off in rows.select_related("supplier__framework", "rate_line").order_by("pk"):
        booking = living[call_off.booking_key]
        change = _change(booking, call_off, today + NOTICE)
        if change:
            yield BandAhead(booking, change)


def _change(booking: Booking, call_off: CallOff, until: date) -> BandChange | None:
    price = booking.prices.order_by("starts_on").last()
    if price is None or call_off.supplier is None:
        return None
    stay = Stay(born_on(booking.child), booking.starts_on, reviews_of(booking))
    rule = call_off.supplier.framework.birthday_rule
    category = call_off.rate_line.category if call_off.rate_line else "standard"
    rates = rates_of([call_off.supplier_id])[call_off.supplier_id]
    return next_band(rates, rule, stay, since=price.starts_on, until=until, category=category)
