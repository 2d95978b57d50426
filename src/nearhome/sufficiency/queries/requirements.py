"""What should be asked for: worked out from a kept forecast and the places that are there; and what was saved."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from nearhome.audit.queries import as_entries, history_of
from nearhome.design.wording import plural
from nearhome.people.models import Person
from nearhome.sufficiency.calculations.figures import Analysis, Breakdown
from nearhome.sufficiency.calculations.forecasting.forecast import Forecast
from nearhome.sufficiency.calculations.market.market import placed_on
from nearhome.sufficiency.calculations.requirements.gap import Gap, OpenPlaces, gap
from nearhome.sufficiency.calculations.requirements.gap_inputs import need_from_forecast, places_now
from nearhome.sufficiency.calculations.requirements.place_worth import PlaceWorth, worth_over_plans
from nearhome.sufficiency.calculations.requirements.requirement import Ask, requirement_from, requirement_wanted
from nearhome.sufficiency.calculations.requirements.requirement import Requirement as Worked
from nearhome.sufficiency.calculations.requirements.requirement_section import requirement_section
from nearhome.sufficiency.calculations.stored import restored, stored
from nearhome.sufficiency.importers.surroundings import authority_names
from nearhome.sufficiency.models import KeptAnalysis, PlaceWanted, Requirement
from nearhome.sufficiency.permissions import require_can_read_analyses
from nearhome.sufficiency.queries.analyses import tables_of_kept
from nearhome.sufficiency.queries.forecasting import forecast_of, records_kept
from nearhome.sufficiency.queries.free_places import free_places_on
from nearhome.sufficiency.queries.records import dfe_code_of

REQUIRED = {
    "childrens_home": "Children’s homes",
    "fostering_agency": "Foster care",
    "supported_accommodation": "Supported accommodation",
}
_KIND_OF_PLACE = {"fostering_agency": "foster"}
# The parts of a worked requirement that its page shows as tables; its sentence and reasons stand beside them.
_COURSE, _GAP = "missing_", "gap"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: the kind, how sure, how full a service can be, how much of the need is met in the area, steps.

    `wanted` are places in all by each of `months`, where somebody brings numbers of their own.
    """

    kind: str
    months: tuple[int, ...]
    confidence: float = 0.8
    occupancy: float = 0.85
    share: float = 0.8
    step: int = 5
    wishes: tuple[str, ...] = ()
    wanted: tuple[int, ...] = field(default=())


def forecasts_of(person: Person) -> QuerySet[KeptAnalysis]:
    """The authority's kept forecasts, newest first."""
    require_can_read_analyses(person)
    rows = KeptAnalysis.objects.filter(authority_id=person.organisation_id, kind="forecast")
    return rows.order_by("-worked_out_at", "-pk").defer("inputs", "result")


def requirements_of(person: Person) -> QuerySet[Requirement]:
    """The authority's requirements, newest first. Raises PermissionDenied for another role."""
    require_can_read_analyses(person)
    rows = Requirement.objects.filter(authority_id=person.organisation_id).select_related("forecast")
    return rows.defer("forecast__inputs", "forecast__result").order_by("-saved_at", "-pk")


def requirement_for(person: Person, key: UUID) -> Requirement:
    """One of them. Raises PermissionDenied for another role and Http404 for another authority's."""
    found = requirements_of(person).filter(key=key).first()
    if found is None:
        raise Http404("No such requirement")
    return found


def requirement_tables(row: Requirement) -> list[Breakdown]:
    """The course of the shortage with its interval, and children and places at the months asked for."""
    tables = restored(row.reasons["figures"]).sections[0].breakdowns
    course = [_with_floor_said(one) for one in tables if one.name.startswith(_COURSE)]
    return course + [one for one in tables if one.name == _GAP]


def _with_floor_said(table: Breakdown) -> Breakdown:
    """The drawing begins at 0: spare places are in its table only."""
    if table.chart is None:
        return table
    return replace(
        table, chart=replace(table.chart, words=f"{table.chart.words} Spare places are drawn as none missing.")
    )


def what_plans_say(row: Requirement, *, days: int = 183) -> str:
    """In a sentence: what the partnership's plans of the last days found such a place would be worth; empty if none."""
    since = timezone.now() - timedelta(days=days)
    rows = PlaceWanted.objects.filter(authority_id=row.authority_id, planned_at__gt=since)
    found = rows.filter(area_code=row.area_code, kind=_KIND_OF_PLACE.get(row.kind, row.kind))
    worth = worth_over_plans(
        [PlaceWorth(one.area_code, one.kind, one.worth, one.children) for one in found],
        rows.values("plan_key").distinct().count(),
    )
    if worth is None:
        return ""
    return (
        f"In {worth.plans} of {plural(worth.of_plans, 'regional plan')} of the last {days} days another such place would"
        f" have been used: worth {worth.mean_worth:g} points on average, at most {worth.greatest_worth:g},"
        f" for up to {plural(worth.most_children, 'child', 'children')}."
    )


