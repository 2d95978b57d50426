"""Before and while a tender is open: talks with the market, timetable, publishing, more time."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions import publishing as acts
from nearhome.tendering.actions.engaging import publish_engagement as publish_talk
from nearhome.tendering.actions.engaging import record_engagement
from nearhome.tendering.actions.timetabling import save_timetable
from nearhome.tendering.forms.running import ExtendForm, PublishForm, TalkForm, TimetableForm
from nearhome.tendering.pages.sending import asking, done, posted
from nearhome.tendering.permissions.cases import can_lead
from nearhome.tendering.queries import publishing, tenders, timetables


@login_required
@require_http_methods(["GET", "POST"])
def engagement(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The log of talks with the market, and a form for the next."""
    tender = tenders.tender_for(request.user, key)
    may_lead, rows = can_lead(request.user, tender), tenders.engagements_of(tender)
    if request.method == "POST":
        tender = tenders.led_tender_for(request.user, key)
    form = TalkForm(posted(request))

    def save() -> None:
        record_engagement(procurement=tender, talk=form.talk(), by=request.user, now=timezone.now())

    if request.method == "POST" and form.is_valid() and done(form, save):
        messages.success(request, "The talk is written down.")
        return redirect("tendering:engagement", key)
    columns = [
        Column("Day", "date"),
        Column("How"),
        Column("With whom"),
        Column("What was learnt"),
        Column("Bidders read it"),
    ]
    cells = [(one.on, tenders.HOW[one.how], one.who, one.learnt, one.is_published) for one in rows]
    table = Table("Talks with the market", columns, cells, when_empty="No talk is written down yet.", hides_title=True)
    shown = {"tender": tender, "table": table, "rows": rows, "form": form, "may_lead": may_lead}
    return table_response(request, table) or render(request, "tendering/engagement.html", shown)


@login_required
@require_POST
def publish_engagement(request: SignedInRequest, key: UUID, talk_key: UUID) -> HttpResponse:
    """Let bidders read a talk with the tender, or not."""
    tender = tenders.led_tender_for(request.user, key)
    talk = tenders.engagement_of(tender, talk_key)
    is_published = request.POST.get("published") == "yes"
    publish_talk(engagement=talk, is_published=is_published, by=request.user, now=timezone.now())
    messages.success(request, "Bidders read it with the tender." if is_published else "It is kept with the buyers.")
    return redirect("tendering:engagement", key)


@login_required
@require_http_methods(["GET", "POST"])
def timetable(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The timetable that counts, the limits that hold, and a form to work out another."""
    tender = tenders.tender_for(request.user, key)
    if request.method == "POST":
        tender = tenders.led_tender_for(request.user, key)
    usual, kept = timetables.usual_lengths(tender), timetables.newest_timetable(tender)
    form = TimetableForm(posted(request), initial=timetables.first_values(kept, usual))

    def save() -> None:
        save_timetable(procurement=tender, asked=form.asked(usual), by=request.user, now=timezone.now())

    if request.method == "POST" and form.is_valid() and done(form, save):
        messages.success(request, "The timetable is saved.")
        return redirect("tendering:timetable", key)
    tables = _steps(kept), _limits(tender)
    may_shape = can_lead(request.user, tender) and tenders.is_being_shaped(tender)
    shown = {
        "tender": tender,
        "kept": kept,
        "form": form,
        "steps": tables[0],
        "limits": tables[1],
        "may_shape": may_shape,
    }
    return table_response(request, *tables) or render(request, "tendering/timetable.html", shown)


def _steps(kept: Any) -> Table:
    rows = [(words, on, f"{on:%A}") for words, on in timetables.steps_shown(kept)] if kept else []
    columns = [Column("Step"), Column("Day", "date"), Column("Day of the week")]
    return Table("Timetable", columns, rows, when_empty="No timetable has been worked out yet.")


def _limits(tender: Any) -> Table:
    rows = [
        (
            one.id,
            one.words[:1].upper() + one.words[1:],
            "Refuses" if one.binds else "Warns",
            one.source,
            one.standing.capitalize(),
        )
        for one in timetables.limits_shown(tender)
    ]
    columns = [Column("Limit"), Column("What it says"), Column("Here it"), Column("Source"), Column("Standing")]
    return Table("Limits of time that hold", columns, rows, when_empty="No limit is kept for this regime: ask your legal adviser.")  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def publish(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Every check in one list, then the deadline and the button."""
    tender = tenders.led_tender_for(request.user, key)
    refused = publishing.what_refuses(tender)
    kept = timetables.newest_timetable(tender)
    sent, now = posted(request), timezone.now()
    known = {"version": tender.version, "decision": publishing.decision_in_effect(tender, now=now)}
    form = PublishForm(sent, initial=timetables.moments_proposed(kept) | known, warns=bool(sent))
    if sent is not None and form.is_valid():
        typed = dict(form.cleaned_data)
        is_meant = typed.pop("despite_warnings")
        warned = timetables.deadline_problems(tender, published_at=now, deadline_at=typed["deadline_at"])[1]
        if not warned:
            del form.fields["despite_warnings"]
        if warned and not is_meant:
            form.add_error("despite_warnings", " ".join(warned))
        elif done(form, lambda: acts.publish_tender(procurement=tender, by=request.user, now=now, **typed)):
            messages.success(request, "The tender is published. Providers can bid now.")
            return redirect("tendering:shape", key)
    can_publish = tenders.is_being_shaped(tender)
    shown = {"tender": tender, "form": form, "refused": refused, "can_publish": can_publish}
    return render(request, "tendering/publish.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def extend(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Give every bidder more time."""
    tender = tenders.led_tender_for(request.user, key)
    form = ExtendForm(posted(request), initial={"to_at": tender.deadline_at})

    def save() -> None:
        acts.extend_deadline(procurement=tender, by=request.user, now=timezone.now(), **form.cleaned_data)

    back = reverse("tendering:shape", args=[key])
    if request.method == "POST" and form.is_valid() and done(form, save):
        messages.success(request, "The deadline is moved. Every bidder sees the new one and why.")
        return redirect(back)
    words = (
        "A deadline only moves later, and only before it has passed. Everybody who reads the tender reads the reason."
    )
    return asking(request, tender, form, "Give bidders more time", back, words=words, button="Move the deadline")
