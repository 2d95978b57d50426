"""Which placements an uplift of a framework has still to reach, and at what price. Read while acting for their authority."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from nearhome.placements.calculations.uplifting import uplifted_price
from nearhome.placements.models import Booking, BookingPrice, ClockEvent
from nearhome.placements.queries.facts import born_on
from nearhome.procurement.calculations.frameworks.age_bands import Stay, age_for_band
from nearhome.procurement.models import CallOff, FrameworkSupplier, UpliftLine, UpliftRound
from nearhome.procurement.queries.uplifts import kept_lines
from nearhome.procurement.states.uplifts import UpliftState

REVIEWS = ("C09", "C10", "C11")  # as `reference/clocks.toml` numbers them


@dataclass(frozen=True, slots=True)
class ToUplift:
    """A placement, its price on the day before, and the rate line that moves it."""

    booking: Booking
    price: BookingPrice
    line: UpliftLine


def price_after(one: ToUplift, rule: str) -> dict[str, int]:
    """Pence a week by element from the day of the round. Raises ValueError where the price would not be above £0.00."""
    before = {name: getattr(one.price, name) for name in BookingPrice.ELEMENTS}
    return uplifted_price(before, one.line.before_pence, one.line.after_pence, rule=rule)


def rounds_for_all(authority_id: int) -> QuerySet[UpliftRound]:
    """Applied rounds for all placements of frameworks that the authority calls off from, oldest first."""
    rows = UpliftRound.objects.filter(
        framework__parties__organisation_id=authority_id,
        state=UpliftState.APPLIED.value,
        applies_to=UpliftRound.AppliesTo.ALL,
    )
    return rows.select_related("framework").order_by("effective_on", "pk")


def placements_to_uplift(authority_id: int, one: UpliftRound) -> Iterator[ToUplift]:
    """Placements called off before the round took effect, lived in on that day or still to begin, not reached yet.

    A price that somebody recorded for the very day stands as it is.
    """
    lines = [line for line in kept_lines(one).filter(kept_why="") if line.rate]
    for booking in _called_off(authority_id, one):
        price = booking.prices.filter(starts_on__lt=one.effective_on).order_by("starts_on").last()
        line = _line_of(booking, one, lines)
        if price and line:
            yield ToUplift(booking, price, line)


def _called_off(authority_id: int, one: UpliftRound) -> QuerySet[Booking]:
    on = one.effective_on
    reached = BookingPrice.objects.filter(Q(uplift=one) | Q(starts_on=on), booking=OuterRef("pk"))
    rows = Booking.objects.filter(
        Q(departed_on__isnull=True) | Q(departed_on__gt=on),
        authority_id=authority_id, route="framework", cancelled_at__isnull=True, starts_on__lt=on,
    )  # fmt: skip
    return rows.exclude(Exists(reached)).select_related("child", "home").order_by("pk")


def _line_of(booking: Booking, one: UpliftRound, lines: list[UpliftLine]) -> UpliftLine | None:
    """The line for this child: of the supplier it was called off from, of its category, in the band the child is in."""
    call_off = CallOff.objects.filter(booking_key=booking.key).select_related("rate_line").first()
    supplier_id = call_off.supplier_id if call_off else _admitted(booking, one.framework_id)
    category = call_off.rate_line.category if call_off and call_off.rate_line else "standard"
    age = _age(booking, one)
    fitting = (
        line
        for line in lines
        if line.rate and line.rate.supplier_id == supplier_id and line.rate.category == category
        if line.rate.min_age <= age < line.rate.before_age
    )
    return next(fitting, None)


def _admitted(booking: Booking, framework_id: int | None) -> int | None:
    """For a placement taken on from before, which has no call-off: its home's admission to the framework."""
    rows = FrameworkSupplier.objects.filter(framework=framework_id, registration=booking.home.registration_id)
    return rows.order_by("pk").values_list("pk", flat=True).first()


def _age(booking: Booking, one: UpliftRound) -> int:
    assert one.framework is not None
    stay = Stay(born_on(booking.child), booking.starts_on, reviews_of(booking))
    return age_for_band(one.framework.birthday_rule, stay, max(one.effective_on, booking.starts_on))


def reviews_of(booking: Booking) -> tuple[date, ...]:
    """Days on which the child was reviewed while it lived there, as recorded."""
    rows = ClockEvent.objects.filter(booking=booking, rule__in=REVIEWS)
    return tuple(rows.values_list("done_on", flat=True))
