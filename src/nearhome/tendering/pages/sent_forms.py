"""A form is sent: do what it asks once it is right, and put what was refused back on it in plain words."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from nearhome.privacy.conflict import ChangedMeanwhile


def done(form: Any, do: Callable[[], Any]) -> bool:
    """Whether the form was right and the action did what it asks; what stood in the way is on the form otherwise."""
    if not form.is_valid():
        return False
    try:
        do()
    except ChangedMeanwhile as conflict:
        form.add_error(None, str(conflict))
    except ValidationError as mistake:
        form.add_error(None, ValidationError(mistake.messages))
    else:
        return True
    return False


def version_sent(request: HttpRequest, name: str = "version") -> int:
    """The version of a record that the page showed; 0, which no record has, if it was not sent."""
    sent = request.POST.get(name, "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0
