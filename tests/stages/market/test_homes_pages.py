"""The pages on which authorities look for homes and providers describe them."""

import datetime as dt
import io
import re
from typing import Any

import pytest
from django.test import Client
from psycopg.types.range import DateRange
from python_calamine import CalamineWorkbook

from cast import NOW, Cast, make_cast
from nearhome.market.actions.occupancy import Occupant, book_place
from nearhome.market.models import Capacity, Home, Registration
from nearhome.privacy.acting import acting
from scenes import judge, make_home

pytestmark = pytest.mark.django_db
TODAY = dt.date.today()


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def home(cast: Cast) -> Home:
    made = make_home(cast.meadow, "Made-up Meadow House", urn="SC900600", places=2)
    judge(made, cast.kent)
    return made


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def day(name: str, on: dt.date) -> dict[str, int]:
    return {f"{name}-day": on.day, f"{name}-month": on.month, f"{name}-year": on.year}


def test_an_officer_sees_every_home_with_its_free_places_and_narrows_the_list(cast: Cast, home: Home) -> None:
    foster = make_home(cast.harbour, "Made-up Harbour Carers", urn="2900900", kind="foster", places=1, area_code="938")
    with acting(cast.harry):
        occupant = Occupant(None, "F", dt.date(2014, 1, 1))
        days = DateRange(TODAY, None)
        book_place(place=foster.places.get(), days=days, occupant=occupant, by=cast.harry, now=NOW)
    olive = client_of(cast.olive)
    page = text_of(olive.get("/market/homes/"))
    assert "2 homes" in page
    assert "Made-up Meadow House" in page
    assert "Made-up Harbour Carers" in page
    for asked, shown, hidden in (
        ("kind=foster", "Harbour Carers", "Meadow House"),
        ("area=886", "Meadow House", "Harbour Carers"),
        ("vacancy=yes", "Meadow House", "Harbour Carers"),
        ("search=meadow", "Meadow House", "Harbour Carers"),
    ):
        page = text_of(olive.get(f"/market/homes/?{asked}"))
        assert "1 home." in page
        assert shown in page
        assert hidden not in page
    assert "No home fits" in text_of(olive.get("/market/homes/?search=nowhere"))


