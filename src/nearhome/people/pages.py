"""An administrator's pages for people and rules, and the one page that is open to whoever holds a one-time link."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, Tag, table_response
from nearhome.design.wording import nice_list
from nearhome.people import actions, queries
from nearhome.people.forms import NewPersonForm, PersonForm, RulesForm, SetPasswordForm
from nearhome.people.permissions import SignedInRequest, require_administrator, roles_allowed
from nearhome.people.roles import Role

COLOURS = {"Can sign in": "green", "No password yet": "yellow", "Switched off": "grey"}
RULES = (
    "search_needs_permission", "emergency_approval_hours", "response_hours", "emergency_response_hours", "hold_hours",
)  # fmt: skip


@login_required
@require_http_methods(["GET"])
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody of the organisation."""
    table = _listed(queries.people_of(request.user))
    organisation = request.user.organisation
    shown = {
        "table": table, "organisation": organisation, "has_rules": organisation.kind == "authority",
        "history_lines": queries.history_shown(organisation),
    }  # fmt: skip
    return table_response(request, table) or render(request, "people/list.html", shown)


def _listed(found: list[Any]) -> Table:
    columns = [
        Column("Name"), Column("Email address"), Column("Roles"), Column("Account"), Column("Last signed in", "moment"),
    ]  # fmt: skip
    rows = [
        (
            Link(one.name, reverse("people:person", args=[one.key])), one.email, nice_list(queries.role_names(one)),
            Tag(queries.standing(one), COLOURS[queries.standing(one)]), one.last_login,
        )
        for one in found
    ]  # fmt: skip
    return Table("People", columns, rows, when_empty="Nobody yet. Add a person.", hides_title=True)


@login_required
@require_http_methods(["GET"])
def person(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One person: what they may do here, and what an administrator can do about it."""
    return _person(request, queries.person_for(request.user, key))


def _person(request: SignedInRequest, found: Any, link: str = "") -> HttpResponse:
    shown = {
        "one": found, "roles": queries.role_names(found), "standing": queries.standing(found), "link": link,
        "colour": COLOURS[queries.standing(found)], "is_approver": Role.APPROVER in found.roles,
        "history_lines": queries.history_of_person(found),
    }  # fmt: skip
    return render(request, "people/person.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def add(request: SignedInRequest) -> HttpResponse:
    """Add somebody, then on to their page for the link."""
    organisation = request.user.organisation
    require_administrator(request.user, organisation)
    form = NewPersonForm(request.POST or None, allowed=roles_allowed(organisation))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            added = actions.add_person(
                email=typed["email"], name=typed["name"], roles=typed["roles"],
                approval_limit_pence=typed.get("approval_limit"), by=request.user, now=timezone.now(),
            )  # fmt: skip
            messages.success(request, f"{added.name} was added. Now make a one-time link and pass it on to them.")
            return redirect("people:person", added.key)
        except ValidationError as mistake:
            form.add_error("email" if "address" in mistake.messages[0] else None, mistake)
    return _form(request, form, "Add a person", reverse("people:list"))


@login_required
@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Name, roles and limit of one person."""
    found = queries.person_for(request.user, key)
    first = {"name": found.name, "roles": found.roles, "approval_limit": found.approval_limit_pence}
    form = PersonForm(request.POST or None, initial=first, allowed=roles_allowed(found.organisation))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            changed = actions.change_person(
                person=found, name=typed["name"], roles=typed["roles"],
                approval_limit_pence=typed.get("approval_limit"), by=request.user, now=timezone.now(),
            )  # fmt: skip
            messages.success(request, f"{changed.name} is changed.")
            # Whoever gave up the role may no longer look at people.
            return redirect("start") if found.pk == request.user.pk else redirect("people:person", key)
        except ValidationError as mistake:
            form.add_error(None, mistake)
    return _form(request, form, f"Change {found.name}", reverse("people:person", args=[key]))


@login_required
@require_POST
def link(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Make a one-time link and show it, once: it is kept nowhere."""
    found = queries.person_for(request.user, key)
    try:
        path = actions.one_time_link(person=found, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("people:person", key)
    return _person(request, found, request.build_absolute_uri(path))


@login_required
@require_POST
def switch_off(request: SignedInRequest, key: UUID) -> HttpResponse:
    """End somebody's access."""
    return _step(request, key, actions.switch_off_person, "is switched off and can no longer sign in.")


@login_required
@require_POST
def switch_on(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Let somebody come back."""
    return _step(request, key, actions.switch_on_person, "is switched on. Make a one-time link for them.")


@login_required
@require_http_methods(["GET", "POST"])
def rules(request: SignedInRequest) -> HttpResponse:
    """How the authority works."""
    kept = queries.rules_for(request.user)
    first = {name: getattr(kept, name) for name in RULES} | {"adjoining_extra": ", ".join(kept.adjoining_extra)}
    form = RulesForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            wanted = actions.Rules(**form.cleaned_data)
            authority = request.user.organisation
            actions.change_rules(authority=authority, rules=wanted, by=request.user, now=timezone.now())
            messages.success(request, "The rules are changed. What already runs keeps the times it was given.")
            return redirect("people:list")
        except ValidationError as mistake:
            form.add_error("adjoining_extra", mistake)
    return _form(request, form, f"How {request.user.organisation} works", reverse("people:list"))


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def set_password(request: HttpRequest, key: UUID, token: str) -> HttpResponse:
    """Open to whoever holds the link: choose a password, then sign in."""
    now = timezone.now()
    chooser = queries.person_of_link(key, token, now=now)
    if chooser is None:
        return render(request, "people/link_over.html", status=404)
    form = SetPasswordForm(request.POST if request.method == "POST" else None, chooser=chooser)
    if request.method == "POST" and form.is_valid():
        try:
            password = form.cleaned_data["password"]
            actions.set_password(person=chooser, token=token, password=password, by=chooser, now=now)
        except ValidationError:
            return render(request, "people/link_over.html", status=404)
        messages.success(request, "Your password is set. Sign in with it.")
        return redirect("account_login")
    return render(request, "people/set_password.html", {"form": form, "chooser": chooser})


def _step(request: SignedInRequest, key: UUID, step: Callable[..., Any], done: str) -> HttpResponse:
    found = queries.person_for(request.user, key)
    try:
        step(person=found, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"{found.name} {done}")
    return redirect("people:person", key)


def _form(request: HttpRequest, form: Any, title: str, back: str) -> HttpResponse:
    return render(request, "people/form.html", {"form": form, "title": title, "back": back})
