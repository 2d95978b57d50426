"""What one member has to score: answers by bid or by question, and each answer with its words."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from nearhome.people.models import Person
from nearhome.tendering.models import AwardCriterion, Bid, Lot, Score, ScoringClosed
from nearhome.tendering.permissions.evaluation import buys, can_read_evaluation, interest_in, sits
from nearhome.tendering.queries.evaluation_case import answers_of, bids_standing, questions_of
from nearhome.tendering.queries.progress import own_scores

By = Literal["bid", "question"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of one bid; `score` is the person's own, None while they have given none."""

    bid: Bid
    question: AwardCriterion
    score: Score | None


@dataclass(frozen=True, slots=True)
class ToScore:
    """One answer to score or read: its words, what comes next, and why it cannot be scored ("" if it can)."""

    answer: Answer
    words: str
    next: Answer | None
    left: int
    refused: str


def bid_for(person: Person, key: UUID) -> Bid:
    """A bid that is open to the person's authority. Http404 for any other, PermissionDenied for another role."""
    rows = Bid.objects.filter(key=key, submitted_at__isnull=False, withdrawn_at__isnull=True)
    bid = rows.select_related("registration", "provider", "lot", "procurement__lead", "disqualification").first()
    if bid is None or not buys(person, bid.procurement):
        raise Http404("No such bid")
    if not can_read_evaluation(person, bid.procurement):
        raise PermissionDenied("Only the panel and people who commission, approve, pay, analyse or place read this.")
    bid.lot.procurement = bid.procurement
    return bid


def question_for(bid: Bid, number: int) -> AwardCriterion:
    """A question of the bid's tender. Http404 for anything else."""
    found = next((one for one in questions_of(bid.procurement) if one.pk == number), None)
    if found is None:
        raise Http404("No such question")
    return found


def answers_to_score(person: Person, lot: Lot, by: By = "bid") -> list[Answer]:
    """Every answer of the lot in the order chosen: bid by bid, or one question across all bids."""
    given = own_scores(person, lot)
    bids, questions = list(bids_standing(lot)), questions_of(lot.procurement)
    pairs = [(bid, one) for bid in bids for one in questions] if by == "bid" else [(bid, one) for one in questions for bid in bids]  # fmt: skip
    return [Answer(bid, one, given.get((bid.pk, one.pk))) for bid, one in pairs]


def answer_to_score(person: Person, key: UUID, number: int, by: By = "bid") -> ToScore:
    """One answer, for a member of the panel. PermissionDenied for anybody else."""
    bid = bid_for(person, key)
    if not sits(person, bid.procurement):
        raise PermissionDenied("Only a member of the panel scores.")
    question = question_for(bid, number)
    answers = answers_to_score(person, bid.lot, by)
    here = next((at for at, one in enumerate(answers) if (one.bid, one.question) == (bid, question)), None)
    if here is None:
        raise Http404("This bid is out, so it is not scored")
    after = [*answers[here + 1 :], *answers[:here]]
    waiting = [one for one in after if one.score is None]
    words = answers_of(bid).get(str(question.pk), "")
    return ToScore(answers[here], words, waiting[0] if waiting else None, len(waiting), _refused(person, bid.lot))


def _refused(person: Person, lot: Lot) -> str:
    interest = interest_in(person, lot)
    if interest is None:
        return "First declare whether you have an interest in this lot."
    if interest:
        return "You declared an interest in this lot, so you do not score it."
    if ScoringClosed.objects.filter(lot=lot).exists():
        return "Individual scoring of this lot is closed."
    return ""
