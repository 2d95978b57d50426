"""Error pages say what happened and what to do, and nothing about what is inside."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or belongs to another session."""
    return render(request, "403_form.html", status=403)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The person may not do this; the reason is a sentence for them."""
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """It does not exist, or not for this person: the two look the same on purpose."""
    return render(request, "404.html", status=404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent cannot be understood."""
    return render(request, "400.html", status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """Something failed here; nothing of it was kept."""
    return render(request, "500.html", status=500)
