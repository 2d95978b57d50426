"""Write the draft of an options appraisal: options, criteria, scores, and which is recommended."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.tendering.actions.moving import require_state
from nearhome.tendering.actions.options import MOST_OPTIONS, lock_appraisal, note_appraisal
from nearhome.tendering.calculations.options.marks import MOST_POINTS, weights_problem
from nearhome.tendering.models import AppraisalCriterion, AppraisalOption, OptionsAppraisal, OptionScore
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.states import ProcurementState

MOST_CRITERIA = 12
UNLAWFUL = AppraisalOption.Lawful.UNLAWFUL


@dataclass(frozen=True, slots=True)
class OptionTerms:
    """One option in words. `cost_pence` is for the whole term; None while it is not known."""

    kind: str
    name: str
    words: str = ""
    lawful: str = "unasked"
    legal_view: str = ""
    cost_pence: int | None = None
    cost_words: str = ""
    risk: str = ""


@dataclass(frozen=True, slots=True)
class CriterionTerms:
    """One criterion; `number` is that of one already there, None for a new one."""

    name: str
    weight: Decimal
    words: str = ""
    number: int | None = None


def _open(appraisal: OptionsAppraisal, change: int | None, by: Any) -> OptionsAppraisal:
    require_can_lead(by, appraisal.procurement)
    locked = lock_appraisal(appraisal, change=change)
    require_state(locked.procurement, ProcurementState.PREPARING)
    return locked


def _changed(locked: OptionsAppraisal, name: str, words: str, *, by: Any, now: datetime) -> None:
    locked.change += 1
    locked.save(update_fields=["change"])
    note_appraisal(name, words, locked, by=by, now=now)


@transaction.atomic
def save_option(
    *, appraisal: OptionsAppraisal, terms: OptionTerms, change: int, by: Any, now: datetime, key: UUID | None = None
) -> AppraisalOption:
    """Add an option, or change the one of this key. What says nothing new changes nothing."""
    locked = _open(appraisal, None, by)
    kept = _option(locked, key) if key else locked.options.filter(**asdict(terms)).first()
    if kept and all(getattr(kept, one.name) == getattr(terms, one.name) for one in fields(terms)):
        return kept
    locked = _open(appraisal, change, by)
    _require_option(locked, terms, kept)
    if kept is None:
        last = locked.options.order_by("-position").values_list("position", flat=True).first() or 0
        kept = AppraisalOption(appraisal=locked, position=last + 1)
    for one in fields(terms):
        setattr(kept, one.name, getattr(terms, one.name))
    if kept.lawful == UNLAWFUL:
        kept.is_recommended = False
    kept.save()
    _changed(locked, "options.option_saved", f"The option “{terms.name}” was written.", by=by, now=now)
    return kept


def _option(locked: OptionsAppraisal, key: UUID) -> AppraisalOption:
    found = locked.options.filter(key=key).first()
    if found is None:
        raise ValidationError("This option was removed. Look at the options again.")
    return found


def _require_option(locked: OptionsAppraisal, terms: OptionTerms, kept: AppraisalOption | None) -> None:
    others = locked.options.exclude(pk=kept.pk) if kept else locked.options.all()
    if others.filter(name__iexact=terms.name).exists():
        raise ValidationError("There is an option of this name already. Choose another name.")
    if kept is None and others.count() >= MOST_OPTIONS:
        raise ValidationError(f"An appraisal has at most {MOST_OPTIONS} options. Remove one first.")
    if terms.lawful != AppraisalOption.Lawful.UNASKED and not terms.legal_view:
        raise ValidationError("Say in words what the legal view is, or choose that there is none yet.")
    if terms.cost_pence is not None and terms.cost_pence < 0:
        raise ValidationError("A cost cannot be below nothing. Enter what the option costs over the whole term.")


@transaction.atomic
def remove_option(*, appraisal: OptionsAppraisal, key: UUID, change: int, by: Any, now: datetime) -> None:
    """Remove an option and its scores from the draft; harmless if it is gone."""
    locked = _open(appraisal, None, by)
    kept = locked.options.filter(key=key).first()
    if kept is None:
        return
    locked = _open(appraisal, change, by)
    name = kept.name
    kept.delete()
    _changed(locked, "options.option_removed", f"The option “{name}” was removed.", by=by, now=now)


@transaction.atomic
def set_criteria(
    *, appraisal: OptionsAppraisal, criteria: Sequence[CriterionTerms], change: int, by: Any, now: datetime
) -> None:
    """Set all criteria in order; their weights sum to 100. One that is left out goes, and its scores with it."""
    locked = _open(appraisal, None, by)
    _require_criteria(criteria)
    kept = {one.pk: one for one in locked.criteria.all()}
    if [(one.number, one.name, one.words, one.weight) for one in criteria] == [
        (one.pk, one.name, one.words, one.weight) for one in kept.values()
    ]:
        return
    locked = _open(appraisal, change, by)
    locked.criteria.exclude(pk__in=[one.number for one in criteria if one.number]).delete()
    for at, one in enumerate(criteria, start=1):
        row = kept.get(one.number or 0) or AppraisalCriterion(appraisal=locked)
        row.position, row.name, row.words, row.weight = at, one.name, one.words, one.weight
        row.save()
    _changed(locked, "options.criteria_set", "The criteria and their weights were set.", by=by, now=now)


def _require_criteria(criteria: Sequence[CriterionTerms]) -> None:
    if len(criteria) > MOST_CRITERIA:
        raise ValidationError(f"An appraisal has at most {MOST_CRITERIA} criteria. Leave some out.")
    names = [one.name.casefold() for one in criteria]
    if len(set(names)) != len(names):
        raise ValidationError("Two criteria have the same name. Give each a name of its own.")
    problem = weights_problem([one.weight for one in criteria])
    if problem:
        raise ValidationError(problem)


@transaction.atomic
def save_scores(
    *,
    appraisal: OptionsAppraisal,
    key: UUID,
    scores: Mapping[int, tuple[int, str]],
    change: int,
    by: Any,
    now: datetime,
) -> None:
    """Score one option: points 0 to 5 and the evidence by the number of the criterion. Others stay as they are."""
    locked = _open(appraisal, None, by)
    option = _option(locked, key)
    kept = {one.criterion_id: (one.points, one.evidence) for one in option.scores.all()}
    if all(kept.get(number) == given for number, given in scores.items()):
        return
    locked = _open(appraisal, change, by)
    known = set(locked.criteria.values_list("pk", flat=True))
    if not set(scores) <= known or not all(0 <= points <= MOST_POINTS for points, _ in scores.values()):
        raise ValidationError(f"Scores are whole numbers from 0 to {MOST_POINTS}, for the criteria as they are now.")
    for number, (points, evidence) in scores.items():
        OptionScore.objects.update_or_create(
            option=option, criterion_id=number, defaults={"points": points, "evidence": evidence}
        )
    _changed(locked, "options.scored", f"The option “{option.name}” was scored.", by=by, now=now)


@transaction.atomic
def recommend_option(
    *, appraisal: OptionsAppraisal, key: UUID, reasons: Mapping[UUID, str], change: int, by: Any, now: datetime
) -> None:
    """Recommend one option, and say of each why it is recommended or rejected. An unlawful one cannot be recommended."""
    locked = _open(appraisal, None, by)
    options, chosen = list(locked.options.all()), _option(locked, key)
    if chosen.lawful == UNLAWFUL:
        raise ValidationError(f"“{chosen.name}” is ruled out because it is not lawful. Recommend another.")
    if all(reasons.get(one.key, "") == one.reason and one.is_recommended == (one.key == key) for one in options):
        return
    locked = _open(appraisal, change, by)
    locked.options.filter(is_recommended=True).update(is_recommended=False)
    for one in options:
        one.reason, one.is_recommended = reasons.get(one.key, ""), one.key == key
        one.save(update_fields=["reason", "is_recommended"])
    _changed(locked, "options.recommended", f"“{chosen.name}” is recommended in the draft.", by=by, now=now)


@transaction.atomic
def ask_question(*, appraisal: OptionsAppraisal, question: str, change: int, by: Any, now: datetime) -> None:
    """Change the question that the options answer."""
    locked = _open(appraisal, None, by)
    if locked.question == question:
        return
    locked = _open(appraisal, change, by)
    locked.question = question
    locked.save(update_fields=["question"])
    _changed(locked, "options.question_set", "The question of the options appraisal was changed.", by=by, now=now)
