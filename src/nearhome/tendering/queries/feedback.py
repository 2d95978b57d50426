"""Feedback letters: composed from moderated scores, shown to the buyers, and to each bidder once sent."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from nearhome.people.models import Person
from nearhome.tendering.calculations.evaluation.letters import compose_letter
from nearhome.tendering.calculations.evaluation.ranking import rank_bids
from nearhome.tendering.calculations.evaluation.replay import case_from_values
from nearhome.tendering.models import AwardLine, Bid, Consensus, FeedbackLetter, Lot, Procurement
from nearhome.tendering.permissions.evaluation import buys, can_read_evaluation
from nearhome.tendering.queries.results import bids_by_key, newest_result
from nearhome.tendering.states import ProcurementState

_DECIDED = (ProcurementState.APPROVED, ProcurementState.CONTRACTED, ProcurementState.ABANDONED)


@dataclass(frozen=True, slots=True)
class Composed:
    """One letter as it would be now."""

    bid: Bid
    words: dict[str, Any]
    digest: str


def composed_letters(procurement: Procurement) -> list[Composed]:
    """A letter for every bid of every lot that has results."""
    return [one for lot in procurement.lots.all() for one in _of_lot(procurement, lot)]


def _of_lot(procurement: Procurement, lot: Lot) -> Iterator[Composed]:
    kept = newest_result(lot)
    if kept is None:
        return
    case = case_from_values(kept.inputs)
    ranking, bids, successful = rank_bids(case), bids_by_key(lot), _successful(procurement, lot)
    reasons = _reasons(lot)
    for one in case.bids:
        bid = bids[one.key]
        letter = compose_letter(case, ranking, one.key, reasons=reasons.get(bid.pk, {}), successful=successful)
        words = {"title": f"{procurement.name}: {lot}", "to": f"{bid.provider.name}, for {bid.registration.name}"}
        words |= {"from": procurement.lead.name, "ref": procurement.ref, **asdict(letter)}
        plain = json.loads(json.dumps(words))
        yield Composed(bid, plain, hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest())


def _successful(procurement: Procurement, lot: Lot) -> tuple[str, ...] | None:
    """The awarded bids, best first; None before anything is decided."""
    if procurement.state not in _DECIDED:
        return None
    if procurement.state == ProcurementState.ABANDONED:
        return ()
    lines = AwardLine.objects.filter(
        lot=lot, bid__isnull=False, award__procurement=procurement, award__is_approved=True
    )
    return tuple(str(key) for key in lines.order_by("rank", "pk").values_list("bid__key", flat=True))


def _reasons(lot: Lot) -> dict[int, dict[str, str]]:
    """The reason of each newest agreed score, by bid and question."""
    found: dict[int, dict[str, str]] = {}
    for row in Consensus.objects.filter(bid__lot=lot).order_by("at", "pk"):
        found.setdefault(row.bid_id, {})[str(row.criterion_id)] = row.reason
    return found


def letters_of(procurement: Procurement) -> QuerySet[FeedbackLetter]:
    """Every letter of a procurement, by lot and establishment."""
    rows = FeedbackLetter.objects.filter(bid__procurement=procurement).select_related(
        "bid__registration", "bid__lot", "bid__provider"
    )
    return rows.order_by("bid__lot__number", "bid__registration__name")


def letter_for(person: Person, key: UUID) -> FeedbackLetter:
    """A letter: for its bidder once it is sent, for the buyers also before. Http404 for anybody else."""
    rows = FeedbackLetter.objects.select_related(
        "bid__procurement__lead", "bid__provider", "bid__registration", "bid__lot"
    )
    letter = rows.filter(key=key).first()
    if letter is None:
        raise Http404("No such letter")
    bid = letter.bid
    if bid.provider_id == person.organisation_id and letter.sent_at is not None:
        return letter
    if not (buys(person, bid.procurement) and can_read_evaluation(person, bid.procurement)):
        raise Http404("No such letter")
    return letter


def letters_to(person: Person) -> QuerySet[FeedbackLetter]:
    """The letters that were sent to the person's own organisation, newest first."""
    rows = FeedbackLetter.objects.filter(bid__provider_id=person.organisation_id, sent_at__isnull=False)
    return rows.select_related("bid__procurement", "bid__registration", "bid__lot").order_by("-sent_at", "-pk")
