"""Letting a framework go on after its end, on the existing terms. The end it had stays on record."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.procurement.actions.terms import TermException, require_lawful
from nearhome.procurement.models import Framework, FrameworkExtension
from nearhome.procurement.permissions import require_leads


@transaction.atomic
def extend_framework(
    *, framework: Framework, ended_before: date, ends_before: date, reason: str, by: Any, now: datetime,
    exception: TermException | None = None,
) -> Framework:  # fmt: skip
    """Move the end of a framework from the day it was agreed on to a later one, with its rates that end with it.

    Done once: the second time it ends as wanted already. Raises ValidationError if it ends on another day than was
    thought, and where the new end is past the longest term of its law without an exception somebody else approved.
    """
    require_leads(by, framework.lead_id)
    locked = Framework.objects.select_for_update().get(pk=framework.pk)
    if locked.ends_before == ends_before:
        return locked
    if locked.ends_before != ended_before:
        raise ValidationError(f"{locked.name} ends on another day than was thought. Open it again.")
    if ends_before <= ended_before:
        raise ValidationError(f"The new end must be after {wording.date(ended_before)}. Choose a later day.")
    if not reason.strip():
        raise ValidationError("Say why the framework goes on.")
    excepted = exception if require_lawful(locked, ends_before, exception) else None
    FrameworkExtension.objects.create(
        framework=locked,
        earlier_end=ended_before,
        ends_before=ends_before,
        words=reason.strip(),
        by_name=str(by),
        at=now,
        exception_words=excepted.words.strip() if excepted else "",
        exception_approved_by=excepted.approved_by if excepted else "",
    )
    locked.ends_before = ends_before
    locked.save(update_fields=["ends_before"])
    _rates_go_on(locked, ended_before, ends_before)
    words = f"{locked.name}, which was to end before {wording.date(ended_before)}, goes on to before {wording.date(ends_before)}."
    record(
        "framework.extended", words, about=locked, by=by, at=now, thread=locked.key, ended_before=ended_before.isoformat(),
        ends_before=ends_before.isoformat(), seen_by=_readers(locked),
    )  # fmt: skip
    return locked


def _rates_go_on(locked: Framework, ended_before: date, ends_before: date) -> None:
    """Rates that were bound to the end of the framework hold for as long as it now lasts: the terms are the same."""
    for supplier in locked.suppliers.all():
        supplier.rates.filter(ends_before=ended_before).update(ends_before=ends_before)


def _readers(locked: Framework) -> tuple[int, ...]:
    parties = locked.parties.exclude(organisation_id=locked.lead_id).values_list("organisation_id", flat=True)
    return tuple({*parties, *locked.suppliers.values_list("provider_id", flat=True)})
