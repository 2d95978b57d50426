"""The list of placements, and one placement."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from nearhome.design.tables import Column, Link, Table, Tag, table_response
from nearhome.placements import permissions
from nearhome.placements.pages.answering import person_of
from nearhome.placements.queries.facts import clocks_of
from nearhome.placements.queries.placements import (
    PlacementLine,
    booking_for,
    booking_key_for_referral,
    counts_by_stage,
    distance_rule,
    placement_shown,
    placements_listed,
    placements_page,
)
from nearhome.placements.queries.tasks import tasks_for

COLUMNS = (
    Column("Child"), Column("Home"), Column("Other side"), Column("Status"), Column("Starts", "date"),
    Column("Ends", "date"), Column("Route"), Column("Weekly fee", "weekly"),
)  # fmt: skip
STAGES = {"upcoming": "Still to move in", "living": "Living there", "ended": "Ended or cancelled"}


@login_required
def placements(request: HttpRequest) -> HttpResponse:
    """The placements of one's own authority, or in one's own homes."""
    now = timezone.now()
    asked = {"stage": request.GET.get("stage", ""), "search": request.GET.get("search", "")}
    if request.GET.get("download"):
        download = table_response(request, placements_table(placements_listed(person_of(request), **asked, now=now)))
        if download:
            return download
    page, lines = placements_page(person_of(request), **asked, number=request.GET.get("page", "1"), now=now)
    counts = [
        {"figure": f"{count:,}", "about": STAGES[name], "href": f"?stage={name}"}
        for name, count in counts_by_stage(person_of(request), now=now)
    ]
    words = STAGES.get(asked["stage"], "")
    shown = {"table": placements_table(lines), "page": page, "counts": counts, "stage_words": words, **asked}
    return render(request, "placements/list.html", shown)


def placements_table(lines: tuple[PlacementLine, ...]) -> Table:
    """The list as a table."""
    rows = [
        (
            Link(one.child_ref, reverse("placements:placement", args=[one.key])), one.home, one.organisation,
            Tag(one.words, one.colour), one.starts_on, one.ends_on, one.route, one.weekly_price_pence,
        )
        for one in lines
    ]  # fmt: skip
    empty = "No placements here. A placement appears when the choice of a home is approved."
    return Table("Placements", COLUMNS, rows, when_empty=empty, hides_title=True)


@login_required
def placement(request: HttpRequest, key: UUID) -> HttpResponse:
    """One placement: where it stands, its terms, what to do next, what has happened."""
    now, person = timezone.now(), person_of(request)
    booking = booking_for(person, key)
    shown = placement_shown(person, booking, now=now)
    inside = shown.side == permissions.AUTHORITY
    page = {
        "shown": shown,
        "booking": booking,
        "inside": inside,
        "tasks": tasks_for(person, shown, now=now),
        "clocks": [one for one in clocks_of(booking, now) if one.state in ("overdue", "due")] if inside else [],
        "distance_words": distance_rule(shown.out_of_area) if shown.out_of_area else "",
        "may_work": permissions.can_work_on(person, booking),
        "may_approve": permissions.can_approve(person, booking),
        "prices": prices_table(shown.prices),
    }
    return render(request, "placements/placement.html", page)


@login_required
def for_referral(request: HttpRequest, key: UUID) -> HttpResponse:
    """The placement that a referral led to, by the referral's key."""
    return redirect("placements:placement", booking_key_for_referral(person_of(request), key))


def _why(price: Any) -> str:
    """A provider is told that it was an uplift, and reads of the round with its framework."""
    if price.uplift_id is None:
        return "Agreed"
    return f"Uplift of {price.uplift.framework}" if price.uplift else "Uplift"


def prices_table(prices: tuple[Any, ...]) -> Table:
    """What the placement costs by the week, from which day."""
    names = (
        "starts_on",
        "core_pence",
        "additional_support_pence",
        "education_pence",
        "therapy_pence",
        "transport_pence",
        "other_pence",
        "weekly_price_pence",
    )
    heads = (
        "From", "Accommodation and care", "Additional support", "Education", "Therapy", "Transport", "Other",
        "In all a week",
    )  # fmt: skip
    columns = [Column(head, "date" if head == "From" else "money") for head in heads]
    columns.append(Column("Why"))
    rows = [(*(getattr(one, name) for name in names), _why(one)) for one in prices]
    return Table("Weekly price", columns, rows, when_empty="No price is recorded.")
