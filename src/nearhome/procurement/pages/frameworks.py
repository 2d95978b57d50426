"""Frameworks: the list, one of them, a new one, its tiers and its extension."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design import wording
from nearhome.design.tables import Column, Link, Table, Tag, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.procurement.actions.frameworks import extend_framework, join_framework, make_framework, set_framework_tier
from nearhome.procurement.actions.suppliers import admit_supplier
from nearhome.procurement.forms.frameworks import ExtendForm, JoinForm, NewFrameworkForm, TierForm, day_after
from nearhome.procurement.forms.suppliers import AdmitForm
from nearhome.procurement.pages.answering import answered, asked, form_page, posted
from nearhome.procurement.permissions import buys, can_commission, require_commissioning, sells
from nearhome.procurement.queries import frameworks as read
from nearhome.procurement.queries.reopening import applications_to
from nearhome.procurement.queries.uplifts import rounds_of

GET = require_http_methods(["GET"])
BOTH = require_http_methods(["GET", "POST"])


def crumbs(*parts: tuple[str, str]) -> list[dict[str, str]]:
    """The way here from the list of contracts."""
    first = [("Your work", reverse("start")), ("Contracts", reverse("procurement:frameworks"))]
    return [{"text": text, "href": href} if href else {"text": text} for text, href in (*first, *parts)]


def way_to(framework: Any, *parts: str) -> list[dict[str, str]]:
    """The way here from a framework."""
    page = reverse("procurement:framework", args=[framework.key])
    return crumbs((framework.name, page), *((one, "") for one in parts))


@login_required
@GET
def frameworks(request: SignedInRequest) -> HttpResponse:
    """Every framework the person may read."""
    today = timezone.localdate()
    found = list(read.frameworks_of(request.user))
    admitted = read.suppliers_by_framework(found, request.user)
    rows = [
        (
            Link(one.name, reverse("procurement:framework", args=[one.key])), one.get_kind_display(), str(one.lead),
            one.get_form_display(), one.starts_on, one.ends_before - timedelta(days=1) if one.ends_before else "no end",
            admitted.get(one.pk, 0), _standing(one, today),
        )
        for one in found
    ]  # fmt: skip
    heads = "Yours admitted" if not buys(request.user) else "Admitted"
    columns = [
        Column("Framework"), Column("For"), Column("Led by"), Column("Form"), Column("First day", "date"),
        Column("Last day", "date"), Column(heads, "number"), Column("Now"),
    ]  # fmt: skip
    nothing = (
        "You supply no framework, and none is open to new entrants." if sells(request.user) else "No framework yet."
    )
    table = Table("Frameworks", columns, rows, when_empty=nothing, hides_title=True)
    shown = {"table": table, "may_make": can_commission(request.user), "buys": buys(request.user)}
    return table_response(request, table) or render(request, "procurement/frameworks.html", shown)


def _standing(one: Any, today: Any) -> Tag:
    if one.starts_on > today:
        return Tag("To come", "grey")
    over = one.ends_before is not None and one.ends_before <= today
    return Tag("Over", "grey") if over else Tag("In force", "green")


@login_required
@GET
def framework(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One framework: what it is, how its tiers are asked, who is admitted, when it reopens."""
    page = read.framework_shown(request.user, key, now=timezone.now())
    suppliers = _suppliers(page)
    tables = {
        "tiers": _tiers(page), "suppliers": suppliers, "windows": _windows(page),
        "applications": _applications(applications_to(request.user, page.row)),
        "uplifts": _uplifts(request, page) if page.buys else None,
    }  # fmt: skip
    download = table_response(request, *(one for one in tables.values() if one))
    extensions = list(page.row.extensions.order_by("earlier_end"))
    return download or render(
        request, "procurement/framework.html",
        {"page": page, "facts": _facts(page), "crumbs": [*way_to(page.row)[:-1], {"text": page.row.name}],
         "extensions": extensions, "may_apply": sells(request.user) and page.open_windows, **tables},
    )  # fmt: skip


