"""A form sent after the session has ended is not lost: the same person gets it back, nobody else does."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from cast import PASSWORD, Cast, make_cast
from nearhome.privacy.acting import acting
from nearhome.referrals.models import Referral
from scenes import make_child
from scenes_inviting import make_search

pytestmark = pytest.mark.django_db
WORDS = "The need has changed, in a long text that took ten minutes"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def search(cast: Cast) -> Referral:
    return make_search(cast, child=make_child(cast.kent, "Blue Kite 0042"))


@pytest.fixture
def address(search: Referral) -> str:
    return f"/referrals/{search.key}/withdraw/"


@pytest.fixture
def olive(cast: Cast) -> Client:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, cast.olive.email)
    return client


def token_on(client: Client, address: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(address).content.decode())
    assert found
    return found[1]


def sign_in(client: Client, email: str, then: str = "/") -> None:
    sent = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token_on(client, "/sign-in/"), "next": then}
    assert client.post("/sign-in/", sent).url == then


def leave_alone(client: Client) -> None:
    session = client.session
    session["last_seen"] -= 61 * 60
    session.save()


def post(client: Client, address: str, **fields: str) -> HttpResponse:
    """As a browser sends a form without files."""
    return client.post(address, urlencode(fields), content_type="application/x-www-form-urlencoded")


def send_too_late(client: Client, address: str, why: str = WORDS) -> str:
    """Open the form, be away too long, send it; the address of the sign-in page."""
    token = token_on(client, address)
    leave_alone(client)
    return post(client, address, why=why, csrfmiddlewaretoken=token)["Location"]


def state_of(cast: Cast, search: Referral) -> str:
    with acting(cast.olive):
        search.refresh_from_db()
    return search.state


def test_what_was_typed_is_shown_again_after_signing_in_and_saved_only_when_sent(
    cast: Cast, olive: Client, search: Referral, address: str
) -> None:
    back_to = send_too_late(olive, address)
    assert address in back_to.replace("%2F", "/")
    assert "What you just sent was not saved yet" in olive.get(back_to).content.decode()
    assert WORDS not in str(olive.session.items())
    sign_in(olive, cast.olive.email, address)
    page = olive.get(address).content.decode()
    assert "You typed this before you were signed out" in page
    assert WORDS in page
    assert state_of(cast, search) == "searching"
    post(olive, address, why=WORDS, csrfmiddlewaretoken=token_on(olive, address))
    assert state_of(cast, search) == "withdrawn"
    assert "You typed this" not in olive.get(address).content.decode()


def test_it_is_thrown_away_on_request(cast: Cast, olive: Client, search: Referral, address: str) -> None:
    send_too_late(olive, address)
    sign_in(olive, cast.olive.email, address)
    sent = post(olive, address, discard_kept_answers="page", csrfmiddlewaretoken=token_on(olive, address))
    assert sent["Location"] == address
    assert "You typed this" not in olive.get(address).content.decode()
    assert state_of(cast, search) == "searching"


def test_somebody_else_at_the_same_browser_never_sees_it(cast: Cast, olive: Client, address: str) -> None:
    send_too_late(olive, address)
    sign_in(olive, cast.oscar.email, "/")
    assert WORDS not in olive.get("/").content.decode()
    assert WORDS not in olive.get(address).content.decode()
    assert "kept_answers" not in olive.session


def test_it_is_kept_too_when_the_session_ran_out_overnight(cast: Cast, olive: Client, address: str) -> None:
    token = token_on(olive, address)
    Session.objects.update(expire_date=timezone.now() - timedelta(hours=3))
    assert post(olive, address, why=WORDS, csrfmiddlewaretoken=token).status_code == 302
    sign_in(olive, cast.olive.email, address)
    assert WORDS in olive.get(address).content.decode()


def test_nothing_is_kept_without_the_forms_token_nor_of_somebody_unknown_nor_a_password(
    cast: Cast, olive: Client, address: str
) -> None:
    olive.get(address)
    leave_alone(olive)
    post(olive, address, why=WORDS)
    assert "kept_answers" not in olive.session
    stranger = Client(enforce_csrf_checks=True)
    token = token_on(stranger, "/sign-in/")
    page = stranger.post(address, {"why": WORDS, "csrfmiddlewaretoken": token}, follow=True).content.decode()
    assert "What you just sent was not saved. Sign in and enter it again." in page
    assert "kept_answers" not in stranger.session
    sign_in(olive, cast.olive.email)
    token = token_on(olive, "/change-password/")
    leave_alone(olive)
    post(olive, "/change-password/", oldpassword=PASSWORD, csrfmiddlewaretoken=token)
    assert "kept_answers" not in olive.session
