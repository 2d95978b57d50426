"""Invoices from a provider's own software: one address, JSON in and out, a token in the header.

The invoice's number keeps it from being taken in twice: the same invoice sent again is answered with the one that stands,
and another under its number is refused.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from nearhome.privacy.acting import acting
from nearhome.privacy.counted import A_MINUTE, count_request
from nearhome.settlement.actions.invoicing import OtherContentError, submit_invoice
from nearhome.settlement.importers.invoice_rows import RowFault, lines_from_rows
from nearhome.settlement.queries.invoice_tokens import digest_of, person_of_token
from nearhome.settlement.queries.invoices import authorities_to_bill, invoice_page

MOST_A_MINUTE, MOST_REFUSED_A_MINUTE = 60, 20
FIELDS = (
    "child_ref", "home", "place", "first_night", "last_night", "nights", "weekly_price", "element", "kind", "amount",
)  # fmt: skip
DESCRIPTION = {
    "what": "POST one invoice as JSON with the header Authorization: Bearer TOKEN. Make the token on the invoices page.",
    "invoice": {
        "authority": "name of the authority that is to pay",
        "number": "the invoice's number; the same invoice sent again is taken in once, another under its number is refused",
        "dated_on": "2026-10-01",
        "lines": [dict.fromkeys(FIELDS, "")],
    },
    "line": "child_ref, or home and place for a bed without a child; both nights count; amount in pounds, as text or number",
    "element": "the part of the price; empty or left out is the whole price of the child or bed",
    "answer": "201 (200 if it stood already) with each line's verdict, or errors with line, field and message",
    "409": "the number stands on an invoice of yours that says something else; the error says where they first differ",
    "limits": {"requests a minute": MOST_A_MINUTE},
}


@csrf_exempt
@require_http_methods(["GET", "POST"])
def invoices(request: HttpRequest) -> JsonResponse:
    """A GET says how to send one; a POST takes it in and answers how each line was matched."""
    if request.method == "GET":
        return JsonResponse(DESCRIPTION)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    person = person_of_token(given) if given else None
    if person is None:
        return _refused(given, request.META.get("REMOTE_ADDR", ""))
    if _too_many(_token(given), MOST_A_MINUTE):
        return _wait()
    try:
        with acting(person):
            return _take_in(request, person)
    except PermissionDenied as refused:
        return _errors([RowFault(0, "", str(refused))], 403)


def _take_in(request: HttpRequest, person: Any) -> JsonResponse:
    try:
        sent = json.loads(request.body)
    except RequestDataTooBig:
        return _errors([RowFault(0, "", "It is too big. Send at most 2,000 lines at once.")], 413)
    except (ValueError, RecursionError):
        return _errors([RowFault(0, "", "It is not JSON. Send one object as GET on this address describes.")], 400)
    misshapen = _faults_of_shape(sent)
    if misshapen:
        return _errors(misshapen, 400)
    known = {one.name.lower(): one for one in authorities_to_bill(person)}
    authority = known.get(sent["authority"].strip().lower())
    if authority is None:
        names = ", ".join(one.name for one in known.values()) or "none yet"
        return _errors([RowFault(0, "authority", f"It is none of the authorities that pay you: {names}.")], 422)
    lines, faults = lines_from_rows((at, _cells(one)) for at, one in enumerate(sent["lines"], start=1))
    if faults:
        return _errors(faults, 422)
    now = timezone.now()
    try:
        row = submit_invoice(
            authority=authority, number=sent["number"], dated_on=date.fromisoformat(sent["dated_on"]), lines=lines,
            source="api", by=person, now=now,
        )  # fmt: skip
    except OtherContentError as refused:
        return _errors([replace(refused.differs, words=" ".join(refused.messages))], 409)
    except ValidationError as refused:
        return _errors([RowFault(0, "", " ".join(refused.messages))], 422)
    return JsonResponse(_answer(person, row), status=201 if row.received_at == now else 200)


def _faults_of_shape(sent: Any) -> list[RowFault]:
    if not isinstance(sent, dict):
        return [RowFault(0, "", "Send one object with authority, number, dated_on and lines.")]
    faults = [
        RowFault(0, name, "It is missing, or no text.")
        for name in ("authority", "number", "dated_on") if not isinstance(sent.get(name), str) or not _is_plain(sent[name])
    ]  # fmt: skip
    if not any(fault.field == "dated_on" for fault in faults):
        try:
            date.fromisoformat(sent["dated_on"])
        except ValueError:
            faults.append(RowFault(0, "dated_on", "It is not a date like 2026-10-01."))
    lines = sent.get("lines")
    if not isinstance(lines, list) or not lines:
        return [*faults, RowFault(0, "lines", "It is missing or empty. Send at least one line.")]
    return [*faults, *(fault for at, line in enumerate(lines, start=1) for fault in _faults_of_line(at, line))]


def _faults_of_line(at: int, line: Any) -> list[RowFault]:
    if not isinstance(line, dict):
        return [RowFault(at, "", "A line is an object with fields.")]
    unknown = [RowFault(at, str(name)[:30], "There is no such field.") for name in line if name not in FIELDS]
    wrong = [
        RowFault(at, name, "It must be text or a number.")
        for name in FIELDS if not _is_plain(line.get(name))
    ]  # fmt: skip
    return unknown + wrong


def _is_plain(value: Any) -> bool:
    """A number or text that PostgreSQL can keep: no NUL, no half of a surrogate pair."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _cells(line: Mapping[str, Any]) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in line.items()}


def _answer(person: Any, row: Any) -> dict[str, Any]:
    page = invoice_page(person, row.key, today=timezone.localdate())
    lines = [
        {
            "line": one.number, "verdict": one.verdict.lower(), "due": _pounds(one.due_pence),
            "may_be_paid": _pounds(one.payable_pence), "why": one.why,
        }
        for one in page.lines
    ]  # fmt: skip
    pay_by = page.shown.pay_by.isoformat() if page.shown.pay_by else None
    return {"key": str(row.key), "number": row.number, "state": page.shown.state, "pay_by": pay_by, "lines": lines}


def _pounds(pence: int) -> str:
    return str(Decimal(pence).scaleb(-2))


def _errors(faults: Sequence[RowFault], status: int) -> JsonResponse:
    errors = [{"line": one.row or None, "field": one.field or None, "message": one.words} for one in faults[:100]]
    return JsonResponse({"errors": errors}, status=status)


def _wait() -> JsonResponse:
    response = _errors([RowFault(0, "", "Too many requests. Wait a minute, then send it again.")], 429)
    response["Retry-After"] = str(A_MINUTE)
    return response


def _refused(given: str, address: str) -> JsonResponse:
    """Who has no token that stands. Counted by the address, and by the token, wherever it is tried from.

    A token that stands is never held up by what others at its address do.
    """
    callers = (address, _token(given)) if given else (address,)
    held_up = [_too_many(f"refused-{one}", MOST_REFUSED_A_MINUTE) for one in callers]
    if any(held_up):
        return _wait()
    return _errors([RowFault(0, "", "Send a token that stands in the header, as Authorization: Bearer TOKEN.")], 401)


def _token(given: str) -> str:
    return digest_of(given)[:24]


def _too_many(caller: str, most: int) -> bool:
    return count_request(of=f"invoice-api-{caller}", most=most, now=timezone.now())
