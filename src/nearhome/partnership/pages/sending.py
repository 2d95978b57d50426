"""What every form page of this stage does with an answer: try it, and keep what was typed if it is refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from nearhome.privacy.conflict import ChangedMeanwhile


def sent(form: Any, do: Callable[[], Any]) -> Any:
    """The result of an action, or None with the refusal on the form."""
    try:
        return do()
    except ValidationError as refused:
        form.add_error(None, refused)
    except ChangedMeanwhile as refused:
        form.add_error(None, str(refused))
    return None


def with_version(form: Any, version: int, *, prefix: str = "") -> Any:
    """The form to show again: what was typed is kept, the version it answers is the one now on the screen."""
    if form.is_bound:
        form.data = {**form.data.dict(), f"{prefix}-version" if prefix else "version": str(version)}
    return form


def pressed(request: HttpRequest, do: Callable[[], Any], success: str) -> None:
    """A button without a form: say what came of it on the next page."""
    try:
        do()
    except (ValidationError, ChangedMeanwhile) as refused:
        messages.error(request, " ".join(getattr(refused, "messages", [str(refused)])))
    else:
        messages.success(request, success)
