"""Writing a decision: its parts, options, delegations and risks, while it is a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.partnership.actions.moving import lock_decision, require_state
from nearhome.partnership.actions.taking_turns import take_turns
from nearhome.partnership.models import DecisionRecord, DecisionRisk, Partnership
from nearhome.partnership.permissions import require_can_begin, require_can_write
from nearhome.partnership.queries.examples import example
from nearhome.partnership.states import DecisionState

# What a part of the draft may change; everything else is moved by the actions beside this.
WRITABLE = frozenset({
    "reference", "title", "proposed", "reasons", "value_pence", "divisions", "all_divisions", "decider", "financial",
    "legal", "equality", "equality_words", "data_protection_needed", "data_protection_done", "data_protection_words",
    "partnership",
})  # fmt: skip
LISTS = {"options": ("name", "description", "reason", "recommended"), "delegations": ("to", "what", "consulting")}
MOST_IN_A_LIST = 40


@transaction.atomic
def begin_decision(
    *,
    reference: str,
    title: str,
    by: Any,
    now: datetime,
    example_name: str = "",
    partnership: Partnership | None = None,
    about_key: UUID | None = None,
) -> DecisionRecord:
    """Begin a draft, empty or with the words of an example. Harmless when one begins the same again.

    Raises PermissionDenied, and ValidationError where the reference is taken.
    """
    authority = require_can_begin(by)
    take_turns(authority.pk)
    taken = DecisionRecord.objects.filter(authority=authority, reference=reference).first()
    if taken is not None:
        if (taken.title, taken.made_by_id, taken.state) == (title, by.pk, DecisionState.DRAFT):
            return taken
        raise ValidationError(f"{authority} has a decision {reference} already. Choose another reference.")
    told = example(example_name) if example_name else None
    fields = {name: value for name, value in told.fields.items() if name not in ("reference", "title")} if told else {}
    decision = DecisionRecord.objects.create(
        authority=authority, partnership=partnership, about_key=about_key, reference=reference, title=title, made_by=by,
        made_at=now, **fields,
    )  # fmt: skip
    for number, risk in enumerate(told.risks if told else (), start=1):
        DecisionRisk.objects.create(decision=decision, number=number, **risk)
    _record("decision.begun", f"Decision {reference} was begun.", decision, by, now)
    return decision


@transaction.atomic
def change_decision(
    *, decision: DecisionRecord, changes: Mapping[str, Any], version: int, by: Any, now: datetime
) -> DecisionRecord:
    """Write parts of a draft. Raises ChangedMeanwhile if somebody else wrote since; nothing changes if nothing differs."""
    require_can_write(by, decision)
    if set(changes) - WRITABLE:
        raise ValidationError("This cannot be changed here.")
    kept = lock_decision(decision)
    different = [name for name, value in changes.items() if getattr(kept, name) != value]
    if not different:
        return kept
    kept = lock_decision(decision, version=version)
    require_state(kept, DecisionState.DRAFT)
    if "reference" in different and _is_taken(kept, changes["reference"]):
        raise ValidationError(
            f"{kept.authority} has a decision {changes['reference']} already. Choose another reference."
        )
    for name in different:
        setattr(kept, name, changes[name])
    _saved(kept, *different)
    _record("decision.written", f"Decision {kept.reference} was written on.", kept, by, now)
    return kept


@transaction.atomic
def add_to_list(
    *, decision: DecisionRecord, name: str, entry: Mapping[str, Any], by: Any, now: datetime
) -> DecisionRecord:
    """Add an option or a delegation to a draft. The same entry again is not added twice."""
    require_can_write(by, decision)
    kept = lock_decision(decision)
    require_state(kept, DecisionState.DRAFT)
    made, listed = {key: entry[key] for key in LISTS[name]}, list(getattr(kept, name))
    if made in listed:
        return kept
    if len(listed) >= MOST_IN_A_LIST:
        raise ValidationError(f"A decision has room for {MOST_IN_A_LIST} of these.")
    if made.get("recommended"):
        listed = [{**one, "recommended": False} for one in listed]
    setattr(kept, name, [*listed, made])
    _saved(kept, name)
    _record("decision.written", f"One of the {name} of decision {kept.reference} was added.", kept, by, now)
    return kept


@transaction.atomic
def change_in_list(
    *, decision: DecisionRecord, name: str, place: int, entry: Mapping[str, Any], version: int, by: Any, now: datetime
) -> DecisionRecord:
    """Write an option or a delegation of a draft anew, by its place from 1. Raises ChangedMeanwhile."""
    require_can_write(by, decision)
    kept = lock_decision(decision, version=version)
    require_state(kept, DecisionState.DRAFT)
    made, listed = {key: entry[key] for key in LISTS[name]}, list(getattr(kept, name))
    if not 1 <= place <= len(listed):
        raise ValidationError("It is not there any more.")
    if listed[place - 1] == made:
        return kept
    if made.get("recommended"):
        listed = [{**one, "recommended": False} for one in listed]
    listed[place - 1] = made
    setattr(kept, name, listed)
    _saved(kept, name)
    _record("decision.written", f"One of the {name} of decision {kept.reference} was changed.", kept, by, now)
    return kept


@transaction.atomic
def remove_from_list(
    *, decision: DecisionRecord, name: str, place: int, version: int, by: Any, now: datetime
) -> DecisionRecord:
    """Take an option or a delegation out of a draft, by its place from 1. Raises ChangedMeanwhile."""
    require_can_write(by, decision)
    kept = lock_decision(decision, version=version)
    require_state(kept, DecisionState.DRAFT)
    listed = list(getattr(kept, name))
    if name not in LISTS or not 1 <= place <= len(listed):
        raise ValidationError("It is not there any more.")
    del listed[place - 1]
    setattr(kept, name, listed)
    _saved(kept, name)
    _record("decision.written", f"One of the {name} of decision {kept.reference} was removed.", kept, by, now)
    return kept


@transaction.atomic
def add_risk(*, decision: DecisionRecord, risk: Mapping[str, Any], by: Any, now: datetime) -> DecisionRisk:
    """Put a risk on the register of a decision, at any time. The same risk again is not added twice."""
    require_can_write(by, decision)
    kept = lock_decision(decision)
    if kept.state in (DecisionState.WITHDRAWN, DecisionState.REFUSED):
        raise ValidationError("This decision has ended, so it has no new risks.")
    same = kept.risks.filter(risk=risk["risk"], closed_at__isnull=True).first()
    if same is not None:
        return same
    last = kept.risks.order_by("-number").first()
    number = last.number + 1 if last else 1
    made = DecisionRisk.objects.create(decision=kept, number=number, **risk)
    _record("risk.added", f"Risk {number} was added to decision {kept.reference}.", kept, by, now)
    return made


@dataclass(frozen=True)
class Review:
    """What was found when a risk was looked at again; `review_on` None closes it."""

    likelihood: int
    impact: int
    mitigation: str
    owner: str
    words: str = ""
    review_on: date | None = None


@transaction.atomic
def review_risk(*, risk: DecisionRisk, review: Review, by: Any, now: datetime) -> DecisionRisk:
    """Look at a risk again: score it, say what was found and when to look next, or close it. Its history is kept."""
    require_can_write(by, risk.decision)
    lock_decision(risk.decision)
    kept = DecisionRisk.objects.select_for_update(of=("self",)).select_related("decision__authority").get(pk=risk.pk)
    is_over = review.review_on is None
    if kept.closed_at and is_over and kept.review_words == review.words:
        return kept
    if kept.closed_at:
        raise ValidationError("This risk is closed. Add a new one if it has come back.")
    for name in ("likelihood", "impact", "mitigation", "owner", "review_on"):
        setattr(kept, name, getattr(review, name))
    kept.review_words, kept.reviewed_at, kept.reviewed_by = review.words, now, str(by)
    kept.closed_at = now if is_over else None
    kept.save()
    said = f"Risk {kept.number} of decision {kept.decision.reference} was {'closed' if is_over else 'reviewed'}."
    _record("risk.reviewed", said, kept.decision, by, now)
    return kept


@transaction.atomic
def remove_risk(*, risk: DecisionRisk, by: Any, now: datetime) -> None:
    """Take a risk off the register of a draft. Harmless when it is gone; of a published decision it is closed instead."""
    require_can_write(by, risk.decision)
    kept = lock_decision(risk.decision)
    require_state(kept, DecisionState.DRAFT)
    removed, _ = DecisionRisk.objects.filter(pk=risk.pk).delete()
    if removed:
        _record("risk.removed", f"Risk {risk.number} of decision {kept.reference} was removed.", kept, by, now)


def _is_taken(decision: DecisionRecord, reference: str) -> bool:
    others = DecisionRecord.objects.filter(authority_id=decision.authority_id, reference=reference)
    return others.exclude(pk=decision.pk).exists()


def _saved(decision: DecisionRecord, *columns: str) -> None:
    decision.version += 1
    decision.save(update_fields=[*columns, "version"])


def _record(name: str, words: str, decision: DecisionRecord, by: Any, now: datetime) -> None:
    record(name, words, about=decision, by=by, at=now, thread=decision.key)
