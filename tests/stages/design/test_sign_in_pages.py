"""Signing in as a person sees it: plain words, a link to the field at fault, and nothing asked of anybody else."""

import re
import time
from typing import Any

import pytest
from django.test import Client

from nearhome.people.models import Organisation, Person

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")  # nothing is collected for a test
PASSWORD = "a long made-up password"


@pytest.fixture
def alex(db: None) -> Person:
    council = Organisation.objects.create(kind="authority", name="Northtest Council")
    return Person.objects.create_person("alex@example.org", PASSWORD, name="Alex Madeup", organisation=council)


def sign_in(client: Client, password: str = PASSWORD) -> Any:
    return client.post("/sign-in/", {"login": "alex@example.org", "password": password})


def headings(html: str) -> list[str]:
    return [" ".join(found.split()) for found in re.findall(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)]


def test_a_wrong_password_is_said_at_the_top_and_never_shown_again(client: Client, alex: Person) -> None:
    html = sign_in(client, "not the password").content.decode()
    assert "<title>Error: Sign in – Nearhome</title>" in html
    assert '<a href="#id_login">' in html
    assert "not the password" not in html


def test_the_frame_says_who_is_signed_in_and_offers_to_sign_out(client: Client, alex: Person) -> None:
    client.force_login(alex)
    html = client.get("/components/").content.decode()
    assert "Alex Madeup, Northtest Council" in html
    assert re.search(
        r'<form method="post" action="/sign-out/">\s*<input type="hidden" name="csrfmiddlewaretoken"', html
    )


def test_an_authenticator_app_can_be_set_up_and_is_then_asked_for(client: Client, alex: Person) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    sign_in(client)
    page = client.get("/second-factor/settings/totp/activate/", follow=True)
    if headings(page.content.decode()) == ["Confirm that it is you"]:
        page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    html = page.content.decode()
    assert headings(html) == ["Set up an authenticator app"]
    secret = re.search(r"Key\s*</dt>\s*<dd[^>]*>\s*(\S+)", html)
    assert secret
    code = format_hotp_value(hotp_value(secret[1], int(time.time()) // 30))
    shown = client.post("/second-factor/settings/totp/activate/", {"code": code}, follow=True).content.decode()
    assert headings(shown) == ["Your recovery codes"]
    asked = Client()
    answer = asked.post("/sign-in/", {"login": "alex@example.org", "password": PASSWORD}, follow=True)
    assert headings(answer.content.decode()) == ["Enter your code"]


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/change-password/", "Change your password"),
        ("/sign-out/", "Sign out"),
        ("/second-factor/settings/", "Your account"),
        ("/confirm-it-is-you/", "Confirm that it is you"),
        ("/accessibility/", "Accessibility statement for Nearhome"),
        ("/no-such-page/", "Page not found"),
    ],
)
def test_each_page_of_the_account_has_one_heading(client: Client, alex: Person, address: str, heading: str) -> None:
    sign_in(client)
    html = client.get(address).content.decode()
    assert headings(html) == [heading]
    assert html.count("<main") == 1
