"""A forecast of an authority's own records: worked out, worked out again from what was kept, and read once more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl
from django.core.exceptions import ValidationError
from django.db.models import Min

from nearhome.design.wording import date as in_words
from nearhome.needs.calculations.care_records import CareRecords, care_records
from nearhome.needs.models import Episode
from nearhome.people.models import Organisation
from nearhome.sufficiency.calculations.figures import Analysis, Section
from nearhome.sufficiency.calculations.forecasting.backtest import Backtest, backtest, choose_method
from nearhome.sufficiency.calculations.forecasting.forecast import Forecast, forecast
from nearhome.sufficiency.calculations.forecasting.forecast_cost import YearCost, cost
from nearhome.sufficiency.calculations.forecasting.forecast_plain import plain
from nearhome.sufficiency.calculations.forecasting.forecast_sections import sections
from nearhome.sufficiency.calculations.forecasting.scenarios import Compared, compared, scenario_from
from nearhome.sufficiency.calculations.worked import Worked
from nearhome.sufficiency.exporters.kept_records import tables_of
from nearhome.sufficiency.models import KeptAnalysis, Scenario
from nearhome.sufficiency.queries.picturing import rests_on
from nearhome.sufficiency.queries.records import care_records_of, last_day_on_record

SEED = 1
AUTO, OWN_METHOD = "auto", "nearhome"
Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a forecast.

    The reference window (both days belong to it), how many months ahead, the method or "auto", scenarios, and prices:
    pence a week by category with dated factors, none if nothing is to be priced.
    """

    starts_on: date
    ends_on: date
    months: int
    method: str = AUTO
    scenarios: tuple[Scenario, ...] = ()
    weekly_pence: Mapping[str, int] = field(default_factory=dict)
    uplifts: tuple[tuple[date, float], ...] = ()
    seed: int = SEED

    def asked(self) -> dict[str, Any]:
        """As it is kept: the changes of each scenario are copied, so that a later change of it changes nothing here."""
        return {
            "from": self.starts_on.isoformat(),
            "to": self.ends_on.isoformat(),
            "months": self.months,
            "method": self.method,
            "seed": self.seed,
            "scenarios": [{"key": str(one.key), "name": one.name, "changes": one.changes} for one in self.scenarios],
            "weekly_pence": dict(self.weekly_pence),
            "uplifts": [[day.isoformat(), factor] for day, factor in self.uplifts],
        }


def days_on_record(authority: Organisation) -> tuple[date, date] | None:
    """The first and last day the authority's returns speak of; None before the first return."""
    last = last_day_on_record(authority)
    first = Episode.objects.filter(authority=authority).aggregate(year=Min("return_year"))["year"]
    return (date(first - 1, 4, 1), last) if last and first else None


def worked_forecast(authority: Organisation, question: Question) -> Worked:
    """The forecast of the authority's children.

    Raises ValidationError, with the mend, where no return is on record, the window lies outside it, or what is asked
    cannot be answered.
    """
    last = last_day_on_record(authority)
    if last is None:
        raise ValidationError("There is no return on record yet. Load one, then work out a forecast.")
    records, repairs = care_records_of(authority)
    _check_window(question, _first_day(records), last)
    asked = question.asked()
    try:
        analysis = _analysis(records, asked, rests_on(records, repairs))
    except ValueError as refused:
        raise ValidationError(str(refused)) from None
    return Worked("forecast", asked, tables_of(records), analysis)


def forecast_again(kept: KeptAnalysis, tables: Tables) -> Worked:
    """A kept forecast run once more over the tables that were kept with it."""
    records = records_kept(kept, tables)
    return Worked(kept.kind, kept.asked, tables, _analysis(records, kept.asked, kept.result["data"]))


def records_kept(kept: KeptAnalysis, tables: Tables) -> CareRecords:
    """The care records a kept analysis ran over."""
    years = tuple(kept.result["data"]["collection_years"])
    return care_records(tables["children"], tables["episodes"], tables["yearly"], years)


