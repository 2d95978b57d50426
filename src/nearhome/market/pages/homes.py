"""Homes: a list with vacancies, one home, and what its provider says of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from psycopg.types.range import DateRange

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.design.wording import LONDON
from nearhome.market.actions.homes import (
    Description,
    Figures,
    NewHousehold,
    add_household,
    describe_home,
    set_capacity,
)
from nearhome.market.actions.occupancy import close_place, reopen_place
from nearhome.market.forms import CapacityForm, ClosureForm, DescriptionForm, HouseholdForm
from nearhome.market.permissions import can_describe_home, can_see_all_homes, require_can_describe
from nearhome.market.queries import homes as queries
from nearhome.market.reference.skills import SKILLS
from nearhome.people.permissions import SignedInRequest
from nearhome.people.roles import Role

SAID = ("min_age", "max_age", "sexes", "skills", "has_pets", "school_on_site", "takes_solo")


@login_required
@require_http_methods(["GET"])
def homes(request: SignedInRequest) -> HttpResponse:
    """Every home an authority may look at, or the provider's own."""
    asked = request.GET
    narrowed = queries.HomeFilter(
        asked.get("kind", ""), asked.get("area", ""), asked.get("search", ""), asked.get("vacancy") == "yes"
    )
    now = timezone.now()
    rows = queries.homes_listed(request.user, narrowed, now=now, today=timezone.localdate(now, LONDON))
    page = Paginator(rows, 25).get_page(asked.get("page"))
    table = _listed(list(rows if asked.get("download") else page))
    shown = {
        "table": table, "page": page, "narrowed": narrowed, "kinds": queries.KIND_NAMES,
        "areas": queries.areas_of(request.user), "is_provider": not can_see_all_homes(request.user),
        "can_add": bool(queries.fostering_registrations(request.user)) and request.user.has_role("provider"),
    }  # fmt: skip
    return table_response(request, table) or render(request, "market/homes.html", shown)


def _listed(rows: list[Any]) -> Table:
    columns = [
        Column("Home"), Column("Kind"), Column("Provider"), Column("Area"), Column("Ages"), Column("Places", "number"),
        Column("Free today", "number"), Column("Open to referrals", "number"), Column("Judgement"),
    ]  # fmt: skip
    cells = [
        (
            Link(home.name, reverse("market:home", args=[home.key])), home.get_kind_display(), str(home.provider),
            queries.area_name(home.area_code), f"{home.min_age} to {home.max_age}", home.places_count, home.free_count,
            home.open_count, home.judgement or "Not judged",
        )
        for home in rows
    ]  # fmt: skip
    empty = "No home fits. Show all homes, or load the provider register."
    return Table("Homes", columns, cells, when_empty=empty, hides_title=True)


