"""One authority's statement for a period as a tagged PDF in English."""

from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import pounds
from nearhome.placements.exporters.typeset import pdf_from
from nearhome.settlement.calculations.charges import Charge
from nearhome.settlement.calculations.nights import Period
from nearhome.settlement.calculations.statement import Statement, Transfer

COLUMNS = {"header": ["What for", "Nights", "Paid to", "Amount"], "columns": [6, 1, 3, 2], "numbers": [1, 3]}
NOTE = (
    "A night is exactly a seventh of the weekly price. The night of arrival counts, the night of departure does not. "
    "Amounts are rounded over the running total, so any run of nights adds up to the rounded whole."
)


def statement_pdf(
    statement: Statement,
    *,
    period: Period,
    names: Mapping[str, str],
    made_on: date,
    transfers: tuple[Transfer, ...] = (),
) -> bytes:
    """Every line with its reason, the sums, the net position, and the payments that settle it, as PDF/UA-1.

    `names` gives words for refs of authorities and providers. The same input makes the same bytes. Raises
    CannotTypesetError where a character cannot be shown.
    """
    template = (files(__package__) / "statement.typ").read_bytes()
    authority = names.get(statement.authority, statement.authority)
    last = in_words(period.ends_before - timedelta(days=1))
    data = {
        "title": f"Statement for {authority}, {in_words(period.starts_on)} to {last}",
        "author": authority,
        "made_on": [made_on.year, made_on.month, made_on.day],
        "footer": f"Statement for {authority}",
        "introduction": [f"Made on {in_words(made_on)}. {NOTE}"],
        "sections": _sections(statement, names, transfers),
    }
    return pdf_from(template, data, made_on=made_on)


def _sections(statement: Statement, names: Mapping[str, str], transfers: tuple[Transfer, ...]) -> list[dict[str, Any]]:
    mine = [transfer for transfer in transfers if statement.authority in (transfer.paid_by, transfer.paid_to)]
    return [
        _summary(statement),
        _lines("Nights you bear", statement.lines, names),
        _lines("Nights you pay the provider for and others owe you", statement.recharged_lines, names),
        _payments(mine, names),
    ]


def _summary(statement: Statement) -> dict[str, Any]:
    rows = [
        ["Paid to providers", pounds(statement.paid_to_providers_pence)],
        ["Less: owed to you by other authorities", pounds(-statement.recharged_to_others_pence)],
        ["Owed by you to other authorities", pounds(statement.recharged_by_others_pence)],
        ["Your own cost", pounds(statement.own_cost_pence)],
        ["Net position with other authorities (minus: you owe)", pounds(statement.net_pence)],
    ]
    return _section("Summary") | {"header": ["Sum", "Amount"], "columns": [3, 1], "numbers": [1], "rows": rows}


def _lines(heading: str, charges: tuple[Charge, ...], names: Mapping[str, str]) -> dict[str, Any]:
    if not charges:
        return _section(heading, ["None."])
    rows = [[line.reason, str(line.nights or "–"), _paid_to(line, names), pounds(line.pence)] for line in charges]
    rows.append(["Total", "", "", pounds(sum(line.pence for line in charges))])
    return _section(heading) | COLUMNS | {"rows": rows}


def _paid_to(line: Charge, names: Mapping[str, str]) -> str:
    provider = names.get(line.payee, line.payee)
    if line.is_recharge and line.via is not None:
        return f"{provider}, through {names.get(line.via, line.via)}"
    return provider


def _payments(transfers: list[Transfer], names: Mapping[str, str]) -> dict[str, Any]:
    words = [
        f"{names.get(item.paid_by, item.paid_by)} pays {names.get(item.paid_to, item.paid_to)} {pounds(item.pence)}."
        for item in transfers
    ]
    return _section("Payments between authorities", words or ["None."])


def _section(heading: str, paragraphs: list[str] | None = None) -> dict[str, Any]:
    empty: dict[str, Any] = {"rows": [], "header": [], "columns": [], "numbers": []}
    return {"heading": heading, "paragraphs": paragraphs or [], **empty}
