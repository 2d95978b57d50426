"""Keeping an analysis whole: what went in, sealed, and every figure it came to; and working it out again."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from nearhome import __version__
from nearhome.audit.record import record
from nearhome.people.models import Organisation
from nearhome.privacy.sealed import seal
from nearhome.sufficiency.calculations.stored import digest_of_result, stored
from nearhome.sufficiency.calculations.worked import Worked
from nearhome.sufficiency.exporters.kept_records import digest_of_tables, kept_tables
from nearhome.sufficiency.models import KeptAnalysis

_LOCK = 904  # one analysis of an authority is kept at a time, so that a double click keeps one


@transaction.atomic
def keep_analysis(*, worked: Worked, authority: Organisation, by: Any, now: datetime) -> KeptAnalysis:
    """Keep an analysis. The same asked of the same records by the same version is kept once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, authority.pk])
    asked, digest = dict(worked.asked), digest_of_tables(worked.tables)
    same = KeptAnalysis.objects.filter(
        authority=authority, kind=worked.kind, asked=asked, inputs_digest=digest, version=__version__
    ).first()
    if same:
        return same
    result = stored(worked.analysis)
    kept = KeptAnalysis.objects.create(
        authority=authority, kind=worked.kind, title=worked.analysis.title[:200], asked=asked,
        inputs=seal(kept_tables(worked.tables).decode("latin-1")), inputs_digest=digest, version=__version__,
        result=result, result_digest=digest_of_result(result), worked_out_at=now, worked_out_by=str(by),
    )  # fmt: skip
    words = f"An analysis was worked out: {worked.analysis.title}."
    record("analysis.worked_out", words, about=kept, by=by, at=now, thread=kept.key)
    return kept
