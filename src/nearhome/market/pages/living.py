"""A provider says what life in its home is like: how far skills go, what is spoken and lived by, who may join."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.market.actions.living import LifeThere, describe_life
from nearhome.market.forms import LifeForm
from nearhome.market.permissions import require_can_describe
from nearhome.market.queries.homes import home_for
from nearhome.people.permissions import SignedInRequest

SAID = ("languages", "faiths", "cultures", "newcomers_over", "newcomers_under")

_LEAD = "Answer what is so. A home that says so comes higher for a child who asks for it; what is left open is not read as no."


@login_required
@require_http_methods(["GET", "POST"])
def life(request: SignedInRequest, key: UUID) -> HttpResponse:
    """How far the home's skills go, what is spoken and lived by there, and which ages may join those who live there."""
    found = home_for(request.user, key)
    require_can_describe(request.user, found)
    first = {name: getattr(found, name) for name in SAID}
    degrees = {f"degree_{skill}": degree for skill, degree in found.skill_degrees.items()}
    form = LifeForm(request.POST if request.method == "POST" else None, initial=first | degrees, skills=found.skills)
    if request.method == "POST" and form.is_valid():
        said = LifeThere(form.degrees(), **{name: form.cleaned_data[name] for name in SAID})
        try:
            describe_life(home=found, life=said, by=request.user, now=timezone.now())
            messages.success(request, f"Life at {found.name} is described.")
            return redirect("market:home", key)
        except ValidationError as mistake:
            _add_errors(form, mistake)
    shown = {
        "form": form,
        "title": "What is life there like?",
        "lead": _LEAD,
        "home": found,
        "back": reverse("market:home", args=[key]),
    }
    return render(request, "market/home_form.html", shown)


def _add_errors(form: LifeForm, mistake: ValidationError) -> None:
    """What an action refuses becomes an error beside its field; what was typed stays."""
    for name, sentences in mistake.message_dict.items():
        form.add_error(name if name in form.fields else None, sentences)
