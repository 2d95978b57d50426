"""The pages on which a provider register is sent, looked at and confirmed."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cast import Cast, make_cast
from nearhome.market.models import Home, RegisterLoad, Registration
from nearhome.privacy.acting import acting

pytestmark = pytest.mark.django_db
GOOD = (
    b"URN,Provider type,Sector,Provider name,Owner name,Provider postcode,Number of registered places\n"
    b"SC900500,Children's home,Private,Made-up Home,Madeup Meadow Care Ltd,CT9 1QQ,3\n"
    b"SC900501,Children's home,Private,=2+2,Madeup Meadow Care Ltd,CT9 1QQ,3\n"
)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def send(client: Client, content: bytes = GOOD, name: str = "register.csv") -> Any:
    return client.post("/market/register/send/", {"register": SimpleUploadedFile(name, content)})


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_register_is_seen_before_it_is_confirmed_and_confirming_twice_is_harmless(cast: Cast) -> None:
    colin = client_of(cast.colin)
    assert "No register has been loaded yet" in text_of(colin.get("/market/register/"))
    where = send(colin).url
    page = text_of(colin.get(where))
    assert "What would change" in page
    assert "Columns not found" in page
    with acting(cast.colin):
        assert not Registration.objects.exists()
    for _ in range(2):
        colin.post(f"{where}confirm/")
    page = text_of(colin.get(where))
    assert "What was changed" in page
    assert "A provider register was loaded: 1 registrations added" in page
    with acting(cast.colin):
        assert (Registration.objects.count(), Home.objects.count()) == (1, 1)
        assert RegisterLoad.objects.get().content is None
    page = text_of(colin.get(f"{where}problems/"))
    assert "would run as a formula" in page
    assert "SC900501" in colin.get(f"{where}problems/?download=csv").content.decode()
    assert "Loaded" in text_of(colin.get("/market/register/"))


def test_setting_aside_removes_the_file(cast: Cast) -> None:
    colin = client_of(cast.colin)
    where = send(colin).url
    colin.post(f"{where}set-aside/")
    assert "was set aside" in text_of(colin.post(f"{where}confirm/", follow=True))
    with acting(cast.colin):
        assert not Registration.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        ("URN,Name\n".encode("utf-16"), "register.csv", "UTF-16"),
        (b"NAME,TOWN\nA,B\n", "register.csv", "it needs URN, provider type and name"),
        (bytes(range(256)) * 4 * 1024 * 10, "register.csv", "register.csv"),
        (b"PK\x03\x04noise", "register.xlsx", "cannot be opened as a workbook"),
        (GOOD, "register.pdf", "must end in .csv or .xlsx"),
    ],
)
def test_a_file_that_is_no_register_is_refused_with_the_mend(cast: Cast, content: bytes, name: str, says: str) -> None:
    page = text_of(send(client_of(cast.colin), content, name))
    assert "There is a problem" in page
    assert says in page


def test_an_officer_may_not_and_an_outsider_finds_nothing(cast: Cast) -> None:
    where = send(client_of(cast.colin)).url
    for person in (cast.olive, cast.fiona, cast.mona, cast.hilda):
        client = client_of(person)
        for address in ("/market/register/", "/market/register/send/", where, f"{where}problems/"):
            assert client.get(address).status_code == 403
        assert send(client).status_code == 403
    cast.hilda.roles = ["commissioner"]
    cast.hilda.save()
    assert client_of(cast.hilda).get(where).status_code == 404
    assert client_of(cast.hilda).post(f"{where}confirm/").status_code == 404
    assert client_of(cast.anna).get(where).status_code == 200
