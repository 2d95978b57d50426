"""Budgets: the year's service lines, one of them, and setting what they are."""

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
from django.views.decorators.http import require_http_methods

from nearhome.audit.queries import as_entries, history_of
from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.settlement.actions.budgeting import add_service_line, map_to_line, set_budget
from nearhome.settlement.forms.budgets import BudgetForm, LineForm, MapForm
from nearhome.settlement.pages import budget_tables as tables
from nearhome.settlement.permissions.budgets import can_set_budgets, require_can_set_budgets
from nearhome.settlement.queries import budget_years, service_lines
from nearhome.settlement.queries.periods import financial_year


@login_required
@require_http_methods(["GET"])
def budgets(request: SignedInRequest) -> HttpResponse:
    """Every service line of a financial year: budget, posted, committed, forecast."""
    year = _year(request)
    worked = budget_years.year_of_lines(request.user, year, today=timezone.localdate())
    table, over, problems = tables.lines_table(worked), tables.over_table(worked), tables.problems_table(worked)
    shown = {
        "worked": worked, "table": table, "over": over, "problems": problems, "chart": tables.lines_chart(worked),
        "may_set": can_set_budgets(request.user), **_around(year),
    }  # fmt: skip
    return table_response(request, table, over, problems) or render(request, "settlement/budgets.html", shown)


@login_required
@require_http_methods(["GET"])
def budget(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One line's year: months, why it differs, what is committed, its versions."""
    line, year = service_lines.line_row(request.user, key), _year(request)
    worked = budget_years.year_of_lines(request.user, year, today=timezone.localdate())
    one = next(each for each in worked.lines if each.key == line.key)
    months, variance, costs = tables.months_table(one), tables.variance_table(one), tables.costs_table(one)
    kinds = tables.kinds_table(one)
    versions = tables.versions_table(service_lines.versions_of(line, year))
    rules = tables.rules_table(service_lines.rules_of(line))
    expected = tables.expected_table(service_lines.expected_of(line))
    over = one.outlook.variance_pence
    shown = {
        "one": one, "line": line, "months": months, "kinds": kinds, "variance": variance, "costs": costs, "versions": versions,
        "rules": rules, "expected": expected, "chart": tables.months_chart(one), "may_set": can_set_budgets(request.user),
        "over": None if over is None else tables.over_words(over), "posted": len(worked.posted),
        "entries": as_entries(reversed(history_of(line.key))), **_around(year),
    }  # fmt: skip
    found = table_response(request, months, variance, kinds, costs, expected, versions, rules)
    return found or render(request, "settlement/budget.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def new_line(request: SignedInRequest) -> HttpResponse:
    """Name a service line and say what goes to it."""
    require_can_set_budgets(request.user)
    form = LineForm(request.POST or None, **_choices(request))
    if request.method == "POST" and form.is_valid():
        try:
            line = add_service_line(
                name=form.cleaned_data["name"], mapped=_mapped(request, form), by=request.user, now=timezone.now()
            )
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, f"{line} is a service line. Set its budget next.")
            return redirect("settlement:budget", line.key)
    return render(request, "settlement/new_line.html", {"form": form})


@login_required
@require_http_methods(["GET", "POST"])
def map_line(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say what else goes to a line."""
    require_can_set_budgets(request.user)
    line = service_lines.line_row(request.user, key)
    form = MapForm(request.POST or None, **_choices(request))
    if request.method == "POST" and form.is_valid():
        map_to_line(line=line, mapped=_mapped(request, form), by=request.user, now=timezone.now())
        messages.success(request, f"What goes to {line} has been recorded.")
        return redirect("settlement:budget", line.key)
    return render(request, "settlement/map_line.html", {"form": form, "line": line})


@login_required
@require_http_methods(["GET", "POST"])
def set_line_budget(request: SignedInRequest, key: UUID, year: int) -> HttpResponse:
    """Set a line's budget for a year as its next version."""
    require_can_set_budgets(request.user)
    line = service_lines.line_row(request.user, key)
    if not service_lines.FIRST_YEAR <= year <= service_lines.LAST_YEAR:
        raise Http404
    form = BudgetForm(request.POST) if request.method == "POST" else BudgetForm(initial=_typed(line, year))
    if request.method == "POST" and form.is_valid():
        wanted, version = form.new_budget(), form.cleaned_data["version"]
        try:
            row = set_budget(line=line, year=year, budget=wanted, version=version, by=request.user, now=timezone.now())
        except (ValidationError, ChangedMeanwhile) as refused:
            form.add_error(None, " ".join(getattr(refused, "messages", [str(refused)])))
        else:
            messages.success(request, f"Version {row.version} of the budget has been set.")
            return redirect(f"{reverse('settlement:budget', args=[line.key])}?year={year}")
    shown = {"form": form, "line": line, "year": year, "year_words": _year_words(year)}
    return render(request, "settlement/set_budget.html", shown)


def _typed(line: Any, year: int) -> dict[str, Any]:
    """What stands, so that a new version begins from it."""
    stands = service_lines.latest_version(line, year)
    if stands is None:
        return {"version": 0}
    typed: dict[str, Any] = {"version": stands.version, "phasing": stands.phasing}
    if stands.phasing == "typed":
        typed["months"] = "\n".join(f"{pence / 100:.2f}" for pence in stands.months_pence)
    for part in stands.parts.all():
        if part.kind == "other":
            typed["other"] = part.pence
        else:
            typed |= {f"weeks_{part.kind}": part.weeks, f"price_{part.kind}": part.weekly_price_pence}
    return typed


def _choices(request: SignedInRequest) -> dict[str, Any]:
    contracts = [(one.key, one.name) for one in service_lines.contracts_of(request.user)]
    return {"contracts": contracts, "year": service_lines.year_of(timezone.localdate())}


def _mapped(request: SignedInRequest, form: MapForm) -> service_lines.Mapped:
    typed = form.cleaned_data
    contract = service_lines.contract_row(request.user, UUID(typed["contract"])) if typed["contract"] else None
    return service_lines.Mapped(typed["starts_on"], contract, typed["route"], typed["home_kind"])


def _year(request: SignedInRequest) -> int:
    """The year asked for, else the one that is running."""
    asked = request.GET.get("year", "")
    if not asked.isascii() or not asked.isdecimal() or len(asked) != 4:
        return service_lines.year_of(timezone.localdate())
    return min(max(int(asked), service_lines.FIRST_YEAR), service_lines.LAST_YEAR)


def _around(year: int) -> dict[str, Any]:
    return {
        "year": year,
        "year_words": _year_words(year),
        "before": _year_words(year - 1),
        "after": _year_words(year + 1),
    }


def _year_words(year: int) -> str:
    return financial_year(date(year, service_lines.APRIL, 1))
