"""Coming in: the password, guessing, idle sessions, the second factor, and what every page forbids."""

import pytest
from django.test import Client
from django.urls import reverse

from cast import PASSWORD, make_cast

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str, password: str = PASSWORD):
    return client.post("/sign-in/", {"login": email, "password": password})


def test_the_right_password_opens_the_start_page(client: Client) -> None:
    cast = make_cast()
    assert sign_in(client, cast.olive.email).url == "/"
    assert "Your work" in client.get("/").content.decode()


def test_nobody_comes_in_without_signing_in(client: Client) -> None:
    assert client.get("/").url.startswith("/sign-in/")


def test_guessing_closes_the_door_even_for_the_right_password(client: Client) -> None:
    cast = make_cast()
    for number in range(6):
        sign_in(client, cast.olive.email, f"wrong-{number}")
    assert sign_in(client, cast.olive.email).status_code != 302
    assert client.get("/").status_code == 302


def test_a_wrong_password_and_an_unknown_address_read_the_same(client: Client) -> None:
    cast = make_cast()
    known = sign_in(client, cast.olive.email, "wrong").content.decode()
    unknown = sign_in(client, "nobody@kent.example", "wrong").content.decode()
    sentence = "The email address and/or password you specified are not correct."
    assert sentence in known
    assert sentence in unknown


def test_someone_who_left_cannot_sign_in(client: Client) -> None:
    cast = make_cast()
    cast.olive.is_active = False
    cast.olive.save()
    sign_in(client, cast.olive.email)
    assert client.get("/").status_code == 302


def test_a_session_left_alone_ends_and_remembers_where_the_person_was(client: Client) -> None:
    cast = make_cast()
    client.force_login(cast.olive)
    client.get("/")
    session = client.session
    session["last_seen"] -= 61 * 60
    session.save()
    response = client.get("/?from=tea&next=milk")
    assert response.url == "/sign-in/?next=/%3Ffrom%3Dtea%26next%3Dmilk"
    assert client.get("/").status_code == 302


def test_outside_the_demonstration_a_second_factor_comes_first(client: Client, settings) -> None:
    settings.NEARHOME_SECOND_FACTOR = True
    cast = make_cast()
    client.force_login(cast.olive)
    assert client.get("/").url == reverse("mfa_activate_totp")


def test_signing_out_needs_a_form_not_a_link(client: Client) -> None:
    cast = make_cast()
    client.force_login(cast.olive)
    client.get("/sign-out/")
    assert client.get("/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/").status_code == 302


def test_a_form_without_its_token_is_refused_in_words() -> None:
    cast = make_cast()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.olive)
    response = strict.post("/sign-out/")
    assert response.status_code == 403
    assert "<h1" in response.content.decode()


def test_every_page_forbids_what_it_does_not_need(client: Client) -> None:
    response = client.get("/sign-in/")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert response.cookies["csrftoken"]["httponly"]


def test_a_missing_page_says_so(client: Client) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert "Page not found" in response.content.decode()