def _facts(page: Any) -> list[tuple[str, Any]]:
    row, limit = page.row, page.limit
    latest = f"Until {wording.date(limit.ends_before - timedelta(days=1))} at the latest. " if limit.ends_before else ""
    found = [
        ("For", row.get_kind_display()),
        ("Led by", str(row.lead)),
        ("May call off", ", ".join(page.parties)),
        ("Term", f"{wording.date(row.starts_on)} to {wording.date(page.last_day) or 'no end'}"),
        (
            "Longest term",
            f"{latest}{limit.rule.words} ({limit.rule.rule_id}, {limit.rule.source}; {limit.rule.standing}).",
        ),
        ("Form", f"{row.get_form_display()}, {row.get_regime_display()}{', light touch' if row.light_touch else ''}"),
        ("May be extended by", wording.plural(row.extension_months, "month") if row.extension_months else "nothing"),
        ("Prices are firm until", wording.date(row.price_firm_until) or "no day: an uplift may come at any time"),
        ("Next age band", row.get_birthday_rule_display()),
        ("A vote on an uplift needs", f"{row.vote_quorum_percent}% of those who may call off to take part"),
    ]
    if row.reference:
        found.append(("Reference", row.reference))
    if page.buys and row.estimated_value_pence:
        found.append(("Estimated value, with VAT", wording.money(row.estimated_value_pence)))
    if page.reopening_due:
        found.append(("Must award anew before", wording.date(page.reopening_due)))
    return found


def _tiers(page: Any) -> Table:
    columns = [
        Column("Tier"), Column("Hours to answer", "number"), Column("In an emergency", "number"), Column("Since", "date"),
        Column("How a supplier is chosen"),
    ]  # fmt: skip
    rows = [
        (f"Tier {one.tier}", one.response_hours, one.emergency_hours, one.starts_on, one.selection_rule)
        for one in page.tiers
    ]
    return Table(
        "Tiers, asked in order", columns, rows, when_empty="How long a tier has to answer is not on record yet."
    )


def _suppliers(page: Any) -> Table:
    columns = [
        Column("Registration"), Column("Provider"), Column("Tier", "number"), Column("Cheapest line", "weekly"),
        Column("Dearest line", "weekly"), Column("Last judgement"), Column("Now"),
    ]  # fmt: skip
    rows = [
        (
            Link(str(one.row.registration), reverse("procurement:supplier", args=[page.row.key, one.row.pk])),
            str(one.row.provider), one.tier, one.cheapest, one.dearest, one.judgement or "none on record",
            Tag(one.words, "red" if one.is_suspended else "grey" if one.is_over else "green"),
        )
        for one in page.suppliers
    ]  # fmt: skip
    nothing = "Nobody is admitted yet." if page.buys else "You are not admitted."
    return Table("Suppliers" if page.buys else "Your admissions", columns, rows, when_empty=nothing, slug="suppliers")


def _windows(page: Any) -> Table:
    columns = [Column("First day", "date"), Column("Last day", "date"), Column("For"), Column("Applicants must show")]
    rows = [
        (one.opens_on, one.closes_before - timedelta(days=1), one.get_admits_display(), one.words or "nothing said")
        for one in page.windows
    ]
    return Table("When it opens again", columns, rows, when_empty="No reopening has been published.")


def _applications(rows: list[Any]) -> Table:
    columns = [Column("Registration"), Column("Provider"), Column("For"), Column("Sent", "moment"), Column("Outcome")]
    shown = [
        (
            Link(str(one.registration), reverse("procurement:application", args=[one.key])), str(one.provider),
            one.get_kind_display(), one.at, outcome_of(one),
        )
        for one in rows
    ]  # fmt: skip
    return Table("Applications", columns, shown, when_empty="Nobody has applied.")


def outcome_of(application: Any) -> Tag:
    """What became of an application."""
    decision = getattr(application, "decision", None)
    if decision is None:
        return Tag("Waits for the lead", "yellow")
    return Tag(decision.get_outcome_display(), "green" if decision.outcome == "accepted" else "grey")


def _uplifts(request: SignedInRequest, page: Any) -> Table:
    columns = [Column("From", "date"), Column("Rule"), Column("For"), Column("State")]
    rows = [
        (
            Link(wording.short_date(one.effective_on), reverse("procurement:uplift", args=[one.key]), "uplift"),
            one.get_rule_display(), one.get_applies_to_display(), one.get_state_display(),
        )
        for one in rounds_of(request.user)
        if one.framework_id == page.row.pk
    ]  # fmt: skip
    return Table("Uplift rounds", columns, rows, when_empty="No uplift has been proposed.")


