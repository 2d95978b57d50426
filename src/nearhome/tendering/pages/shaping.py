"""Shaping a tender: one page that shows how far it is, and one for each lot."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.design.wording import plural
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions import shaping
from nearhome.tendering.forms.shaping import FORMULAS, BandForm, BenchmarkForm, LotForm, PlacesForm
from nearhome.tendering.pages.sending import asking, done, posted, removing
from nearhome.tendering.permissions.cases import can_lead
from nearhome.tendering.queries import tenders
from nearhome.tendering.queries.publishing import checks_of


@login_required
@require_http_methods(["GET"])
def shape(request: SignedInRequest, key: UUID) -> HttpResponse:
    """How far the tender is: its lots, and every check before it is published."""
    tender = tenders.tender_for(request.user, key)
    lots = tenders.lots_of(tender)
    checks = checks_of(tender)
    table = Table(
        "Lots",
        [Column("Lot"), Column("Kind of place"), Column("Area"), Column("Ages"), Column("Places in all", "number"), Column("Prices asked", "number")],
        [
            (
                Link(str(lot), reverse("tendering:lot", args=[tender.key, lot.number])), lot.kind_words, str(lot.area or ""),
                f"{lot.min_age} to {lot.before_age - 1}", max((one.in_all for one in lot.places_wanted.all()), default=0),
                lot.bands.count(),
            )
            for lot in lots
        ],
        when_empty="There is no lot yet.",
    )  # fmt: skip
    shown = {
        "tender": tender, "table": table, "tasks": [_task(tender, one) for one in checks],
        "to_mend": sum(not one.is_right and one.refuses for one in checks),
        "may_shape": can_lead(request.user, tender) and tenders.is_being_shaped(tender),
        "may_lead": can_lead(request.user, tender), "examples": tenders.starting_lots(tender),
    }  # fmt: skip
    return table_response(request, table) or render(request, "tendering/shape.html", shown)


def _task(tender: Any, check: Any) -> dict[str, str]:
    arguments = [tender.key, *([check.argument] if check.argument is not None else [])]
    status, colour = (
        ("Right", "") if check.is_right else ("To mend", "red") if check.refuses else ("Look at it", "yellow")
    )
    return {
        "text": check.about, "href": reverse(f"tendering:{check.address}", args=arguments), "status": status,
        "colour": colour, "hint": ". ".join(check.wrong),
    }  # fmt: skip


@login_required
@require_http_methods(["GET"])
def lot(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """One lot: what it says, places by day, prices asked, benchmark."""
    tender = tenders.tender_for(request.user, key)
    row = tenders.lot_of(tender, number)
    may_shape = can_lead(request.user, tender) and tenders.is_being_shaped(tender)
    tables = _places_table(row, may_shape), _bands_table(row, may_shape)
    shown = {
        "tender": tender, "lot": row, "places": tables[0], "bands": tables[1], "may_shape": may_shape,
        "benchmark": getattr(row, "benchmark", None), "formula": dict(FORMULAS),
        "checks": [one for one in checks_of(tender) if one.argument == number and not one.is_right],
    }  # fmt: skip
    return table_response(request, *tables) or render(request, "tendering/lot.html", shown)


def _places_table(row: Any, may_shape: bool) -> Table:
    columns = [Column("By", "date"), Column("Places in all", "number"), *([Column("Change")] if may_shape else [])]
    rows = []
    for one in row.places_wanted.all():
        href = reverse("tendering:remove_places", args=[row.procurement.key, row.number, one.by_on.isoformat()])
        link = [Link("Remove", href, f"places by {one.by_on}")] if may_shape else []
        rows.append((one.by_on, one.in_all, *link))
    return Table("Places by day", columns, rows, when_empty="No places are asked for yet.")


def _bands_table(row: Any, may_shape: bool) -> Table:
    columns = [
        Column("Price for"), Column("Category"), Column("Ages"), Column("Weeks forecast", "number"), Column("Most a week", "money"),
        *([Column("Change")] if may_shape else []),
    ]  # fmt: skip
    rows = []
    for one in row.bands.all():
        href = reverse("tendering:change_band", args=[row.procurement.key, row.number, one.position])
        link = [Link("Change or remove", href, one.label)] if may_shape else []
        rows.append((one.label, tenders.CATEGORIES.get(one.category, one.category), f"{one.min_age} to {one.before_age - 1}", tenders.plain(one.forecast_weeks), one.most_weekly_pence, *link))  # fmt: skip
    return Table("Prices asked", columns, rows, when_empty="No price is asked for yet.")


@login_required
@require_http_methods(["GET", "POST"])
def lot_form(request: SignedInRequest, key: UUID, number: int | None = None) -> HttpResponse:
    """Add a lot or change what it says."""
    tender = tenders.led_tender_for(request.user, key)
    row = tenders.lot_of(tender, number) if number is not None else None
    others = [(str(one.number), str(one)) for one in tenders.lots_of(tender) if one.number != number]
    initial = _first_values(row) if row else {"kind": tender.kind}
    form = LotForm(posted(request), initial=initial, areas=tenders.areas_to_choose(tender), others=others)
    saved: list[Any] = []

    def save() -> None:
        values = form.values()
        terms = shaping.LotTerms(**values | {"area": tenders.area_chosen(values["area"])})
        saved.append(
            shaping.save_lot(procurement=tender, terms=terms, number=number, by=request.user, now=timezone.now())
        )

    if request.method == "POST" and form.is_valid() and done(form, save):
        messages.success(request, f"Lot {saved[0].number} is saved.")
        return redirect("tendering:lot", key, saved[0].number)
    back = reverse("tendering:lot", args=[key, number]) if number else reverse("tendering:shape", args=[key])
    return asking(request, tender, form, f"Change lot {number}" if number else "Add a lot", back, remove=(
        reverse("tendering:remove_lot", args=[key, number]) if number else ""))  # fmt: skip


def _first_values(row: Any) -> dict[str, Any]:
    names = ("name", "needs", "wishes", "min_age", "most_places", "most_suppliers", "price_formula", "least_quality")
    others = {"kind": row.kind_bought, "last_age": row.before_age - 1, "area": str(row.area_id or "")}
    step = {"step_across": str(row.step_across.number) if row.step_across else ""}
    return {name: getattr(row, name) for name in names} | others | step


@login_required
@require_POST
def start_lot(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Make a lot of the requirement, or of a shipped example."""
    tender = tenders.led_tender_for(request.user, key)
    example = request.POST.get("example", "")
    given: dict[str, Any] = {"procurement": tender, "by": request.user, "now": timezone.now()}
    try:
        if example:
            made = shaping.start_lot_from_example(example=example, **given)
        else:
            made = shaping.start_lot_from_requirement(**given)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("tendering:shape", key)
    messages.success(request, f"Lot {made.number} was made. Change what does not fit.")
    return redirect("tendering:lot", key, made.number)