def forecast_of(kept: KeptAnalysis, records: CareRecords) -> Forecast:
    """The forecast of a kept analysis with everything it knows, by the method that was used."""
    return _forecast(records, kept.asked, kept.result["data"]["method"])


def _first_day(records: CareRecords) -> date:
    return date(min(records.years) - 1, 4, 1)


def _check_window(question: Question, first: date, last: date) -> None:
    words = f"The returns on record speak of {in_words(first)} to {in_words(last)}. Choose a day among these."
    if not first <= question.starts_on <= last:
        raise ValidationError({"starts_on": words})
    if not first <= question.ends_on <= last:
        raise ValidationError({"ends_on": words})
    if question.ends_on < question.starts_on:
        raise ValidationError({"ends_on": "The last day must be after the first. Check both days."})


def _analysis(records: CareRecords, asked: Mapping[str, Any], rests: Mapping[str, Any]) -> Analysis:
    tested = _tested(records, asked)
    method, why = _method(tested, asked)
    told = _forecast(records, asked, method)
    parts = sections(
        told, tested=tested, choice=why, scenarios=_compared(records, told, asked), costs=_costs(told, asked)
    )
    data = {
        **rests, "reference": [asked["from"], asked["to"]], "months": asked["months"], "method": method,
        "seed": asked["seed"], "back_test": _back_test_in_words(tested),
    }  # fmt: skip
    first, last = told.reference
    subtitle = f"{asked['months']} months from {in_words(last)}, from what happened since {in_words(first)}."
    parts = tuple(_said_of_scenarios(part, told) for part in parts)
    return Analysis("forecast", f"Forecast from {in_words(last)}", subtitle, parts, data, plain(told))


def _forecast(records: CareRecords, asked: Mapping[str, Any], method: str) -> Forecast:
    start, end = date.fromisoformat(asked["from"]), date.fromisoformat(asked["to"])
    return forecast(records, start=start, end=end, months=asked["months"], method=method, seed=asked["seed"])


def _tested(records: CareRecords, asked: Mapping[str, Any]) -> Backtest:
    """How each method would have done on everything on record up to the end of the window: the more the surer."""
    end = date.fromisoformat(asked["to"])
    return backtest(
        records, authorities=records.authorities, start=_first_day(records), end=end, months=asked["months"]
    )


def _method(tested: Backtest, asked: Mapping[str, Any]) -> tuple[str, str]:
    """The method to use, and why in words."""
    best = choose_method(tested, asked["months"])
    if asked["method"] in (AUTO, best.method) or not tested.scores:
        return best.method if asked["method"] == AUTO else asked["method"], best.why
    return asked[
        "method"
    ], f"The method “{asked['method']}” was asked for; by the back-test “{best.method}” would have been used."


def _back_test_in_words(tested: Backtest) -> str:
    if not tested.scores:
        return tested.too_short
    first, last = tested.origins[0], tested.origins[-1]
    first, last = min(first, last), max(first, last)
    months = tested.window_months
    return f"from {len(tested.origins)} earlier dates, {in_words(first)} to {in_words(last)}, each learning from the {months} months before it"


def _compared(records: CareRecords, told: Forecast, asked: Mapping[str, Any]) -> list[Compared]:
    """Each scenario beside the forecast as it goes; by Nearhome's own method, the only one with rates to change."""
    if not asked["scenarios"]:
        return []
    base = told if told.rates is not None else _forecast(records, asked, OWN_METHOD)
    return [compared(base, scenario_from(one)) for one in asked["scenarios"]]


def _said_of_scenarios(part: Section, told: Forecast) -> Section:
    if part.name != "scenarios" or told.rates is not None:
        return part
    words = f"Scenarios change rates, and the method “{told.method}” has none: these are by Nearhome’s own method."
    return replace(part, limits=(*part.limits, words))


def _costs(told: Forecast, asked: Mapping[str, Any]) -> tuple[YearCost, ...]:
    if not asked["weekly_pence"]:
        return ()
    uplifts = [(date.fromisoformat(day), factor) for day, factor in asked["uplifts"]]
    return cost(told, asked["weekly_pence"], uplifts=uplifts)
