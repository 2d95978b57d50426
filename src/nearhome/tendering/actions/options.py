"""Begin an options appraisal, complete it so that it never changes again, and begin a new version of it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.tendering.actions.moving import lock_procurement, require_state
from nearhome.tendering.models import (
    AppraisalCriterion,
    AppraisalOption,
    CompletedAppraisal,
    OptionsAppraisal,
    OptionScore,
    Procurement,
)
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.queries.options import completed_of, content_of, draft_of, examples, problems_in, result_of
from nearhome.tendering.states import ProcurementState

MOST_OPTIONS = 12
QUESTION = "How should this be bought?"
NOTHING_NEW = "Do nothing new: buy placement by placement"


@transaction.atomic
def begin_appraisal(*, procurement: Procurement, by: Any, now: datetime, example: str = "") -> OptionsAppraisal:
    """Begin the options appraisal, empty but for doing nothing new, or from a shipped example. Begun once, however often asked.

    Raises ValidationError for an example where there is something of one's own already, and after the procurement is published.
    """
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    require_state(locked, ProcurementState.PREPARING)
    if example and example not in examples():
        raise ValidationError("There is no such example. Choose one that is shown.")
    draft = draft_of(locked)
    if draft is not None:
        return _begun_already(draft, example, by=by, now=now)
    if completed_of(locked):
        raise ValidationError("The appraisal is complete. Begin a new version of it, with the reason.")
    told = examples().get(example, {})
    made = OptionsAppraisal.objects.create(
        procurement=locked, number=1, question=told.get("question", QUESTION), source=told.get("source", ""), begun_at=now,
        begun_by=str(by),
    )  # fmt: skip
    if told:
        _copy_example(made, told)
    else:
        AppraisalOption.objects.create(appraisal=made, position=1, kind=AppraisalOption.Kind.SPOT, name=NOTHING_NEW)
    words = f"The options appraisal of {locked.ref} was begun{' from an example' if told else ''}."
    note_appraisal("options.begun", words, made, by=by, now=now)
    return made


def _begun_already(draft: OptionsAppraisal, example: str, *, by: Any, now: datetime) -> OptionsAppraisal:
    """The draft; an example is copied into one that holds nothing of anybody's own yet."""
    told = examples().get(example)
    if told is None or draft.source == told["source"]:
        return draft
    if draft.criteria.exists() or draft.options.count() > 1:
        raise ValidationError("The appraisal holds options or criteria of your own. Go on with those.")
    draft.options.all().delete()
    draft.question, draft.source, draft.change = told["question"], told["source"], draft.change + 1
    draft.save(update_fields=["question", "source", "change"])
    _copy_example(draft, told)
    note_appraisal("options.example_copied", "The options appraisal was filled from an example.", draft, by=by, now=now)
    return draft


def _copy_example(made: OptionsAppraisal, told: Mapping[str, Any]) -> None:
    criteria = [
        AppraisalCriterion.objects.create(
            appraisal=made, position=at, name=one["name"], words=one["words"], weight=Decimal(one["weight"])
        )
        for at, one in enumerate(told["criteria"], start=1)
    ]
    for at, one in enumerate(told["options"], start=1):
        plain = {name: value for name, value in one.items() if name not in ("points", "evidence")}
        option = AppraisalOption.objects.create(appraisal=made, position=at, **plain)
        _score(option, criteria, one["points"], one["evidence"])


def _score(
    option: AppraisalOption, criteria: list[AppraisalCriterion], points: list[int | None], evidence: list[str]
) -> None:
    OptionScore.objects.bulk_create(
        OptionScore(option=option, criterion=criterion, points=given, evidence=words)
        for criterion, given, words in zip(criteria, points, evidence, strict=True)
        if given is not None
    )


@transaction.atomic
def complete_appraisal(*, appraisal: OptionsAppraisal, change: int, by: Any, now: datetime) -> CompletedAppraisal:
    """Freeze the version as it is: from now on it is read, never changed. Completed once, however often asked.

    Raises ValidationError with everything that is missing, ChangedMeanwhile if it is not as it was looked at.
    """
    require_can_lead(by, appraisal.procurement)
    lock_procurement(appraisal.procurement)
    done = CompletedAppraisal.objects.filter(appraisal=appraisal).first()
    if done is not None:
        return done
    locked = lock_appraisal(appraisal, change=change)
    content = content_of(locked)
    problems = problems_in(content)
    if problems:
        raise ValidationError(problems)
    made = CompletedAppraisal.objects.create(
        appraisal=locked, content=content, result=result_of(content), at=now, by_name=str(by)
    )
    recommended = next(one["name"] for one in content["options"] if one["is_recommended"])
    words = f"Version {locked.number} of the options appraisal is complete. Recommended: {recommended}."
    note_appraisal("options.completed", words, locked, by=by, now=now)
    return made


@transaction.atomic
def revise_appraisal(*, procurement: Procurement, why: str, by: Any, now: datetime) -> OptionsAppraisal:
    """Begin a new version as a copy of the newest completed one, with the reason; the version being worked on if there is one."""
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    require_state(locked, ProcurementState.PREPARING)
    draft = draft_of(locked)
    if draft is not None:
        return draft
    before = completed_of(locked)
    if not before:
        raise ValidationError("There is no completed version to revise. Begin the appraisal first.")
    if not why.strip():
        raise ValidationError("Say why there is to be a new version.")
    content = before[0].content
    made = OptionsAppraisal.objects.create(
        procurement=locked, number=before[0].appraisal.number + 1, question=content["question"], source=content["source"],
        why=why.strip(), begun_at=now, begun_by=str(by),
    )  # fmt: skip
    _copy_content(made, content)
    words = f"Version {made.number} of the options appraisal was begun."
    note_appraisal("options.revised", words, made, by=by, now=now)
    return made


_COPIED = (
    "kind", "name", "words", "lawful", "legal_view", "cost_pence", "cost_words", "risk", "is_recommended", "reason",
)  # fmt: skip


def _copy_content(made: OptionsAppraisal, content: Mapping[str, Any]) -> None:
    criteria = [
        AppraisalCriterion.objects.create(
            appraisal=made, position=at, name=one["name"], words=one["words"], weight=Decimal(one["weight"])
        )
        for at, one in enumerate(content["criteria"], start=1)
    ]
    for at, one in enumerate(content["options"], start=1):
        option = AppraisalOption.objects.create(appraisal=made, position=at, **{name: one[name] for name in _COPIED})
        _score(option, criteria, one["points"], one["evidence"])


def lock_appraisal(appraisal: OptionsAppraisal, *, change: int | None = None) -> OptionsAppraisal:
    """The draft as it is now, locked. Raises ValidationError once it is complete, ChangedMeanwhile for another version of it."""
    if CompletedAppraisal.objects.filter(appraisal_id=appraisal.pk).exists():
        raise ValidationError("This version is complete and stays as it is. Begin a new version to change it.")
    rows = OptionsAppraisal.objects.select_for_update(of=("self",)).select_related("procurement__lead")
    locked = rows.get(pk=appraisal.pk)
    if change is not None and locked.change != change:
        raise ChangedMeanwhile("The options appraisal")
    return locked


def note_appraisal(name: str, words: str, appraisal: OptionsAppraisal, *, by: Any, now: datetime) -> None:
    """Record one sentence about it, for the lead and those who buy with it."""
    procurement = appraisal.procurement
    seen_by = tuple(procurement.parties.values_list("organisation_id", flat=True))
    record(name, words, about=procurement, by=by, at=now, thread=procurement.key, seen_by=seen_by)
