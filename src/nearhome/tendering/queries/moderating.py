"""What the panel moderates: individual scores side by side, how far they lie apart, what was agreed."""

from dataclasses import dataclass
from uuid import UUID

from nearhome.people.models import Person
from nearhome.tendering.models import AwardCriterion, Bid, Consensus, Lot, QualityLock, Score, ScoringClosed
from nearhome.tendering.permissions.evaluation import can_chair, interest_in
from nearhome.tendering.queries.evaluation_case import answers_of, bids_standing, questions_of
from nearhome.tendering.queries.interests import left_out
from nearhome.tendering.queries.panel import interests_in
from nearhome.tendering.queries.scoring import bid_for, question_for

FAR_APART = 2


@dataclass(frozen=True, slots=True)
class Moderated:
    """One answer: individual scores, the agreed one (None: not yet). `apart` is the greatest less the least score.

    The scores of people in `left_out` are shown and count for nothing: they have declared an interest since.
    """

    bid: Bid
    question: AwardCriterion
    scores: tuple[Score, ...]
    agreed: Consensus | None
    left_out: frozenset[int] = frozenset()

    @property
    def apart(self) -> int:
        given = [one.score for one in self.scores if one.person_id not in self.left_out]
        return max(given) - min(given) if given else 0

    @property
    def is_far_apart(self) -> bool:
        return self.apart >= FAR_APART


@dataclass(frozen=True, slots=True)
class ToModerate:
    """One answer with its words, earlier agreements, the next that waits, who declared an interest; why not ("" if it can)."""

    answer: Moderated
    words: str
    earlier: tuple[Consensus, ...]
    next: Moderated | None
    conflicted: frozenset[int]
    refused: str


def answers_to_moderate(lot: Lot) -> list[Moderated]:
    """Every answer of the bids that stand, question by question. Before scoring is closed others' scores are not there."""
    scores: dict[tuple[int, int], list[Score]] = {}
    for one in Score.objects.filter(bid__lot=lot).select_related("person__organisation").order_by("person__name"):
        scores.setdefault((one.bid_id, one.criterion_id), []).append(one)
    agreed = {
        (one.bid_id, one.criterion_id): one for one in Consensus.objects.filter(bid__lot=lot).order_by("at", "pk")
    }
    bids, without = list(bids_standing(lot)), left_out(lot)
    return [
        Moderated(bid, one, tuple(scores.get((bid.pk, one.pk), ())), agreed.get((bid.pk, one.pk)), without)
        for one in questions_of(lot.procurement)
        for bid in bids
    ]


def answer_to_moderate(person: Person, key: UUID, number: int) -> ToModerate:
    """One answer. Everybody who reads the evaluation sees it once scoring is closed; only the chair records."""
    bid = bid_for(person, key)
    question = question_for(bid, number)
    answers = answers_to_moderate(bid.lot) if ScoringClosed.objects.filter(lot=bid.lot).exists() else []
    here = next(
        (one for one in answers if (one.bid, one.question) == (bid, question)), Moderated(bid, question, (), None)
    )
    earlier = tuple(Consensus.objects.filter(bid=bid, criterion=question).order_by("-at", "-pk"))
    waiting = [one for one in answers if one.agreed is None and one is not here]
    conflicted = frozenset(person_id for person_id, row in interests_in(bid.lot).items() if row.has_conflict)
    words = answers_of(bid).get(str(question.pk), "")
    return ToModerate(here, words, earlier[1:], waiting[0] if waiting else None, conflicted, why_not(person, bid.lot))


def why_not(person: Person, lot: Lot) -> str:
    """Why the person cannot record an agreed score now, "" if they can."""
    if not ScoringClosed.objects.filter(lot=lot).exists():
        return "Individual scoring is not closed yet: until then members score alone."
    if QualityLock.objects.filter(lot=lot).exists():
        return "Quality of this lot is locked: agreed scores do not change any more."
    if not can_chair(person, lot.procurement):
        return "The chair of the panel records what is agreed."
    interest = interest_in(person, lot)
    if interest is None:
        return "First declare whether you have an interest in this lot."
    return "You declared an interest in this lot, so somebody else must chair it." if interest else ""
