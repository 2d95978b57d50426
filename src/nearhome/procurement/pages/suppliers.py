"""One supplier of a framework: its page, its tier, its suspension and return, its transfer, its rate card."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from nearhome.design import wording
from nearhome.design.tables import Column, Table, Tag, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.procurement.actions.rates import set_rate_card
from nearhome.procurement.actions.suppliers import (
    move_to_tier,
    return_supplier,
    suspend_supplier,
    transfer_supplier,
)
from nearhome.procurement.calculations.frameworks.reopening import line_words
from nearhome.procurement.forms.suppliers import MoveForm, RateCardForm, ReturnForm, SuspendForm, TransferForm
from nearhome.procurement.pages.answering import answered, asked, form_page, posted
from nearhome.procurement.pages.frameworks import BOTH, GET, crumbs
from nearhome.procurement.queries import suppliers as read


def way_to(row: Any, *parts: str) -> list[dict[str, str]]:
    """The way here from a supplier."""
    framework = row.framework
    return crumbs(
        (framework.name, reverse("procurement:framework", args=[framework.key])),
        (str(row.registration), reverse("procurement:supplier", args=[framework.key, row.pk])),
        *((one, "") for one in parts),
    )


@login_required
@GET
def supplier(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """One supplier as it stands, with its prices and what happened to it."""
    page = read.supplier_shown(request.user, key, number, now=timezone.now())
    tables = {"rates": _rates(page), "suspensions": _suspensions(page), "moves": _moves(page)}
    download = table_response(request, *tables.values())
    row = page.standing.row
    shown = {
        "page": page,
        "row": row,
        "facts": _facts(page),
        "crumbs": [*way_to(row)[:-1], {"text": str(row.registration)}],
        **tables,
    }
    return download or render(request, "procurement/supplier.html", shown)


def _facts(page: Any) -> list[tuple[str, Any]]:
    standing, row = page.standing, page.standing.row
    since = row.admitted_from or page.framework.starts_on
    found = [
        ("Provider", str(row.provider)),
        ("Number in the register", row.registration.urn),
        ("Tier", f"{standing.tier}"),
        (
            "Admitted",
            f"from {wording.date(since)}" + (f" to {wording.date(_last(row.ends_before))}" if row.ends_before else ""),
        ),
        ("Last judgement", standing.judgement or "none on record"),
        ("Now", standing.words),
    ]
    passed = page.transfer
    if passed:
        rates = "with the same prices" if passed.keeps_rates else "with prices of its own"
        found.append(
            (
                "Transfer",
                f"From {passed.supplier.provider} to {passed.successor.provider} on {wording.date(passed.passes_on)}, {rates}."
                f" {passed.consent_words}",
            )
        )
    return found


def _last(before: date | None) -> date | None:
    return before - timedelta(days=1) if before else None


def _rates(page: Any) -> Table:
    columns = [
        Column("For"), Column("Weekly price", "money"), Column("From", "date"), Column("To", "date"), Column("Now"),
    ]  # fmt: skip
    rows = [
        (
            line_words((one.category, one.min_age, one.before_age)), one.weekly_price_pence, one.starts_on,
            _last(one.ends_before) or "no end", _holds(one, page.today),
        )
        for one in page.rates
    ]  # fmt: skip
    return Table("Rate card, now and before", columns, rows, when_empty="No price is on record.", slug="rates")


def _holds(one: Any, today: date) -> Tag:
    if one.starts_on > today:
        return Tag("To come", "blue")
    over = one.ends_before is not None and one.ends_before <= today
    return Tag("Over", "grey") if over else Tag("In force", "green")


def _suspensions(page: Any) -> Table:
    columns = [
        Column("From", "date"), Column("Offered again from", "date"), Column("Ground"), Column("What happened"),
        Column("By"), Column("What changed"),
    ]  # fmt: skip
    rows = [
        (
            one.starts_on, one.ends_before or "not decided", one.get_ground_display(), one.words, one.by_name,
            f"{one.return_words} ({one.returned_by_name})" if one.return_words else "",
        )
        for one in page.suspensions
    ]  # fmt: skip
    return Table("Suspensions", columns, rows, when_empty="It was never suspended.")


def _moves(page: Any) -> Table:
    columns = [Column("From", "date"), Column("Tier", "number"), Column("Why"), Column("By")]
    rows = [(one.starts_on, one.tier, one.words, one.by_name) for one in page.moves]
    return Table(
        "Moves between tiers",
        columns,
        rows,
        when_empty=f"It was admitted to tier {page.standing.row.tier} and stayed there.",
    )


@login_required
@BOTH
def move(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Put it into another tier."""
    row = read.supplier_to_lead(request.user, key, number)
    form = MoveForm(posted(request))

    def act() -> Any:
        return move_to_tier(supplier=row, by=request.user, now=timezone.now(), **form.cleaned_data)

    return asked(
        request, form, act, "The move is on record.", back=("procurement:supplier", key, number), title="Move to another tier",
        caption=str(row.registration), crumbs=way_to(row, "Move to another tier"), button="Move it",
        lead="From that day it is asked with the suppliers of its new tier. What was called off before stays as it was.",
    )  # fmt: skip


