"""Requirements: from a forecast and the places that are there, with reasons; or one's own numbers held against it."""

import datetime as dt
from typing import Any

import polars as pl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from psycopg.types.range import DateRange

from cast import NOW, Cast, make_cast
from nearhome.audit.models import Event
from nearhome.market.models import Capacity, Home, Occupancy
from nearhome.people.models import Person
from nearhome.privacy.acting import acting, acting_for
from nearhome.sufficiency.actions.picturing import work_out_picture
from nearhome.sufficiency.actions.requiring import save_requirement
from nearhome.sufficiency.calculations.requirements.need_forecast import ANY_NEED, NeedKey
from nearhome.sufficiency.models import KeptAnalysis, Requirement
from nearhome.sufficiency.queries.free_places import free_places_on
from nearhome.sufficiency.queries.requirements import Wanted
from reading_responses import client_of, text_of
from scenes import make_home, make_partnership
from scenes_years import HOME_URN, LAST, forecast_kept, load_years

pytestmark = pytest.mark.django_db
FOSTER, HOMES = NeedKey("fostering_agency", ANY_NEED, "886"), NeedKey("childrens_home", ANY_NEED, "886")
WANTED = Wanted("fostering_agency", (12, 18, 24), share=1.0, step=1)
TYPED = {
    "kind": "fostering_agency", "months": "12, 18, 24", "confidence": "0.8", "share": "100", "occupancy": "85", "step": "1",
    "wishes": "near a secondary school\n", "wanted": "",
}  # fmt: skip


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    make_partnership(made)
    load_years(made.kent, "KEN")
    return made


@pytest.fixture
def kept(cast: Cast) -> KeptAnalysis:
    return forecast_kept(cast.anna, months=24)


@pytest.fixture
def ana_portsmouth(cast: Cast) -> Person:
    cast.oscar.roles = ["analyst"]
    cast.oscar.save()
    return cast.oscar


def saved(person: Person, kept: KeptAnalysis, wanted: Wanted = WANTED) -> Requirement:
    with acting(person):
        return save_requirement(forecast=kept, wanted=wanted, by=person, now=NOW)


def opened(cast: Cast, urn: str, places: int, kind: str = "childrens_home", **changed: Any) -> Home:
    """A home in Kent with so many places, open to referral since 2020."""
    return make_home(cast.meadow, f"Madeup {urn}", urn=urn, kind=kind, places=places, **changed)


def free_on(cast: Cast, placed_in: dict[str, int] | None = None) -> Any:
    urns = [urn for urn, number in (placed_in or {}).items() for _ in range(number)]
    with acting(cast.anna):
        return free_places_on(LAST, "886", pl.DataFrame({"urn": urns}, schema={"urn": pl.String()}), months=24)


def test_the_forecast_becomes_steps_a_sentence_and_reasons(cast: Cast, kept: KeptAnalysis) -> None:
    row = saved(cast.anna, kept)
    assert row.sentence.endswith(" in Kent")
    assert row.steps[-1]["in_all"] == sum(step["places"] for step in row.steps) > 0
    assert any("every month after it" in words for words in row.reasons["words"])
    assert row.reasons["supported"][0] >= row.steps[-1]["in_all"]


def test_places_that_are_free_make_the_requirement_smaller(cast: Cast, kept: KeptAnalysis) -> None:
    before = saved(cast.anna, kept)
    opened(cast, "SC900801", 4, kind="foster")
    after = saved(cast.anna, kept)
    assert after.pk != before.pk
    assert after.asked["places"]["free"] == before.asked["places"].get("free", 0) + 4
    assert after.reasons["supported"][0] == before.reasons["supported"][0] - 4