def test_the_list_can_be_taken_away(cast: Cast, home: Home) -> None:
    book = client_of(cast.colin).get("/market/homes/?download=xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert rows[1][:4] == ["Made-up Meadow House", "Children's home", "Madeup Meadow Care Ltd", "Kent"]
    assert rows[1][5:] == [2.0, 2.0, 2.0, "Good"]


def test_a_provider_sees_only_its_own_homes(cast: Cast, home: Home) -> None:
    harry = client_of(cast.harry)
    assert "Made-up Meadow House" not in text_of(harry.get("/market/homes/"))
    place = home.key
    with acting(cast.mona):
        place = home.places.first().key  # type: ignore[union-attr]
    for address in (
        f"homes/{home.key}/",
        f"homes/{home.key}/describe/",
        f"homes/{home.key}/capacity/",
        f"places/{place}/close/",
    ):
        assert harry.get(f"/market/{address}").status_code == 404
    assert "Made-up Meadow House" in text_of(client_of(cast.mona).get("/market/homes/"))


def test_who_may_not_look(cast: Cast, home: Home) -> None:
    assert client_of(cast.fiona).get("/market/homes/").status_code == 403
    assert client_of(cast.fiona).get(f"/market/homes/{home.key}/").status_code == 403
    olive = client_of(cast.olive)
    assert olive.get(f"/market/homes/{home.key}/").status_code == 200
    assert olive.get(f"/market/homes/{home.key}/describe/").status_code == 403
    assert olive.post(f"/market/homes/{home.key}/capacity/", {}).status_code == 403
    assert Client().get("/market/homes/").status_code == 302


def test_a_provider_describes_its_home(cast: Cast, home: Home) -> None:
    mona = client_of(cast.mona)
    where = f"/market/homes/{home.key}/"
    typed = {"min_age": "9", "max_age": "14", "sexes": "F", "skills": ["autism"], "has_pets": "yes", "school_on_site": "no",
             "takes_solo": "no"}  # fmt: skip
    assert "There is a problem" in text_of(mona.post(f"{where}describe/", typed | {"max_age": "8"}))
    page = text_of(mona.post(f"{where}describe/", typed, follow=True))
    assert "9 to 14" in page
    assert "was described: children aged 9 to 14, autism" in page


def test_a_provider_says_its_capacity_with_a_reason(cast: Cast, home: Home) -> None:
    mona = client_of(cast.mona)
    where = f"/market/homes/{home.key}/capacity/"
    typed = {**day("starts_on", TODAY), "registered": "2", "staffed": "1", "open_to_referrals": "1", "reason": ""}
    assert "Say why not every registered place is open" in text_of(mona.post(where, typed))
    assert "Staff have left" in text_of(mona.post(where, typed | {"reason": "Staff have left"}, follow=True))
    with acting(cast.mona):
        assert Capacity.objects.filter(home=home).count() == 2


def test_a_provider_closes_a_place_and_opens_it_again(cast: Cast, home: Home) -> None:
    mona = client_of(cast.mona)
    with acting(cast.mona):
        place = home.places.order_by("pk").first()
    assert place
    typed = {**day("starts_on", TODAY), **day("ends_before", TODAY - dt.timedelta(days=1)), "reason": "The roof leaks"}
    where = f"/market/places/{place.key}/close/"
    assert "must open again after it closes" in text_of(mona.post(where, typed))
    typed |= {"ends_before-day": "", "ends_before-month": "", "ends_before-year": ""}
    page = text_of(mona.post(where, typed, follow=True))
    assert "(The roof leaks)" in page
    assert "already taken" in text_of(mona.post(where, typed))
    assert "0" in text_of(client_of(cast.olive).get("/market/homes/?vacancy=yes"))
    found = re.search(rf"/market/places/{place.key}/closures/\d+/end/", page)
    assert found
    assert client_of(cast.olive).post(found[0]).status_code == 403
    assert client_of(cast.harry).post(found[0]).status_code == 404
    for _ in range(2):
        page = text_of(mona.post(found[0], follow=True))
    assert "(The roof leaks)" not in page


def test_a_fostering_agency_adds_a_household(cast: Cast) -> None:
    with acting(cast.mona):
        service = Registration.objects.create(
            urn="2900700", kind="fostering_agency", provider_type="Independent fostering agency", provider=cast.meadow,
            name="Made-up Meadow Fostering", sector="Private",
        )  # fmt: skip
    mona = client_of(cast.mona)
    assert "Add a fostering household" in text_of(mona.get("/market/homes/"))
    typed = {
        "service": str(service.key),
        "ref": "M1",
        "name": "Made-up household",
        "postcode": "ct9 1qq",
        "places": "2",
    }
    page = text_of(mona.post("/market/homes/new-household/", typed, follow=True))
    assert "Made-up household is added" in page
    assert "already recorded" in text_of(mona.post("/market/homes/new-household/", typed))
    harry = client_of(cast.harry)
    assert "Choose" in text_of(harry.get("/market/homes/new-household/"))
    assert "There is a problem" in text_of(harry.post("/market/homes/new-household/", typed))


def test_pages_ask_the_database_a_bounded_number_of_times(
    cast: Cast, home: Home, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        make_home(cast.meadow, f"Made-up Home {number}", urn=f"SC9010{number:02d}")
    olive, mona = client_of(cast.olive), client_of(cast.mona)
    for client in (olive, mona):
        for address in ("homes/", f"homes/{home.key}/"):
            with django_assert_max_num_queries(20):
                client.get(f"/market/{address}")
