"""Lifetime cost so far of one child's care."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from nearhome.design.tables import Column, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.settlement.pages.stay_money import stay_link
from nearhome.settlement.queries.lifetime import ChildCost, child_cost


@login_required
@require_GET
def lifetime_cost(request: SignedInRequest, key: UUID) -> HttpResponse:
    """By placement and element, by budget, and the nights for which no cost is known."""
    cost = child_cost(request.user, key, today=timezone.localdate())
    tables = placements_table(cost), elements_table(cost), funders_table(cost), unknown_table(cost)
    shown = {"cost": cost, "tables": tables}
    return table_response(request, *tables) or render(request, "settlement/lifetime_cost.html", shown)


def placements_table(cost: ChildCost) -> Table:
    """Each placement with its nights that were settled and what it came to."""
    columns = (
        Column("Home"), Column("Arrived", "date"), Column("Left", "date"), Column("Nights posted", "number"),
        Column("Cost so far", "money"), Column("Charged to other authorities", "money"),
    )  # fmt: skip
    rows = [
        (stay_link(one.booking.key, one.booking.home.name), one.booking.arrived_on, one.booking.departed_on, one.nights,
         one.pence, one.others_pay)
        for one in cost.placements
    ]  # fmt: skip
    totals = ("In all", None, None, sum(row[3] for row in rows), cost.pence, sum(row[5] for row in rows))
    empty = "The child has not arrived in a home through Nearhome."
    return Table("By placement", columns, rows, totals=totals if rows else None, when_empty=empty)


def elements_table(cost: ChildCost) -> Table:
    """Each placement's cost by part of the price."""
    rows = [(one.booking.home.name, one.booking.arrived_on, *part) for one in cost.placements for part in one.elements]
    columns = Column("Home"), Column("Arrived", "date"), Column("Part of the price"), Column("Cost so far", "money")
    totals = ("In all", None, "", cost.pence) if rows else None
    return Table("By part of the price", columns, rows, totals=totals, when_empty="Nothing is posted yet.")


def funders_table(cost: ChildCost) -> Table:
    """What each budget of the authority bore."""
    columns = Column("Budget"), Column("Cost so far", "money")
    totals = ("In all", cost.pence) if cost.funders else None
    return Table("By budget", columns, cost.funders, totals=totals, when_empty="Nothing is posted yet.")


def unknown_table(cost: ChildCost) -> Table:
    """Nights in care that no posted charge is about."""
    columns = Column("From", "date"), Column("To the night before", "date"), Column("Nights", "number")
    rows = [(one.starts_on, one.ends_before, one.count) for one in cost.unknown]
    totals = ("In all", None, cost.unknown_nights) if rows else None
    return Table(
        "No cost known", columns, rows, totals=totals, when_empty="The cost of every night that is recorded is known."
    )
