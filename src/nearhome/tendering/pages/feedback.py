"""Feedback letters: drafted and sent by the lead, read by the buyers, and by each bidder once sent."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.feedback import make_letters, send_letters
from nearhome.tendering.exporters.feedback_pdf import feedback_pdf
from nearhome.tendering.queries.feedback import letter_for, letters_to
from nearhome.tendering.queries.panel import evaluated_for


@login_required
@require_POST
def draft(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Draft a letter for every bid, or draft those again that are not sent."""
    procurement = evaluated_for(request.user, key)
    try:
        made = make_letters(procurement=procurement, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"Letters drafted: {len(made)}. Read them before they are sent.")
    return redirect("tendering:results", key)


@login_required
@require_POST
def send(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Let every bidder read its letter."""
    procurement = evaluated_for(request.user, key)
    try:
        send_letters(procurement=procurement, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "The letters are sent: each bidder can read its own.")
    return redirect("tendering:results", key)


@login_required
@require_http_methods(["GET"])
def feedback(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One letter."""
    letter = letter_for(request.user, key)
    words = letter.words
    sums, marks = _tables(words)
    is_bidder = letter.bid.provider_id == request.user.organisation_id
    shown = {"letter": letter, "words": words, "marks": marks, "sums": sums, "is_bidder": is_bidder}
    return table_response(request, sums, marks) or render(request, "tendering/feedback.html", shown)


def _tables(words: dict[str, Any]) -> tuple[Table, Table]:
    """Sums and answers; the successful bid's marks only where there is another that was."""
    compares = any(other for _, _, other in words["sums"])
    beside = [Column("Successful bid’s")] if compares else []
    sums = [(name, own, *([other] if compares else [])) for name, own, other in words["sums"]]
    marks = [
        (
            one["title"],
            one["weight"],
            one["score"],
            one["marks"],
            *([one["successful"]] if compares else []),
            one["reason"],
        )
        for one in words["marks"]
    ]
    columns = [
        Column("Question"),
        Column("Weight"),
        Column("Your score"),
        Column("Your marks"),
        *beside,
        Column("Reason"),
    ]
    return Table("Your marks out of 100", [Column("Marks"), Column("Yours"), *beside], sums), Table(
        "Your answers", columns, marks
    )


@login_required
@require_http_methods(["GET"])
def feedback_document(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The letter as a tagged PDF."""
    letter = letter_for(request.user, key)
    body = feedback_pdf(letter.words, made_on=timezone.localdate(letter.sent_at or letter.made_at))
    response = HttpResponse(body, content_type="application/pdf")
    name = slugify(f"feedback {letter.words['ref']} {letter.bid.registration.name}")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return response


@login_required
@require_http_methods(["GET"])
def feedback_received(request: SignedInRequest) -> HttpResponse:
    """A provider's own letters, newest first."""
    rows = [
        (
            Link(one.bid.procurement.name, reverse("tendering:feedback", args=[one.key]), one.bid.registration.name),
            one.bid.lot.number, one.bid.registration.name, one.sent_at,
        )
        for one in letters_to(request.user)
    ]  # fmt: skip
    columns = [Column("Tender"), Column("Lot", "number"), Column("Establishment"), Column("Sent", "moment")]
    table = Table(
        "Feedback on your bids", columns, rows, when_empty="No letter has been sent to you yet.", hides_title=True
    )
    return table_response(request, table) or render(request, "tendering/feedback_received.html", {"table": table})
