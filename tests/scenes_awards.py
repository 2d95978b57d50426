"""A tender whose bids were scored, locked and ranked, and awards of it at every step; made row by row up to the results."""

import datetime as dt
import json
from collections.abc import Sequence

from cast import Cast, make_person
from nearhome.people.models import Person
from nearhome.tendering.actions.announcing import record_award_notice, tell_bidders
from nearhome.tendering.actions.deciding import decide_award
from nearhome.tendering.actions.recommending import Recommendation, recommend_award
from nearhome.tendering.calculations.evaluation.replay import case_as_values
from nearhome.tendering.models import (
    Award,
    BidPrices,
    ConflictDeclaration,
    Consensus,
    Lot,
    LotResult,
    PanelMember,
    Procurement,
    QualityLock,
    ScoringClosed,
)
from nearhome.tendering.queries.evaluation_case import case_of
from nearhome.tendering.queries.proposing import LotChoice
from scenes_tender import AFTER, DEADLINE, Tender, acting_at, make_bids, make_panel, make_tender

DAY = dt.timedelta(days=1)
RECOMMENDED = AFTER + 5 * DAY
APPROVED = RECOMMENDED + DAY
TOLD = APPROVED + DAY
# A Monday without holidays ahead: 8 working days end on Wednesday 4 November 2026.
NOTICE = dt.datetime(2026, 10, 26, 9, 0, tzinfo=dt.UTC)
TERM = dt.date(2027, 4, 1)
BOTH = (LotChoice(1, True), LotChoice(2, True))


def evaluated_tender(
    cast: Cast, *, buys: str = "block", light_touch: bool = True, ref: str = "T-MADE1-2", urn: str = "SC9100"
) -> Tender:
    """Two lots with bids (Meadow's ranked first in both), agreed, locked and ranked; state: bids are evaluated."""
    tender = make_tender(cast, published=False, ref=ref)
    with acting_at(cast.colin, DEADLINE - 50 * DAY):
        for name, value in (("buys", buys), ("light_touch", light_touch)):
            setattr(tender.procurement, name, value)
        publish(tender.procurement)
    make_bids(cast, tender, urn=urn)
    make_panel(cast, tender)
    with acting_at(cast.colin, AFTER):
        for lot in tender.lots:
            lock(tender, lot)
            rank(tender, lot)
        Procurement.objects.filter(pk=tender.procurement.pk).update(state="evaluating", version=3)
        tender.procurement.refresh_from_db()
    return tender


def publish(procurement: Procurement) -> None:
    procurement.published_at = DEADLINE - 42 * DAY
    procurement.deadline_at = DEADLINE
    procurement.questions_until_at = DEADLINE - 10 * DAY
    procurement.state = "published"
    procurement.save()


def lock(tender: Tender, lot: Lot) -> None:
    """The chair has no interest, and the panel agreed on every answer of the lot."""
    chair = PanelMember.objects.get(procurement=tender.procurement, is_chair=True)
    ConflictDeclaration.objects.create(lot=lot, person=chair.person, has_conflict=False, at=AFTER)
    ScoringClosed.objects.create(lot=lot, at=AFTER, by_name="Chair")
    questions = [one for one in tender.criteria.values() if one.kind == "question"]
    for bid in lot.bids.all():
        for question in questions:
            Consensus.objects.create(bid=bid, criterion=question, score=4, reason="Agreed", at=AFTER, by_name="Chair")
    QualityLock.objects.create(lot=lot, at=AFTER, by_name="Chair")


def rank(tender: Tender, lot: Lot, ranks: Sequence[int | None] = (1, 2, 3), at: dt.datetime = AFTER) -> LotResult:
    """A result in the shape that the evaluation keeps: bids in the order they were made get these ranks, each a mark apart."""
    rows = []
    for bid, place in zip(lot.bids.filter(disqualification__isnull=True).order_by("pk"), ranks, strict=False):
        assert BidPrices.objects.filter(bid=bid).exists()
        bands = json.loads(bid.price.prices)["bands"]
        rows.append(
            {
                "bid": str(bid.key), "rank": place, "passed": place is not None, "total": f"{81 - place}.00" if place else None,
                "fails": [] if place else ["Quality below 50%"], "quality": "48.00", "price": "32.00",
                "weekly_pence": sum(bands.values()) // len(bands),
            }
        )  # fmt: skip
    return LotResult.objects.create(
        lot=lot, inputs=case_as_values(case_of(lot)), result={"ranking": rows}, worked_out_at=at, worked_out_by="Chair"
    )


def recommendation(
    lots: Sequence[LotChoice] = BOTH, words: str = "ZZAWARDWHY best by the published rule"
) -> Recommendation:
    return Recommendation(lots, TERM, 120, words)


def second_approver(cast: Cast) -> Person:
    """Kent's approver with room for a ten-year block."""
    return make_person("Bertha Madeup-Approver", cast.kent, "approver", limit=10_000_000_000)


def recommended(cast: Cast, tender: Tender, lots: Sequence[LotChoice] = BOTH) -> Award:
    with acting_at(cast.colin, RECOMMENDED):
        return recommend_award(
            procurement=tender.procurement, recommendation=recommendation(lots), by=cast.colin, now=RECOMMENDED
        )


def approved(cast: Cast, award: Award, by: Person) -> Award:
    with acting_at(by, APPROVED):
        return decide_award(award=award, is_approved=True, by=by, now=APPROVED)


def noticed(cast: Cast, award: Award, **how: object) -> Award:
    """Bidders are told, and the award notice is published on 26 October 2026."""
    with acting_at(cast.colin, TOLD):
        tell_bidders(award=award, by=cast.colin, now=TOLD)
    with acting_at(cast.colin, NOTICE):
        return record_award_notice(award=award, notice_on=NOTICE.date(), by=cast.colin, now=NOTICE, **how)  # type: ignore[arg-type]
