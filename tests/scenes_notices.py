"""A tender of Kent and Portsmouth that was awarded, and the days on which its notices fall due."""

import datetime as dt
from dataclasses import dataclass

from cast import Cast
from nearhome.tendering.models import (
    Award,
    AwardLine,
    ConflictDeclaration,
    Consensus,
    Procurement,
    QualityLock,
    ScoringClosed,
)
from scenes_tender import DEADLINE, Tender, acting_at, make_bids, make_panel, make_tender

DECIDED = dt.datetime(2026, 11, 2, 10, tzinfo=dt.UTC)
CONTRACTED = dt.date(2026, 11, 10)
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)


@dataclass
class Awarded:
    """The procurement with its award to Meadow for lot 1."""

    tender: Tender
    award: Award

    @property
    def procurement(self) -> Procurement:
        return self.tender.procurement

    @property
    def about(self) -> str:
        return f"award {self.award.key.hex[:12]}"


def make_awarded(
    cast: Cast, *, contracted: dt.date | None = CONTRACTED, urn: str = "SC9100", ref: str = "T-MADE1-2",
    deadline: dt.datetime = DEADLINE, decided: dt.datetime = DECIDED, narrative: str = "", ground: str = "",
) -> Awarded:  # fmt: skip
    """Bids came, quality was agreed and locked, and Kent awarded lot 1 to Meadow; signed on `contracted` if given.

    With a `ground` the award is a direct one.
    """
    tender = make_tender(cast, ref=ref, deadline=deadline)
    make_bids(cast, tender, urn=urn)
    make_panel(cast, tender)
    bid, lot = tender.bids["Meadow", 1], tender.lots[0]
    with acting_at(cast.colin, deadline + dt.timedelta(days=2)):
        at = deadline + dt.timedelta(days=2)
        ConflictDeclaration.objects.create(lot=lot, person=cast.colin, has_conflict=False, at=at)
        ScoringClosed.objects.create(lot=lot, at=at, by_name="Colin", reason="Made up")
        for name in ("Meadow", "Harbour"):
            for title in ("Care", "Step across"):
                Consensus.objects.create(
                    bid=tender.bids[name, 1], criterion=tender.criteria[title], score=4, reason="Good", at=at, by_name="Colin"
                )  # fmt: skip
        QualityLock.objects.create(lot=lot, at=at, by_name="Colin")
    with acting_at(cast.colin, decided):
        award = Award.objects.create(
            procurement=tender.procurement, words=narrative, narrative=narrative, value_pence=356_400_000,
            recommended_at=decided, recommended_by="Colin", recommended_by_id=cast.colin.pk,
            is_direct=bool(ground), ground=ground,
        )  # fmt: skip
        AwardLine.objects.create(
            award=award, lot=lot, bid=bid, provider=bid.provider, registration=bid.registration, places=5
        )
        award.decided_at, award.decided_by, award.decided_by_id = decided, "April", cast.april.pk
        award.is_approved, award.decision_reason = True, narrative
        award.save()
    if contracted:
        made = max(decided, dt.datetime.combine(contracted, dt.time(12), dt.UTC))
        with acting_at(cast.colin, made):
            award.notice_on, award.contracted_on = decided.date(), contracted
            award.save()
    return Awarded(tender, award)