def test_a_place_that_is_taken_or_lived_in_is_not_free(cast: Cast) -> None:
    home = opened(cast, "SC900802", 4)
    assert free_on(cast).free == {HOMES: 4}
    with acting_for(cast.meadow.pk):
        first, second = home.places.order_by("label")[:2]
        Occupancy.objects.create(place=first, kind="booking", days=DateRange(dt.date(2026, 1, 1), None))
        Occupancy.objects.create(place=second, kind="closure", days=DateRange(dt.date(2026, 4, 1), None))
    assert free_on(cast).free == {HOMES: 3}
    assert free_on(cast, {"SC900802": 3}).free == {HOMES: 1}
    assert free_on(cast, {"SC900802": 9}).free == {HOMES: 0}


def test_homes_that_open_or_close_later_change_what_is_there(cast: Cast) -> None:
    opened(cast, "SC900803", 3, opens_on=dt.date(2026, 6, 15))
    opened(cast, "SC900804", 2, kind="foster", closes_before=dt.date(2027, 3, 31))
    opened(cast, "SC900805", 5, opens_on=dt.date(2030, 1, 1))
    found = free_on(cast)
    assert found.free == {HOMES: 0, FOSTER: 2}
    assert [(one.month, one.places) for one in found.changes[HOMES]] == [(3, 3)]
    assert [(one.month, one.places) for one in found.changes[FOSTER]] == [(12, -2)]


def test_what_providers_said_later_counts_where_nothing_was_said_by_the_day(cast: Cast) -> None:
    home = opened(cast, "SC900806", 4)
    with acting_for(cast.meadow.pk):
        Capacity.objects.filter(home=home).update(starts_on=dt.date(2026, 11, 1))
    assert free_on(cast).free == {HOMES: 4}


def test_a_childrens_own_home_is_counted_once_as_filled(cast: Cast, kept: KeptAnalysis) -> None:
    opened(cast, HOME_URN, 4)
    row = saved(cast.anna, kept, Wanted("childrens_home", (12,), step=1))
    assert row.asked["places"]["free"] == 0
    assert row.asked["places"]["filled"] > 4


def test_asking_twice_saves_one(cast: Cast, kept: KeptAnalysis) -> None:
    assert saved(cast.anna, kept).pk == saved(cast.anna, kept).pk
    with acting(cast.anna):
        assert Event.objects.filter(name="requirement.saved").count() == 1


def test_ones_own_numbers_are_kept_and_held_against_the_forecast(cast: Cast, kept: KeptAnalysis) -> None:
    row = saved(cast.anna, kept, Wanted("fostering_agency", (12, 24), share=1.0, step=1, wanted=(1, 500)))
    assert row.sentence == "1 place by month 12, 500 in all by month 24, in Kent"
    assert any(
        words.startswith("Month 24: 500 wanted") and "does not support 500" in words for words in row.reasons["words"]
    )
    assert any(words.startswith("The forecast by itself:") for words in row.reasons["words"])


@pytest.mark.parametrize("method", ["daily-rates", "no-change", "trend"])
def test_a_forecast_by_another_method_carries_a_requirement_too(cast: Cast, method: str) -> None:
    row = saved(cast.anna, forecast_kept(cast.anna, months=24, method=method))
    assert row.reasons["supported"][1] > 0


def test_wishes_go_into_the_sentence_but_not_into_the_record_of_what_happened(cast: Cast, kept: KeptAnalysis) -> None:
    row = saved(
        cast.anna, kept, Wanted("fostering_agency", (12,), share=1.0, step=1, wishes=("near a secondary school",))
    )
    assert row.sentence.endswith("in Kent, near a secondary school")
    with acting(cast.anna):
        assert "school" not in Event.objects.get(thread=row.key).words


def test_only_a_forecast_carries_a_requirement(cast: Cast) -> None:
    with acting(cast.anna):
        picture = work_out_picture(authority=cast.kent, on=LAST, by=cast.anna, now=NOW)
        with pytest.raises(ValidationError, match="written from a forecast"):
            save_requirement(forecast=picture, wanted=WANTED, by=cast.anna, now=NOW)
    assert client_of(cast.anna).get(f"/sufficiency/requirements/new/{picture.key}/").status_code == 404


