"""What a lot starts from: the requirement that the procurement rests on, or a shipped example."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError

from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.wording import plural
from nearhome.people.models import AuthorityCode, Organisation
from nearhome.sufficiency.queries.requirements import REQUIRED
from nearhome.tendering.calculations.timetable.steps import months_after
from nearhome.tendering.importers.reference import starting_points
from nearhome.tendering.models import Procurement

WEEKS_IN_A_YEAR = 52


@dataclass(frozen=True, slots=True)
class LotStart:
    """A lot as it is first written; the officer changes what does not fit. `bands` are labels and weeks forecast."""

    name: str
    needs: str
    wishes: str
    area: Organisation | None
    min_age: int
    before_age: int
    most_places: int | None
    places: tuple[tuple[date, int], ...]
    bands: tuple[tuple[str, Decimal], ...]
    spot_weekly_pence: int | None = None
    benchmark_source: str = ""


def lot_from_requirement(procurement: Procurement) -> LotStart:
    """The requirement's places by month as places by day, counted from the end of its forecast's data.

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
    return LotStart(
        name=f"{REQUIRED[requirement.kind]}, {plural(most, 'place')}", needs="",
        wishes="\n".join(requirement.asked.get("wishes", [])), area=code.organisation if code else None, min_age=0,
        before_age=18, most_places=most or None, places=places,
        bands=(("Any age", Decimal(WEEKS_IN_A_YEAR * max(most, 1))),),
    )  # fmt: skip


def lot_from_example(procurement: Procurement, example: str, *, now: datetime) -> LotStart:
    """A shipped example. Raises ValidationError for one that is not of the kind that is bought."""
    shipped = starting_points()["lots"].get(example)
    if shipped is None or shipped["kind"] != procurement.kind:
        raise ValidationError("Choose one of the examples shown.")
    counted_from = procurement.term_starts_on or london_date(now)
    most = shipped["most_places"]
    return LotStart(
        name=shipped["name"], needs=shipped["needs"], wishes=shipped["wishes"], area=procurement.lead,
        min_age=shipped["min_age"], before_age=shipped["before_age"], most_places=most,
        places=tuple((months_after(counted_from, months), in_all) for months, in_all in shipped["places"]),
        bands=tuple((band["label"], Decimal(band["weeks_a_place"] * most)) for band in shipped["bands"]),
        spot_weekly_pence=shipped["spot_weekly_pence"], benchmark_source=shipped["benchmark_source"],
    )  # fmt: skip
