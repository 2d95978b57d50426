"""A session ends when it is left alone, and begins with a second factor wherever one is required."""

from collections.abc import Callable
from time import time
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

LAST_SEEN = "last_seen"


def session_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Sign out after an hour of silence; send people without a second factor to set one up."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if _left_alone(request):
                return _sign_out(request)
            if _lacks_second_factor(request):
                return redirect("mfa_activate_totp")
            request.session[LAST_SEEN] = int(time())
        return get_response(request)

    return middleware


def _left_alone(request: HttpRequest) -> bool:
    seen = request.session.get(LAST_SEEN)
    return seen is not None and time() - seen > settings.NEARHOME_IDLE_MINUTES * 60


def _sign_out(request: HttpRequest) -> HttpResponse:
    back_to = request.get_full_path() if request.method == "GET" else reverse("start")
    logout(request)
    messages.info(request, "You were signed out because nothing happened for an hour. What you saved is still here.")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': back_to}, safe='/')}")


def _lacks_second_factor(request: HttpRequest) -> bool:
    if not settings.NEARHOME_SECOND_FACTOR or is_mfa_enabled(request.user):
        return False
    return not request.path.startswith(
        (reverse("mfa_index"), reverse("account_logout"), "/static/", "/confirm-it-is-you/")
    )
