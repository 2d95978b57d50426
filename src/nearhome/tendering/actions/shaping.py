"""Shaping what is asked for: lots, places by day, price bands and the spot benchmark."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from nearhome.design.wording import date as said
from nearhome.market.models import KINDS
from nearhome.people.models import Organisation
from nearhome.tendering.actions.preparing import lock_while_shaped, note_change
from nearhome.tendering.models import Lot, LotBenchmark, LotPlaces, PriceBand, Procurement
from nearhome.tendering.queries.starting_points import LotStart, lot_from_example, lot_from_requirement

MOST_LOTS, MOST_BANDS, MOST_STEPS = 60, 40, 24


@dataclass(frozen=True, slots=True)
class LotTerms:
    """What a lot says of itself. Ages are half-open; `step_across` is the number of another lot of the tender.

    `kind` is the kind of place, "" for the one that the procurement buys: a home can be paired with foster care.
    """

    name: str
    needs: str = ""
    wishes: str = ""
    area: Organisation | None = None
    min_age: int = 0
    before_age: int = 18
    most_places: int | None = None
    most_suppliers: int | None = None
    step_across: int | None = None
    price_formula: str = "lowest_ratio"
    least_quality: Decimal | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class BandTerms:
    """One price that is asked: label, category of need, ages, weeks forecast, published cap in pence a week."""

    label: str
    category: str
    min_age: int
    before_age: int
    forecast_weeks: Decimal
    most_weekly_pence: int | None = None


@transaction.atomic
def save_lot(*, procurement: Procurement, terms: LotTerms, by: Any, now: datetime, number: int | None = None) -> Lot:
    """Add a lot, or change the one of this number. The same lot sent twice is added once."""
    locked = lock_while_shaped(procurement, by=by)
    if terms.min_age >= terms.before_age:
        raise ValidationError("The last age must be the first age or higher.")
    values = asdict(terms) | {
        "area": terms.area, "step_across": _other_lot(locked, terms.step_across, number), "kind": _kind(locked, terms.kind),
    }  # fmt: skip
    same = locked.lots.filter(name=terms.name).exclude(number=number or 0).first()
    if same and number is None:
        return same
    if same:
        raise ValidationError(f"Lot {same.number} has this name already: give each lot its own.")
    if number is None:
        number = _next(locked.lots, "number", MOST_LOTS, "lots")
    lot, _ = Lot.objects.update_or_create(procurement=locked, number=number, defaults=values)
    if lot.step_across:  # a pair: the other lot steps across to this one
        Lot.objects.filter(pk=lot.step_across.pk, step_across=None).update(step_across=lot)
    note_change(locked, "lot.saved", f"Lot {lot.number} was saved.", by=by, now=now)
    return lot


def _kind(locked: Procurement, kind: str) -> str:
    """As it is kept: only where it is another than the procurement’s."""
    if kind and kind not in dict(KINDS):
        raise ValidationError("Choose one of the kinds of place shown.")
    return "" if kind == locked.kind else kind


def _other_lot(locked: Procurement, number: int | None, own: int | None) -> Lot | None:
    if number is None:
        return None
    found = locked.lots.filter(number=number).exclude(number=own or 0).first()
    if found is None:
        raise ValidationError("Choose another lot of this tender to step across to.")
    return found


def _next(rows: Any, column: str, most: int, words: str) -> int:
    last = rows.aggregate(last=Max(column))["last"] or 0
    if rows.count() >= most:
        raise ValidationError(f"There are {most} {words} already: remove one first.")
    return int(last) + 1


@transaction.atomic
def remove_lot(*, procurement: Procurement, number: int, by: Any, now: datetime) -> None:
    """Remove a lot with its places and prices; harmless if it is gone."""
    locked = lock_while_shaped(procurement, by=by)
    Lot.objects.filter(procurement=locked, step_across__number=number).update(step_across=None)
    if locked.lots.filter(number=number).delete()[0]:
        note_change(locked, "lot.removed", f"Lot {number} was removed.", by=by, now=now)


@transaction.atomic
def set_places(*, lot: Lot, by_on: date, in_all: int, by: Any, now: datetime) -> None:
    """Ask for so many places in all by a day; a day asked for already is changed."""
    locked = lock_while_shaped(lot.procurement, by=by)
    if not lot.places_wanted.filter(by_on=by_on).exists() and lot.places_wanted.count() >= MOST_STEPS:
        raise ValidationError(f"There are {MOST_STEPS} days already: remove one first.")
    LotPlaces.objects.update_or_create(lot=lot, by_on=by_on, defaults={"in_all": in_all})
    note_change(
        locked, "lot.places", f"Lot {lot.number} asks for {in_all} places in all by {said(by_on)}.", by=by, now=now
    )


@transaction.atomic
def remove_places(*, lot: Lot, by_on: date, by: Any, now: datetime) -> None:
    """No longer ask for places by this day."""
    locked = lock_while_shaped(lot.procurement, by=by)
    if lot.places_wanted.filter(by_on=by_on).delete()[0]:
        words = f"Lot {lot.number} no longer names {said(by_on)} as a day for places."
        note_change(locked, "lot.places", words, by=by, now=now)


@transaction.atomic
def save_band(*, lot: Lot, terms: BandTerms, by: Any, now: datetime, position: int | None = None) -> PriceBand:
    """Ask for a price, or change the one at this position. The same band sent twice is added once."""
    locked = lock_while_shaped(lot.procurement, by=by)
    if terms.min_age >= terms.before_age:
        raise ValidationError("The last age must be the first age or higher.")
    if position is None:
        same = lot.bands.filter(**asdict(terms)).first()
        if same:
            return same
        position = _next(lot.bands, "position", MOST_BANDS, "price bands")
    band, _ = PriceBand.objects.update_or_create(lot=lot, position=position, defaults=asdict(terms))
    note_change(locked, "lot.band", f"Price {position} of lot {lot.number} was saved.", by=by, now=now)
    return band


@transaction.atomic
def remove_band(*, lot: Lot, position: int, by: Any, now: datetime) -> None:
    """No longer ask for this price."""
    locked = lock_while_shaped(lot.procurement, by=by)
    if lot.bands.filter(position=position).delete()[0]:
        note_change(locked, "lot.band", f"Price {position} of lot {lot.number} was removed.", by=by, now=now)


@transaction.atomic
def set_benchmark(*, lot: Lot, spot_weekly_pence: int, source: str, by: Any, now: datetime) -> None:
    """Say what the same costs bought singly, and where that figure is from. Bidders do not learn it."""
    locked = lock_while_shaped(lot.procurement, by=by)
    if spot_weekly_pence <= 0:
        raise ValidationError("The price a week must be more than £0.00.")
    values = {"spot_weekly_pence": spot_weekly_pence, "source": source}
    LotBenchmark.objects.update_or_create(lot=lot, defaults=values)
    note_change(locked, "lot.benchmark", f"The spot benchmark of lot {lot.number} was set.", by=by, now=now)


@transaction.atomic
def start_lot_from_requirement(*, procurement: Procurement, by: Any, now: datetime) -> Lot:
    """Make a lot of the requirement that the procurement rests on: its places by month become places by day."""
    return _start(procurement, lot_from_requirement(procurement), by=by, now=now)


@transaction.atomic
def start_lot_from_example(*, procurement: Procurement, example: str, by: Any, now: datetime) -> Lot:
    """Make a lot of a shipped example, its months counted from the day the term starts, or else from today."""
    return _start(procurement, lot_from_example(procurement, example, now=now), by=by, now=now)


def _start(procurement: Procurement, start: LotStart, *, by: Any, now: datetime) -> Lot:
    terms = LotTerms(
        name=start.name, kind=start.kind, needs=start.needs, wishes=start.wishes, area=start.area, min_age=start.min_age,
        before_age=start.before_age, most_places=start.most_places,
    )  # fmt: skip
    lot = save_lot(procurement=procurement, terms=terms, by=by, now=now)
    for by_on, in_all in start.places:
        set_places(lot=lot, by_on=by_on, in_all=in_all, by=by, now=now)
    if not lot.bands.exists():
        for label, min_age, before_age, weeks in start.bands:
            band = BandTerms(label, "standard", min_age, before_age, weeks)
            save_band(lot=lot, terms=band, by=by, now=now)
    if start.spot_weekly_pence and not hasattr(lot, "benchmark"):
        set_benchmark(lot=lot, spot_weekly_pence=start.spot_weekly_pence, source=start.benchmark_source, by=by, now=now)
    return lot
