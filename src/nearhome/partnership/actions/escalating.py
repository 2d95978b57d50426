"""Raising a matter, moving it up the levels of the agreement, and saying that it is settled."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.calendars.bank_holidays import bank_holidays
from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.wording import date as in_words
from nearhome.partnership.actions.taking_turns import take_turns
from nearhome.partnership.calculations.escalation import Level, due_on
from nearhome.partnership.models import Matter, MatterStep, Partnership, usual_ladder
from nearhome.partnership.permissions import require_can_resolve, require_can_speak
from nearhome.partnership.queries.matters import level_name, next_level
from nearhome.partnership.queries.partnerships import agreement_for_votes, party_ids
from nearhome.privacy.conflict import ChangedMeanwhile


@transaction.atomic
def raise_matter(
    *, partnership: Partnership, subject: str, words: str, by: Any, now: datetime, about_key: UUID | None = None
) -> Matter:
    """Raise a matter at the first level of the agreement. The same open matter of the same authority is raised once."""
    require_can_speak(by)
    today = london_date(now)
    if by.organisation_id not in party_ids(partnership, today):
        raise ValidationError(f"{by.organisation} does not take part in {partnership} today.")
    if not subject.strip() or not words.strip():
        raise ValidationError("Say what the matter is, in a line and in words.")
    take_turns(partnership.pk)
    open_matters = Matter.objects.select_for_update(of=("self",)).filter(
        partnership=partnership, raised_for_id=by.organisation_id, resolved_at__isnull=True
    )
    same = open_matters.filter(subject=subject, words=words).first()
    if same is not None:
        return same
    agreement = agreement_for_votes(partnership, today)
    levels = agreement.escalation if agreement else usual_ladder()
    matter = Matter.objects.create(
        partnership=partnership, about_key=about_key, subject=subject, words=words, levels=levels, due_on=_due(levels[0], now),
        raised_for_id=by.organisation_id, raised_by=str(by), raised_at=now,
    )  # fmt: skip
    _step(matter, "reached", "", by, now)
    said = f"“{subject}” was raised with the {level_name(matter)}, to be settled by {in_words(matter.due_on)}."
    _record("matter.raised", said, matter, by, now)
    return matter


@transaction.atomic
def move_up(*, matter: Matter, version: int, why: str, by: Any, now: datetime) -> Matter:
    """Take an open matter to the next level, with a reason. Raises ChangedMeanwhile if it moved since it was opened."""
    require_can_speak(by)
    kept = _locked(matter, version)
    above = next_level(kept)
    if not above:
        raise ValidationError(f"The {level_name(kept)} are the last level. Say how it was settled there.")
    if not why.strip():
        raise ValidationError("Say why it could not be settled at this level.")
    kept.level += 1
    kept.due_on = _due(kept.levels[kept.level], now)
    kept.version += 1
    kept.save(update_fields=["level", "due_on", "version"])
    _step(kept, "reached", why, by, now)
    said = f"“{kept.subject}” went up to the {above}, to be settled by {in_words(kept.due_on)}."
    _record("matter.moved_up", said, kept, by, now)
    return kept


@transaction.atomic
def resolve_matter(*, matter: Matter, version: int, words: str, by: Any, now: datetime) -> Matter:
    """Say how a matter was settled. Harmless when it was settled with the same words already."""
    require_can_resolve(by, matter)
    done = Matter.objects.filter(pk=matter.pk, resolved_at__isnull=False).first()
    if done is not None and done.resolution == words.strip():
        return done
    kept = _locked(matter, version)
    if not words.strip():
        raise ValidationError("Say how it was settled.")
    kept.resolved_at, kept.resolved_by, kept.resolution = now, str(by), words.strip()
    kept.version += 1
    kept.save(update_fields=["resolved_at", "resolved_by", "resolution", "version"])
    _step(kept, "resolved", words.strip(), by, now)
    _record("matter.resolved", f"“{kept.subject}” was settled by the {level_name(kept)}.", kept, by, now)
    return kept


def _locked(matter: Matter, version: int) -> Matter:
    kept = Matter.objects.select_for_update(of=("self",)).select_related("partnership__lead").get(pk=matter.pk)
    if kept.version != version:
        raise ChangedMeanwhile("The matter")
    if kept.resolved_at:
        raise ValidationError("This matter is settled already.")
    return kept


def _due(level: dict[str, Any], now: datetime) -> Any:
    today = london_date(now)
    return due_on(today, Level(level["name"], level["working_days"]), bank_holidays(today, today))


def _step(matter: Matter, what: str, words: str, by: Any, now: datetime) -> None:
    MatterStep.objects.create(
        matter=matter, level_name=level_name(matter), what=what, due_on=None if what == "resolved" else matter.due_on,
        words=words, by_name=str(by), by_person_id=by.pk, by_organisation=str(by.organisation), at=now,
    )  # fmt: skip


def _record(name: str, words: str, matter: Matter, by: Any, now: datetime) -> None:
    told = party_ids(matter.partnership, london_date(now))
    record(name, words, about=matter, by=by, at=now, thread=matter.key, seen_by=told)