@login_required
@require_http_methods(["GET", "POST"])
def places(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Ask for places by a day."""
    tender = tenders.led_tender_for(request.user, key)
    row, form = tenders.lot_of(tender, number), PlacesForm(posted(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: shaping.set_places(lot=row, by=request.user, now=timezone.now(), **form.cleaned_data))
    ):
        return redirect("tendering:lot", key, number)
    return asking(request, tender, form, "Places by a day", reverse("tendering:lot", args=[key, number]))


@login_required
@require_http_methods(["GET", "POST"])
def remove_places(request: SignedInRequest, key: UUID, number: int, on: str) -> HttpResponse:
    """No longer ask for places by a day."""
    tender = tenders.led_tender_for(request.user, key)
    row = tenders.lot_of(tender, number)
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise Http404("No such day") from None
    return removing(request, tender, f"the places by {day.day} {day:%B %Y}", reverse("tendering:lot", args=[key, number]),
                     lambda: shaping.remove_places(lot=row, by_on=day, by=request.user, now=timezone.now()))  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def band(request: SignedInRequest, key: UUID, number: int, position: int | None = None) -> HttpResponse:
    """Ask for a price, or change one."""
    tender = tenders.led_tender_for(request.user, key)
    row = tenders.lot_of(tender, number)
    kept = tenders.band_of(row, position) if position is not None else None
    names = ("label", "category", "min_age", "forecast_weeks", "most_weekly_pence")
    initial = {name: getattr(kept, name) for name in names} if kept else {"min_age": row.min_age}
    initial["last_age"] = (kept.before_age if kept else row.before_age) - 1
    form = BandForm(posted(request), initial=initial)

    def save() -> None:
        shaping.save_band(lot=row, terms=form.terms(), position=position, by=request.user, now=timezone.now())

    if request.method == "POST" and form.is_valid() and done(form, save):
        return redirect("tendering:lot", key, number)
    remove = reverse("tendering:remove_band", args=[key, number, position]) if position else ""
    title = "Change a price that is asked" if position else "Ask for a price"
    return asking(request, tender, form, title, reverse("tendering:lot", args=[key, number]), remove=remove)


@login_required
@require_http_methods(["GET", "POST"])
def remove_band(request: SignedInRequest, key: UUID, number: int, position: int) -> HttpResponse:
    """No longer ask for a price."""
    tender = tenders.led_tender_for(request.user, key)
    row = tenders.lot_of(tender, number)
    kept = tenders.band_of(row, position)
    return removing(request, tender, f"the price for {kept.label}", reverse("tendering:lot", args=[key, number]),
                     lambda: shaping.remove_band(lot=row, position=position, by=request.user, now=timezone.now()))  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def benchmark(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Say what the same costs bought singly."""
    tender = tenders.led_tender_for(request.user, key)
    row = tenders.lot_of(tender, number)
    kept = getattr(row, "benchmark", None)
    initial = {"spot_weekly_pence": kept.spot_weekly_pence, "source": kept.source} if kept else {}
    form = BenchmarkForm(posted(request), initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: shaping.set_benchmark(lot=row, by=request.user, now=timezone.now(), **form.cleaned_data))
    ):
        return redirect("tendering:lot", key, number)
    return asking(
        request, tender, form, "What the same costs bought singly", reverse("tendering:lot", args=[key, number])
    )


@login_required
@require_http_methods(["GET", "POST"])
def remove_lot(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Remove a lot with everything in it."""
    tender = tenders.led_tender_for(request.user, key)
    row = tenders.lot_of(tender, number)
    within = plural(row.bands.count(), "price")
    return removing(request, tender, f"{row} with its places and {within}", reverse("tendering:shape", args=[key]),
                     lambda: shaping.remove_lot(procurement=tender, number=number, by=request.user, now=timezone.now()))  # fmt: skip
