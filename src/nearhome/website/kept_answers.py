"""What somebody typed into a form is not lost when their session ended before they sent it.

It is kept sealed in the new session of the same browser, and shown again on the same page after the same person has
signed in. Nothing is done with it until they send it themselves.
"""

import json
from collections.abc import Callable
from time import time
from typing import Any
from urllib.parse import urlencode

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse

from nearhome.privacy.sealed import seal, unseal

KEPT, DISCARD = "kept_answers", "discard_kept_answers"
LONGEST, MOST_SECONDS = 100_000, 12 * 60 * 60
Handler = Callable[[HttpRequest], HttpResponse]


def kept_answers(get_response: Handler) -> Handler:
    """Around the session's limits: sees that a form was turned away to the sign-in page, and gives it back later."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and KEPT in request.session and DISCARD in request.POST:
            return _discard(request)
        person = _who_sends(request) if request.method == "POST" else None
        response = get_response(request)
        if request.method == "POST" and _is_turned_away(response) and _is_page_of_a_stage(request):
            return _keep(request, person)
        if KEPT in request.session and request.user.is_authenticated:
            return _give_back(request, response)
        return response

    return middleware


def _who_sends(request: HttpRequest) -> str | None:
    """Whose session it is, or was: an expired one is still known by its row until it is cleared away."""
    if request.user.is_authenticated:
        return str(request.user.pk)
    cookie = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    row = Session.objects.filter(session_key=cookie).first() if cookie else None
    found = row.get_decoded().get(SESSION_KEY) if row else None
    return str(found) if found else None


def _is_turned_away(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].startswith(reverse("account_login"))


def _keep(request: HttpRequest, person: str | None) -> HttpResponse:
    """Turned away to the sign-in page, and from there back to the page of the form."""
    fields = _fields(request) if person else None
    if fields is None:
        messages.warning(request, "What you just sent was not saved. Sign in and enter it again.")
    else:
        kept = {"person": person, "path": request.get_full_path(), "fields": fields, "at": int(time())}
        request.session[KEPT] = seal(json.dumps(kept)).decode()
        messages.info(request, "What you just sent was not saved yet. Sign in and you can send it again.")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()}, safe='/')}")


def _is_page_of_a_stage(request: HttpRequest) -> bool:
    """Never the pages on which passwords and codes are typed: those belong to no stage, but for a first password."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return False
    return bool(found.app_names) and found.view_name != "people:set_password"


def _fields(request: HttpRequest) -> list[tuple[str, str]] | None:
    """Everything typed; None for files, for too much, and for what no form of ours sent."""
    if request.content_type != "application/x-www-form-urlencoded" or not _has_token(request):
        return None
    pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    found = [(name, str(value)) for name, value in pairs if name != "csrfmiddlewaretoken"]
    return found if sum(len(name) + len(value) for name, value in found) <= LONGEST else None


def _has_token(request: HttpRequest) -> bool:
    """A form that another site made the browser send is not kept; the usual check may not have been reached."""

    def anything(_: HttpRequest) -> HttpResponse:
        return HttpResponse()

    checker = CsrfViewMiddleware(anything)
    checker.process_request(request)
    return checker.process_view(request, anything, (), {}) is None


def _give_back(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    kept = _kept(request)
    if kept is None:
        del request.session[KEPT]
        return response
    if request.get_full_path() != kept["path"] or _is_turned_away(response):
        return response
    if request.method == "POST" and response.status_code < 400:
        del request.session[KEPT]
        return response
    if request.method == "GET" and response.status_code in (200, 405):
        return _offer(request, kept, has_page=response.status_code == 200)
    return response


def _discard(request: HttpRequest) -> HttpResponse:
    """The person does not want it any more: on to the page as it is saved, or to the start if it has none."""
    if _has_token(request):
        del request.session[KEPT]
    return redirect(request.get_full_path() if request.POST[DISCARD] == "page" else "start")


def _offer(request: HttpRequest, kept: dict[str, Any], *, has_page: bool) -> HttpResponse:
    """Show what was typed, to be sent or thrown away."""
    typed = [(name, value) for name, value in kept["fields"] if name != "version" and value.strip()]
    then = "page" if has_page else "start"
    shown = {"fields": kept["fields"], "typed": typed, "path": kept["path"], "discard": DISCARD, "then": then}
    return render(request, "kept_answers.html", shown)


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept for this very person; None, and to be forgotten, if it is another's or too old."""
    try:
        kept: dict[str, Any] = json.loads(unseal(request.session[KEPT].encode()))
    except (InvalidToken, ValueError):
        return None
    is_ours = kept["person"] == str(request.user.pk) and time() - kept["at"] < MOST_SECONDS
    return kept if is_ours else None
