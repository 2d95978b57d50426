"""What a lot starts from: the requirement that the procurement rests on, or a shipped example."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError

from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.wording import plural
from nearhome.people.models import AuthorityCode, Organisation
from nearhome.sufficiency.models import Requirement
from nearhome.sufficiency.queries.requirements import REQUIRED
from nearhome.tendering.calculations.shaping.bands import ages as in_ages
from nearhome.tendering.calculations.timetable.steps import months_after
from nearhome.tendering.importers.reference import starting_points
from nearhome.tendering.models import Procurement
from nearhome.tendering.queries.cases import KIND_BOUGHT

WEEKS_IN_A_YEAR = 52
# An age bin with fewer of the children is priced with its neighbour.
LEAST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class LotStart:
    """A lot as it is first written; the officer changes what does not fit.

    `bands` are the prices asked: label, ages from and before, weeks forecast.
    """

    name: str
    kind: str
    needs: str
    wishes: str
    area: Organisation | None
    min_age: int
    before_age: int
    most_places: int | None
    places: tuple[tuple[date, int], ...]
    bands: tuple[tuple[str, int, int, Decimal], ...]
    spot_weekly_pence: int | None = None
    benchmark_source: str = ""


def lot_from_requirement(procurement: Procurement) -> LotStart:
    """Area, kind, ages, whose needs, and the requirement's places by month as places by day, counted from the end of its
    forecast's data. A price is asked for each age bin in which the forecast has children, weighted by how many.

    Raises ValidationError when there is no requirement, or it asks for no place.
    """
    requirement = procurement.requirement
    if requirement is None:
        raise ValidationError("This procurement rests on no requirement: add a lot by hand.")
    if not requirement.steps:
        raise ValidationError("The requirement asks for no places, so no lot can be made of it.")
    data_end = date.fromisoformat(requirement.forecast.asked["to"])
    places = tuple((months_after(data_end, one["by_month"]), one["in_all"]) for one in requirement.steps)
    most = places[-1][1]
    code = AuthorityCode.objects.filter(scheme="dfe", code=requirement.area_code).select_related("organisation").first()
    bands = _bands(requirement, WEEKS_IN_A_YEAR * max(most, 1))
    return LotStart(
        name=f"{REQUIRED[requirement.kind]}, {plural(most, 'place')}",
        kind=KIND_BOUGHT.get(requirement.kind, requirement.kind), needs=_needs(requirement, bands),
        wishes="\n".join(requirement.asked.get("wishes", [])), area=code.organisation if code else None,
        min_age=bands[0][1], before_age=bands[-1][2], most_places=most or None, places=places, bands=bands,
    )  # fmt: skip


def _bands(requirement: Requirement, weeks: int) -> tuple[tuple[str, int, int, Decimal], ...]:
    """One price for each age bin that has a share of the children worth naming, together without a gap."""
    ages: dict[str, float] = requirement.reasons.get("ages", {})
    named = {name: count for name, count in ages.items() if count and count >= LEAST_SHARE * sum(ages.values())}
    if not named:
        low, before = (16, 18) if requirement.kind == "supported_accommodation" else (0, 18)
        return ((f"A place, {in_ages(low, before)}", low, before, Decimal(weeks)),)
    bins = sorted((int(name.split(" to ")[0]), int(name.split(" to ")[1]), count) for name, count in named.items())
    befores = [*(low for low, _, _ in bins[1:]), bins[-1][1]]
    whole = Decimal(str(sum(named.values())))
    return tuple(
        (f"A place, {in_ages(low, before)}", low, before, round(weeks * Decimal(str(count)) / whole, 2))
        for (low, _, count), before in zip(bins, befores, strict=True)
    )


def _needs(requirement: Requirement, bands: tuple[tuple[str, int, int, Decimal], ...]) -> str:
    """What the requirement says of whose needs are to be met, in words that identify no child."""
    low, high = requirement.reasons["supported"]
    asked = requirement.asked
    return (
        f"Children of {in_ages(bands[0][1], bands[-1][2])} who need {REQUIRED[requirement.kind].lower()}:"
        f" {requirement.sentence}. The forecast of {requirement.forecast.asked['to']} supports {low} to {high} places by"
        f" month {asked['months'][-1]}, at a confidence of {asked['confidence']:.0%}."
    )


def lot_from_example(procurement: Procurement, example: str, *, now: datetime) -> LotStart:
    """A shipped example, of whatever kind of place. Raises ValidationError for one that is not there."""
    shipped = starting_points()["lots"].get(example)
    if shipped is None:
        raise ValidationError("Choose one of the examples shown.")
    counted_from = procurement.term_starts_on or london_date(now)
    most = shipped["most_places"]
    return LotStart(
        name=shipped["name"], kind=shipped["kind"], needs=shipped["needs"], wishes=shipped["wishes"], area=procurement.lead,
        min_age=shipped["min_age"], before_age=shipped["before_age"], most_places=most,
        places=tuple((months_after(counted_from, months), in_all) for months, in_all in shipped["places"]),
        bands=tuple(
            (band["label"], band["min_age"], band["before_age"], Decimal(band["weeks_a_place"] * most))
            for band in shipped["bands"]
        ),
        spot_weekly_pence=shipped["spot_weekly_pence"], benchmark_source=shipped["benchmark_source"],
    )  # fmt: skip
