"""Recommending an award, and taking the recommendation back to look at the evaluation again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.tendering.actions.moving import lock_procurement, move_procurement, require_state
from nearhome.tendering.calculations.award.dates import months_later
from nearhome.tendering.models import Award, AwardLine, LotDecision, Procurement, ProcurementParty
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.queries.award_bids import RankedOffer, lots_on_the_table
from nearhome.tendering.queries.proposing import LotChoice, LotProposal, Proposal, propose
from nearhome.tendering.states import ProcurementState

MOST_WORDS = 10_000


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What is recommended: for every lot a choice, from when for how many months, and why these."""

    lots: Sequence[LotChoice]
    starts_on: date
    months: int
    words: str

    @property
    def term(self) -> tuple[date, date]:
        """From its first day to before its end."""
        return self.starts_on, months_later(self.starts_on, self.months)


@transaction.atomic
def recommend_award(
    *, procurement: Procurement, recommendation: Recommendation, by: Any, now: datetime, version: int | None = None
) -> Award:
    """Recommend to whom the lots go, for somebody else to approve. Recommended twice by one person it is done once.

    Raises PermissionDenied; ValidationError saying what stands in the way; ChangedMeanwhile for an older version.
    """
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    same = _same_again(locked, recommendation, by)
    if same:
        return same
    lock_procurement(procurement, version=version)
    require_state(locked, ProcurementState.EVALUATING)
    _require_sane(locked, recommendation)
    proposal = propose(locked, lots_on_the_table(locked), recommendation.lots, recommendation.term)
    if proposal.problems:
        raise ValidationError(list(proposal.problems))
    award = _keep(locked, recommendation, proposal, by, now)
    move_procurement(locked, ProcurementState.RECOMMENDED, by=by, now=now)
    winners = sum(len(one.winners) for one in proposal.lots)
    words = f"An award of {locked.ref} was recommended: {wording.plural(winners, 'supplier place')}."
    record(
        "award.recommended", words, about=award, by=by, at=now, thread=locked.key, seen_by=partners_of(locked)
    )  # fmt: skip
    return award


@transaction.atomic
def send_back(*, award: Award, reason: str, by: Any, now: datetime) -> Award:
    """Take a recommendation back before it is decided: to the evaluation, or for a direct award to the preparation."""
    procurement = award.procurement
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    kept = require_newest(locked, award)
    if not reason.strip():
        raise ValidationError("Say why it goes back.")
    back = ProcurementState.PREPARING if kept.is_direct else ProcurementState.EVALUATING
    if locked.state == back:
        return kept
    require_state(locked, ProcurementState.RECOMMENDED)
    move_procurement(locked, back, by=by, now=now, why=reason.strip())
    words = f"The recommended award of {locked.ref} was sent back."
    record("award.sent_back", words, about=kept, by=by, at=now, thread=locked.key, seen_by=partners_of(locked))
    return kept


def require_newest(locked: Procurement, award: Award) -> Award:
    """The award, locked, if no newer one was recommended. Raises ValidationError otherwise."""
    newest = locked.awards.select_for_update(of=("self",)).order_by("-recommended_at", "-pk").first()
    if newest is None or newest.pk != award.pk:
        raise ValidationError("Another award has been recommended since. Open the procurement again.")
    newest.procurement = locked
    return newest


def partners_of(procurement: Procurement) -> tuple[int, ...]:
    """The authorities that buy with the lead and may know what is done."""
    return tuple(ProcurementParty.objects.filter(procurement=procurement).values_list("organisation_id", flat=True))


def _same_again(locked: Procurement, wanted: Recommendation, by: Any) -> Award | None:
    if locked.state != ProcurementState.RECOMMENDED:
        return None
    newest = locked.awards.order_by("-recommended_at", "-pk").first()
    if newest and not newest.is_direct and (newest.recommended_by_id, newest.words) == (by.pk, wanted.words.strip()):
        return newest
    return None


def _require_sane(locked: Procurement, wanted: Recommendation) -> None:
    if not wanted.words.strip():
        raise ValidationError("Say why these bidders, in words that an approver can follow.")
    if len(wanted.words) > MOST_WORDS:
        raise ValidationError(f"The reasons must be {MOST_WORDS:,} characters or fewer.")
    if locked.term_months and wanted.months > locked.term_months:
        raise ValidationError(
            f"The tender said {locked.term_months} months, so the contract cannot last {wanted.months}."
            f" Give {locked.term_months} or fewer."
        )
    numbers = sorted(choice.number for choice in wanted.lots)
    if numbers != sorted(locked.lots.values_list("number", flat=True)):
        raise ValidationError("Every lot is decided once: award it, or say why not.")


def _keep(locked: Procurement, wanted: Recommendation, proposal: Proposal, by: Any, now: datetime) -> Award:
    starts_on, ends_before = wanted.term
    whole = proposal.affordability
    award = Award.objects.create(
        procurement=locked, words=wanted.words.strip(), value_pence=proposal.worth[1], recommended_at=now,
        recommended_by=str(by), recommended_by_id=by.pk,
        affordability={
            "verdict": whole.verdict, "words": whole.words, "awarded_pence": whole.awarded_pence,
            "spot_pence": whole.spot_pence, "least_value_pence": proposal.worth[0], "yearly_pence": proposal.yearly,
            "term": {"starts_on": starts_on.isoformat(), "ends_before": ends_before.isoformat()},
        },
    )  # fmt: skip
    for one in proposal.lots:
        _keep_lot(award, one)
    return award


def _keep_lot(award: Award, one: LotProposal) -> None:
    choice = one.choice
    LotDecision.objects.create(
        award=award, lot=one.table.lot, result=one.table.result if choice.is_awarded else None,
        is_awarded=choice.is_awarded, ground="" if choice.is_awarded else choice.ground,
        reason=choice.reason.strip(), right_reserved=choice.right_reserved,
        rule=one.rule if choice.is_awarded else {}, places_wanted=one.wanted, places_unfilled=one.unfilled,
        shown={
            "affordability": {"verdict": one.affordability.verdict, "words": one.affordability.words},
            "spot_weekly_pence": one.table.spot_weekly_pence,
            "lines": [_line_as_data(line.offer, line.tier, line.places, line.said) for line in one.lines],
            "interests": [late.said for late in one.table.late], "answer": choice.answer.strip(),
        },
    )  # fmt: skip
    AwardLine.objects.bulk_create(_lines(award, one))


def _lines(award: Award, one: LotProposal) -> Iterable[AwardLine]:
    for line in one.winners:
        bid = line.offer.bid
        yield AwardLine(
            award=award, lot=one.table.lot, bid=bid, provider=bid.provider, registration=bid.registration,
            rank=line.offer.rank or 1, tier=line.tier, places=line.places,
            prices=[
                {
                    "category": band.category, "min_age": band.min_age, "before_age": band.before_age, "label": band.label,
                    "weekly_pence": pence,
                }
                for band, pence in line.offer.prices
            ],
        )  # fmt: skip


def _line_as_data(offer: RankedOffer, tier: int | None, places: int | None, why: str) -> dict[str, Any]:
    return {
        "bid": str(offer.bid.key), "establishment": str(offer.bid.registration), "provider": str(offer.bid.provider),
        "rank": offer.rank, "total": offer.total, "offered": offer.places, "weekly_pence": offer.weekly_pence,
        "tier": tier, "places": places, "why": why,
    }  # fmt: skip
