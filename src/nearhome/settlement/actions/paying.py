"""Approved lines become a payment run: made by one person, sent by another, its files made once and kept."""

from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.settlement.actions.matching import lock_invoices_of
from nearhome.settlement.exporters.bacs import Account, BacsRun, Credit, bacs_file
from nearhome.settlement.exporters.payment_list import PaidLine, payment_list
from nearhome.settlement.models import BankAccount, PaymentRun, RunLine
from nearhome.settlement.permissions.invoices import require_can_handle_invoice, require_can_pay
from nearhome.settlement.queries.payment_runs import (
    accounts_in_use,
    earliest_pay_day,
    processed_on,
    ready_to_pay,
)


@transaction.atomic
def make_run(*, pay_on: date, by: Any, now: datetime) -> PaymentRun:
    """Put every approved line that can be paid into a run of the person's authority.

    Raises PermissionDenied, and ValidationError with the mend where nothing can be paid, or not on that day.
    """
    require_can_pay(by)
    lock_invoices_of(by.organisation_id)
    _require_day(pay_on, now)
    ready = [one for one in ready_to_pay(by) if not one.obstacle]
    if not ready:
        raise ValidationError("Nothing can be paid now: no approved line is free, or no account is confirmed.")
    if by.organisation_id not in accounts_in_use(by.organisation_id):
        raise ValidationError("Enter your authority’s own account first, and ask a colleague to confirm it.")
    last = PaymentRun.objects.filter(authority=by.organisation_id).aggregate(last=Max("number"))["last"] or 0
    run = PaymentRun.objects.create(
        authority_id=by.organisation_id, number=last + 1, pay_on=pay_on, made_by=by, made_at=now
    )
    RunLine.objects.bulk_create(
        RunLine(
            run=run, line=line, authority_id=run.authority_id, provider_id=line.provider_id, pence=line.match.payable_pence,
            pay_on=pay_on,
        )
        for one in ready for line in one.lines
    )  # fmt: skip
    total = wording.money(sum(one.pence for one in ready))
    words = f"Payment run {run.number} was made: {wording.plural(len(ready), 'payment')}, {total}, on {wording.date(pay_on)}."
    record("run.made", words, about=run, by=by, at=now, thread=run.key)
    return run


@transaction.atomic
def send_run(*, run: PaymentRun, by: Any, now: datetime) -> PaymentRun:
    """Approve a run: its files are made, kept and can be downloaded. Somebody else than who made it; once."""
    run = _locked(run, by)
    if run.sent_at:
        return run
    if run.made_by_id == by.pk:
        raise PermissionDenied("You made this run, so another finance officer must send it.")
    if run.cancelled_at:
        raise ValidationError("This run was cancelled. Make another.")
    _require_day(run.pay_on, now)
    lines = list(
        RunLine.objects.filter(run=run).select_related("line__invoice", "provider").order_by("provider__name", "pk")
    )
    held = [one.line for one in lines if one.line.holds.filter(released_at__isnull=True).exists()]
    if held:
        raise ValidationError(
            f"{wording.plural(len(held), 'line')} of it was held since. Cancel the run and make another."
        )
    _make_files(run, lines, now)
    # The lines first: a run that was sent is never changed.
    RunLine.objects.filter(run=run).update(sent_at=now)
    run.sent_by, run.sent_at = by, now
    run.save()
    total = wording.money(sum(one.pence for one in lines))
    providers = {one.provider_id for one in lines}
    words = f"Payment run {run.number} was sent: {total} on {wording.date(run.pay_on)}."
    record("run.sent", words, about=run, by=by, at=now, thread=run.key)
    for provider in sorted(providers):
        paid = wording.money(sum(one.pence for one in lines if one.provider_id == provider))
        words = f"{run.authority} pays {paid} on {wording.date(run.pay_on)}."
        record("payment.sent", words, about=run, by=by, at=now, seen_by=(provider,))
    return run


@transaction.atomic
def cancel_run(*, run: PaymentRun, reason: str, by: Any, now: datetime) -> PaymentRun:
    """Free the lines of a run that was not sent. Harmless when it was cancelled."""
    run = _locked(run, by)
    if run.cancelled_at:
        return run
    if run.sent_at:
        raise ValidationError("The run was sent, so it cannot be cancelled here. Ask your bank to stop the payment.")
    if not reason.strip():
        raise ValidationError("Say why the run is cancelled.")
    RunLine.objects.filter(run=run).update(freed_at=now)
    run.cancelled_by, run.cancelled_at, run.cancel_reason = by, now, reason.strip()
    run.save(update_fields=["cancelled_by", "cancelled_at", "cancel_reason"])
    words = f"Payment run {run.number} was cancelled: {run.cancel_reason}"
    record("run.cancelled", words, about=run, by=by, at=now, thread=run.key)
    return run


def _locked(run: PaymentRun, by: Any) -> PaymentRun:
    require_can_handle_invoice(by, run.authority_id)
    lock_invoices_of(run.authority_id)
    return PaymentRun.objects.select_for_update(of=("self",)).select_related("authority").get(pk=run.pk)


def _require_day(pay_on: date, now: datetime) -> None:
    earliest = earliest_pay_day(timezone.localdate(now))
    if pay_on < earliest:
        raise ValidationError(
            f"Bacs takes three working days: the first day that can be met is {wording.date(earliest)}."
        )
    if pay_on > earliest + timedelta(days=31):
        raise ValidationError("The day lies more than a month ahead. Make the run nearer to it.")
    try:
        processed_on(pay_on)
    except ValueError as fault:
        raise ValidationError(str(fault)) from fault


def _make_files(run: PaymentRun, lines: list[RunLine], now: datetime) -> None:
    accounts = accounts_in_use(run.authority_id)
    missing = sorted({one.provider.name for one in lines if one.provider_id not in accounts})
    if run.authority_id not in accounts or missing:
        names = wording.nice_list(missing or [run.authority.name])
        raise ValidationError(f"No account of {names} is in use any more. Cancel the run and make another.")
    sums: dict[int, int] = {}
    for one in lines:
        sums[one.provider_id] = sums.get(one.provider_id, 0) + one.pence
    own, reference = accounts[run.authority_id], f"NEARHOME {run.number}"
    asked = BacsRun(
        own.service_user_number,
        _account(own),
        f"{run.number % 1_000_000:06}",
        timezone.localdate(now),
        processed_on(run.pay_on),
    )
    try:
        content = bacs_file(asked, [Credit(_account(accounts[one]), pence, reference) for one, pence in sums.items()])
    except ValueError as fault:
        raise ValidationError(str(fault)) from fault
    run.bacs_file, run.csv_file = content.decode("ascii"), payment_list(_paid(one, run, accounts) for one in lines)
    run.bacs_digest, run.csv_digest = (sha256(text.encode()).hexdigest() for text in (run.bacs_file, run.csv_file))


def _account(row: BankAccount) -> Account:
    return Account(row.sort_code, row.number, row.name)


def _paid(one: RunLine, run: PaymentRun, accounts: dict[int, BankAccount]) -> PaidLine:
    line, account = one.line, accounts[one.provider_id]
    about = line.child_ref or f"{line.home_name}, {line.place_label}"
    return PaidLine(
        f"NEARHOME {run.number}", run.pay_on, one.provider.name, (account.name, account.sort_code, account.number),
        line.invoice.number, line.number, about, line.starts_on, line.ends_before - timedelta(days=1), one.pence,
    )  # fmt: skip
