"""One form, one action: what every page that writes here has in common."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from nearhome.privacy.conflict import ChangedMeanwhile


def posted(request: HttpRequest) -> Any:
    """What was sent, even if it is nothing; None where the page is only asked for."""
    return request.POST if request.method == "POST" else None


def answered(request: HttpRequest, form: Any, act: Callable[[], Any], done: str) -> Any:
    """What the action gave if the form was sent and all went well; else None, with the form saying what is wrong."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        result = act()
    except ValidationError as mistake:
        form.add_error(None, mistake)
    except ChangedMeanwhile as mistake:
        form.add_error(None, str(mistake))
    else:
        messages.success(request, done)
        return result
    return None


def form_page(request: HttpRequest, form: Any, **shown: Any) -> HttpResponse:
    """A page that asks one thing. `shown`: title, caption, crumbs, lead, button, and if wanted warning and template."""
    template = shown.pop("template", "procurement/form.html")
    return render(request, template, {"form": form, **shown})


def asked(
    request: HttpRequest, form: Any, act: Callable[[], Any], done: str, *, back: tuple[Any, ...], **shown: Any
) -> HttpResponse:
    """Show the form; once the action is done, go to the page named in `back`."""
    if answered(request, form, act, done) is not None:
        return redirect(back[0], *back[1:])
    return form_page(request, form, **shown)