def history_shown(row: Requirement) -> list[dict[str, Any]]:
    """Who did what with the requirement, newest first."""
    return as_entries(reversed(history_of(row.key)))


def area_of(kept: KeptAnalysis) -> tuple[str, str]:
    """The area whose need a kept forecast says: the authority's own, as DfE code and name."""
    code = dfe_code_of(kept.authority)
    return code, authority_names().get(code, str(kept.authority))


def worked_requirement(kept: KeptAnalysis, wanted: Wanted) -> dict[str, Any]:
    """The requirement with everything it rests on, as the fields of a Requirement.

    Raises ValidationError with the mend where the forecast is not one, or what is asked cannot be.
    """
    if kept.kind != KeptAnalysis.Kind.FORECAST:
        raise ValidationError("A requirement is written from a forecast.")
    try:
        return _worked(kept, wanted)
    except ValueError as refused:
        raise ValidationError(f"{refused}.") from None
    except KeyError as nothing:
        raise ValidationError(f"{nothing.args[0]}. Choose another kind of place.") from None


def _worked(kept: KeptAnalysis, wanted: Wanted) -> dict[str, Any]:
    area, name = area_of(kept)
    ask = Ask(
        wanted.kind, area, name, confidence=wanted.confidence, step=wanted.step, by_months=wanted.months, wishes=wanted.wishes
    )  # fmt: skip
    missing, supply, ages = _gap(kept, wanted, area)
    found = requirement_wanted(missing, ask, wanted.wanted) if wanted.wanted else requirement_from(missing, ask)
    section = requirement_section(missing, [found], months=wanted.months, names={area: name})
    figures = Analysis("requirement", f"{REQUIRED[wanted.kind]} in {name}", "", (section,), {})
    return {
        "area_code": area, "kind": wanted.kind, "sentence": found.sentence,
        "steps": [asdict(step) for step in found.steps], "asked": _asked(wanted, supply),
        "reasons": {"words": list(found.reasons), "supported": _supported(found), "figures": stored(figures), "ages": ages},
    }  # fmt: skip


def _gap(kept: KeptAnalysis, wanted: Wanted, area: str) -> tuple[Gap, OpenPlaces | None, dict[str, float]]:
    """Places missing month by month; the places that are there of the kind asked for; how old the children will be."""
    records = records_kept(kept, tables_of_kept(kept))
    on, months = date.fromisoformat(kept.asked["to"]), kept.asked["months"]
    placed = placed_on(records, on)
    free = free_places_on(on, area, placed, months=months)
    supply = places_now(placed, free.free, free.changes)
    forecast = forecast_of(kept, records)
    missing = gap(need_from_forecast(forecast), supply, share_locally=wanted.share, occupancy=wanted.occupancy)
    mine = next((one for one in supply if (one.key.kind, one.key.area) == (wanted.kind, area)), None)
    return missing, mine, _ages(forecast, wanted, area)


def _ages(forecast: Forecast, wanted: Wanted, area: str) -> dict[str, float]:
    """Age bin of the forecast, such as “10 to 16” (half-open) → children on average at the last month asked for."""
    by_age = need_from_forecast(forecast, by_age=True)
    month = min(wanted.months[-1], by_age.draws.shape[2]) - 1
    return {
        key.need: round(float(by_age.draws[:, place, month].mean()), 1)
        for place, key in enumerate(by_age.keys)
        if (key.kind, key.area) == (wanted.kind, area)
    }


def _asked(wanted: Wanted, supply: OpenPlaces | None) -> dict[str, Any]:
    said = {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(wanted).items()}
    changes = [asdict(change) for change in supply.changes] if supply else []
    there = {"filled": supply.filled, "free": supply.open_to_referral, "changes": changes} if supply else {}
    return said | {"places": there}


def _supported(found: Worked) -> list[int]:
    return list(found.supported)


def rests_on(row: Requirement) -> list[tuple[str, str]]:
    """What was asked for and which places were counted, name and words."""
    asked: Mapping[str, Any] = row.asked
    places = asked["places"]
    low, high = row.reasons["supported"]
    return [
        ("The forecast supports", f"{low} to {high} places by month {asked['months'][-1]}"),
        ("How sure it has to be", f"{asked['confidence']:.0%}"),
        ("A service is full at", f"{asked['occupancy']:.0%} of its places"),
        ("Of the need, met in the area", f"{asked['share']:.0%}"),
        ("Our children in such places there", str(places.get("filled", 0))),
        ("Free and open to referral", str(places.get("free", 0))),
        ("Open or close later", _changes_in_words(places.get("changes", []))),
    ]


def _changes_in_words(changes: list[dict[str, int]]) -> str:
    return "; ".join(f"{one['places']:+d} by month {one['month']}" for one in changes) or "none on record"
