"""Working out a month: nights become charges, charges become postings, and net positions sum to zero.

Each host works out its own charges, with Nearhome acting for it; then the finance lead adds up. Charges are never
edited: what changed since they were posted is posted as a difference, in the month that is being worked out. All of
it is one transaction, so an interruption leaves nothing half done, and a second run posts nothing new.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.audit.record import Nearhome, record
from nearhome.design import wording
from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting_for
from nearhome.settlement.actions.crediting import keep_credits
from nearhome.settlement.actions.funding import post_budget_shares
from nearhome.settlement.actions.moving import one_at_a_time
from nearhome.settlement.actions.settling import settle_month
from nearhome.settlement.calculations.charges import Charge
from nearhome.settlement.calculations.ledger import entries_from
from nearhome.settlement.calculations.statement import difference_to_post, subject_of
from nearhome.settlement.models import Charge as ChargeRow
from nearhome.settlement.models import Month, Posting, Problem
from nearhome.settlement.permissions import require_can_settle
from nearhome.settlement.queries import periods, refs
from nearhome.settlement.queries.credits import CreditToPost, credits_to_post
from nearhome.settlement.queries.due import Due, HostRecords, NotCharged, due_in
from nearhome.settlement.queries.months import authorities_of, hosts_with_months
from nearhome.settlement.queries.posted import posted_by
from nearhome.settlement.queries.records import records_of


@dataclass(frozen=True, slots=True)
class Line:
    """A charge to post, and the month that its nights belong to."""

    about_month: date
    charge: Charge


@dataclass(frozen=True, slots=True)
class ToPost:
    """What a host's records come to that is not posted yet, and what looks chargeable but cannot be charged.

    `credits`: after disputes; their lines are the last of `lines`.
    """

    lines: tuple[Line, ...]
    problems: tuple[NotCharged, ...]
    credits: tuple[CreditToPost, ...]
    records: HostRecords


@transaction.atomic
def work_out_month(*, partnership: Partnership, starts_on: date, by: Any, now: datetime) -> Month:
    """Post what is due and not yet posted for a month and for closed months before it; issue its statements.

    Safe to repeat. Raises PermissionDenied, or ValidationError for a month that is not over, checked or closed.
    """
    require_can_settle(by, partnership)
    _require_over(starts_on, now)
    one_at_a_time(partnership)
    month = _open_month(partnership, starts_on)
    authorities = authorities_of(partnership, periods.month_of(starts_on))
    if not authorities:
        raise ValidationError(f"{partnership} had no members in {periods.in_words(starts_on)}. Choose a later month.")
    touched: set[int] = set()
    lines = 0
    with acting_for(partnership.finance_lead_id):
        months_of_hosts = hosts_with_months(month)
    for host, months in months_of_hosts.items():
        with acting_for(host.pk):
            rows = _work_out_host(month, host, months, now)
        lines += len(rows)
        touched |= {row.payer_id for row in rows} | {row.host_id for row in rows}
    post_budget_shares(month, now)
    with acting_for(partnership.finance_lead_id, person_id=by.pk):
        month.worked_out_at = now
        settle_month(month, authorities, touched, now=now)
        _record_worked_out(month, authorities, lines, by, now)
    return month


def _require_over(starts_on: date, now: datetime) -> None:
    if starts_on.day != 1:
        raise ValidationError("A month begins on its first day. Choose a month.")
    over_on = periods.month_of(starts_on).ends_before
    if timezone.localdate(now) < over_on:
        name = periods.in_words(starts_on)
        raise ValidationError(f"{name} is not over. Work it out on {wording.date(over_on)} or later.")


def _open_month(partnership: Partnership, starts_on: date) -> Month:
    with acting_for(partnership.finance_lead_id):
        Month.objects.get_or_create(partnership=partnership, starts_on=starts_on)
        month = Month.objects.select_for_update().get(partnership=partnership, starts_on=starts_on)
    if month.state == Month.State.CLOSED:
        raise ValidationError(
            f"{periods.in_words(starts_on)} is closed and never changes. Work out the month after it: what changed since"
            " is posted there."
        )
    if month.state != Month.State.DRAFT:
        raise ValidationError(
            f"{periods.in_words(starts_on)} is {month.get_state_display().lower()}. Send it back to draft first, then"
            " work it out again."
        )
    return month


def _work_out_host(month: Month, host: Organisation, months: Iterable[date], now: datetime) -> list[ChargeRow]:
    found = lines_to_post(month, host, months)
    rows = _post(month, host, list(found.lines), found.records)
    keep_credits(found.credits, rows)
    _list_problems(month, host, found.problems)
    _record_host(month, host, rows, now)
    return rows


def lines_to_post(month: Month, host: Organisation, months: Iterable[date]) -> ToPost:
    """What is due from a host for these months and not yet posted. Read while acting for the host."""
    records = records_of(host, month.partnership, periods.month_of(month.starts_on).ends_before)
    posted = posted_by(host.pk, month.partnership)
    lines: list[Line] = []
    problems: list[NotCharged] = []
    for about in months:
        due = due_in(records, periods.month_of(about))
        problems += due.problems
        lines += [
            Line(about, charge) for charge in _to_post(due, posted.by_month.get(about, ()), about == month.starts_on)
        ]
    named = replace(records, child_refs=posted.child_refs | records.child_refs, homes=posted.homes | records.homes)
    credits = credits_to_post(host.pk, month)
    lines += [Line(one.about_month, line) for one in credits for line in one.lines]
    return ToPost(tuple(lines), tuple(problems), credits, named)


def _to_post(due: Due, posted: tuple[Charge, ...], is_this_month: bool) -> list[Charge]:
    """New lines of the month itself as they are; every other change as a correction. What is withheld stays."""
    then = [line for line in posted if (line.contract_ref, line.place_ref) not in due.withheld]
    known = {subject_of(line) for line in then}
    new = [line for line in due.charges if is_this_month and subject_of(line) not in known]
    again = [line for line in due.charges if not is_this_month or subject_of(line) in known]
    return [*new, *difference_to_post(again, then)]


def _post(month: Month, host: Organisation, lines: list[Line], records: HostRecords) -> list[ChargeRow]:
    rows = ChargeRow.objects.bulk_create([_row(month, host, line, records) for line in lines], batch_size=1000)
    entries = entries_from(line.charge for line in lines)
    postings = []
    for row, entry in zip(rows, entries, strict=True):
        entry_key = uuid4()
        postings += [
            Posting(
                entry=entry_key, month=month, charge=row, organisation_id=refs.number(side.authority), host=host,
                account=side.account, pence=side.pence,
            )
            for side in entry.postings
        ]  # fmt: skip
    Posting.objects.bulk_create(postings, batch_size=2000)
    return rows


def _row(month: Month, host: Organisation, line: Line, records: HostRecords) -> ChargeRow:
    charge = line.charge
    return ChargeRow(
        month=month,
        about_month=line.about_month,
        payer_id=refs.number(charge.payer),
        host=host,
        provider_id=refs.number(charge.payee),
        contract_id=refs.number(charge.contract_ref) if charge.contract_ref.startswith("block-") else None,
        lead_cost_id=refs.number(charge.contract_ref) if charge.covers_lead else None,
        booking_id=refs.number(charge.stay_ref) if charge.stay_ref else None,
        place_id=refs.number(charge.place_ref) if charge.place_ref else None,
        child_ref=records.child_refs.get(charge.stay_ref or "", ""),
        home_name=records.homes.get(charge.place_ref, ""),
        kind=charge.kind,
        element=charge.element,
        starts_on=charge.starts_on,
        ends_before=charge.ends_before,
        nights=charge.nights,
        weekly_price_pence=charge.weekly_pence,
        pence=charge.pence,
        reason=charge.reason,
    )


def _list_problems(month: Month, host: Organisation, problems: Iterable[NotCharged]) -> None:
    """The list as it is now takes the place of the one before."""
    now = {(one.about[:300], one.words) for one in problems}
    before = {(row.about, row.words): row for row in Problem.objects.filter(month=month, host=host)}
    Problem.objects.filter(pk__in=[row.pk for key, row in before.items() if key not in now]).delete()
    Problem.objects.bulk_create(
        Problem(month=month, host=host, about=about, words=words) for about, words in sorted(now - before.keys())
    )


def _record_host(month: Month, host: Organisation, rows: list[ChargeRow], now: datetime) -> None:
    if not rows:
        return
    total = wording.money(sum(row.pence for row in rows))
    words = f"{wording.plural(len(rows), 'line')} that {host} pays the provider for came to {total}."
    actor = Nearhome(host.pk, host.name)
    lead = month.partnership.finance_lead_id
    record("charges.posted", words, about=month, by=actor, at=now, thread=month.key, seen_by=(lead,))


def _record_worked_out(month: Month, authorities: Iterable[Organisation], lines: int, by: Any, now: datetime) -> None:
    month.save(update_fields=["worked_out_at"])
    found = wording.plural(lines, "new line") if lines else "nothing new"
    words = f"{periods.in_words(month.starts_on)} was worked out: {found}."
    seen_by = tuple(one.pk for one in authorities)
    record("month.worked_out", words, about=month, by=by, at=now, thread=month.key, seen_by=seen_by)


def work_out_month_for_nearhome(*, partnership: Partnership, starts_on: date, now: datetime) -> Month:
    """The same, done by the clock on the finance lead's behalf."""
    lead = partnership.finance_lead
    return work_out_month(partnership=partnership, starts_on=starts_on, by=Nearhome(lead.pk, lead.name), now=now)
