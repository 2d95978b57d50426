"""Loading a statutory return: compare the files with what is on record, then write the difference, all or nothing."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from nearhome.audit.record import record
from nearhome.design.wording import plural
from nearhome.needs.actions.refused import refused_rows
from nearhome.needs.actions.return_children import children_on_record, plan_children, write_children
from nearhome.needs.actions.return_episodes import episodes_on_record, plan_episodes, write_episodes
from nearhome.needs.actions.return_records import count_records, stage_records, uasc_of, write_records
from nearhome.needs.actions.return_removals import plan_removals, remove_children, remove_episodes
from nearhome.needs.calculations.problems import Problem
from nearhome.needs.calculations.standard import year_label
from nearhome.needs.importers.return_files import ReturnReading, Source, read_return
from nearhome.needs.models import ReturnLoad, ReturnProblem, UploadedReturn
from nearhome.needs.permissions import require_loads_for
from nearhome.people.models import AuthorityCode, Organisation
from nearhome.privacy.sealed import seal, unseal
from nearhome.privacy.statistics import refresh_statistics
from nearhome.tables.csv_files import SentFile, sent_files
from nearhome.tables.tally import Tally

Progress = Callable[[int, int], None]
PROBLEMS_KEPT = 5000
STEPS = 8
_LOCK = 903  # one load of an authority's returns at a time


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did, or in a preview would do. `load` is None where nothing was kept of it."""

    is_readable: bool
    tally: Tally
    problems: tuple[Problem, ...]
    form: str
    rows_of_others: int = 0
    load: ReturnLoad | None = None


def load_return(
    source: Source,
    *,
    authority: Organisation,
    year: int,
    by: Any,
    now: datetime,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> LoadResult:
    """Bring the record to what these files say: a folder, or uploaded files by name. Again with the same changes nothing.

    All of it in one transaction, or none. With `dry_run` nothing is written. Files without a readable Header and
    Episodes table change nothing and keep nothing. Raises PermissionDenied, and ValidationError for a wrong year.
    """
    require_loads_for(by, authority)
    with transaction.atomic():
        result = _bring_in(source, authority, year, progress, is_written=not dry_run)
        if dry_run or not result.is_readable:
            return result
        load = _new_load(source, authority, year, result, by, now)
        return _finish(load, result, by, now)


def preview_return(files: Mapping[str, bytes], *, authority: Organisation, year: int, by: Any, now: datetime) -> LoadResult:  # fmt: skip
    """Work out what these files would change and keep them, sealed, until somebody confirms or sets them aside."""
    require_loads_for(by, authority)
    with transaction.atomic():
        result = _bring_in(files, authority, year, None, is_written=False)
        if not result.is_readable:
            return result
        load = _new_load(files, authority, year, result, by, now)
        _keep_problems(load, result.problems)
        UploadedReturn.objects.bulk_create(
            UploadedReturn(load=load, authority=authority, name=name[:120], content=_sealed(content))
            for name, content in files.items()
        )
        words = f"A {year_label(year)} return was read and waits to be confirmed."
        record("return.read", words, about=load, by=by, at=now, thread=load.key)
        return _with_load(result, load)


@transaction.atomic
def confirm_return(*, load: ReturnLoad, by: Any, now: datetime, progress: Progress | None = None) -> ReturnLoad:
    """Write what the preview showed. Again it does nothing. Raises ValidationError when it was set aside."""
    require_loads_for(by, load.authority)
    kept = ReturnLoad.objects.select_for_update(of=("self",)).select_related("authority").get(pk=load.pk)
    if kept.confirmed_at:
        return kept
    files = {row.name: unseal(bytes(row.content)).encode("latin-1") for row in kept.files.all()}
    if not files:
        raise ValidationError("These files were set aside, so there is nothing to confirm. Send them again.")
    result = _bring_in(files, kept.authority, kept.year, progress, is_written=True)
    kept.problems.all().delete()
    kept.files.all().delete()
    kept.counts = _counts(result)
    _finish(kept, result, by, now)
    return kept


@transaction.atomic
def set_aside_return(*, load: ReturnLoad, by: Any, now: datetime) -> None:
    """Remove the files of a preview; nothing else was written. Again it does nothing."""
    require_loads_for(by, load.authority)
    kept = ReturnLoad.objects.select_for_update(of=("self",)).get(pk=load.pk)
    if kept.confirmed_at:
        raise ValidationError("This return was confirmed already. To undo it, load the version that was right.")
    if kept.files.exists():
        kept.files.all().delete()
        words = f"The {year_label(kept.year)} return was set aside; its files were removed."
        record("return.set_aside", words, about=kept, by=by, at=now, thread=kept.key)


def _bring_in(
    source: Source, authority: Organisation, year: int, progress: Progress | None, *, is_written: bool
) -> LoadResult:
    step = _Steps(progress)
    code = _dfe_code(authority)
    try:
        reading = read_return(source, authority=code, year=year)
    except ValueError as wrong_year:
        raise ValidationError(str(wrong_year)) from wrong_year
    tally = Tally()
    if not reading.is_readable:
        return LoadResult(False, tally, tuple(reading.problems), reading.form, reading.rows_of_others)
    step()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, authority.pk])
    stage_records(reading, lambda rows: None)
    step()
    problems = _compare_and_write(reading, authority, code, tally, step, is_written=is_written)
    for table, rows in reading.rows_refused.items():
        tally.add(table, "refused", rows)
    return LoadResult(True, tally, problems, reading.form, reading.rows_of_others)


