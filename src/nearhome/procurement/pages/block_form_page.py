"""One way to ask something about a block: the form, one action, what went wrong in words, and back to the block."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from nearhome.design.fields import GovukForm
from nearhome.privacy.conflict import ChangedMeanwhile


@dataclass(frozen=True)
class Asked:
    """What a form page says: its heading, what it is about, its button, and what is said when it is done."""

    heading: str
    lead: str
    button: str
    done: str
    is_warning: bool = False
    kept: tuple[tuple[str, str], ...] = ()  # hidden fields


def form_page(
    request: HttpRequest, contract: Any, form: GovukForm, asked: Asked, act: Callable[[], object], **also: Any
) -> HttpResponse:
    """Show the form; sent and right, do it and go back to the block."""
    if form.is_bound and form.is_valid():
        try:
            act()
        except (ValidationError, ChangedMeanwhile) as mistake:
            form.add_error(None, mistake if isinstance(mistake, ValidationError) else str(mistake))
        else:
            messages.success(request, asked.done)
            return redirect("procurement:block", contract.key)
    shown = {"contract": contract, "form": form, "asked": asked, **also}
    return render(request, "procurement/block_form.html", shown)


def sent(request: HttpRequest) -> Any:
    """What was posted, or None."""
    return request.POST if request.method == "POST" else None
