"""The pages on which a return is sent, looked at and confirmed."""

import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from cast import NOW, Cast, make_cast
from nearhome.needs.actions.loading import load_return
from nearhome.needs.models import Child, ReturnLoad, ReturnProblem, UploadedReturn
from nearhome.needs.queries import waiting_for
from nearhome.privacy.acting import acting
from reading_responses import client_of, text_of
from scenes_needs import BLUE_FIRST, BLUE_NOW, RED_NOW, made_up_return

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def anna(cast: Cast) -> Client:
    return client_of(cast.anna)


def send(client: Client, files: dict[str, bytes], year: str = "2026") -> Any:
    sent = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return client.post("/needs/returns/send/", {"year": year, "tables": sent})


def test_an_empty_list_says_what_to_do(anna: Client) -> None:
    page = text_of(anna.get("/needs/returns/"))
    assert "No return has been loaded yet" in page
    assert "Load a return" in page
    assert 'enctype="multipart/form-data"' in text_of(anna.get("/needs/returns/send/"))


def test_a_return_is_seen_before_it_is_confirmed_and_confirming_twice_is_harmless(anna: Client, cast: Cast) -> None:
    where = send(anna, made_up_return()).url
    page = text_of(anna.get(where))
    assert "Waiting to be confirmed" in page
    assert "What would change" in page
    with acting(cast.anna):
        assert not Child.objects.exists()
        stored = b"".join(bytes(row.content) for row in UploadedReturn.objects.all())
        assert b"BLUE-KITE" not in stored
        assert [one.href for one in waiting_for(cast.anna, now=NOW)] == [where]
        assert waiting_for(cast.olive, now=NOW) == ()
    for _ in range(2):
        assert anna.post(f"{where}confirm/").url == where
    page = text_of(anna.get(where))
    assert "What was changed" in page
    assert "The 2025/26 return was loaded: 7 rows added" in page
    assert "Confirm and load" not in page
    with acting(cast.anna):
        assert (Child.objects.count(), UploadedReturn.objects.count(), ReturnLoad.objects.count()) == (2, 0, 1)
        assert waiting_for(cast.anna, now=NOW) == ()


def test_setting_aside_removes_the_files_and_then_nothing_can_be_confirmed(anna: Client, cast: Cast) -> None:
    where = send(anna, made_up_return()).url
    anna.post(f"{where}set-aside/")
    assert "Set aside" in text_of(anna.get(where))
    assert "These files were set aside" in text_of(anna.post(f"{where}confirm/", follow=True))
    with acting(cast.anna):
        assert not UploadedReturn.objects.exists()
        assert not Child.objects.exists()


def test_a_confirmed_return_cannot_be_set_aside(anna: Client) -> None:
    where = send(anna, made_up_return()).url
    anna.post(f"{where}confirm/")
    assert "was confirmed already" in text_of(anna.post(f"{where}set-aside/", follow=True))


def test_problems_are_shown_by_rule_and_by_child_and_can_be_taken_away(anna: Client) -> None:
    wrong = [BLUE_FIRST, BLUE_NOW.replace("U6", "Z1").replace("N1", "N99"), RED_NOW.replace("10/01/2026", "31/02/2026")]
    where = send(anna, made_up_return(episodes=wrong)).url
    page = text_of(anna.get(f"{where}problems/"))
    for words in ("By rule", "By child", "RED-FOX", "BLUE-KITE", "February 2026 has 28 days", "use Z11 to Z14"):
        assert words in page
    csv = anna.get(f"{where}problems/?download=csv").content.decode("utf-8-sig")
    assert "episodes.csv,4,RED-FOX,DECOM,date,Refused" in csv
    book = anna.get(f"{where}problems/?download=xlsx&table=by-child").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert ["BLUE-KITE", 1.0, 1.0] in [row[:3] for row in rows]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"header.csv": "CHILD,SEX\nA,M".encode("utf-16")}, "UTF-16"),
        ({"header.csv": b"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER\nA,M"}, "it lacks MC_DOB"),
        ({"header.csv": b"PK\x03\x04" + b"x" * 500}, "Excel workbook or a zip file"),
        ({"header.csv": bytes(range(256)) * 4 * 1024 * 10}, "header.csv"),
        ({"header.csv": b""}, "empty"),
        ({"notes.txt": b"hello"}, "must end in .csv"),
    ],
)
def test_files_that_are_no_return_are_refused_with_the_mend(anna: Client, files: dict[str, bytes], says: str) -> None:
    response = send(anna, files)
    assert response.status_code == 200
    page = text_of(response)
    assert "There is a problem" in page
    assert says in page


