"""A tender of Kent and Portsmouth with two lots and sealed bids, made row by row so that any step can be tested alone."""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cast import Cast
from nearhome.market.models import Home
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.privacy.clock import playing_at
from nearhome.tendering.models import (
    AwardCriterion,
    Bid,
    BidAnswers,
    BidPrices,
    Lot,
    LotBenchmark,
    LotPlaces,
    PanelMember,
    PriceBand,
    Procurement,
    ProcurementParty,
)
from scenes import make_home

MADE = dt.datetime(2026, 9, 1, 9, 0, tzinfo=dt.UTC)
DEADLINE = dt.datetime(2026, 10, 19, 11, 0, tzinfo=dt.UTC)
BEFORE, AFTER = DEADLINE - dt.timedelta(days=3), DEADLINE + dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)


@contextmanager
def acting_at(person: Person, moment: dt.datetime) -> Iterator[None]:
    """Act as somebody at a moment of the story, on the database's clock too."""
    with playing_at(moment), acting(person):
        yield


@dataclass
class Tender:
    """The procurement, its lots in order, its criteria by title, its bids by the provider's first word and lot number."""

    procurement: Procurement
    lots: list[Lot]
    criteria: dict[str, AwardCriterion]
    bids: dict[tuple[str, int], Bid] = field(default_factory=dict)


def make_tender(
    cast: Cast, *, published: bool = True, ref: str = "T-MADE1-2", deadline: dt.datetime = DEADLINE
) -> Tender:
    """Two lots, two questions of equal weight (60) and price (40); published six weeks before the deadline."""
    with acting_at(cast.colin, MADE):
        procurement = Procurement.objects.create(
            ref=ref, lead=cast.kent, name="Made-up regional residential block", kind="childrens_home", buys="block",
            instrument="block_contract", summary="Made-up homes for children of 10 to 16.", made_at=MADE,
            made_by=str(cast.colin), estimated_value_pence=3_000_000_000, term_starts_on=dt.date(2027, 4, 1), term_months=120,
        )  # fmt: skip
        ProcurementParty.objects.create(procurement=procurement, organisation=cast.portsmouth)
        lots = [_lot(procurement, number, cast.kent) for number in (1, 2)]
        criteria = _criteria(procurement)
        if published:
            _publish(procurement, deadline)
    return Tender(procurement, lots, criteria)


def _lot(procurement: Procurement, number: int, area: Organisation) -> Lot:
    lot = Lot.objects.create(
        procurement=procurement, number=number, name=f"Made-up lot {number}", needs="Complex needs", area=area, min_age=10,
        before_age=17, most_places=15,
    )  # fmt: skip
    for by_on, in_all in ((dt.date(2028, 4, 1), 5), (dt.date(2028, 10, 1), 10), (dt.date(2029, 4, 1), 15)):
        LotPlaces.objects.create(lot=lot, by_on=by_on, in_all=in_all)
    LotBenchmark.objects.create(lot=lot, spot_weekly_pence=455_700, source="Made-up average of spot placements")
    PriceBand.objects.create(
        lot=lot, position=1, label="A bed, 10 to 16", min_age=10, before_age=17, forecast_weeks=520
    )
    return lot


def _criteria(procurement: Procurement) -> dict[str, AwardCriterion]:
    def add(title: str, kind: str, weight: int, position: int, parent: AwardCriterion | None = None) -> AwardCriterion:
        return AwardCriterion.objects.create(
            procurement=procurement, parent=parent, position=position, kind=kind, title=title, weight=weight,
            words=f"{title}: say how.",
        )  # fmt: skip

    quality = add("Quality", "section", 60, 1)
    return {
        "Quality": quality,
        "Care": add("Care", "question", 50, 1, quality),
        "Step across": add("Step across", "question", 50, 2, quality),
        "Price": add("Price", "price", 40, 2),
    }


def _publish(procurement: Procurement, deadline: dt.datetime) -> None:
    published = deadline - dt.timedelta(days=42)
    with playing_at(published):
        procurement.published_at, procurement.deadline_at = published, deadline
        procurement.questions_until_at = deadline - dt.timedelta(days=10)
        procurement.state = "published"
        procurement.save()


def make_bid(tender: Tender, by: Person, home: Home, *, lot: int = 1, pence: int = 440_000, places: int = 5) -> Bid:
    """A whole bid of a home's registration, submitted three days before the deadline."""
    chosen, at = tender.lots[lot - 1], tender.procurement.deadline_at - dt.timedelta(days=3)
    with acting_at(by, at):
        bid = Bid.objects.create(
            procurement=tender.procurement, lot=chosen, provider=by.organisation, registration=home.registration,
            started_at=at, submitted_at=at, submitted_by=str(by), profile={"legal_name": str(by.organisation)},
        )  # fmt: skip
        questions = [one for one in tender.criteria.values() if one.kind == "question"]
        words = {str(one.pk): f"{by.organisation} on {one.title}" for one in questions}
        BidAnswers.objects.create(bid=bid, answers=json.dumps({"places": places, "answers": words}))
        bands = {str(band.pk): pence for band in chosen.bands.all()}
        BidPrices.objects.create(bid=bid, prices=json.dumps({"bands": bands, "open_book": {}}))
    tender.bids[str(by.organisation).split()[1], lot] = bid
    return bid


def make_bids(cast: Cast, tender: Tender, *, urn: str = "SC9100") -> None:
    """Meadow and Harbour bid for lot 1, Meadow also for lot 2; their homes' numbers begin with `urn`."""
    meadow = make_home(cast.meadow, "Madeup Meadow House", urn=f"{urn}01", places=5)
    harbour = make_home(cast.harbour, "Madeup Harbour House", urn=f"{urn}02", places=4)
    make_bid(tender, cast.mona, meadow, pence=440_000)
    make_bid(tender, cast.harry, harbour, pence=450_000, places=10)
    make_bid(tender, cast.mona, meadow, lot=2, pence=430_000)


def make_panel(cast: Cast, tender: Tender) -> None:
    """Colin chairs; April of Kent and Oscar of Portsmouth score."""
    with acting_at(cast.colin, tender.procurement.deadline_at + dt.timedelta(hours=1)):
        for person, chairs in ((cast.colin, True), (cast.april, False), (cast.oscar, False)):
            PanelMember.objects.create(procurement=tender.procurement, person=person, is_chair=chairs, joined_at=AFTER)
