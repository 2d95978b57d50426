"""What an action refuses becomes an error beside its field; what was typed stays."""

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest


def add_errors(form: BaseForm, mistake: ValidationError) -> None:
    """Put a refused action's sentences into the form that asked for it."""
    if not hasattr(mistake, "error_dict"):
        form.add_error(None, mistake)
        return
    for name, sentences in mistake.message_dict.items():
        form.add_error(name if name in form.fields else None, sentences)


def version_sent(request: HttpRequest) -> int:
    """The version of the referral the page was made from; 0, which never is one, if the page does not say."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
