"""Bank accounts that money goes from and to, entered by one person and confirmed by another; the tolerance."""

import re
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.people.models import Organisation
from nearhome.settlement.actions.matching import lock_invoices_of
from nearhome.settlement.models import BankAccount, InvoiceTolerance
from nearhome.settlement.permissions.invoices import require_can_handle_invoice, require_can_pay


@transaction.atomic
def enter_account(
    *,
    holder: Organisation,
    name: str,
    sort_code: str,
    number: str,
    service_user_number: str = "",
    by: Any,
    now: datetime,
) -> BankAccount:
    """Enter an account of a provider, or of the person's own authority. It is used once somebody else confirmed it."""
    require_can_pay(by)
    lock_invoices_of(by.organisation_id)
    plain_code, plain_number = re.sub(r"[\s-]", "", sort_code), re.sub(r"\s", "", number)
    if not re.fullmatch(r"[0-9]{6}", plain_code):
        raise ValidationError({"sort_code": "A sort code has 6 digits, like 11-22-33."})
    if not re.fullmatch(r"[0-9]{8}", plain_number):
        raise ValidationError({"number": "An account number has 8 digits. Put 0 in front of a shorter one."})
    if not name.strip():
        raise ValidationError({"name": "Enter the name in which the account is held."})
    is_own = holder.pk == by.organisation_id
    if is_own and not re.fullmatch(r"[0-9]{6}", service_user_number.strip()):
        raise ValidationError({"service_user_number": "Your authority’s Bacs service user number has 6 digits."})
    for row in BankAccount.objects.filter(holder=holder, confirmed_at__isnull=True, ended_at__isnull=True):
        if (row.sort_code, row.number, row.entered_by_id) == (plain_code, plain_number, by.pk):
            return row
    row = BankAccount.objects.create(
        authority_id=by.organisation_id, holder=holder, name=name.strip(), sort_code=plain_code, number=plain_number,
        service_user_number=service_user_number.strip() if is_own else "", entered_by=by, entered_at=now,
    )  # fmt: skip
    words = f"A bank account of {holder} was entered. It is used once somebody else has confirmed it."
    record("account.entered", words, about=row, by=by, at=now, thread=row.key)
    return row


@transaction.atomic
def confirm_account(*, account: BankAccount, by: Any, now: datetime) -> BankAccount:
    """Say that an account is right, as another person than who entered it. The one before it is used no more."""
    require_can_handle_invoice(by, account.authority_id)
    lock_invoices_of(account.authority_id)
    row = BankAccount.objects.select_related("holder").get(pk=account.pk)
    if row.ended_at:
        raise ValidationError("This account is used no more. Enter it again if money should go there.")
    if row.confirmed_at:
        return row
    if row.entered_by_id == by.pk:
        raise PermissionDenied("You entered this account, so another finance officer must confirm it.")
    before = BankAccount.objects.filter(authority=row.authority_id, holder=row.holder_id, ended_at__isnull=True)
    before.exclude(pk=row.pk).update(ended_at=now)
    BankAccount.objects.filter(pk=row.pk).update(confirmed_by=by, confirmed_at=now)
    row.refresh_from_db()
    record(
        "account.confirmed",
        f"The bank account of {row.holder} was confirmed.",
        about=row,
        by=by,
        at=now,
        thread=row.key,
    )
    return row


@transaction.atomic
def set_tolerance(*, pence: int, basis_points: int, starts_on: date, by: Any, now: datetime) -> InvoiceTolerance:
    """How far an invoiced amount may differ from a day on: the lower of pence and basis points of what is due."""
    require_can_pay(by)
    lock_invoices_of(by.organisation_id)
    if not 0 <= pence <= 1_000_000 or not 0 <= basis_points <= 1_000:
        raise ValidationError(
            "A tolerance is between £0.00 and £10,000.00, and between 0 and 1,000 basis points (10%)."
        )
    last = InvoiceTolerance.objects.filter(authority=by.organisation_id).order_by("-starts_on", "-id").first()
    if last and (last.starts_on, last.pence, last.basis_points) == (starts_on, pence, basis_points):
        return last
    row = InvoiceTolerance.objects.create(
        authority_id=by.organisation_id,
        starts_on=starts_on,
        pence=pence,
        basis_points=basis_points,
        set_by=by,
        set_at=now,
    )
    words = (
        f"From {wording.date(starts_on)} invoices may differ by {wording.money(pence)} or {basis_points} basis points."
    )
    record("tolerance.set", words, about=row, by=by, at=now)
    return row