@login_required
@require_http_methods(["GET"])
def home(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One home: its registration, whom it takes, its places today."""
    found, now = queries.home_for(request.user, key), timezone.now()
    today = timezone.localdate(now, LONDON)
    shown = {
        "home": found, "places_today": queries.places_shown(found, now=now, today=today),
        "capacity": queries.capacity_on(found, today), "judged": queries.latest_judgement(found),
        "area": queries.area_name(found.area_code), "skills": [SKILLS.get(code, code) for code in found.skills],
        "life": queries.life_shown(found),
        "can_describe": can_describe_home(request.user, found), "history_lines": queries.history_shown(found),
    }  # fmt: skip
    return render(request, "market/home.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def describe(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Whom the home takes and what it can do."""
    found = queries.home_for(request.user, key)
    require_can_describe(request.user, found)
    form = DescriptionForm(request.POST or None, initial={name: getattr(found, name) for name in SAID})
    if request.method == "POST" and form.is_valid():
        try:
            described = Description(**{name: form.cleaned_data[name] for name in SAID})
            describe_home(home=found, description=described, by=request.user, now=timezone.now())
            messages.success(request, f"{found.name} is described.")
            return redirect("market:home", key)
        except ValidationError as mistake:
            _add_errors(form, mistake)
    return _form_page(request, form, "Describe the home", found)


@login_required
@require_http_methods(["GET", "POST"])
def capacity(request: SignedInRequest, key: UUID) -> HttpResponse:
    """How many places the home can offer, said three ways."""
    found, now = queries.home_for(request.user, key), timezone.now()
    require_can_describe(request.user, found)
    today = timezone.localdate(now, LONDON)
    kept = queries.capacity_on(found, today)
    names = ("registered", "staffed", "open_to_referrals", "reason")
    first = {name: getattr(kept, name) for name in names} if kept else {}
    form = CapacityForm(request.POST or None, initial=first | {"starts_on": today})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        figures = Figures(typed["registered"], typed["staffed"], typed["open_to_referrals"])
        try:
            set_capacity(
                home=found,
                starts_on=typed["starts_on"],
                figures=figures,
                reason=typed["reason"],
                by=request.user,
                now=now,
            )
            messages.success(request, "The capacity is recorded.")
            return redirect("market:home", key)
        except ValidationError as mistake:
            _add_errors(form, mistake)
    return _form_page(request, form, "How many places can you offer?", found)


@login_required
@require_http_methods(["GET", "POST"])
def close(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Close a place for some days."""
    place, now = queries.place_for(request.user, key), timezone.now()
    require_can_describe(request.user, place.home)
    form = ClosureForm(request.POST or None, initial={"starts_on": timezone.localdate(now, LONDON)})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        days = DateRange(typed["starts_on"], typed["ends_before"])
        try:
            close_place(place=place, days=days, reason=typed["reason"], by=request.user, now=now)
            messages.success(request, f"{place.label} is closed.")
            return redirect("market:home", place.home.key)
        except ValidationError as mistake:
            _add_errors(form, mistake)
    return _form_page(request, form, f"Close {place.label}", place.home)


@login_required
@require_POST
def reopen(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """End a closure today; again it does nothing."""
    place, now = queries.place_for(request.user, key), timezone.now()
    require_can_describe(request.user, place.home)
    closure = queries.closure_for(request.user, place, number)
    reopen_place(occupancy=closure, on=timezone.localdate(now, LONDON), by=request.user, now=now)
    messages.success(request, f"{place.label} is open again.")
    return redirect("market:home", place.home.key)


@login_required
@require_http_methods(["GET", "POST"])
def new_household(request: SignedInRequest) -> HttpResponse:
    """Add a fostering household of one's own agency."""
    if not request.user.has_role(Role.PROVIDER):
        raise PermissionDenied("Only people who work for a fostering service add its households.")
    services = {str(one.key): one for one in queries.fostering_registrations(request.user)}
    choices = [(key, one.name) for key, one in services.items()]
    form = HouseholdForm(request.POST or None, services=choices)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        household = NewHousehold(typed["ref"], typed["name"], typed["postcode"], typed["places"])
        try:
            service = services[typed["service"]]
            made = add_household(registration=service, household=household, by=request.user, now=timezone.now())
            messages.success(request, f"{made.name} is added. Now say whom it takes.")
            return redirect("market:describe", made.key)
        except ValidationError as mistake:
            _add_errors(form, mistake)
    return _form_page(request, form, "Add a household", None)


def _form_page(request: SignedInRequest, form: BaseForm, title: str, found: Any) -> HttpResponse:
    back = reverse("market:home", args=[found.key]) if found else reverse("market:homes")
    shown = {"form": form, "title": title, "home": found, "back": back}
    return render(request, "market/home_form.html", shown)


def _add_errors(form: BaseForm, mistake: ValidationError) -> None:
    """What an action refuses becomes an error beside its field; what was typed stays."""
    if not hasattr(mistake, "error_dict"):
        form.add_error(None, mistake)
        return
    for name, sentences in mistake.message_dict.items():
        form.add_error(name if name in form.fields else None, sentences)
