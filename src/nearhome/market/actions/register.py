"""Loading a provider register: registrations, their providers, judgements, homes and places; all or nothing."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design.wording import LONDON, plural
from nearhome.geography.postcodes import Postcodes
from nearhome.market.actions.fitting_places import PLACES, FittedPlaces, fit_places
from nearhome.market.actions.register_entries import REGISTRATIONS, bring_in_judgements, bring_in_registrations
from nearhome.market.actions.register_homes import bring_in_homes
from nearhome.market.actions.register_providers import find_providers
from nearhome.market.calculations.register import Kind, RegisterProblem, RegisterRow, Severity
from nearhome.market.importers.register_files import RegisterReading, read_register
from nearhome.market.models import RegisterLoad
from nearhome.market.models import RegisterProblem as KeptProblem
from nearhome.market.permissions import require_can_load_register
from nearhome.people.models import Organisation
from nearhome.privacy.statistics import refresh_statistics
from nearhome.tables.csv_files import sent_files
from nearhome.tables.tally import Tally

Progress = Callable[[int, int], None]
Source = Path | Mapping[str, bytes]
PROBLEMS_KEPT = 5000
STEPS = 6
_LOCK = 1  # one register at a time: two would both add the same provider


@dataclass(frozen=True, slots=True)
class RegisterResult:
    """What a load did, or in a preview would do. `load` is None where nothing was kept of it."""

    is_readable: bool
    tally: Tally
    problems: tuple[RegisterProblem, ...]
    columns_not_found: dict[str, tuple[str, ...]]
    sheets_not_read: tuple[str, ...]
    load: RegisterLoad | None = None


def load_register(
    source: Source,
    *,
    by: Any,
    now: datetime,
    organisation: Organisation,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> RegisterResult:
    """Bring registrations, homes and places to what this register says. Again with the same file it changes nothing.

    What the register does not name is left alone: a register may be of one region. With `dry_run` nothing is kept.
    Raises PermissionDenied.
    """
    require_can_load_register(by)
    with transaction.atomic():
        result = _bring_in(source, now, progress, is_kept=not dry_run)
        if dry_run or not result.is_readable:
            return result
        refresh_statistics("market_registration", "market_home", "market_place", "market_capacity", "market_inspection")
        load = _new_load(source, organisation, result, by, now)
        return _finish(load, result, by, now)


def preview_register(
    file: Mapping[str, bytes], *, organisation: Organisation, by: Any, now: datetime
) -> RegisterResult:
    """Work out what this file (one, by its name) would change, and keep it until it is confirmed or set aside."""
    require_can_load_register(by)
    with transaction.atomic():
        result = _bring_in(file, now, None, is_kept=False)
        if not result.is_readable:
            return result
        load = _new_load(file, organisation, result, by, now)
        load.content = next(iter(file.values()))
        load.save(update_fields=["content"])
        _keep_problems(load, result.problems)
        words = "A provider register was read and waits to be confirmed."
        record("register.read", words, about=load, by=by, at=now, thread=load.key)
        return replace(result, load=load)


@transaction.atomic
def confirm_register(*, load: RegisterLoad, by: Any, now: datetime) -> RegisterLoad:
    """Write what the preview showed. Again it does nothing. Raises ValidationError when it was set aside."""
    require_can_load_register(by)
    kept = RegisterLoad.objects.select_for_update().get(pk=load.pk)
    if kept.confirmed_at:
        return kept
    if kept.content is None:
        raise ValidationError("This file was set aside, so there is nothing to confirm. Send it again.")
    result = _bring_in({kept.file: bytes(kept.content)}, now, None, is_kept=True)
    kept.problems.all().delete()
    kept.content, kept.counts = None, _counts(result)
    _finish(kept, result, by, now)
    return kept


@transaction.atomic
def set_aside_register(*, load: RegisterLoad, by: Any, now: datetime) -> None:
    """Remove the file of a preview; nothing else was written. Again it does nothing."""
    require_can_load_register(by)
    kept = RegisterLoad.objects.select_for_update().get(pk=load.pk)
    if kept.confirmed_at:
        raise ValidationError("This register was confirmed already. To undo it, load the version that was right.")
    if kept.content is not None:
        kept.content = None
        kept.save(update_fields=["content"])
        words = "The register was set aside; its file was removed."
        record("register.set_aside", words, about=kept, by=by, at=now, thread=kept.key)


def _bring_in(source: Source, now: datetime, progress: Progress | None, *, is_kept: bool) -> RegisterResult:
    tell = progress or (lambda done, of: None)
    tell(0, STEPS)
    reading = read_register(source)
    tally = Tally()
    problems = list(reading.problems)
    if reading.is_readable:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_LOCK])
        # A preview does the very same and takes it back, so that it cannot say anything else.
        before = transaction.savepoint()
        names = [sent.name for sent in sent_files(source)]
        _write(reading, names[0] if len(names) == 1 else "", problems, tally, now, tell)
        if is_kept:
            transaction.savepoint_commit(before)
        else:
            transaction.savepoint_rollback(before)
        tally.add(REGISTRATIONS, "refused", reading.rows_refused)
    return RegisterResult(
        reading.is_readable, tally, tuple(problems), reading.columns_not_found, tuple(reading.sheets_not_read)
    )


def _write(
    reading: RegisterReading, file: str, problems: list[RegisterProblem], tally: Tally, now: datetime, tell: Progress
) -> None:
    today = timezone.localdate(now, LONDON)
    by_urn = _by_urn(reading, file, problems, tally)
    postcodes = Postcodes.open()
    tell(1, STEPS)
    providers = find_providers((rows[0] for rows in by_urn.values()), tally)
    tell(2, STEPS)
    entries, renamed = bring_in_registrations(by_urn, providers, postcodes, tally, today)
    tell(3, STEPS)
    bring_in_judgements(by_urn, entries, tally)
    tell(4, STEPS)
    homes = bring_in_homes(by_urn, file, entries, renamed, postcodes, tally)
    problems.extend(homes.problems)
    tell(5, STEPS)
    fitted = fit_places(homes.wanted, today=today, now=now)
    tally.add(PLACES, "added", fitted.opened)
    tally.add(PLACES, "removed", fitted.ended)
    problems.extend(_still_taken(fitted, file))
    tell(6, STEPS)


def _by_urn(
    reading: RegisterReading, file: str, problems: list[RegisterProblem], tally: Tally
) -> dict[str, list[RegisterRow]]:
    """Rows by registration. Only settings share a URN: a second row of anything else is refused."""
    by_urn: dict[str, list[RegisterRow]] = {}
    for row in reading.rows:
        first = by_urn.setdefault(row.urn, [])
        if first and not (row.setting_name and row.kind == Kind.SUPPORTED_ACCOMMODATION == first[0].kind):
            message = (
                f"The URN {row.urn} is already in row {first[0].row}; a registration has one row. Keep one of them"
            )
            problems.append(RegisterProblem(file, "", row.row, row.urn, "urn", "one row", message))
            tally.note(REGISTRATIONS, "refused", f"{row.urn} {row.name}")
        else:
            first.append(row)
    return by_urn


def _still_taken(fitted: FittedPlaces, file: str) -> Iterable[RegisterProblem]:
    for home, places in fitted.still_taken or ():
        message = (
            f"{home.name} is registered for fewer places than before, but {plural(places, 'surplus place')} of it"
            " are taken and stay open. Ask the provider how the home keeps to its registration"
        )
        urn = home.registration.urn
        yield RegisterProblem(file, "", 0, urn, "registered_places", "taken", message, Severity.WARNING)


def _new_load(
    source: Source, organisation: Organisation, result: RegisterResult, by: Any, now: datetime
) -> RegisterLoad:
    digest = hashlib.sha256()
    names = []
    for sent in sent_files(source):
        names.append(sent.name)
        with sent.open() as opened:
            digest.update(opened.read())
    return RegisterLoad.objects.create(
        organisation=organisation, file=", ".join(names)[:200], digest=digest.hexdigest(), read_at=now,
        read_by=str(by), counts=_counts(result),
    )  # fmt: skip


def _finish(load: RegisterLoad, result: RegisterResult, by: Any, now: datetime) -> RegisterResult:
    load.confirmed_at = now
    load.save(update_fields=["confirmed_at", "counts", "content"])
    _keep_problems(load, result.problems)
    tally = result.tally
    words = (
        f"A provider register was loaded: {tally.tables[REGISTRATIONS]['added']:,} registrations added,"
        f" {tally.tables[REGISTRATIONS]['changed']:,} changed, {tally.tables[REGISTRATIONS]['unchanged']:,} unchanged."
    )
    record("register.loaded", words, about=load, by=by, at=now, thread=load.key)
    return replace(result, load=load)


def _keep_problems(load: RegisterLoad, problems: Iterable[RegisterProblem]) -> None:
    kept = [
        KeptProblem(
            load=load, file=f"{one.file}{f', {one.sheet}' if one.sheet else ''}"[:200], row=one.row or None,
            urn=one.urn[:20], field=one.field[:60], rule=one.rule[:20], message=one.message, severity=one.severity.value,
        )
        for one in list(problems)[:PROBLEMS_KEPT]
    ]  # fmt: skip
    KeptProblem.objects.bulk_create(kept, batch_size=1000)


def _counts(result: RegisterResult) -> dict[str, Any]:
    errors = sum(one.severity == Severity.ERROR for one in result.problems)
    missing = {where: list(columns) for where, columns in result.columns_not_found.items() if columns}
    said = {"errors": errors, "warnings": len(result.problems) - errors, "columns_not_found": missing}
    return result.tally.as_json() | said | {"sheets_not_read": list(result.sheets_not_read)}
