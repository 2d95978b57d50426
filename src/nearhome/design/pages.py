"""The components page: every field and macro once. The accessibility tests look here first."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from nearhome.design.charts import Series, bar_chart, line_chart
from nearhome.design.components_form import EveryField
from nearhome.design.tables import Column, Link, Table, Tag, table_response

SHOWN_AT = dt.datetime(2026, 11, 22, 15, 4, tzinfo=dt.UTC)
MONTHS = ("April", "May", "June", "July", "August", "September")


@dataclass(frozen=True)
class Happened:
    """An entry as the history macro wants it."""

    what: str
    at: dt.datetime
    who: str = ""
    organisation: str = ""
    why: str = ""


def components(request: HttpRequest) -> HttpResponse:
    """Show each component; ?download= answers with the tables shown, and a sent form is checked and kept nowhere."""
    tables = offers_table(), months_table()
    download = table_response(request, *tables)
    if download:
        return download
    form = EveryField(request.POST, request.FILES) if request.method == "POST" else EveryField(initial=first_values())
    shown = {"form": form, "offers": tables[0], "months": tables[1], **examples(request)}
    return render(request, "design/components.html", shown)


def first_values() -> dict[str, Any]:
    return {"starts_on": dt.date(2026, 11, 27), "weekly_fee": 450_000, "visit_at": SHOWN_AT, "needs": ["school"]}


def offers_table() -> Table:
    columns = (
        Column("Home"),
        Column("Answer"),
        Column("Weekly fee", "money"),
        Column("Distance", "miles"),
        Column("Can start", "date"),
    )
    rows = (
        (Link("Madeup Meadow House", "#meadow"), Tag("Offered", "green"), 450_000, 3.2, dt.date(2026, 11, 25)),
        (Link("Madeup Mill Cottage", "#mill"), Tag("Waiting", "yellow"), 398_050, 12.75, dt.date(2026, 12, 1)),
        (Link("Madeup Moor End", "#moor"), Tag("Declined", "red"), None, 1.0, None),
    )
    return Table("Offers for Test Child Blue Kite 0042", columns, rows)


def months_table() -> Table:
    columns = (Column("Month"), *(Column(name, "money") for name in ("Charged", "Paid", "Recharged", "Left to pay")))
    amounts = (100_000, 90_000, 5_000, 5_000)
    rows = [(month, *(amount * n for amount in amounts)) for n, month in enumerate(MONTHS, start=1)]
    totals = ("Total", *(amount * sum(range(1, len(MONTHS) + 1)) for amount in amounts))
    return Table("Months of settlement", columns, rows, totals=totals, is_wide=True)


def examples(request: HttpRequest) -> dict[str, Any]:
    counts = Table(
        "Places by month", (Column("Month"), Column("Places", "number")), tuple(zip(MONTHS, PLACES, strict=True))
    )
    return {
        "counts": counts,
        "bars": bar_chart(MONTHS, PLACES),
        "lines": line_chart(MONTHS, (Series("Places", PLACES), Series("Children", CHILDREN))),
        "page": Paginator(range(95), 10).get_page(request.GET.get("page")),
        "nothing": Table(
            "Homes with a place tonight", (Column("Home"),), (), when_empty="No home has a place tonight."
        ),
        "entries": (
            Happened("Offer accepted", SHOWN_AT, "Alex Madeup", "Northtest Council", "Nearest to the school"),
            Happened("Offer made", SHOWN_AT - dt.timedelta(hours=5), "Sam Invented", "Madeup Meadow Care Ltd"),
            Happened("Invitation sent", SHOWN_AT - dt.timedelta(days=1)),
        ),
    }


PLACES = (12, 14, 13, 17, 18, 21)
CHILDREN = (15, 15, 16, 18, 20, 20)
