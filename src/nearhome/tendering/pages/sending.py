"""Pages with one form: what its action refuses stands in the form, and what was typed is kept."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile


def posted(request: HttpRequest) -> Any:
    """What was sent, or None while a page is only looked at."""
    return request.POST if request.method == "POST" else None


def done(form: Form, action: Callable[[], Any]) -> bool:
    """Whether a valid form's action went through; else the form says why not."""
    try:
        action()
    except ValidationError as refused:
        form.add_error(None, refused)
    except ChangedMeanwhile as changed:
        form.add_error(None, str(changed))
    else:
        return True
    return False


def asking(request: SignedInRequest, tender: Any, form: Any, title: str, back: str, **shown: Any) -> HttpResponse:
    """A page with one form: its heading, where it leads back to, and if wanted `words`, `button` and `remove`."""
    return render(
        request, "tendering/asking.html", {"tender": tender, "form": form, "heading": title, "back": back, **shown}
    )


def removing(request: SignedInRequest, tender: Any, what: str, back: str, action: Callable[[], Any]) -> HttpResponse:
    """Ask whether something is to be removed, and do it."""
    if request.method == "POST":
        try:
            action()
            messages.success(request, f"Removed: {what}.")
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect(back)
    return render(request, "tendering/removing.html", {"tender": tender, "what": what, "back": back})
