"""People in the browser: the administrator's pages, and the whole way of a one-time link."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cast import PASSWORD, Cast, make_cast, make_person
from nearhome.people.models import AuthorityRules, Person
from nearhome.people.permissions import OneTimeLinks

pytestmark = pytest.mark.django_db
PAGES = ("list", "add", "rules")
OF_A_PERSON = ("person", "change")
NEW_PASSWORD = "kettle-bridge-violin"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def anna(cast: Cast) -> Client:
    return signed_in(cast.anna)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(name: str, person: Person | None = None) -> str:
    return reverse(f"people:{name}", args=[person.key] if person else [])


def text(response: Any) -> str:
    """Everything the page says, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def made_link(client: Client, person: Person) -> str:
    """The path the administrator copies."""
    shown = client.post(page("link", person)).content.decode()
    found = re.search(r"http://testserver(/people/set-password/[^<]+)</code>", shown)
    assert found
    return found[1]


def sign_in(email: str, password: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"login": email, "password": password})
    return client


def comes_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def test_the_list_shows_own_people_and_nobody_elses(
    cast: Cast, anna: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(18):
        shown = text(anna.get(page("list")))
    assert "Olive Madeup-Officer" in shown
    assert "Placement officer" in shown
    assert "Hilda" not in shown
    assert "Add a person" in shown
    assert "People" in text(anna.get("/"))


@pytest.mark.parametrize("who", ["olive", "mona", "hilda"])
def test_whoever_is_no_administrator_is_refused(cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert {client.get(page(name)).status_code for name in PAGES} == {403}
    assert {client.get(page(name, cast.olive)).status_code for name in OF_A_PERSON} == {403}
    for name in ("link", "switch_off", "switch_on"):
        assert client.post(page(name, cast.april)).status_code == 403
    assert page("list") not in client.get("/").content.decode()


def test_people_of_other_organisations_do_not_exist(cast: Cast, anna: Client) -> None:
    assert {anna.get(page(name, cast.hilda)).status_code for name in OF_A_PERSON} == {404}
    assert {anna.post(page(name, cast.hilda)).status_code for name in ("link", "switch_off", "switch_on")} == {404}


def test_somebody_is_added_passed_a_link_and_comes_in(cast: Cast, anna: Client) -> None:
    typed = {"name": "Nora Madeup-New", "email": "Nora@kent.example", "roles": ["approver"], "approval_limit": "1,000"}
    added = anna.post(page("add"), typed)
    nora = Person.objects.get(email="nora@kent.example")
    assert added.url == page("person", nora)
    assert "£1,000.00" in text(anna.get(added.url))
    link, client = made_link(anna, nora), Client()
    assert "Nora Madeup-New, Kent" in text(client.get(link))
    done = client.post(link, {"password": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert done.url == reverse("account_login")
    assert "Your password is set" in text(client.get(done.url))
    assert comes_in(sign_in("nora@kent.example", NEW_PASSWORD))
    assert "set a password with a one-time link" in text(anna.get(page("person", nora)))


def test_a_used_link_says_so_and_leaves_the_password_alone(cast: Cast, anna: Client) -> None:
    link = made_link(anna, cast.olive)
    Client().post(link, {"password": NEW_PASSWORD, "again": NEW_PASSWORD})
    for again in (
        Client().get(link),
        Client().post(link, {"password": "other-words-here", "again": "other-words-here"}),
    ):
        assert again.status_code == 404
        assert "This link does not work" in text(again)
    assert comes_in(sign_in(cast.olive.email, NEW_PASSWORD))
    assert not comes_in(sign_in(cast.olive.email, PASSWORD))


@pytest.mark.parametrize(
    ("age", "status"), [(dt.timedelta(days=2, hours=23), 200), (dt.timedelta(days=3, hours=1), 404)]
)
def test_a_link_is_over_after_three_days(cast: Cast, age: dt.timedelta, status: int) -> None:
    token = OneTimeLinks(timezone.now() - age).make_token(cast.olive)
    assert Client().get(reverse("people:set_password", args=[cast.olive.key, token])).status_code == status


def test_a_link_that_was_never_made_opens_nothing(cast: Cast, anna: Client) -> None:
    link = made_link(anna, cast.olive)
    for wrong in (link[:-2] + "x/", link.replace(str(cast.olive.key), str(cast.april.key)), link[:-30] + "/"):
        assert Client().get(wrong).status_code == 404


def test_signing_in_ends_a_link_that_was_not_needed(cast: Cast, anna: Client) -> None:
    link = made_link(anna, cast.olive)
    assert comes_in(sign_in(cast.olive.email, PASSWORD))
    assert Client().get(link).status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "says"),
    [
        ("short", "short", "at least 12 characters"),
        ("laurel12creek", "laurel12creek", "too common"),
        (NEW_PASSWORD, "kettle-bridge-violet", "not the same"),
        ("", "", "Enter the new password"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_in_words(
    cast: Cast, anna: Client, password: str, again: str, says: str
) -> None:
    link = made_link(anna, cast.olive)
    refused = Client().post(link, {"password": password, "again": again})
    assert refused.status_code == 200
    assert says in text(refused)
    assert NEW_PASSWORD not in refused.content.decode()
    assert Client().get(link).status_code == 200


def test_a_password_typed_when_a_session_had_ended_is_not_kept(cast: Cast, anna: Client) -> None:
    link = made_link(anna, cast.olive)
    anna.get("/")
    session = anna.session
    session["last_seen"] -= 61 * 60
    session.save()
    anna.post(link, {"password": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert "kept_answers" not in anna.session


def test_whoever_is_switched_off_is_out_at_once_and_stays_out(cast: Cast, anna: Client) -> None:
    olive = sign_in(cast.olive.email, PASSWORD)
    assert comes_in(olive)
    anna.post(page("switch_off", cast.olive))
    assert not comes_in(olive)
    assert not comes_in(sign_in(cast.olive.email, PASSWORD))
    assert "Switched off" in text(anna.get(page("person", cast.olive)))
    anna.post(page("switch_on", cast.olive))
    assert not comes_in(olive)
    assert not comes_in(sign_in(cast.olive.email, PASSWORD))
    link = made_link(anna, cast.olive)
    Client().post(link, {"password": NEW_PASSWORD, "again": NEW_PASSWORD})
    assert comes_in(sign_in(cast.olive.email, NEW_PASSWORD))


def test_the_last_administrator_is_told_why_they_stay(cast: Cast, anna: Client) -> None:
    refused = anna.post(page("switch_off", cast.anna), follow=True)
    assert "the last administrator of Kent" in text(refused)
    refused = anna.post(page("change", cast.anna), {"name": "Anna", "roles": ["analyst"]})
    assert "the last administrator of Kent" in text(refused)
    cast.anna.refresh_from_db()
    assert cast.anna.has_role("administrator")


def test_a_person_is_changed_and_an_empty_limit_is_no_upper_limit(cast: Cast, anna: Client) -> None:
    anna.post(page("change", cast.april), {"name": "April Madeup-Head", "roles": ["approver"], "approval_limit": ""})
    shown = text(anna.get(page("person", cast.april)))
    assert "April Madeup-Head" in shown
    assert "No upper limit" in shown


def test_an_address_in_use_elsewhere_is_refused_beside_the_field(cast: Cast, anna: Client) -> None:
    typed = {"name": "Nora Madeup-New", "email": cast.hilda.email, "roles": ["analyst"]}
    refused = anna.post(page("add"), typed)
    assert "That address cannot be added" in text(refused)
    assert "Nora Madeup-New" in refused.content.decode()
    assert "Hampshire" not in text(refused)


def test_the_authoritys_rules_are_shown_and_changed(cast: Cast, anna: Client) -> None:
    assert 'value="72"' in anna.get(page("rules")).content.decode()
    typed = {
        "search_needs_permission": "no", "emergency_approval_hours": "12", "response_hours": "24",
        "emergency_response_hours": "2", "hold_hours": "48", "adjoining_extra": "938, 851",
    }  # fmt: skip
    assert anna.post(page("rules"), typed).status_code == 302
    assert AuthorityRules.objects.get(organisation=cast.kent).adjoining_extra == ["938", "851"]
    assert "The rules of Kent were changed" in text(anna.get(page("list")))
    assert "999 is not the DfE code" in text(anna.post(page("rules"), typed | {"adjoining_extra": "999"}))


def test_a_providers_administrator_has_its_people_and_no_rules(cast: Cast) -> None:
    boss = make_person("Bella Madeup-Boss", cast.meadow, "administrator")
    client = signed_in(boss)
    shown = text(client.get(page("list")))
    assert "Mona Madeup-Manager" in shown
    assert "Change how" not in shown
    assert client.get(page("rules")).status_code == 403
    form = client.get(page("add")).content.decode()
    assert 'value="provider"' in form
    assert 'value="approver"' not in form
    assert client.post(page("add"), {"name": "X", "email": "x@y.example", "roles": ["approver"]}).status_code == 200
    assert not Person.objects.filter(email="x@y.example").exists()