def _compare_and_write(
    reading: ReturnReading, authority: Organisation, code: str, tally: Tally, step: Callable[[], None], *, is_written: bool
) -> tuple[Problem, ...]:  # fmt: skip
    on_record = children_on_record(authority, reading)
    refused = refused_rows(reading, reading.headers.keys() | reading.refused_children | on_record.keys())
    children = plan_children(authority, reading, on_record, uasc_of(authority, reading, refused), tally)
    step()
    episodes = plan_episodes(reading, children, episodes_on_record(authority, reading), code, tally)
    step()
    removals = plan_removals(reading, children, episodes, refused, tally)
    count_records(authority, reading, refused, tally)
    step()
    if is_written:
        remove_episodes(removals)
        write_children(children)
        step()
        write_episodes(episodes)
        step()
        write_records(authority, reading, refused)
        remove_children(removals)
        refresh_statistics("needs_child", "needs_childidentity", "needs_episode", "needs_returnrecord")
    step()
    return (*reading.problems, *episodes.problems, *removals.problems)


class _Steps:
    """Tells how far a load has come."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress, self.done = progress, 0

    def __call__(self) -> None:
        self.done += 1
        if self.progress:
            self.progress(self.done, STEPS)


def _new_load(
    source: Source, authority: Organisation, year: int, result: LoadResult, by: Any, now: datetime
) -> ReturnLoad:
    return ReturnLoad.objects.create(
        authority=authority, year=year, form=result.form, digest=_digest(sent_files(source)), read_at=now,
        read_by=str(by), counts=_counts(result),
    )  # fmt: skip


def _finish(load: ReturnLoad, result: LoadResult, by: Any, now: datetime) -> LoadResult:
    load.confirmed_at = now
    load.save(update_fields=["confirmed_at", "counts"])
    _keep_problems(load, result.problems)
    tally = result.tally
    words = (
        f"The {year_label(load.year)} return was loaded: {plural(tally.total('added'), 'row')} added,"
        f" {tally.total('changed'):,} changed, {tally.total('unchanged'):,} unchanged,"
        f" {tally.total('removed'):,} removed, {tally.total('refused'):,} refused."
    )
    record("return.loaded", words, about=load, by=by, at=now, thread=load.key)
    return _with_load(result, load)


def _with_load(result: LoadResult, load: ReturnLoad) -> LoadResult:
    return LoadResult(True, result.tally, result.problems, result.form, result.rows_of_others, load)


def _keep_problems(load: ReturnLoad, problems: Iterable[Problem]) -> None:
    """A file of noise has as many problems as rows; the first thousands say enough."""
    kept = list(problems)[:PROBLEMS_KEPT]
    ReturnProblem.objects.bulk_create(
        [
            ReturnProblem(
                load=load, authority_id=load.authority_id, file=one.file[:120], row=one.row or None,
                child_ref=one.child[:30], field=one.field[:40], rule=one.rule[:20], message=one.message,
                severity=one.severity.value,
            )
            for one in kept
        ],
        batch_size=1000,
    )  # fmt: skip


def _counts(result: LoadResult) -> dict[str, Any]:
    refusing = sum(one.refuses_row for one in result.problems)
    said = {"errors": refusing, "warnings": len(result.problems) - refusing, "rows_of_others": result.rows_of_others}
    return result.tally.as_json() | said


def _dfe_code(authority: Organisation) -> str:
    code = AuthorityCode.objects.filter(organisation=authority, scheme="dfe").order_by("-starts_on").first()
    if code is None:
        raise ValidationError(f"{authority.name} has no three-digit DfE code. Record its code, then load the return.")
    return code.code


def _digest(files: Iterable[SentFile]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0")
        with file.open() as opened:
            while block := opened.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _sealed(content: bytes) -> bytes:
    # Latin-1 maps every byte to one character and back, whatever the file holds.
    return seal(content.decode("latin-1"))