def test_a_file_over_the_limit_is_refused_in_a_sentence(anna: Client) -> None:
    page = text_of(send(anna, {"header.csv": b"x" * (20 * 1024 * 1024 + 1)}))
    assert "smaller than 20 MB" in page


def test_noise_keeps_a_bounded_number_of_problems(anna: Client, cast: Cast) -> None:
    noise = [f"=NOISE-{number},M,x,WBRI,UN1,," for number in range(6000)]
    where = send(anna, made_up_return(header=noise)).url
    assert anna.get(f"{where}problems/").status_code == 200
    with acting(cast.anna):
        assert ReturnProblem.objects.count() == 5000
        assert ReturnLoad.objects.get().counts["errors"] > 6000


def test_nothing_chosen_is_said(anna: Client) -> None:
    page = text_of(anna.post("/needs/returns/send/", {}))
    assert "There is a problem" in page
    assert "Choose the files of the return" in page


def test_an_officer_may_not_and_an_outsider_finds_nothing(anna: Client, cast: Cast) -> None:
    where = send(anna, made_up_return()).url
    for person in (cast.olive, cast.fiona, cast.mona, cast.hilda):
        client = client_of(person)
        for address in ("/needs/returns/", "/needs/returns/send/", where, f"{where}problems/"):
            assert client.get(address).status_code == 403
        assert send(client, made_up_return()).status_code == 403
        assert client.post(f"{where}confirm/").status_code == 403
    cast.hilda.roles = ["analyst"]
    cast.hilda.save()
    hilda = client_of(cast.hilda)
    assert "No return has been loaded yet" in text_of(hilda.get("/needs/returns/"))
    for address in (where, f"{where}problems/"):
        assert hilda.get(address).status_code == 404
    assert hilda.post(f"{where}confirm/").status_code == 404


def test_pages_ask_the_database_a_bounded_number_of_times(
    anna: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    with acting(cast.anna):
        for _ in range(30):
            load = load_return(made_up_return(), authority=cast.kent, year=2026, by=cast.anna, now=NOW).load
    assert load
    for address in ("", f"{load.key}/", f"{load.key}/problems/", "send/"):
        with django_assert_max_num_queries(20):
            anna.get(f"/needs/returns/{address}")
    with django_assert_max_num_queries(30):
        anna.get("/")


def test_after_a_fix_the_next_reading_says_what_was_mended_and_what_still_stands(anna: Client) -> None:
    wrong = made_up_return()
    name = next(name for name in wrong if "episodes" in name.lower())
    good = wrong[name]
    spoilt = {**wrong, name: good.replace(b",N1,", b",N9,")}
    assert spoilt[name] != good
    first = send(anna, spoilt).url
    assert "Since the reading" not in text_of(anna.get(f"{first}problems/"))
    second = send(anna, wrong).url
    page = text_of(anna.get(f"{second}problems/"))
    assert re.search(r"Since the reading of .*: [1-9]\d* mended, 0 new, 0 still there", page)


def test_the_problems_of_one_child_stand_on_a_page_of_their_own(anna: Client) -> None:
    wrong = made_up_return()
    name = next(name for name in wrong if "episodes" in name.lower())
    where = send(anna, {**wrong, name: wrong[name].replace(b",N1,", b",N9,")}).url
    every = text_of(anna.get(f"{where}problems/"))
    child = re.search(r"\?child=([\w-]+)", every)
    assert child
    page = text_of(anna.get(f"{where}problems/?child={child[1]}"))
    assert f"Problems of child {child[1]}" in page
    assert "N9" in page