@login_required
@BOTH
def new_framework(request: SignedInRequest) -> HttpResponse:
    """Put a framework on record."""
    lead = require_commissioning(request.user)
    others = {one.pk: one for one in read.other_authorities(lead)}
    form = NewFrameworkForm(posted(request), others=[(pk, one.name) for pk, one in others.items()])

    def act() -> Any:
        typed = form.cleaned_data
        return make_framework(
            name=typed["name"], kind=typed["kind"], starts_on=typed["starts_on"], ends_before=day_after(typed["last_day"]),
            parties=[others[pk] for pk in typed["parties"]], terms=form.terms(), by=request.user, now=timezone.now(),
        )  # fmt: skip

    made = answered(request, form, act, "The framework is on record. Say next how its tiers are asked.")
    if made is not None:
        return redirect("procurement:framework", made.key)
    lead_words = (
        "A framework that was let elsewhere, or that is recorded by hand. One tendered here comes from its award."
    )
    return form_page(
        request, form, title="Put a framework on record", lead=lead_words, button="Put it on record",
        crumbs=crumbs(("Put a framework on record", "")),
    )  # fmt: skip


@login_required
@BOTH
def join(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Let another authority call off."""
    row = read.framework_to_lead(request.user, key)
    inside = read.parties_of(row)
    others = {one.pk: one for one in read.other_authorities(row.lead) if one.pk not in inside}
    form = JoinForm(posted(request), others=[(pk, one.name) for pk, one in others.items()])

    def act() -> Any:
        typed = form.cleaned_data
        return join_framework(
            framework=row,
            authority=others[typed["authority"]],
            words=typed["words"],
            by=request.user,
            now=timezone.now(),
        )

    return asked(
        request, form, act, "The authority may call off from now on.", back=("procurement:framework", row.key),
        title="Let an authority join", caption=row.name, crumbs=way_to(row, "Let an authority join"), button="Let it join",
        lead="It sees the suppliers and their rates, and may call off from today.",
    )  # fmt: skip


@login_required
@BOTH
def tier(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say how long a tier has to answer."""
    row = read.framework_to_lead(request.user, key)
    form = TierForm(posted(request))

    def act() -> Any:
        typed = form.cleaned_data
        return set_framework_tier(
            framework=row, tier=typed["tier"], hours=(typed["response_hours"], typed["emergency_hours"]),
            selection_rule=typed["selection_rule"], starts_on=typed["starts_on"], by=request.user, now=timezone.now(),
        )  # fmt: skip

    return asked(
        request, form, act, "The tier is on record.", back=("procurement:framework", row.key),
        title="How a tier is asked", caption=row.name, crumbs=way_to(row, "How a tier is asked"), button="Save",
        lead="Tiers are asked one after the other. Placements may only be called off in this order by a rule that was published.",
    )  # fmt: skip


@login_required
@BOTH
def extend(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Move its end later."""
    row = read.framework_to_lead(request.user, key)
    form = ExtendForm(posted(request))

    def act() -> Any:
        typed = form.cleaned_data
        return extend_framework(
            framework=row, ends_before=typed["last_day"] + timedelta(days=1), words=typed["words"], by=request.user,
            now=timezone.now(),
        )  # fmt: skip

    last = wording.date(row.ends_before - timedelta(days=1)) if row.ends_before else "no day: it has no end"
    return asked(
        request, form, act, "The framework is extended.", back=("procurement:framework", row.key),
        title="Extend the framework", caption=row.name, crumbs=way_to(row, "Extend"), button="Extend it",
        lead=f"Its last day is {last}. The end it had before stays on record.",
    )  # fmt: skip


@login_required
@BOTH
def admit(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Admit a registration."""
    row = read.framework_to_lead(request.user, key)
    form = AdmitForm(posted(request))

    def act() -> Any:
        return admit_supplier(framework=row, by=request.user, now=timezone.now(), **form.cleaned_data)

    made = answered(request, form, act, "The supplier is admitted. Set its prices next.")
    if made is not None:
        return redirect("procurement:supplier", row.key, made.pk)
    return form_page(
        request, form, title="Admit a supplier", caption=row.name, crumbs=way_to(row, "Admit a supplier"), button="Admit it",
        lead="One registration at a time: what is admitted is the home or agency, with its provider.",
    )  # fmt: skip
