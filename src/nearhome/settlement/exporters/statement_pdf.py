"""One authority's statement for a period as a tagged PDF in English."""

from collections.abc import Mapping
from datetime import date, timedelta
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from nearhome.design.typeset import pdf_from
from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.charges import Charge
from nearhome.settlement.calculations.disputes.holding import Position
from nearhome.settlement.calculations.nights import Period
from nearhome.settlement.calculations.statement import Statement
from nearhome.settlement.calculations.transfers import Transfer

COLUMNS = {"header": ["Child", "Why", "Nights", "Paid to", "Amount"], "columns": [2, 6, 1, 3, 2], "numbers": [2, 4]}
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
    children: Mapping[str, str] = MappingProxyType({}),
    position: Position | None = None,
) -> bytes:
    """Every line with its reason, the sums, the net position, and the payments that settle it, as PDF/UA-1.

    `names` gives words for refs of authorities and providers, `children` for refs of stays; `position` says
    what is held of the net position because it is in dispute. The same input makes the same bytes. Raises
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
        "sections": [_summary(statement, position), *_sections(statement, names, transfers, children)],
    }
    return pdf_from(template, data, made_on=made_on)


def _sections(
    statement: Statement, names: Mapping[str, str], transfers: tuple[Transfer, ...], children: Mapping[str, str]
) -> list[dict[str, Any]]:
    mine = [transfer for transfer in transfers if statement.authority in (transfer.paid_by, transfer.paid_to)]
    by_others = tuple(line for line in statement.lines if line.is_recharge)
    own = tuple(line for line in statement.lines if not line.is_recharge)
    return [
        _lines("Recharged to you by other authorities", by_others, names, children),
        _lines("Recharged by you to other authorities", statement.recharged_lines, names, children),
        _lines("Your own children and places", own, names, children),
        _payments(mine, names),
    ]


def _summary(statement: Statement, position: Position | None) -> dict[str, Any]:
    rows = [
        ["Paid to providers", pounds(statement.paid_to_providers_pence)],
        *(
            [["Plus: the lead's own work, paid to no provider", pounds(statement.lead_work_pence)]]
            if statement.lead_work_pence
            else []
        ),
        ["Less: recharged to other authorities", pounds(-statement.recharged_to_others_pence)],
        ["Plus: recharged by other authorities", pounds(statement.recharged_by_others_pence)],
        ["Own cost", pounds(statement.own_cost_pence)],
        ["Net position with other authorities (minus: owes)", pounds(statement.net_pence)],
    ]
    if position and (position.held or position.released):
        rows += [
            ["Of which held because it is in dispute", pounds(position.held)],
            ["Held in earlier months and paid with this one", pounds(position.released)],
            ["To settle now (minus: pays)", pounds(position.to_settle)],
        ]
    return _section("Summary") | {"header": ["Sum", "Amount"], "columns": [3, 1], "numbers": [1], "rows": rows}


def _lines(
    heading: str, charges: tuple[Charge, ...], names: Mapping[str, str], children: Mapping[str, str]
) -> dict[str, Any]:
    if not charges:
        return _section(heading, ["None."])
    rows = [
        [_child(line, children), line.reason, str(line.nights or "–"), _paid_to(line, names), pounds(line.pence)]
        for line in charges
    ]
    rows.append(["Total", "", "", "", pounds(sum(line.pence for line in charges))])
    return _section(heading) | COLUMNS | {"rows": rows}


def _child(line: Charge, children: Mapping[str, str]) -> str:
    return children.get(line.stay_ref, "–") if line.stay_ref else "No child"


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
