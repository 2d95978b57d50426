"""Out of which of its budgets an authority pays for a stay, and the ledger codes it books that under."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.settlement.calculations.elements import FULL
from nearhome.settlement.calculations.funding import FUNDERS, shares_in_words
from nearhome.settlement.models import FundingShare, FundingSplit, LedgerCode
from nearhome.settlement.models.funding import ELEMENTS
from nearhome.settlement.permissions.funding import require_can_set_funding
from nearhome.settlement.queries.stay_money import PaidStay, paid_stay

_LOCK = 20_260_037  # what an authority says of funding is written one at a time, so that a double click says it once
ANY = dict(ELEMENTS) | {"": "every element without its own"}


@transaction.atomic
def split_funding(
    *, stay: PaidStay, element: str, starts_on: date, shares: Mapping[str, int], why: str, by: Any, now: datetime
) -> FundingSplit:
    """Say who pays an element of a stay from a day, in basis points; `element` "" for each without its own.

    Months posted before follow as differences. The same as stands changes nothing. Raises ValidationError where the
    shares are not 100% in all.
    """
    require_can_set_funding(by)
    _require_paid(stay, by)
    if element not in ANY:
        raise ValidationError("Select the part of the price.")
    wanted = tuple((funder, shares[funder]) for funder in FUNDERS if shares.get(funder))
    if set(shares) - set(FUNDERS) or min(shares.values(), default=0) < 0 or sum(shares.values()) != FULL:
        total = f"{sum(shares.values()) / 100:g}%"
        raise ValidationError(f"The shares come to {total}. Change them so that they come to 100%.")
    if not why.strip() or len(why) > 2000:
        raise ValidationError("Say why these budgets pay, in at most 2,000 characters.")
    _one_at_a_time(by.organisation_id)
    stood = FundingSplit.objects.filter(booking=stay.booking_id, authority=by.organisation_id, element=element)
    latest = stood.filter(starts_on=starts_on).order_by("-pk").first()
    if latest and {one.funder: one.basis_points for one in latest.shares.all()} == dict(wanted):
        return latest
    row = FundingSplit.objects.create(
        booking_id=stay.booking_id, authority_id=by.organisation_id, element=element, starts_on=starts_on,
        why=why.strip(), recorded_by=by, recorded_at=now,
    )  # fmt: skip
    FundingShare.objects.bulk_create(
        FundingShare(split=row, authority_id=row.authority_id, funder=funder, basis_points=points)
        for funder, points in wanted
    )
    words = f"{stay.child_ref}, {ANY[element]}, from {wording.date(starts_on)}: {shares_in_words(wanted)}."
    record("funding.split", words, about=row, by=by, at=now, thread=stay.thread)
    return row


@transaction.atomic
def set_ledger_code(*, element: str, funder: str, code: str, starts_on: date, by: Any, now: datetime) -> LedgerCode:
    """Say under which code a budget's part of an element is booked from a month on. The same again changes nothing."""
    require_can_set_funding(by)
    code = code.strip()
    if element not in ANY or funder not in FUNDERS:
        raise ValidationError("Select the part of the price and the budget.")
    if not code or len(code) > 40:
        raise ValidationError("Enter the ledger code, in at most 40 characters.")
    if starts_on.day != 1:
        raise ValidationError("A ledger code begins on the first day of a month. Choose a month.")
    _one_at_a_time(by.organisation_id)
    rows = LedgerCode.objects.filter(authority=by.organisation_id, element=element, funder=funder)
    latest = rows.filter(starts_on=starts_on).order_by("-pk").first()
    if latest and latest.code == code:
        return latest
    row = LedgerCode.objects.create(
        authority_id=by.organisation_id, element=element, funder=funder, code=code, starts_on=starts_on,
        recorded_by=by, recorded_at=now,
    )  # fmt: skip
    words = f"{funder.capitalize()} books {ANY[element].lower()} under {code} from {starts_on:%B %Y}."
    record("ledger_code.set", words, about=row, by=by, at=now)
    return row


def _require_paid(stay: PaidStay, by: Any) -> None:
    """The stay must still be one that the person's authority pays for."""
    if paid_stay(by, stay.key).booking_id != stay.booking_id:
        raise PermissionDenied("Only an authority that pays for these nights says which of its budgets does.")


def _one_at_a_time(authority_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, authority_id])
