"""What the made-up region knows of its need: a picture of each authority, and for Kent what will be missing."""

import datetime as dt
from collections.abc import Callable

from nearhome.demo.costs import write_costs
from nearhome.demo.loading import LOADED_AT, YEAR, authorities_of
from nearhome.demo.people import domain_of
from nearhome.demo.region import RegionFiles
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.sufficiency.actions.comparing import compare_prices
from nearhome.sufficiency.actions.forecasting import work_out_forecast
from nearhome.sufficiency.actions.picturing import share_picture, work_out_picture
from nearhome.sufficiency.actions.requiring import save_requirement
from nearhome.sufficiency.actions.scenarios import save_scenario
from nearhome.sufficiency.models import KeptAnalysis, Scenario
from nearhome.sufficiency.queries.forecasting import Question
from nearhome.sufficiency.queries.requirements import Wanted

Progress = Callable[[int, int], None]
ON = dt.date(YEAR, 3, 31)
WORKED_OUT_AT = LOADED_AT + dt.timedelta(days=7)
MONTHS = 24
# "5 places by month 12, 5 more by month 18, 15 in all by month 24": places in all by each month.
PLACES_WANTED = {12: 5, 18: 10, 24: 15}
WEEKLY_PENCE = {"foster": 70_000, "residential": 730_000, "supported": 180_000, "other": 150_000}
COSTS = "COSTS.csv"


def work_out(files: RegionFiles, *, seed: int, progress: Progress) -> None:
    """Each authority's analyst works out the need on 31 March and shares it; Kent's looks ahead and compares prices."""
    everyone = authorities_of(files)
    for done, authority in enumerate(everyone.values()):
        progress(done, len(everyone) + 2)
        _picture(authority)
    progress(len(everyone), len(everyone) + 2)
    kent = everyone["886"]
    _look_ahead(kent)
    progress(len(everyone) + 1, len(everyone) + 2)
    _compare_prices(kent, files, seed)
    progress(1, 1)


def analyst_of(authority: Organisation) -> Person:
    """The authority's analyst."""
    return Person.objects.select_related("organisation").get(email=f"anna@{domain_of(authority)}")


def _picture(authority: Organisation) -> None:
    analyst = analyst_of(authority)
    with acting(analyst):
        kept = work_out_picture(authority=authority, on=ON, by=analyst, now=WORKED_OUT_AT)
        share_picture(kept=kept, by=analyst, now=WORKED_OUT_AT + dt.timedelta(hours=1))


def _look_ahead(kent: Organisation) -> None:
    """A scenario, the forecast beside it, and the children's homes places that Kent will ask for."""
    analyst = analyst_of(kent)
    with acting(analyst):
        scenario = _scenario(kent, analyst)
        kept = _forecast(kent, scenario, analyst)
        wanted = Wanted(
            kind="childrens_home",
            months=tuple(PLACES_WANTED),
            wanted=tuple(PLACES_WANTED.values()),
            wishes=("near a secondary school",),
        )
        save_requirement(forecast=kept, wanted=wanted, by=analyst, now=WORKED_OUT_AT + dt.timedelta(hours=4))


def _scenario(kent: Organisation, analyst: Person) -> Scenario:
    changes = [{"kind": "open", "category": "foster", "to": "residential", "places": 15, "from_month": 6}]
    return save_scenario(
        authority=kent,
        name="15 more foster places from month 6",
        changes=changes,
        by=analyst,
        now=WORKED_OUT_AT + dt.timedelta(hours=2),
    )


def _forecast(kent: Organisation, scenario: Scenario, analyst: Person) -> KeptAnalysis:
    question = Question(
        starts_on=dt.date(YEAR - 2, 4, 1),
        ends_on=ON,
        months=MONTHS,
        scenarios=(scenario,),
        weekly_pence=WEEKLY_PENCE,
    )
    return work_out_forecast(authority=kent, question=question, by=analyst, now=WORKED_OUT_AT + dt.timedelta(hours=3))


def _compare_prices(kent: Organisation, files: RegionFiles, seed: int) -> None:
    analyst, path = analyst_of(kent), files.folder / COSTS
    write_costs(path, seed=seed, on=ON)
    with acting(analyst):
        compare_prices(
            files={COSTS: path.read_bytes()},
            authority=kent,
            by=analyst,
            now=WORKED_OUT_AT + dt.timedelta(hours=5),
        )