def test_the_pages_lead_from_a_forecast_to_a_requirement(cast: Cast) -> None:
    anna = client_of(cast.anna)
    assert "none has been worked out yet" in text_of(anna.get("/sufficiency/requirements/"))
    kept = forecast_kept(cast.anna, months=24)
    assert f"/sufficiency/requirements/new/{kept.key}/" in text_of(anna.get("/sufficiency/requirements/"))
    assert 'value="12, 18, 24"' in text_of(anna.get(f"/sufficiency/requirements/new/{kept.key}/"))
    page = text_of(anna.post(f"/sufficiency/requirements/new/{kept.key}/", TYPED, follow=True))
    assert "Foster care in Kent" in page
    assert "near a secondary school" in page
    assert "a commissioner begins a procurement from it" in page
    assert "<svg" in page
    anna.post(f"/sufficiency/requirements/new/{kept.key}/", TYPED)
    with acting(cast.anna):
        row = Requirement.objects.get()
    assert row.sentence in text_of(anna.get("/sufficiency/requirements/"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"months": "12, soon"}, "must be whole numbers with commas between them"),
        ({"months": "24, 12"}, "The months must rise from 1"),
        ({"months": "12, 36"}, "The forecast ends after 24 months"),
        ({"months": ""}, "Enter the months by which places may open"),
        ({"confidence": "0.3"}, "Select one of the choices shown"),
        ({"occupancy": "0"}, "must be 1 or more"),
        ({"share": "120"}, "must be 100 or fewer"),
        ({"wanted": "5, 10"}, "Enter one number for each month: 3, not 2"),
        ({"wanted": "15, 10, 5"}, "cannot fall from month to month"),
        ({"kind": ""}, "Select an answer to"),
    ],
)
def test_wrong_input_keeps_what_was_typed_and_says_the_mend(
    cast: Cast, kept: KeptAnalysis, wrong: dict[str, str], words: str
) -> None:
    page = text_of(client_of(cast.anna).post(f"/sufficiency/requirements/new/{kept.key}/", {**TYPED, **wrong}))
    assert "There is a problem" in page
    assert words in page
    assert "near a secondary school" in page
    with acting(cast.anna):
        assert not Requirement.objects.exists()


def test_another_authority_sees_nothing_of_it(cast: Cast, kept: KeptAnalysis, ana_portsmouth: Person) -> None:
    row = saved(cast.anna, kept)
    with acting(ana_portsmouth):
        assert not Requirement.objects.exists()
        with pytest.raises(ValidationError, match="whose forecast"):
            save_requirement(forecast=kept, wanted=WANTED, by=ana_portsmouth, now=NOW)
    other = client_of(ana_portsmouth)
    assert other.get(f"/sufficiency/requirements/{row.key}/").status_code == 404
    assert other.get(f"/sufficiency/requirements/new/{kept.key}/").status_code == 404
    assert other.post(f"/sufficiency/requirements/new/{kept.key}/", TYPED).status_code == 404


def test_an_approver_reads_and_only_analysts_and_commissioners_write(cast: Cast, kept: KeptAnalysis) -> None:
    row = saved(cast.colin, kept)
    april = client_of(cast.april)
    assert april.get(f"/sufficiency/requirements/{row.key}/").status_code == 200
    assert april.get(f"/sufficiency/requirements/new/{kept.key}/").status_code == 403
    assert client_of(cast.olive).get("/sufficiency/requirements/").status_code == 403
    with acting(cast.olive), pytest.raises(PermissionDenied):
        save_requirement(forecast=kept, wanted=WANTED, by=cast.olive, now=NOW)


def test_a_longer_list_asks_no_more_of_the_database(
    cast: Cast, kept: KeptAnalysis, django_assert_max_num_queries: Any
) -> None:
    for step in (1, 2, 3):
        row = saved(cast.anna, kept, Wanted("fostering_agency", (12,), share=1.0, step=step))
    anna = client_of(cast.anna)
    with django_assert_max_num_queries(17):
        assert anna.get("/sufficiency/requirements/").status_code == 200
    with django_assert_max_num_queries(17):
        assert anna.get(f"/sufficiency/requirements/{row.key}/").status_code == 200
