"""Procurements: the list, a new one, one with its steps, changing it, and the rules for buying."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design import wording
from nearhome.design.tables import Column, Link, Table, Tag, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.cases import begin_procurement, change_procurement, terms_of
from nearhome.tendering.forms.cases import CaseForm, first_values
from nearhome.tendering.pages.rule_tables import (
    LEGEND,
    findings_table,
    instruments_table,
    limits_table,
    thresholds_table,
)
from nearhome.tendering.pages.sent_forms import done, version_sent
from nearhome.tendering.permissions.cases import (
    can_begin,
    can_lead,
    require_can_begin,
    require_can_read_procurements,
)
from nearhome.tendering.queries import cases, steps
from nearhome.tendering.queries.instruments import findings_for, instrument_rules, threshold_for
from nearhome.tendering.queries.standing import Standing, standing_of, standings_of

COLOURS = {"preparing": "grey", "published": "blue", "abandoned": "red", "contracted": "green"}


@login_required
@require_http_methods(["GET"])
def procurements(request: SignedInRequest) -> HttpResponse:
    """Every procurement of the authority, with what comes next."""
    now = timezone.now()
    found = standings_of(list(cases.procurements_of(request.user)), now=now)
    rows = [_row(request, one) for one in found]
    columns = [
        Column("Procurement"), Column("Reference"), Column("Lead"), Column("What it buys"), Column("State"),
        Column("What comes next"), Column("Begun", "date"),
    ]  # fmt: skip
    table = Table(
        "Procurements", columns, rows, hides_title=True,
        when_empty="Your authority leads no procurement yet, and no other has asked it to buy together.",
    )  # fmt: skip
    shown = {"table": table, "may_begin": can_begin(request.user)}
    return table_response(request, table) or render(request, "tendering/procurements.html", shown)


def _row(request: SignedInRequest, standing: Standing) -> tuple[Any, ...]:
    one, following = standing.procurement, steps.next_thing(request.user, standing)
    link = Link(one.name, reverse("tendering:procurement", args=[one.key]))
    state = Tag(cases.state_words(one), COLOURS.get(one.state, "teal"))
    return link, one.ref, str(one.lead), one.get_buys_display(), state, following.words, one.made_at


@login_required
@require_http_methods(["GET", "POST"])
def begin(request: SignedInRequest) -> HttpResponse:
    """A new procurement, from scratch or from a requirement (?requirement=its key)."""
    lead = require_can_begin(request.user)
    now, requirement = timezone.now(), _requirement_asked(request)
    posted = request.POST if request.method == "POST" else None
    partners = cases.partners_to_choose(lead, now=now)
    others = cases.other_authorities(lead, {number for number, _ in partners}, now=now)
    chosen = cases.requirements_to_begin_from(request.user, also=requirement.pk if requirement else None)
    form = CaseForm(
        posted, initial=_initial_from(requirement), partners=partners, others=others, requirements=_sentences(chosen)
    )
    made: list[Any] = []

    def begin_it() -> None:
        terms, parties = form.terms(), form.parties()
        made.append(begin_procurement(terms=terms, parties=parties, by=request.user, now=now))

    if posted is not None and done(form, begin_it):
        messages.success(request, "The procurement has begun.")
        return redirect("tendering:procurement", made[0].key)
    shown = {
        "form": form, "requirement": requirement, "lead": lead,
        "places": places_table(requirement) if requirement else None,
        "requirements": [] if requirement else chosen,
    }  # fmt: skip
    return render(request, "tendering/begin.html", shown)


def _requirement_asked(request: SignedInRequest) -> Any:
    asked = request.GET.get("requirement", "")
    if not asked:
        return None
    try:
        key = UUID(asked)
    except ValueError:
        return None
    return cases.requirement_to_begin_from(request.user, key)


def _initial_from(requirement: Any) -> dict[str, Any]:
    if requirement is None:
        return {}
    kind = cases.KIND_BOUGHT.get(requirement.kind, requirement.kind)
    return {"kind": kind, "summary": f"{requirement.sentence}.", "requirement_id": str(requirement.pk)}


def _sentences(requirements: list[Any]) -> list[tuple[int, str]]:
    """What a list to choose from shows of requirements."""
    return [(one.pk, f"{one.sentence} (saved {wording.date(one.saved_at)})") for one in requirements]


def places_table(requirement: Any) -> Table:
    """The places a requirement asks for, by dates."""
    rows = [(one.by_on, one.places, one.in_all) for one in cases.places_by_date(requirement)]
    columns = [Column("By", "date"), Column("Places", "number"), Column("In all", "number")]
    return Table("Places wanted", columns, rows, when_empty="The requirement asks for no places.")


@login_required
@require_http_methods(["GET"])
def procurement(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One procurement: the one next thing, its steps, its terms, the rules it keeps, and its history."""
    now, person = timezone.now(), request.user
    one = cases.procurement_for(person, key)
    standing = standing_of(one, now=now)
    threshold = threshold_for(one, now=now)
    rules = findings_table(findings_for(one, now=now), threshold)
    requirement = cases.own_requirement(person, one)
    places = places_table(requirement) if requirement else None
    shown = {
        "one": one, "state": cases.state_words(one), "colour": COLOURS.get(one.state, "teal"),
        "steps": steps.steps_of(person, standing), "following": steps.next_thing(person, standing),
        "other_ways": steps.other_ways(person, standing), "terms": _terms_shown(one), "rules": rules, "legend": LEGEND, "places": places,
        "may_change": can_lead(person, one) and one.state == "preparing", "history_lines": cases.history_shown(one),
    }  # fmt: skip
    tables = [rules, *([places] if places else [])]
    return table_response(request, *tables) or render(request, "tendering/procurement.html", shown)


