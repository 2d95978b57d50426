"""Recording that a notice was published, replacing such a record, and what notices count from."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import Http404

from nearhome.audit.record import record
from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.wording import date as in_words
from nearhome.tendering.actions.moving import lock_procurement
from nearhome.tendering.calculations.ocds.words import id_problem, ocid_problem
from nearhome.tendering.models import Notice, NoticeFact, Procurement
from nearhome.tendering.permissions.notices import require_can_record
from nearhome.tendering.queries.notice_facts import standing_notices
from nearhome.tendering.queries.notices import Line, line_of, own_checklist, recorded
from nearhome.tendering.queries.ocds import release_for
from nearhome.tendering.queries.ocds_call_offs import checklist_with_call_offs

_LOCK = 907  # one authority records one of its own notices at a time, so that a double click records one
FIRST_DAY = date(2015, 2, 26)  # the Public Contracts Regulations 2015
FURTHEST = timedelta(days=366 * 15)
ONLY_PAST = frozenset({"payment", "performance", "engagement", "user_choice"})
OF_AUTHORITY = frozenset({"large_spender", "small_spender"})


@transaction.atomic
def record_notice(
    *,
    procurement: Procurement | None,
    code: str,
    about: str,
    published: tuple[date, str, str],
    by: Any,
    now: datetime,
    why: str = "",
    words_read: bool = False,
) -> Notice:
    """Keep that a notice was published: its day, its reference, and the process number if one was given.

    The same again changes nothing. Another day or reference replaces the record and needs `why`. Where the notice makes a
    release, `words_read` says that `by` read its words and that nothing in them points to a child. Raises
    PermissionDenied, and ValidationError with the mend.
    """
    authority = require_can_record(by, procurement)
    on, reference, ocid = published
    _require_possible(on, reference, ocid, today=london_date(now))
    procurement = _locked(procurement, authority.pk)
    line = _line(by, procurement, code, about, london_date(now))
    earlier = next(iter(standing_notices(reversed(recorded(by, procurement, code, about)))), None)
    if earlier and (earlier.published_on, earlier.reference, earlier.ocid) == (on, reference, ocid or earlier.ocid):
        return earlier
    if earlier and not why.strip():
        raise ValidationError(
            f"{line.notice.name} is on record as {earlier.reference}, published on {in_words(earlier.published_on)}."
            " To replace that, say why."
        )
    payload = release_for(procurement, code, about, on, reference) if procurement else {}
    if payload and not words_read:
        raise ValidationError("Read the words that leave as data, and confirm that nothing in them points to a child.")
    row = Notice.objects.create(
        authority=authority, procurement=procurement, code=code, about=about, due_on=line.notice.due_on,
        rule_id=line.notice.rule.id if line.notice.rule else "", published_on=on, reference=reference, ocid=ocid,
        payload=payload, supersedes=earlier,
        why=why.strip() if earlier else "", recorded_at=now, recorded_by=str(by),
    )  # fmt: skip
    words = f"{line.notice.name} {reference} was published on {in_words(on)}."
    words += f" {by} read the words that leave as data: nothing in them points to a child." if payload else ""
    _record("notice.replaced" if earlier else "notice.published", words, row, by, now)
    return row


def _line(by: Any, procurement: Procurement | None, code: str, about: str, today: date) -> Line:
    lines = checklist_with_call_offs(by, procurement, today) if procurement else own_checklist(by, today)
    try:
        return line_of(lines, code, about)
    except Http404:
        raise ValidationError("This notice is not on the checklist any more. Open the checklist again.") from None


def _require_possible(on: date, reference: str, ocid: str, *, today: date) -> None:
    if on > today:
        raise ValidationError(
            "A notice that is still to be published cannot be on record as published. Enter its day when it is."
        )
    if on < FIRST_DAY:
        raise ValidationError(f"The notice must have been published on or after {in_words(FIRST_DAY)}.")
    if not reference.strip():
        raise ValidationError("Enter the reference that the place of publication gave the notice.")
    if id_problem(reference.strip()):
        raise ValidationError(f"The reference {id_problem(reference.strip())}. It is published.")
    if ocid and ocid_problem(ocid):
        raise ValidationError(f"The process number {ocid_problem(ocid)}. Leave it empty if you do not have it.")


@transaction.atomic
def record_what_happened(*, procurement: Procurement | None, kind: str, on: date, by: Any, now: datetime) -> NoticeFact:
    """Keep something that notices count from or depend on. The same on the same day is kept once.

    Raises PermissionDenied, and ValidationError with the mend.
    """
    authority = require_can_record(by, procurement)
    if (kind in OF_AUTHORITY) is (procurement is not None) or kind not in NoticeFact.Kind.values:
        raise ValidationError("Choose one of the things shown.")
    today = london_date(now)
    if on > today and kind in ONLY_PAST:
        raise ValidationError("This can only be recorded once it has happened. Enter a day that is not in the future.")
    if not FIRST_DAY <= on <= today + FURTHEST:
        raise ValidationError(f"The day must be from {in_words(FIRST_DAY)} to {in_words(today + FURTHEST)}.")
    _locked(procurement, authority.pk)
    same = NoticeFact.objects.filter(
        authority=authority, procurement=procurement, kind=kind, on=on, taken_back_at__isnull=True
    ).first()
    if same:
        return same
    row = NoticeFact.objects.create(
        authority=authority, procurement=procurement, kind=kind, on=on, recorded_at=now, recorded_by=str(by)
    )
    _record("notice.counted", f"Recorded for notices: {row.get_kind_display()} ({in_words(on)}).", row, by, now)
    return row


@transaction.atomic
def take_back(*, fact: NoticeFact, by: Any, now: datetime) -> None:
    """Say that it did not happen so. Notices already on record stay. Harmless when repeated; raises PermissionDenied."""
    require_can_record(by, fact.procurement)
    row = NoticeFact.objects.select_for_update(of=("self",)).get(pk=fact.pk)
    if row.taken_back_at:
        return
    row.taken_back_at, row.taken_back_by = now, str(by)
    row.save(update_fields=["taken_back_at", "taken_back_by"])
    _record("notice.taken_back", f"Taken back: {row.get_kind_display()} ({in_words(row.on)}).", row, by, now)


def _locked(procurement: Procurement | None, authority_id: int) -> Procurement | None:
    """The procurement as it is now, until the transaction ends; for the authority's own, a lock of its own."""
    if procurement is not None:
        return lock_procurement(procurement)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, authority_id])
    return None


def _record(name: str, words: str, row: Notice | NoticeFact, by: Any, now: datetime) -> None:
    """Also for those who buy with the lead."""
    procurement = row.procurement
    if procurement is None:
        record(name, words, about=row, by=by, at=now)
        return
    parties = tuple(procurement.parties.values_list("organisation_id", flat=True))
    record(name, words, about=row, by=by, at=now, thread=procurement.key, seen_by=parties)
