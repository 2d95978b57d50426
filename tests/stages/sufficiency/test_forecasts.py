"""Working out a forecast from the years on record: kept, read, back-tested, run again, and nobody else's."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cast import NOW, Cast, make_cast
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.sufficiency.actions.forecasting import work_out_forecast
from nearhome.sufficiency.actions.picturing import work_out_again
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.queries.analyses import figures_of
from reading_responses import client_of, text_of
from scenes import make_partnership
from scenes_years import LAST, forecast_kept, load_years, question, there_on

pytestmark = pytest.mark.django_db
PRICES = {"foster": 60_000, "residential": 600_000, "supported": 120_000, "other": 90_000}
TYPED = {
    "starts_on-day": "1", "starts_on-month": "4", "starts_on-year": "2025",
    "ends_on-day": "31", "ends_on-month": "3", "ends_on-year": "2026",
    "months": "12", "method": "nearhome",
}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    make_partnership(made)
    load_years(made.kent, "KEN")
    return made


@pytest.fixture
def hilda(cast: Cast) -> Person:
    cast.hilda.roles = ["analyst"]
    cast.hilda.save()
    return cast.hilda


def values(kept: KeptAnalysis) -> dict[str, Any]:
    return {one.name: one.value for one in figures_of(kept).indicators()}


def parts(kept: KeptAnalysis) -> dict[str, Any]:
    return {section.name: section for section in figures_of(kept).sections}


def test_a_forecast_starts_from_the_children_on_record_and_says_how_sure_it_is(cast: Cast) -> None:
    found = values(forecast_kept(cast.anna))
    assert found["children_at_start"] == there_on(LAST)
    assert found["children_low"] < found["children_expected"] < found["children_high"]
    assert found["placements_to_find"] > 0


def test_the_method_with_the_best_back_test_is_used_and_the_forecast_says_so(cast: Cast) -> None:
    kept = forecast_kept(cast.anna, method="auto")
    used = kept.result["data"]["method"]
    tested = parts(kept)["backtest"]
    assert f"“{used}” is used" in tested.opening or (
        used == "nearhome" and "own method foretold best" in tested.opening
    )
    assert set(tested.breakdowns[0].column("method")) == {"nearhome", "daily-rates", "no-change", "trend"}


def test_a_method_that_was_asked_for_is_used_and_the_better_one_named(cast: Cast) -> None:
    best = forecast_kept(cast.anna, method="auto").result["data"]["method"]
    other = next(one for one in ("trend", "no-change") if one != best)
    kept = forecast_kept(cast.anna, method=other)
    assert kept.result["data"]["method"] == other
    assert f"“{other}” was asked for; by the back-test “{best}”" in parts(kept)["forecast"].opening


@pytest.mark.parametrize("method", ["auto", "nearhome", "daily-rates", "no-change", "trend"])
def test_what_was_kept_is_worked_out_again_to_the_same_figures(cast: Cast, method: str) -> None:
    kept = forecast_kept(cast.anna, method=method, weekly_pence=PRICES, uplifts=((dt.date(2026, 4, 1), 1.035),))
    with acting(cast.anna):
        fresh = KeptAnalysis.objects.get(pk=kept.pk)
        assert work_out_again(kept=fresh, by=cast.anna, now=NOW)


def test_a_return_loaded_later_changes_no_kept_forecast(cast: Cast) -> None:
    kept = forecast_kept(cast.anna)
    load_years(cast.kent, "KEN", 4)
    with acting(cast.anna):
        assert work_out_again(kept=KeptAnalysis.objects.get(pk=kept.pk), by=cast.anna, now=NOW)
    later = forecast_kept(cast.anna)
    assert later.pk != kept.pk
    assert values(later)["children_at_start"] > values(kept)["children_at_start"]


def test_the_same_question_is_kept_once(cast: Cast) -> None:
    assert forecast_kept(cast.anna).pk == forecast_kept(cast.anna).pk
    assert forecast_kept(cast.anna, months=13).pk != forecast_kept(cast.anna).pk


def test_the_seed_is_recorded(cast: Cast) -> None:
    kept = forecast_kept(cast.anna, seed=7)
    assert (kept.asked["seed"], kept.result["data"]["seed"]) == (7, 7)


def test_prices_make_a_cost_for_each_financial_year(cast: Cast) -> None:
    plain = parts(forecast_kept(cast.anna, weekly_pence=PRICES))["cost"].breakdowns[0]
    dearer = parts(forecast_kept(cast.anna, weekly_pence=PRICES, uplifts=((dt.date(2026, 4, 1), 1.1),)))["cost"]
    assert plain.column("year") == ("2026-27",)
    assert dearer.breakdowns[0].column("cost")[0] == pytest.approx(plain.column("cost")[0] * 1.1)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"starts_on": dt.date(2019, 4, 1)}, "1 April 2023 to 31 March 2026"),
        ({"ends_on": dt.date(2026, 4, 1)}, "1 April 2023 to 31 March 2026"),
        ({"starts_on": dt.date(2026, 3, 1), "ends_on": dt.date(2025, 9, 1)}, "must be after the first"),
        ({"starts_on": dt.date(2026, 3, 20)}, "no whole month"),
        ({"months": 61}, "Give 1 to 60"),
        ({"method": "crystal-ball"}, "There is no method"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_the_mend(cast: Cast, changed: dict[str, Any], words: str) -> None:
    with acting(cast.anna), pytest.raises(ValidationError, match=words):
        work_out_forecast(authority=cast.kent, question=question(**changed), by=cast.anna, now=NOW)


def test_without_a_return_there_is_nothing_to_forecast(cast: Cast, hilda: Person) -> None:
    with acting(hilda), pytest.raises(ValidationError, match="no return on record"):
        work_out_forecast(authority=cast.hampshire, question=question(), by=hilda, now=NOW)
    assert "There is no return on record yet" in text_of(client_of(hilda).get("/sufficiency/forecast/"))


def test_only_analysts_and_commissioners_work_out_and_only_their_own(cast: Cast, hilda: Person) -> None:
    for person in (cast.olive, cast.april):
        with acting(person), pytest.raises(PermissionDenied):
            work_out_forecast(authority=cast.kent, question=question(), by=person, now=NOW)
    with acting(hilda), pytest.raises(ValidationError, match="whose children"):
        work_out_forecast(authority=cast.kent, question=question(), by=hilda, now=NOW)
    assert client_of(cast.april).get("/sufficiency/forecast/").status_code == 200
    assert client_of(cast.april).get("/sufficiency/forecast/work-out/").status_code == 403
    assert client_of(cast.olive).get("/sufficiency/forecast/").status_code == 403


def test_another_authority_sees_nothing_of_it(cast: Cast, hilda: Person) -> None:
    kept = forecast_kept(cast.anna)
    with acting(hilda):
        assert not KeptAnalysis.objects.exists()
    for path in ("", "part/forecast/", "file/json/"):
        assert client_of(hilda).get(f"/sufficiency/{kept.key}/{path}").status_code == 404


def test_the_page_leads_from_nothing_to_the_forecast(cast: Cast) -> None:
    anna = client_of(cast.anna)
    page = text_of(anna.get("/sufficiency/forecast/"))
    assert "No forecast has been worked out yet" in page
    assert 'value="2025"' in page  # the last 12 months on record are filled in
    answer = anna.post("/sufficiency/forecast/work-out/", TYPED, follow=True)
    assert "Forecast from 31 March 2026" in text_of(answer)
    assert anna.post("/sufficiency/forecast/work-out/", TYPED).status_code == 302
    with acting(cast.anna):
        assert KeptAnalysis.objects.filter(kind="forecast").count() == 1
    assert "Open the whole forecast" in text_of(anna.get("/sufficiency/forecast/"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ends_on-year": "2031"}, "Choose a day among these"),
        ({"months": "61"}, "must be 60 or fewer"),
        ({"method": ""}, "Select the method"),
        ({"foster": "600"}, "Enter the weekly price of children’s homes too"),
        ({"uplift": "3.5"}, "Enter the day on which prices rise"),
        ({"starts_on-month": "13"}, "must be a real date"),
    ],
)
def test_wrong_input_keeps_what_was_typed_and_says_the_mend(cast: Cast, wrong: dict[str, str], words: str) -> None:
    page = text_of(client_of(cast.anna).post("/sufficiency/forecast/work-out/", {**TYPED, "residential": "", **wrong}))
    assert "There is a problem" in page
    assert words in page
    assert 'value="2025"' in page
    with acting(cast.anna):
        assert not KeptAnalysis.objects.exists()


def test_prices_and_a_yearly_rise_are_kept_as_asked(cast: Cast) -> None:
    prices = {"foster": "600", "residential": "6,000", "supported": "1200", "other": "900.50"}
    rise = {
        "uplift": "3.5",
        "uplift_on-day": "1",
        "uplift_on-month": "4",
        "uplift_on-year": "2026",
        "uplift_yearly": "on",
    }
    client_of(cast.anna).post("/sufficiency/forecast/work-out/", TYPED | prices | rise)
    with acting(cast.anna):
        asked = KeptAnalysis.objects.get().asked
    assert asked["weekly_pence"] == {"foster": 60_000, "residential": 600_000, "supported": 120_000, "other": 90_050}
    assert asked["uplifts"][:2] == [["2026-04-01", 1.035], ["2027-04-01", 1.035]]


def test_every_part_and_file_of_a_forecast_can_be_read(cast: Cast) -> None:
    kept = forecast_kept(cast.anna, weekly_pence=PRICES)
    anna = client_of(cast.anna)
    assert set(parts(kept)) >= {"forecast", "placements_to_find", "learned_rates", "backtest", "cost"}
    for path in [
        *(f"part/{name}/" for name in parts(kept)),
        *(f"file/{kind}/" for kind in ("pdf", "html", "xlsx", "json")),
    ]:
        assert anna.get(f"/sufficiency/{kept.key}/{path}").status_code == 200, path
    assert anna.get(f"/sufficiency/{kept.key}/file/html/?for=partners").status_code == 200
    assert "KEN0" not in anna.get(f"/sufficiency/{kept.key}/file/json/").content.decode()
    assert kept.asked["to"] == LAST.isoformat()