@login_required
@BOTH
def suspend(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Offer it no placements."""
    row = read.supplier_to_lead(request.user, key, number)
    form = SuspendForm(posted(request))

    def act() -> Any:
        typed = form.cleaned_data
        return suspend_supplier(
            supplier=row, starts_on=typed["starts_on"], ground=typed["ground"], words=typed["words"],
            ends_before=typed["returns_on"], by=request.user, now=timezone.now(),
        )  # fmt: skip

    return asked(
        request, form, act, "The suspension is on record.", back=("procurement:supplier", key, number), title="Suspend",
        caption=str(row.registration), crumbs=way_to(row, "Suspend"), button="Suspend it",
        lead="It is offered no placements by this framework from that day. Children who live there stay, on their terms.",
    )  # fmt: skip


@login_required
@BOTH
def take_back(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """End its suspension."""
    row = read.supplier_to_lead(request.user, key, number)
    suspension = read.suspension_running(row)
    form = ReturnForm(posted(request))

    def act() -> Any:
        return return_supplier(suspension=suspension, by=request.user, now=timezone.now(), **form.cleaned_data)

    return asked(
        request, form, act, "The return is on record.", back=("procurement:supplier", key, number), title="End the suspension",
        caption=str(row.registration), crumbs=way_to(row, "End the suspension"), button="Take it back",
        lead=f"Suspended from {wording.date(suspension.starts_on)}: {suspension.get_ground_display().lower()}. {suspension.words}",
    )  # fmt: skip


@login_required
@BOTH
def transfer(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Pass it on to another provider."""
    row = read.supplier_to_lead(request.user, key, number)
    form = TransferForm(posted(request))

    def act() -> Any:
        return transfer_supplier(supplier=row, passing=form.passing(), by=request.user, now=timezone.now())

    made = answered(request, form, act, "The transfer is on record.")
    if made is not None:
        return redirect("procurement:supplier", key, made.successor_id)
    return form_page(
        request, form, title="Pass on to another provider", caption=str(row.registration),
        crumbs=way_to(row, "Pass on to another provider"), button="Pass it on",
        lead=f"The admission of {row.provider} ends on that day and the new provider’s begins, in the same tier."
        " Placements called off before keep their terms. Prices of the old provider stay known to it alone.",
    )  # fmt: skip


@login_required
@BOTH
def rate_card(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Set the prices of one category, band by band."""
    row = read.supplier_to_lead(request.user, key, number)
    page = read.supplier_shown(request.user, key, number, now=timezone.now())
    form = RateCardForm(posted(request), bands=read.bands_of(page.rates, page.today))

    def act() -> Any:
        typed = form.cleaned_data
        return set_rate_card(
            supplier=row, category=typed["category"], bands=typed["bands"], starts_on=typed["starts_on"], by=request.user,
            now=timezone.now(),
        )  # fmt: skip

    return asked(
        request, form, act, "The rate card is on record.", back=("procurement:supplier", key, number), title="Set the rate card",
        caption=str(row.registration), crumbs=way_to(row, "Set the rate card"), button="Save the rate card",
        template="procurement/bands.html",
        lead="Every age once and none left out. Prices in force end on that day; agreed placements keep theirs."
        " A price rises only in an uplift round.",
    )  # fmt: skip
