"""Writing down how bids will be judged, before anybody bids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from nearhome.tendering.actions.preparing import lock_while_shaped, note_change
from nearhome.tendering.calculations.shaping.weights import WHOLE
from nearhome.tendering.models import AwardCriterion, Procurement
from nearhome.tendering.queries.tenders import starting_trees

MOST_CRITERIA = 120


@dataclass(frozen=True, slots=True)
class CriterionTerms:
    """One criterion: its kind, title, words as bidders read them, weight in per cent of its parent, least score."""

    kind: str
    title: str
    words: str = ""
    weight: Decimal = Decimal(0)
    least_score: int | None = None
    most_words: int = 750


@transaction.atomic
def save_criterion(
    *,
    procurement: Procurement,
    terms: CriterionTerms,
    by: Any,
    now: datetime,
    parent: int | None = None,
    criterion: AwardCriterion | None = None,
) -> AwardCriterion:
    """Add a criterion at the top or in a section, or change one. The same sent twice is added once.

    Raises ValidationError for a weight that could never hold; that weights sum to 100 is asked of the whole tree, before
    the tender is published.
    """
    locked = lock_while_shaped(procurement, by=by)
    _require_weight(terms)
    above = _section(locked, parent, criterion)
    if criterion and criterion.children.exists() and terms.kind != AwardCriterion.Kind.SECTION:
        raise ValidationError("This section has parts: move or remove them before making it something else.")
    same = locked.criteria.filter(parent=above, title=terms.title).exclude(pk=criterion.pk if criterion else 0).first()
    if same and criterion is None:
        return same
    if same:
        raise ValidationError("There is a criterion with this title here already: give each its own.")
    row = criterion or AwardCriterion(procurement=locked, position=_next_position(locked))
    row.parent, row.kind, row.title, row.words = above, terms.kind, terms.title, terms.words
    row.weight, row.least_score, row.most_words = terms.weight, terms.least_score, terms.most_words
    row.save()
    note_change(locked, "criterion.saved", f"The criterion “{row.title}” was saved.", by=by, now=now)
    return row


def _require_weight(terms: CriterionTerms) -> None:
    if terms.kind not in AwardCriterion.Kind.values:
        raise ValidationError("Choose a section, a question or price.")
    if not 0 <= terms.weight <= WHOLE:
        raise ValidationError("A weight is per cent: enter 0 to 100.")
    if terms.kind == AwardCriterion.Kind.PASS and terms.weight:
        raise ValidationError("A question that is passed or failed has no weight: enter 0.")


def _section(locked: Procurement, parent: int | None, criterion: AwardCriterion | None) -> AwardCriterion | None:
    if not parent:
        return None
    found = locked.criteria.filter(pk=parent, kind=AwardCriterion.Kind.SECTION).first()
    above = found
    while above is not None and criterion is not None:
        if above.pk == criterion.pk:
            raise ValidationError("A section cannot stand inside itself: choose another place.")
        above = above.parent
    if found is None:
        raise ValidationError("Choose the top or a section of this tender.")
    return found


def _next_position(locked: Procurement) -> int:
    if locked.criteria.count() >= MOST_CRITERIA:
        raise ValidationError(f"There are {MOST_CRITERIA} criteria already: remove one first.")
    return int(locked.criteria.aggregate(last=Max("position"))["last"] or 0) + 1


@transaction.atomic
def remove_criterion(*, procurement: Procurement, pk: int, by: Any, now: datetime) -> None:
    """Remove a criterion with its parts; harmless if it is gone."""
    locked = lock_while_shaped(procurement, by=by)
    row = locked.criteria.filter(pk=pk).first()
    if row is None:
        return
    title = row.title
    row.delete()
    note_change(locked, "criterion.removed", f"The criterion “{title}” was removed.", by=by, now=now)


@transaction.atomic
def start_tree(*, procurement: Procurement, example: str, by: Any, now: datetime) -> None:
    """Begin with a shipped tree, to be changed. Raises ValidationError if criteria stand there already."""
    locked = lock_while_shaped(procurement, by=by)
    shipped = starting_trees().get(example)
    if shipped is None:
        raise ValidationError("Choose one of the trees shown.")
    if locked.criteria.exists():
        raise ValidationError("There are criteria already: change them, or remove them first.")
    _add_parts(locked, shipped["tree"], None)
    note_change(locked, "criterion.saved", f"The criteria begin with “{shipped['words']}”.", by=by, now=now)


def _add_parts(locked: Procurement, parts: Sequence[dict[str, Any]], above: AwardCriterion | None) -> None:
    for position, part in enumerate(parts, start=1):
        row = AwardCriterion.objects.create(
            procurement=locked, parent=above, position=position, kind=part["kind"], title=part["title"],
            words=part.get("words", ""), weight=Decimal(part["weight"]), least_score=part.get("least_score"),
            most_words=part.get("most_words", 750),
        )  # fmt: skip
        _add_parts(locked, part.get("parts", ()), row)
