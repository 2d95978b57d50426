"""Loading a provider register: what appears, what changes, what stays."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from psycopg.types.range import DateRange

from cast import NOW, TODAY, Cast, make_cast
from nearhome.market.actions.occupancy import Occupant, book_place
from nearhome.market.actions.register import RegisterResult, load_register
from nearhome.market.models import Capacity, Home, Inspection, Place, RegisterLoad, Registration
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting

pytestmark = pytest.mark.django_db
HEADINGS = (
    "Local authority,URN,Provider type,Sector,Provider name,Registration date,Registration status,Deregistration date,"
    "Placement code,Provider postcode,Owner ID,Owner name,Date of last full inspection,Overall effectiveness,"
    "Number of registered places,Learning difficulty"
)
HOME = (
    "Kent,SC900500,Children's home,Private,Made-up Home Blue Kite,12/06/2013,Active,,K2,CT9 1QQ,RP900001,"
    "Madeup Meadow Care Ltd,07/12/2025,Good,4,Yes"
)
AGENCY = (
    'Kent,2900500,Independent fostering agency,Private,Made-up Fostering Red Fox,05/11/2016,Active,,"U1,U4",DA2 6QH,'
    "MU000500,Madeup Fox Fostering Ltd,08/06/2024,Outstanding,,"
)
OWN = (
    "Kent,SC900501,Children's home,Local authority,Made-up Kent Lodge,12/06/2013,Active,,K2,ME14 1XX,MU001071,"
    "Kent,07/12/2025,Requires improvement to be good,2,"
)
SETTING_HEADINGS = (
    "Setting Local Authority,URN,Provider type,Sector,Provider name,Registration status,Setting category,Capacity,"
    "Setting address postcode,Owner ID,Owner name"
)
SETTINGS = (
    "Kent,2900600,Supported accommodation,Private,Made-up Supported,Active,Shared,3,CT9 1QQ,MU000600,Madeup Lodgings Ltd",
    "Kent,2900600,Supported accommodation,Private,Made-up Supported,Active,Solo,1,ME14 1XX,MU000600,Madeup Lodgings Ltd",
    "Kent,2900600,Supported accommodation,Private,Made-up Supported,Active,Shared,2,ME14 1XX,MU000600,Madeup Lodgings Ltd",
)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def register(*rows: str, headings: str = HEADINGS) -> dict[str, bytes]:
    return {"register.csv": "\n".join([headings, *rows, ""]).encode()}


def load(cast: Cast, files: dict[str, bytes] | None = None, **more: Any) -> RegisterResult:
    source = register(HOME, AGENCY, OWN) if files is None else files
    with acting(cast.colin):
        return load_register(source, by=cast.colin, now=NOW, organisation=cast.kent, **more)


def counts(result: RegisterResult, name: str) -> dict[str, int]:
    return {what: rows for what, rows in result.tally.tables[name].items() if rows}


def test_a_register_becomes_registrations_homes_and_places(cast: Cast) -> None:
    result = load(cast)
    assert counts(result, "Registrations") == {"added": 3}
    assert counts(result, "Homes") == {"added": 2}
    with acting(cast.colin):
        home = Home.objects.get(registration__urn="SC900500")
        assert (home.provider, home.area_code, home.postcode, home.kind) == (
            cast.meadow,
            "886",
            "CT9 1QQ",
            "childrens_home",
        )
        assert home.easting > 0
        assert [place.label for place in home.places.order_by("pk")] == ["Place 1", "Place 2", "Place 3", "Place 4"]
        capacity = Capacity.objects.get(home=home)
        assert (capacity.registered, capacity.staffed, capacity.open_to_referrals) == (4, 4, 4)
        assert home.registration.need_flags == ["ld"]
        agency = Registration.objects.get(urn="2900500")
        assert (agency.kind, agency.placement_codes, agency.homes.count()) == ("fostering_agency", ["U1", "U4"], 0)
        assert agency.provider.name == "Madeup Fox Fostering Ltd"
        assert Inspection.objects.get(registration=agency).judgement == "Outstanding"


def test_an_authority_runs_its_own_homes_itself(cast: Cast) -> None:
    load(cast)
    with acting(cast.colin):
        assert Home.objects.get(registration__urn="SC900501").provider == cast.kent
    assert Organisation.objects.filter(name="Kent").count() == 1


def test_an_owner_is_one_organisation_however_it_is_written(cast: Cast) -> None:
    own = OWN.replace(",Kent,07", ",Madeupshire,07").replace("Kent,SC", "Madeupshire,SC")
    nameless = HOME.replace("RP900001", "").replace("SC900500", "SC900502")
    before = Organisation.objects.create(kind="provider", name="Madeup Fox Fostering Ltd")
    for _ in range(2):
        result = load(cast, register(HOME, nameless, own, AGENCY))
    assert counts(result, "Providers") == {"unchanged": 3}
    before.refresh_from_db()
    assert before.owner_ref == "MU000500"
    with acting(cast.colin):
        assert Registration.objects.get(urn="SC900502").provider == cast.meadow
        assert Registration.objects.get(urn="2900500").provider == before


def test_a_status_that_says_closed_closes_the_home(cast: Cast) -> None:
    load(cast)
    load(cast, register(HOME.replace("Active", "Cancelled")))
    with acting(cast.colin):
        assert Home.objects.get(registration__urn="SC900500").closes_before == TODAY


def test_every_setting_of_supported_accommodation_is_a_home(cast: Cast) -> None:
    for _ in range(2):
        result = load(cast, register(*SETTINGS, headings=SETTING_HEADINGS))
    assert counts(result, "Homes") == {"unchanged": 3}
    with acting(cast.colin):
        homes = Home.objects.order_by("pk")
        assert [(home.places.count(), home.min_age, home.takes_solo) for home in homes] == [
            (3, 16, False), (1, 16, True), (2, 16, False)]  # fmt: skip
        assert Registration.objects.get().registered_places == 6


def test_the_same_register_again_changes_nothing(cast: Cast) -> None:
    load(cast)
    again = load(cast)
    assert [again.tally.total(what) for what in ("added", "changed", "removed", "refused")] == [0, 0, 0, 0]
    with acting(cast.colin):
        assert (Registration.objects.count(), Home.objects.count(), Place.objects.count()) == (3, 2, 6)
        assert (Capacity.objects.count(), Inspection.objects.count()) == (2, 3)


def test_a_later_register_updates_closes_and_suspends(cast: Cast) -> None:
    load(cast)
    closed = HOME.replace("Active,,", "Closed,01/10/2026,").replace("07/12/2025,Good", "01/09/2026,Inadequate")
    suspended = AGENCY.replace("Active", "Suspended")
    result = load(cast, register(closed, suspended))
    assert counts(result, "Registrations") == {"changed": 2}
    with acting(cast.colin):
        home = Home.objects.get(registration__urn="SC900500")
        assert home.closes_before == dt.date(2026, 10, 1)
        assert home.registration.inspections.count() == 2
        agency = Registration.objects.get(urn="2900500")
        assert (agency.suspended_on, agency.suspended_reason) == (TODAY, "The register says: Suspended")
    load(cast)
    with acting(cast.colin):
        assert Home.objects.get(registration__urn="SC900500").closes_before is None
        assert Registration.objects.get(urn="2900500").suspended_on is None


def test_fewer_places_end_the_empty_ones_and_say_what_is_still_taken(cast: Cast) -> None:
    load(cast)
    days = DateRange(TODAY, None)
    with acting(cast.colin):
        for place in list(Place.objects.filter(home__registration__urn="SC900500").order_by("pk"))[1:]:
            occupant = Occupant(cast.kent.pk, "M", dt.date(2012, 1, 1))
            book_place(place=place, days=days, occupant=occupant, by=cast.colin, now=NOW)
    result = load(cast, register(HOME.replace(",Good,4,", ",Good,2,")))
    assert counts(result, "Places") == {"removed": 1}
    assert [(one.rule, one.urn) for one in result.problems] == [("taken", "SC900500")]
    assert "1 surplus place" in result.problems[0].message
    with acting(cast.colin):
        ended = Place.objects.get(home__registration__urn="SC900500", ends_before=TODAY)
        assert ended.label == "Place 1"
        assert Capacity.objects.filter(home=ended.home).order_by("-starts_on")[0].registered == 2
    more = load(cast, register(HOME.replace(",Good,4,", ",Good,5,")))
    assert counts(more, "Places") == {"added": 2}


def test_an_unknown_postcode_is_a_problem_and_the_registration_is_kept(cast: Cast) -> None:
    result = load(cast, register(HOME.replace("CT9 1QQ", "ZZ99 9ZZ"), OWN))
    assert counts(result, "Homes") == {"added": 1}
    problem = result.problems[0]
    assert (problem.file, problem.row, problem.urn, problem.field) == ("register.csv", 2, "SC900500", "postcode")
    assert "ZZ99 9ZZ is not known" in problem.message
    with acting(cast.colin):
        assert Registration.objects.get(urn="SC900500").area_code == "886"


def test_bad_rows_never_lose_the_good_ones(cast: Cast) -> None:
    twice, formula = HOME, OWN.replace("Made-up Kent Lodge", "=CMD()")
    nothing = ",,,,,,,,,,,,,,,x"
    result = load(cast, register(HOME, twice, formula, nothing, AGENCY))
    assert counts(result, "Registrations") == {"added": 2, "refused": 3}
    assert {(one.row, one.rule) for one in result.problems if one.severity == "error"} >= {
        (3, "one row"), (4, "formula"), (5, "required")}  # fmt: skip


def test_a_preview_says_the_same_and_writes_nothing(cast: Cast) -> None:
    preview = load(cast, dry_run=True)
    with acting(cast.colin):
        assert not Registration.objects.exists()
        assert not RegisterLoad.objects.exists()
    assert not Organisation.objects.filter(name="Madeup Fox Fostering Ltd").exists()
    assert preview.tally.as_json() == load(cast).tally.as_json()


@pytest.mark.parametrize("content", [b"NAME,TOWN\nA,B", "URN,x".encode("utf-16"), b"", bytes(range(256)) * 4096])
def test_a_file_that_is_no_register_changes_nothing_and_says_why(cast: Cast, content: bytes) -> None:
    result = load(cast, {"register.csv": content})
    assert not result.is_readable
    assert result.problems


def test_only_commissioners_and_administrators_of_authorities_load_it(cast: Cast) -> None:
    for person in (cast.olive, cast.mona, cast.hilda):
        with acting(person), pytest.raises(PermissionDenied):
            load_register(register(HOME), by=person, now=NOW, organisation=person.organisation)
    with acting(cast.anna):
        assert load_register(register(HOME), by=cast.anna, now=NOW, organisation=cast.kent).load
