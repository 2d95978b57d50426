"""Working out an authority's need on a day, again years later, and what of it partners may see."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from nearhome.audit.record import record
from nearhome.people.models import Organisation
from nearhome.sufficiency.actions.analyses import keep_analysis
from nearhome.sufficiency.calculations.stored import digest_of_result, stored
from nearhome.sufficiency.models import KeptAnalysis, SharedPicture
from nearhome.sufficiency.permissions import require_can_analyse
from nearhome.sufficiency.queries.analyses import figures_of, tables_of_kept
from nearhome.sufficiency.queries.picturing import shared_figures, worked_picture
from nearhome.sufficiency.queries.working_again import worked_again

_LOCK = 907  # one picture of an authority is shared at a time, so that a double click shares one


@transaction.atomic
def work_out_picture(*, authority: Organisation, on: date, by: Any, now: datetime) -> KeptAnalysis:
    """The authority's need on a day, kept. The same day over the same records is kept once.

    Raises PermissionDenied, and ValidationError where there is nothing on record or the day lies outside it.
    """
    require_can_analyse(by)
    if by.organisation_id != authority.pk:
        raise ValidationError("An analysis is worked out by the authority whose children it is about.")
    return keep_analysis(worked=worked_picture(authority, on), authority=authority, by=by, now=now)


@transaction.atomic
def work_out_again(*, kept: KeptAnalysis, by: Any, now: datetime) -> bool:
    """Run a kept analysis over what was kept of its records: does every figure come out the same?"""
    require_can_analyse(by)
    again = worked_again(kept, tables_of_kept(kept))
    is_same = digest_of_result(stored(again.analysis)) == kept.result_digest
    words = "It was worked out again: every figure is the same." if is_same else (
        f"It was worked out again: figures differ from those of version {kept.version}."
    )  # fmt: skip
    record("analysis.repeated", words, about=kept, by=by, at=now, thread=kept.key)
    return is_same


@transaction.atomic
def share_picture(*, kept: KeptAnalysis, by: Any, now: datetime) -> SharedPicture:
    """Let the partners see the figures of a picture, small numbers hidden. It takes the place of one of the same day."""
    require_can_analyse(by)
    if kept.kind != KeptAnalysis.Kind.PICTURE:
        raise ValidationError("Only a picture of need is shared with partners.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, kept.authority_id])
    figures, on = stored(shared_figures(figures_of(kept))), date.fromisoformat(kept.asked["on"])
    standing = SharedPicture.objects.select_for_update().filter(
        authority_id=kept.authority_id, on=on, withdrawn_at__isnull=True
    )
    same = standing.filter(figures=figures).first()
    if same:
        return same
    standing.update(withdrawn_at=now)
    shared = SharedPicture.objects.create(
        authority_id=kept.authority_id, on=on, figures=figures, shared_at=now, shared_by=str(by)
    )
    words = f"The figures of {on:%-d %B %Y} were shared with the partners, small numbers hidden."
    record("picture.shared", words, about=shared, by=by, at=now, thread=kept.key)
    return shared


@transaction.atomic
def withdraw_picture(*, shared: SharedPicture, by: Any, now: datetime) -> None:
    """Partners no longer see these figures. Again it does nothing."""
    require_can_analyse(by)
    locked = SharedPicture.objects.select_for_update().get(pk=shared.pk)
    if locked.withdrawn_at or locked.authority_id != by.organisation_id:
        return
    locked.withdrawn_at = now
    locked.save(update_fields=["withdrawn_at"])
    words = f"The figures of {locked.on:%-d %B %Y} are no longer shared."
    record("picture.withdrawn", words, about=locked, by=by, at=now)