def _terms_shown(one: Any) -> list[tuple[str, str]]:
    parties = [f"{organisation} (weight {weight:,})" for organisation, weight in cases.parties_of(one)]
    extensions = f", and up to {wording.plural(one.extension_months, 'month')} more" if one.extension_months else ""
    term = f"{wording.plural(one.term_months, 'month')}{extensions}" if one.term_months else ""
    commenced = one.commenced_on or one.published_at
    return [
        ("Reference", one.ref),
        ("Led by", str(one.lead)),
        ("Bought together by", wording.nice_list(parties) if len(parties) > 1 else f"{one.lead} alone"),
        ("Kind of place", one.get_kind_display()),
        ("What comes out of it", one.get_buys_display()),
        ("Instrument", one.get_instrument_display()),
        ("Law", f"{one.get_regime_display()}{', light touch' if one.light_touch else ''}"),
        ("Commenced", wording.date(commenced) if commenced else "Not yet"),
        ("Estimated value, with VAT", wording.money(one.estimated_value_pence)),
        ("First day of the term", wording.date(one.term_starts_on)),
        ("Term", term),
    ]


@login_required
@require_http_methods(["GET", "POST"])
def change(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Change what is bought, how and with whom, while it is being prepared."""
    now = timezone.now()
    one = cases.procurement_to_lead(request.user, key)
    if one.state != "preparing":
        messages.error(request, f"It is “{cases.state_words(one)}”: its terms do not change any more.")
        return redirect("tendering:procurement", key)
    parties = [(organisation.pk, weight) for organisation, weight in cases.parties_of(one)[1:]]
    names = {organisation.pk: str(organisation) for organisation, _ in cases.parties_of(one)[1:]}
    partners = [*(dict(cases.partners_to_choose(one.lead, now=now)) | names).items()]
    others = cases.other_authorities(one.lead, {number for number, _ in partners}, now=now)
    posted = request.POST if request.method == "POST" else None
    chosen = _sentences(cases.requirements_to_begin_from(request.user, also=one.requirement_id))
    first = first_values(terms_of(one), parties)
    form = CaseForm(posted, initial=first, partners=partners, others=others, requirements=chosen)

    def change_it() -> None:
        change_procurement(
            procurement=one, terms=form.terms(), parties=form.parties(), version=version_sent(request), by=request.user, now=now
        )  # fmt: skip

    if posted is not None and done(form, change_it):
        messages.success(request, "The procurement was changed.")
        return redirect("tendering:procurement", key)
    return render(request, "tendering/change.html", {"form": form, "one": cases.procurement_to_lead(request.user, key)})


@login_required
@require_http_methods(["GET"])
def rules(request: SignedInRequest) -> HttpResponse:
    """What may be used to buy under which law, for how long, above which value; each rule with its source and standing."""
    require_can_read_procurements(request.user)
    known = instrument_rules()
    tables = [instruments_table(known), limits_table(known), thresholds_table(known)]
    shown = {"tables": tables, "rules": known, "legend": LEGEND}
    return table_response(request, *tables) or render(request, "tendering/rules.html", shown)
