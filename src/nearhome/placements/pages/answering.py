"""How every form page here works: show it, check it, run its one action, say what happened."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from nearhome.design.fields import GovukForm
from nearhome.privacy.conflict import ChangedMeanwhile


@dataclass(frozen=True, slots=True)
class Question:
    """What a form page says: its heading, an explanation, the button, and the sentence when it is done."""

    title: str
    lead: str = ""
    button: str = "Save"
    done: str = "Saved."
    warning: str = ""


def person_of(request: HttpRequest) -> Any:
    """Who is signed in; `login_required` made sure that somebody is."""
    return request.user


def answered(form: GovukForm, action: Callable[[dict[str, Any]], Any]) -> Any:
    """The action's result, or None when the form or the action refuses: then the form says why, as typed."""
    if not form.is_valid():
        return None
    try:
        return action(form.cleaned_data) or True
    except ValidationError as refused:
        form.add_error(None, refused.messages)
    except ChangedMeanwhile as meanwhile:
        form.add_error(None, str(meanwhile))
    return None


def form_page(
    request: HttpRequest, booking: Any, form: GovukForm, action: Callable[[dict[str, Any]], Any], question: Question
) -> HttpResponse:
    """Ask one question about a placement; once answered, go back to the placement."""
    if request.method == "POST" and answered(form, action):
        messages.success(request, question.done)
        return redirect("placements:placement", booking.key)
    return render(request, "placements/form.html", {"form": form, "booking": booking, "question": question})
