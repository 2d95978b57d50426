"""Changing the beds of a running block, and ending it early: asked by one, answered and decided by others."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design import wording
from nearhome.people.permissions import SignedInRequest
from nearhome.procurement.actions.block_adjusting import (
    answer_block_adjustment,
    ask_for_block_adjustment,
    decide_block_adjustment,
)
from nearhome.procurement.actions.block_ending import decide_block_ending, propose_block_ending
from nearhome.procurement.forms.block_places import AdjustmentForm, AnswerForm, EndingForm
from nearhome.procurement.pages.block_form_page import Asked, form_page, sent
from nearhome.procurement.permissions import can_answer_for_provider, can_decide_block, is_within_limit
from nearhome.procurement.queries import block_changes as changes
from nearhome.procurement.queries.block_records import latest_terms
from nearhome.procurement.queries.blocks import hosted_block_for, running_places


@login_required
@require_http_methods(["GET", "POST"])
def adjust(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Ask for other beds."""
    contract = hosted_block_for(request.user, key)
    terms = latest_terms(contract)
    form = AdjustmentForm(
        sent(request), regime=terms.regime if terms else "", grounds=tuple(changes.GROUND_WORDS.items()),
        places=running_places(contract),
    )  # fmt: skip
    asked = Asked(
        "Ask for other beds",
        "The provider answers first, then an approver of your authority decides, not you. Nothing is changed backwards. Beds contracted for"
        " later days stay as they are.",
        "Ask for the change", "The change is asked for. The provider answers next.",
    )  # fmt: skip
    return form_page(
        request, contract, form, asked,
        lambda: ask_for_block_adjustment(contract=contract, wanted=form.wanted(), by=request.user, now=timezone.now()),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def adjustment(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One adjustment: what is asked and why; the provider answers, an approver decides."""
    person = request.user
    row = changes.adjustment_for(person, key)
    contract, state = row.contract, changes.state_of(row, timezone.localdate())
    answers = state == "Waits for the provider" and can_answer_for_provider(person, contract.provider_id)
    decides = state.startswith("Waits") and can_decide_block(person, contract.host_id, row.asked_by_person_id)
    is_too_much = decides and not is_within_limit(person, row.change_pence)
    form = AnswerForm(sent(request))
    if request.method == "POST" and not (answers or decides):
        _require_a_say(person, row)
    facts = [
        ("Beds in all", f"{row.beds_before} now, {row.beds} from {wording.date(row.starts_on)}"),
        ("Why", row.get_trigger_display()),
        ("Occupancy", f"{row.occupancy_bp / 100:g}% over {wording.plural(row.weeks, 'week')}" if row.occupancy_bp is not None and row.weeks else "Not given"),
        ("Evidence", row.evidence),
        ("Places that leave", changes.places_leaving(row) or "None"),
        ("Allowed by", row.regime_words),
        ("Change of value", _value(row.change_pence, row.change_bp)),
        ("Asked by", f"{row.asked_by}, {wording.moment(row.asked_at)}"),
        *((f"{one.get_side_display()} said", _said(one)) for one in row.answers.all()),
        *([("Your limit", "The change is worth more than you may approve. Somebody with a higher limit decides it.")] if is_too_much else []),
    ]  # fmt: skip
    act = decide_block_adjustment if decides else answer_block_adjustment
    asked = Asked(
        f"{row.beds} beds from {wording.date(row.starts_on)}", state, "Send the answer", "The answer is on record."
    )
    return form_page(
        request, contract, form, asked,
        lambda: act(adjustment=row, agrees=form.cleaned_data["agrees"], reason=form.cleaned_data["reason"], by=person, now=timezone.now()),
        facts=facts, may_answer=answers or (decides and not is_too_much),
    )  # fmt: skip


def _value(pence: int | None, bp: int | None) -> str:
    if pence is None or bp is None:
        return "Not priced: the end of the term, the beds or the fee are not on record"
    return f"{wording.money(abs(pence))} {'less' if pence < 0 else 'more'} over the term, {bp / 100:g}% of the original value"


def _require_a_say(person: object, row: object) -> None:
    """Whoever already answered may send it twice; nobody else has a say."""
    contract = row.contract  # type: ignore[attr-defined]
    if not (can_answer_for_provider(person, contract.provider_id) or can_decide_block(person, contract.host_id)):
        raise PermissionDenied("Only the provider answers this, and an approver of the host decides it.")


def _said(answer: object) -> str:
    yes = "Yes" if answer.agrees else "No"  # type: ignore[attr-defined]
    return f"{yes}, {answer.by}, {wording.date(answer.at)}{': ' if answer.reason else ''}{answer.reason}"  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "POST"])
def end(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Propose an early end."""
    contract = hosted_block_for(request.user, key)
    form = EndingForm(sent(request), places=running_places(contract), initial={"notice_on": timezone.localdate()})
    asked = Asked(
        "End the block early", "An approver of your authority decides, not you. Say what becomes of every place.",
        "Propose the end", "The end is proposed. An approver decides next.", is_warning=True,
    )  # fmt: skip
    return form_page(
        request, contract, form, asked,
        lambda: propose_block_ending(contract=contract, wanted=form.wanted(), by=request.user, now=timezone.now()),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def ending(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One proposal to end a block; an approver decides."""
    person = request.user
    row = changes.ending_for(person, key)
    contract, terms = row.contract, latest_terms(row.contract)
    if request.method == "POST" and not can_decide_block(person, contract.host_id):
        raise PermissionDenied("Only an approver of the authority that hosts the block decides this.")
    decided = changes.is_decided(row)
    may_answer = not decided and can_decide_block(person, contract.host_id, row.asked_by_person_id)
    form = AnswerForm(sent(request))
    facts = [
        ("Ground", row.get_ground_display()), ("Reasons", row.reasons), ("Notice given", wording.date(row.notice_on)),
        ("Proposed by", f"{row.asked_by}, {wording.moment(row.asked_at)}"),
        ("Once it has ended", changes.after_the_end(terms.regime, row.ends_before) if terms else "Not known: no terms are on record"),
        *((f"{one.block_place.place.label}, {one.block_place.place.home.name}", one.plan) for one in row.places.all()),
        *((("Decided", _said(row.decision)),) if decided else ()),
    ]  # fmt: skip
    state = ("Approved" if row.decision.agrees else "Not approved") if decided else "Waits for an approver"
    asked = Asked(
        f"The block ends before {wording.date(row.ends_before)}",
        state,
        "Send the decision",
        "The decision is on record.",
    )
    return form_page(
        request, contract, form, asked,
        lambda: decide_block_ending(ending=row, agrees=form.cleaned_data["agrees"], reason=form.cleaned_data["reason"], by=person, now=timezone.now()),
        facts=facts, may_answer=may_answer,
    )  # fmt: skip
