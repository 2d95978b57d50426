"""A child's path: its stages and prices, what was paid so far, the next step; and agreeing what comes."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.settlement.actions.paths import NewStage, agree_stage, change_stage_price, tie_stage
from nearhome.settlement.forms.paths import StageForm, StagePriceForm
from nearhome.settlement.permissions.funding import require_can_agree_path
from nearhome.settlement.queries import paths as queries


@login_required
@require_GET
def price_path(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The path of one child, by the child's key."""
    page = queries.path_of(request.user, key, today=timezone.localdate())
    tables = stages_table(page), prices_table(page)
    shown = {"page": page, "tables": tables}
    return table_response(request, *tables) or render(request, "settlement/price_path.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def agree(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Agree the next stage."""
    child = queries.own_child(request.user, key)
    require_can_agree_path(request.user, child.authority_id)
    form = StageForm(
        request.POST if request.method == "POST" else None, providers=queries.provider_choices(request.user)
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        provider = queries.provider_of(request.user, typed["provider"])
        stage = NewStage(typed["kind"], provider, typed["starts_on"], form.price())
        try:
            agree_stage(child=child, stage=stage, why=typed["why"], by=request.user, now=timezone.now())
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "The stage is agreed.")
            return redirect("settlement:price_path", key)
    shown = {"form": form, "child": child, "heading": "Agree the next stage", "button": "Agree the stage"}
    return render(request, "settlement/path_form.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def stage_price(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Agree another price of a stage from a day still to come."""
    stage = queries.stage_row(request.user, key)
    require_can_agree_path(request.user, stage.authority_id)
    form = StagePriceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            change_stage_price(
                stage=stage, starts_on=typed["starts_on"], price=form.price(), why=typed["why"], by=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "The price is agreed.")
            return redirect("settlement:price_path", stage.path.child.key)
    heading = f"Another price of stage {stage.number}"
    shown = {"form": form, "child": stage.path.child, "heading": heading, "button": "Agree the price"}
    return render(request, "settlement/path_form.html", shown)


@login_required
@require_POST
def tie(request: SignedInRequest, key: UUID, booking: UUID) -> HttpResponse:
    """Say which placement a stage became."""
    stage = queries.stage_row(request.user, key)
    row = stage.booking if stage.booking and stage.booking.key == booking else queries.booking_to_tie(stage, booking)
    if row is None:
        raise Http404
    tie_stage(stage=stage, booking=row, by=request.user, now=timezone.now())
    messages.success(request, f"Stage {stage.number} is the placement at {row.home.name}.")
    return redirect("settlement:price_path", stage.path.child.key)


def stages_table(page: queries.Path) -> Table:
    """Each stage with what it costs a week now or first, and what was paid so far."""
    columns = (
        Column("Stage"), Column("With"), Column("Planned from", "date"), Column("Placement"),
        Column("Arrived", "date"), Column("A week at first", "money"), Column("Paid so far", "money"), Column("Stands"),
    )  # fmt: skip
    rows = [
        (f"Stage {one.stage.number}, {one.stage.get_kind_display().lower()}", one.stage.provider.name, one.stage.planned_on,
         Link(one.stage.booking.home.name, reverse("settlement:stay_money", args=[one.stage.booking.key]))
         if one.stage.booking else "Not booked",
         one.stage.booking.arrived_on if one.stage.booking else None,
         one.prices[0].weekly_price_pence if one.prices else None, one.paid_pence, one.state)
        for one in page.stages
    ]  # fmt: skip
    return Table("Stages", columns, rows, when_empty="No stage is agreed yet.")


def prices_table(page: queries.Path) -> Table:
    """Every price agreed, by element."""
    columns = (
        Column("Stage"), Column("From", "date"), Column("Accommodation and care", "money"), Column("Extra staffing", "money"),
        Column("Education", "money"), Column("Therapy", "money"), Column("Transport", "money"), Column("Other", "money"),
        Column("In all a week", "money"), Column("Agreed by"), Column("Agreed", "moment"), Column("Why"),
    )  # fmt: skip
    rows = [
        (f"Stage {one.stage.number}", price.starts_on, price.core_pence, price.additional_support_pence,
         price.education_pence, price.therapy_pence, price.transport_pence, price.other_pence, price.weekly_price_pence,
         price.agreed_by.name, price.agreed_at, price.why)
        for one in page.stages for price in one.prices
    ]  # fmt: skip
    return Table("Prices agreed", columns, rows, when_empty="No price is agreed yet.", is_wide=True)
