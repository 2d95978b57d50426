"""Stays: nights on which a child slept elsewhere, and another authority that pays from a day."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.settlement.actions.staying import (
    accept_funder,
    ask_funder,
    end_absence,
    record_absence,
    withdraw_absence,
)
from nearhome.settlement.forms.rules import AbsenceForm, FunderForm, ReturnedForm
from nearhome.settlement.permissions.rules import can_see_rules
from nearhome.settlement.queries import stay_list as listed
from nearhome.settlement.queries import stays as queries


@login_required
@require_GET
def stays(request: SignedInRequest) -> HttpResponse:
    """Stays of the authority's own children, found and narrowed; and what it is asked to pay for."""
    today, narrowed = timezone.localdate(), listed.filter_from(request.GET)
    paid = _paid_for(request)
    if request.GET.get("download"):
        every = _stays_table(listed.stays_listed(request.user, narrowed, today=today), narrowed)
        download = table_response(request, every, paid)
        if download:
            return download
    page, lines = listed.stays_page(request.user, narrowed, number=request.GET.get("page", "1"), today=today)
    shown = {
        "table": _stays_table(lines, narrowed), "page": page, "narrowed": narrowed, "paid": paid,
        "months": listed.months_with_stays(request.user, today=today), "asked": queries.asked_of(request.user),
        "may_read_terms": can_see_rules(request.user),
    }  # fmt: skip
    return render(request, "settlement/stays.html", shown)


def _stays_table(lines: tuple[listed.StayLine, ...], narrowed: listed.StayFilter) -> Table:
    rows = [
        (Link(one.child_ref, reverse("settlement:stay", args=[one.key])), one.own_ref, one.home, one.place, one.arrived_on,
         one.departed_on, one.nights_away)
        for one in lines
    ]  # fmt: skip
    away = f"Nights away in {narrowed.month:%B %Y}" if narrowed.month else "Nights away"
    columns = (
        Column("Child"), Column("Your reference"), Column("Home"), Column("Place"), Column("Arrived", "date"),
        Column("Left", "date"), Column(away, "number"),
    )  # fmt: skip
    empty = (
        "No stay fits. Show all stays." if narrowed.narrows else "No child of your authority has arrived in a home yet."
    )
    return Table("Stays of your children", columns, rows, when_empty=empty)


@login_required
@require_http_methods(["GET", "POST"])
def stay(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One stay; posting records nights away."""
    posted = request.POST if request.method == "POST" else None
    form = AbsenceForm(posted)
    if posted is not None and form.is_valid():
        booking = queries.booking_row(request.user, key)
        try:
            record_absence(booking=booking, **form.cleaned_data, by=request.user, now=timezone.now())
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "The nights away are recorded. Charges follow when the month is worked out.")
            return redirect("settlement:stay", key)
    return _page(request, key, form, None)


@login_required
@require_POST
def funder(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Ask another authority to pay from a day."""
    booking = queries.booking_row(request.user, key)
    form = FunderForm(request.POST, partners=queries.partner_choices(booking), auto_id="funder-%s")
    if form.is_valid():
        typed = form.cleaned_data
        try:
            ask_funder(
                booking=booking, funder=queries.partner_of(booking, int(typed["funder"])),
                starts_on=typed["funded_from"], why=typed["why"], by=request.user, now=timezone.now(),
            )  # fmt: skip
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "Recorded. Another authority pays once a finance officer of it accepts.")
            return redirect("settlement:stay", key)
    return _page(request, key, AbsenceForm(), form)


@login_required
@require_http_methods(["GET", "POST"])
def absence(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say when a child was back, or take the absence back."""
    row = queries.absence_row(request.user, key)
    posted = request.POST if request.method == "POST" else None
    form = ReturnedForm(posted)
    if posted is not None and form.is_valid():
        try:
            end_absence(absence=row, ends_before=form.cleaned_data["ends_before"], by=request.user, now=timezone.now())
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "The night of return is recorded.")
            return redirect("settlement:stay", row.booking.key)
    return render(request, "settlement/absence.html", {"row": row, "form": form})


@login_required
@require_POST
def withdraw(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Take back an absence recorded by mistake."""
    row = queries.absence_row(request.user, key)
    withdraw_absence(absence=row, by=request.user, now=timezone.now())
    messages.success(request, "The absence is withdrawn. Charges follow as differences.")
    return redirect("settlement:stay", row.booking.key)


@login_required
@require_POST
def accept(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Accept to pay for a child of another authority."""
    accept_funder(asked=queries.funder_row(request.user, key), by=request.user, now=timezone.now())
    messages.success(request, "Accepted. Your authority pays from that night on.")
    return redirect("settlement:stays")


def _page(request: SignedInRequest, key: UUID, form: AbsenceForm, asking: FunderForm | None) -> HttpResponse:
    page = queries.stay_page(request.user, key, today=timezone.localdate())
    absences, funders = _absences(page), _funders(page)
    asking = asking or FunderForm(partners=page.partners, auto_id="funder-%s")
    context = {"page": page, "form": form, "absences": absences, "funders": funders, "asking": asking}
    return table_response(request, absences, funders) or render(request, "settlement/stay.html", context)


def _paid_for(request: SignedInRequest) -> Table:
    rows = [
        (Link(one.child_ref, reverse("settlement:stay_money", args=[one.key])), one.home_name, one.authority.name,
         one.starts_on)
        for one in queries.paid_for(request.user)
    ]  # fmt: skip
    columns = Column("Child"), Column("Home"), Column("Authority"), Column("You pay from", "date")
    return Table("Children of others that you pay for", columns, rows)


def _absences(page: queries.StayPage) -> Table:
    rows = [
        (one.get_kind_display(), one.starts_on, one.ends_before, one.recorded_by.name,
         "Withdrawn" if one.withdrawn_at
         else Link("Change", reverse("settlement:absence", args=[one.key]), f"nights away from {one.starts_on:%-d %B %Y}"))
        for one in page.absences
    ]  # fmt: skip
    columns = (
        Column("Where"), Column("First night away", "date"), Column("Night of return", "date"), Column("Recorded by"),
        Column("What to do"),
    )  # fmt: skip
    return Table("Nights away", columns, rows, when_empty="No nights away are recorded.")


def _funders(page: queries.StayPage) -> Table:
    rows = [
        (one.funder.name, one.starts_on, one.why, one.accepted_by.name if one.accepted_by else "Not accepted yet",
         one.accepted_at)
        for one in page.funders
    ]  # fmt: skip
    columns = (
        Column("Authority"), Column("From", "date"), Column("Why"), Column("Accepted by"), Column("Accepted", "moment"),
    )  # fmt: skip
    return Table("Who pays", columns, rows, when_empty=f"{page.booking.authority.name} pays for every night.")
