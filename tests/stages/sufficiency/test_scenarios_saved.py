"""Scenarios of an authority: saved by name, changed, removed, and set beside a forecast."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cast import NOW, Cast, make_cast
from nearhome.audit.models import Event
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.sufficiency.actions.scenarios import remove_scenario, save_scenario
from nearhome.sufficiency.models import KeptAnalysis, Scenario
from nearhome.sufficiency.queries.analyses import figures_of
from nearhome.sufficiency.queries.scenarios import changes_in_words
from reading_responses import client_of, text_of
from scenes import make_partnership
from scenes_years import forecast_kept, load_years

pytestmark = pytest.mark.django_db
FEWER = [{"kind": "entries", "times": 0.5, "from_month": 1}]
TYPED = {
    "name": "Fewer starts",
    "change-1-kind": "entries", "change-1-who": "age:10 to 16", "change-1-number": "-10", "change-1-from_month": "4",
    "change-2-kind": "open", "change-2-category": "foster", "change-2-to": "residential", "change-2-number": "15",
}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    make_partnership(made)
    return made


@pytest.fixture
def ana_portsmouth(cast: Cast) -> Person:
    cast.oscar.roles = ["analyst"]
    cast.oscar.save()
    return cast.oscar


def saved(person: Person, name: str = "Fewer starts", changes: Any = FEWER) -> Scenario:
    with acting(person):
        return save_scenario(authority=person.organisation, name=name, changes=changes, by=person, now=NOW)


def difference(kept: KeptAnalysis, what: str = "all children") -> float:
    section = next(one for one in figures_of(kept).sections if one.name == "scenarios")
    table = section.breakdowns[0]
    return float(dict(zip(table.column("what"), table.column("difference"), strict=True))[what])  # type: ignore[arg-type]


def test_what_is_typed_is_saved_in_plain_words(cast: Cast) -> None:
    anna = client_of(cast.anna)
    assert "No scenario has been saved yet" in text_of(anna.get("/sufficiency/scenarios/"))
    page = text_of(anna.post("/sufficiency/scenarios/new/", TYPED, follow=True))
    assert "From month 4, 10 % fewer children aged 10 to 16 start being looked after" in page
    assert "From month 1, 15 more places open in foster care, for children who would go to children’s homes" in page
    with acting(cast.anna):
        assert Scenario.objects.get().changes == [
            {"kind": "entries", "category": "", "age_bin": "10 to 16", "from_month": 4, "times": 0.9},
            {"kind": "open", "category": "foster", "to": "residential", "places": 15.0, "from_month": 1},
        ]


def test_every_kind_of_change_is_said_in_words() -> None:
    said = changes_in_words(
        [
            {"kind": "leaving", "who": "unaccompanied", "category": "supported", "times": 1.2, "from_month": 2},
            {"kind": "moves", "category": "residential", "to": "foster", "times": 1.5},
            {"kind": "cap", "category": "residential", "to": "foster", "places": 40.0},
        ]
    )
    assert said == [
        "From month 2, unaccompanied children leave care from supported accommodation 20 % more often",
        "From month 1, children move from children’s homes to foster care 50 % more often",
        "From month 1, at most 40 children in children’s homes; the others go to foster care",
    ]


def test_saving_twice_keeps_one_and_the_same_name_replaces(cast: Cast) -> None:
    first, again = saved(cast.anna), saved(cast.anna)
    assert first.pk == again.pk
    changed = saved(cast.anna, changes=[{"kind": "entries", "times": 0.8}])
    assert changed.pk == first.pk
    with acting(cast.anna):
        words = list(Event.objects.filter(thread=first.key).order_by("pk").values_list("words", flat=True))
    assert words == ["The scenario “Fewer starts” was saved.", "The scenario “Fewer starts” was changed."]


def test_one_can_be_changed_and_renamed_but_not_to_a_name_that_is_taken(cast: Cast) -> None:
    row = saved(cast.anna)
    saved(cast.anna, "Open a home", [{"kind": "open", "category": "residential", "to": "foster", "places": 4}])
    anna = client_of(cast.anna)
    page = text_of(anna.get(f"/sufficiency/scenarios/{row.key}/"))
    assert 'value="Fewer starts"' in page
    assert 'value="-50"' in page
    anna.post(f"/sufficiency/scenarios/{row.key}/", {**TYPED, "name": "Far fewer starts"})
    taken = text_of(anna.post(f"/sufficiency/scenarios/{row.key}/", {**TYPED, "name": "Open a home"}))
    assert "already a scenario called “Open a home”" in taken
    with acting(cast.anna):
        assert set(Scenario.objects.values_list("name", flat=True)) == {"Far fewer starts", "Open a home"}


def test_removing_asks_first_and_again_does_nothing(cast: Cast) -> None:
    row = saved(cast.anna)
    anna = client_of(cast.anna)
    assert "Remove “Fewer starts”?" in text_of(anna.get(f"/sufficiency/scenarios/{row.key}/remove/"))
    page = text_of(anna.post(f"/sufficiency/scenarios/{row.key}/remove/", follow=True))
    assert "“Fewer starts” was removed" in page
    with acting(cast.anna):
        remove_scenario(scenario=row, by=cast.anna, now=NOW)
        assert Event.objects.filter(name="scenario.removed").count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Enter the name of the scenario"),
        ({"change-1-number": "ten"}, "must be a number"),
        ({"change-1-number": ""}, "Enter how much"),
        ({"change-1-number": "-120"}, "cannot fall by more than 100 per cent"),
        ({"change-1-number": "0"}, "0 per cent changes nothing"),
        ({"change-1-kind": ""}, "Choose what changes, or empty the rest"),
        ({"change-2-to": "foster"}, "Choose the other kind of placement"),
        ({"change-2-who": "age:0 to 1"}, "Places are not by age"),
        ({"change-1-from_month": "61"}, "must be 60 or fewer"),
    ],
)
def test_wrong_input_keeps_what_was_typed_and_says_the_mend(cast: Cast, wrong: dict[str, str], words: str) -> None:
    page = text_of(client_of(cast.anna).post("/sufficiency/scenarios/new/", {**TYPED, **wrong}))
    assert "There is a problem" in page
    assert words in page
    assert 'value="15"' in page
    with acting(cast.anna):
        assert not Scenario.objects.exists()


def test_a_name_without_changes_is_refused(cast: Cast) -> None:
    page = text_of(client_of(cast.anna).post("/sufficiency/scenarios/new/", {"name": "Nothing at all"}))
    assert "Say at least one change" in page
    with acting(cast.anna), pytest.raises(ValidationError, match="There is no “castle”"):
        saved(cast.anna, changes=[{"kind": "entries", "category": "castle"}])


def test_another_authority_sees_nothing_of_it(cast: Cast, ana_portsmouth: Person) -> None:
    row = saved(cast.anna)
    with acting(ana_portsmouth):
        assert not Scenario.objects.exists()
        with pytest.raises(ValidationError, match="whose children"):
            remove_scenario(scenario=row, by=ana_portsmouth, now=NOW)
    other = client_of(ana_portsmouth)
    for path in (f"{row.key}/", f"{row.key}/remove/"):
        assert other.get(f"/sufficiency/scenarios/{path}").status_code == 404
        assert other.post(f"/sufficiency/scenarios/{path}", TYPED).status_code == 404
    assert "Fewer starts" not in text_of(other.get("/sufficiency/scenarios/"))


def test_an_approver_reads_and_only_analysts_and_commissioners_write(cast: Cast) -> None:
    row = saved(cast.colin)
    assert "Fewer starts" in text_of(client_of(cast.april).get("/sufficiency/scenarios/"))
    for path in ("new/", f"{row.key}/", f"{row.key}/remove/"):
        assert client_of(cast.april).get(f"/sufficiency/scenarios/{path}").status_code == 403
    assert client_of(cast.olive).get("/sufficiency/scenarios/").status_code == 403
    with acting(cast.olive), pytest.raises(PermissionDenied):
        save_scenario(authority=cast.kent, name="Mine", changes=FEWER, by=cast.olive, now=NOW)


def test_a_what_if_stands_beside_the_forecast_and_a_later_change_of_it_changes_nothing_kept(cast: Cast) -> None:
    load_years(cast.kent, "KEN")
    row = saved(cast.anna)
    kept = forecast_kept(cast.anna, scenarios=(row,))
    assert difference(kept) < -5
    saved(cast.anna, changes=[{"kind": "entries", "times": 2.0}])
    with acting(cast.anna):
        remove_scenario(scenario=row, by=cast.anna, now=NOW)
        assert KeptAnalysis.objects.get(pk=kept.pk).asked["scenarios"][0]["changes"] == FEWER


def test_with_a_method_that_has_no_rates_the_what_if_says_whose_rates_it_changed(cast: Cast) -> None:
    load_years(cast.kent, "KEN")
    kept = forecast_kept(cast.anna, method="no-change", scenarios=(saved(cast.anna),))
    section = next(one for one in figures_of(kept).sections if one.name == "scenarios")
    assert any("“no-change” has none: these are by Nearhome’s own method" in limit for limit in section.limits)


def test_the_forecast_page_offers_what_was_saved_and_refuses_a_month_beyond_the_forecast(cast: Cast) -> None:
    load_years(cast.kent, "KEN")
    late = saved(cast.anna, "Later", [{"kind": "entries", "times": 0.5, "from_month": 20}])
    anna = client_of(cast.anna)
    assert "Later" in text_of(anna.get("/sufficiency/forecast/"))
    typed = {
        "starts_on-day": "1", "starts_on-month": "4", "starts_on-year": "2025", "ends_on-day": "31", "ends_on-month": "3",
        "ends_on-year": "2026", "months": "12", "method": "nearhome", "scenarios": str(late.key),
    }  # fmt: skip
    page = text_of(anna.post("/sufficiency/forecast/work-out/", typed))
    assert "“Later” begins in month 20, after the forecast&#39;s last month" in page
    assert "checked" in page
    answer = anna.post("/sufficiency/forecast/work-out/", {**typed, "months": "24"}, follow=True)
    assert "What would be different if" in text_of(answer)
