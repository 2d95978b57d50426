"""The steps of a decision, each on a page of its own, and an authority's rules for key decisions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.wording import date as in_words
from nearhome.partnership.actions import deciding
from nearhome.partnership.forms import decisions as forms
from nearhome.partnership.pages.sending import sent, with_version
from nearhome.partnership.permissions import (
    require_can_call_in,
    require_can_decide,
    require_can_set_rules,
    require_can_write,
)
from nearhome.partnership.queries import decisions as queries
from nearhome.people.permissions import SignedInRequest


@dataclass(frozen=True)
class Step:
    """A step: its title and button, who may take it, its form, and the action with the names its answers go by."""

    title: str
    button: str
    require: Callable[[Any, Any], None]
    form: Any
    act: Callable[..., Any]
    renamed: tuple[tuple[str, str], ...] = ()
    done: str = "It is recorded."

    def arguments(self, typed: dict[str, Any]) -> dict[str, Any]:
        names = dict(self.renamed)
        return {names.get(name, name): value for name, value in typed.items()}


WHY = (("words", "why"),)
STEPS = {
    "notice": Step(
        "Publish the notice", "Publish the notice", require_can_write, forms.NoticeForm, deciding.propose_decision,
        done="The notice is published.",
    ),
    "take-back": Step(
        "Take it back to draft", "Take it back", require_can_write, forms.ReasonForm, deciding.return_to_draft, WHY,
        "It is a draft again.",
    ),
    "withdraw": Step(
        "Withdraw it", "Withdraw it", require_can_write, forms.ReasonForm, deciding.withdraw_decision, WHY, "It is withdrawn."
    ),
    "decide": Step(
        "Take the decision", "Record the decision", require_can_decide, forms.TakeDecisionForm, deciding.take_decision,
        done="The decision is recorded.",
    ),
    "call-in": Step(
        "Record a call-in", "Record the call-in", require_can_call_in, forms.ReasonForm, deciding.call_in, WHY,
        "The call-in is recorded.",
    ),
    "after-call-in": Step(
        "Record what came of the call-in", "Record it", require_can_call_in, forms.CallInOutcomeForm, deciding.settle_call_in
    ),
    "carry-out": Step(
        "Record that it was carried out", "Record it", require_can_write, forms.CarryOutForm, deciding.carry_out
    ),
}  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def step(request: SignedInRequest, key: UUID, slug: str) -> HttpResponse:
    """Take one step."""
    row = queries.decision_for(request.user, key)
    if slug not in STEPS:
        raise Http404("No such step")
    chosen, today = STEPS[slug], timezone.localdate()
    chosen.require(request.user, row)
    first = {"version": row.version} | ({"notice_on": today} if slug == "notice" else {})
    form = chosen.form(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        typed = chosen.arguments(form.cleaned_data)
        if sent(form, lambda: chosen.act(decision=row, **typed, by=request.user, now=timezone.now())):
            messages.success(request, chosen.done)
            return redirect("partnership:decision", key)
        row = queries.decision_for(request.user, key)
    shown = {
        "row": row, "step": chosen, "form": with_version(form, row.version), "told": _told(slug, row, today),
    }  # fmt: skip
    return render(request, "partnership/decision_step.html", shown)


def _told(slug: str, row: Any, today: date) -> list[str]:
    """What one should know before taking this step."""
    rules = queries.key_rules_of(row.authority)
    if slug == "notice":
        earliest = queries.earliest_for(row, today, rules)
        is_key = queries.key_test_of(row, rules).is_key
        said = (
            "This is a key decision." if is_key else "This is not a key decision, so no period of notice is asked for."
        )
        return [
            said,
            *queries.key_reasons(row, rules),
            f"With a notice published today it may be decided on {in_words(earliest)} or later.",
            *(f"Still to be written: {words}" for words in queries.missing_from(row)),
        ]
    if slug == "decide":
        until = queries.call_in_until_for(row, today)
        return [f"Decided today, it may be called in until {in_words(until)} and carried out the day after."]
    return []


@login_required
@require_http_methods(["GET", "POST"])
def rules(request: SignedInRequest) -> HttpResponse:
    """When a decision of one's authority is key, and its periods."""
    authority = require_can_set_rules(request.user)
    kept, present = queries.rules_row(authority), queries.key_rules_of(authority)
    names = ("value_pence", "divisions", "notice_clear_days", "call_in_working_days")
    first = {name: getattr(present, name) for name in names} | {"source": kept.source if kept else ""}
    form = forms.RulesForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        typed = {name: form.cleaned_data[name] for name in (*names, "source")}
        if sent(form, lambda: deciding.set_decision_rules(**typed, by=request.user, now=timezone.now())):
            messages.success(request, "The rules are set. Notices that stand keep the rules they were published under.")
            return redirect("partnership:rules")
    return render(request, "partnership/rules.html", {"form": form, "kept": kept, "authority": authority})
