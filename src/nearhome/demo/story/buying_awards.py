"""Awards of the made-up region: two months more of an old framework, a block that was contracted, one that waits for approval.

The tenders behind the blocks are written row by row up to their results: `evaluated_tender` is what another story replaces.
"""

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from nearhome.demo.story.players import KENT, MEDWAY, SUSSEX, Players
from nearhome.design.wording import LONDON
from nearhome.market.models import Registration
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.privacy.clock import playing_at
from nearhome.procurement.actions import admit_supplier, make_framework, set_rate_line
from nearhome.tendering.actions.announcing import record_award_notice, tell_bidders
from nearhome.tendering.actions.awarding_directly import DirectReasons, extend_directly
from nearhome.tendering.actions.contracting import make_contracts
from nearhome.tendering.actions.deciding import decide_award
from nearhome.tendering.actions.recommending import Recommendation, recommend_award
from nearhome.tendering.models import (
    Award,
    AwardCriterion,
    Bid,
    BidAnswers,
    BidPrices,
    Consensus,
    Lot,
    LotBenchmark,
    LotPlaces,
    LotResult,
    PanelMember,
    PriceBand,
    Procurement,
    ProcurementParty,
    QualityLock,
    ScoringClosed,
)
from nearhome.tendering.queries.proposing import LotChoice

DAY = dt.timedelta(days=1)
SPOT_PENCE, WEEKS = 455_700, 520
# What the three bidders ask by the week and offer, the best ranked first.
OFFERS = ((441_000, 5, "91.40"), (447_500, 6, "86.75"), (452_000, 4, "79.20"))
# 59 days of the spend that decision 21/00077 prints for 2020/21, £11.09m a year.
TWO_MONTHS_PENCE = 179_263_014


@dataclass(frozen=True)
class Buyers:
    """Who recommends and who approves at Kent."""

    colin: Person
    desmond: Person


def two_months_more(players: Players) -> None:
    """Decision 21/00077: the framework that ends on 31 January 2022 goes on to 31 March, on its true dates."""
    buyers, now = _buyers(players), dt.datetime(2021, 11, 1, 10, 0, tzinfo=LONDON)
    began, ended = dt.date(2018, 2, 1), dt.date(2022, 2, 1)
    with _as(buyers.colin, now):
        parties = [players.authorities[code] for code in (MEDWAY,) if code in players.authorities]
        framework = make_framework(
            name="Made-up fostering framework of 2018",
            kind="foster",
            parties=parties,
            starts_on=began,
            ends_before=ended,
            by=buyers.colin,
            now=now,
        )
        for registration in _registrations("fostering_agency", 2):
            supplier = admit_supplier(framework=framework, registration=registration, tier=1, by=buyers.colin, now=now)
            set_rate_line(supplier=supplier, weekly_price_pence=88_000, starts_on=began, by=buyers.colin, now=now)
        case = _case(players, now, ref="T-2021-77", name="Made-up fostering framework, two months more", kind="foster",
                     buys="framework", instrument="closed_framework", regime="PCR2015")  # fmt: skip
        reasons = DirectReasons(
            "pcr_existing_terms",
            "The framework ends on 31 January 2022. Two months on the existing terms let the next one begin with the"
            " financial year, which helps reporting and the budget.",
            "Lena Madeup-Lawyer", TWO_MONTHS_PENCE,
        )  # fmt: skip
        award = extend_directly(
            procurement=case, reasons=reasons, framework_key=framework.key, months=2, by=buyers.colin, now=now
        )
    _approve(award, buyers.desmond, now + DAY)
    with _as(buyers.colin, now + 2 * DAY):
        make_contracts(award=award, contracted_on=(now + 2 * DAY).date(), by=buyers.colin, now=now + 2 * DAY)


def block_contracted(players: Players) -> None:
    """A block of ten places, given to two suppliers; its standstill is over and its contracts are made."""
    buyers = _buyers(players)
    award = _recommended(players, "T-BLOCK-1", "Made-up block of ten places", players.morning(60), buyers)
    _approve(award, buyers.desmond, players.morning(40))
    with _as(buyers.colin, told := players.morning(39)):
        tell_bidders(award=award, by=buyers.colin, now=told)
        record_award_notice(award=award, notice_on=told.date(), by=buyers.colin, now=told)
    with _as(buyers.colin, made := players.morning(18)):
        make_contracts(award=award, contracted_on=made.date(), by=buyers.colin, now=made)


def award_to_approve(players: Players) -> None:
    """A block whose award waits for the director."""
    _recommended(players, "T-BLOCK-2", "Made-up second block", players.morning(20), _buyers(players))


def _recommended(players: Players, ref: str, name: str, deadline_at: dt.datetime, buyers: Buyers) -> Award:
    procurement = evaluated_tender(players, ref=ref, name=name, deadline_at=deadline_at, chair=buyers.colin)
    now = deadline_at + 12 * DAY
    starts_on = _next_april(players.today)
    wanted = Recommendation(
        (LotChoice(1, is_awarded=True),),
        starts_on,
        24,
        "Both suppliers passed every question; the second fills the remainder.",
    )
    with _as(buyers.colin, now):
        return recommend_award(procurement=procurement, recommendation=wanted, by=buyers.colin, now=now)


def evaluated_tender(players: Players, *, ref: str, name: str, deadline_at: dt.datetime, chair: Person) -> Procurement:
    """A tender of one lot with three bids, locked and ranked, written row by row."""
    published = deadline_at - 42 * DAY
    with _as(chair, published - 10 * DAY):
        case = _case(
            players, published, ref=ref, name=name, kind="childrens_home", buys="block", instrument="block_contract"
        )
        parties = [players.authorities[code] for code in (MEDWAY, SUSSEX) if code in players.authorities]
        ProcurementParty.objects.bulk_create(ProcurementParty(procurement=case, organisation=one) for one in parties)
        lot, question = _shape(case, _next_april(players.today))
    with _as(chair, published):
        case.published_at, case.deadline_at, case.state = published, deadline_at, "published"
        case.save()
        bidders = _registrations("childrens_home", len(OFFERS))
    for registration, offer in zip(bidders, OFFERS, strict=True):
        _bid(case, lot, question, registration, offer, players.provider_person(registration.provider))
    _evaluate(case, lot, question, chair, deadline_at + DAY)
    return case


def _shape(case: Procurement, opens_on: dt.date) -> tuple[Lot, AwardCriterion]:
    lot = Lot.objects.create(
        procurement=case, number=1, name="Homes in the county", needs="Children of 10 to 16 with complex needs", min_age=10,
        before_age=17, most_places=10, area=case.lead,
    )  # fmt: skip
    LotPlaces.objects.create(lot=lot, by_on=opens_on, in_all=5)
    LotPlaces.objects.create(lot=lot, by_on=opens_on + 183 * DAY, in_all=10)
    LotBenchmark.objects.create(lot=lot, spot_weekly_pence=SPOT_PENCE, source="Decision 21/00094, 5.1")
    PriceBand.objects.create(
        lot=lot, position=1, label="A bed, 10 to 16", min_age=10, before_age=17, forecast_weeks=WEEKS
    )
    made = {"procurement": case, "parent": None}
    question = AwardCriterion.objects.create(
        **made, position=1, kind="question", title="Care", weight=60, words="How will you care for these children?"
    )
    AwardCriterion.objects.create(**made, position=2, kind="price", title="Price", weight=40)
    return lot, question


def _bid(
    case: Procurement,
    lot: Lot,
    question: AwardCriterion,
    registration: Registration,
    offer: tuple[int, int, str],
    by: Person,
) -> None:
    pence, places, _ = offer
    at = (case.deadline_at or case.made_at) - 3 * DAY
    with _as(by, at):
        bid = Bid.objects.create(
            procurement=case, lot=lot, provider=registration.provider, registration=registration, started_at=at,
            submitted_at=at, submitted_by=str(by), profile={"legal_name": str(registration.provider)},
        )  # fmt: skip
        said = {"places": places, "answers": {str(question.pk): "A made-up answer."}}
        BidAnswers.objects.create(bid=bid, answers=json.dumps(said))
        bands = {str(band.pk): pence for band in lot.bands.all()}
        BidPrices.objects.create(bid=bid, prices=json.dumps({"bands": bands, "open_book": {}}))


def _evaluate(case: Procurement, lot: Lot, question: AwardCriterion, chair: Person, at: dt.datetime) -> None:
    with _as(chair, at):
        PanelMember.objects.create(procurement=case, person=chair, is_chair=True, joined_at=at)
        ScoringClosed.objects.create(
            lot=lot, at=at, by_name=str(chair), reason="Made-up region: the panel agreed at once"
        )
        bids = list(lot.bids.order_by("pk"))
        for bid in bids:
            Consensus.objects.create(
                bid=bid, criterion=question, score=4, reason="A sound answer", at=at, by_name=str(chair)
            )
        QualityLock.objects.create(lot=lot, at=at, by_name=str(chair))
        ranking = [
            {
                "bid": str(bid.pk), "rank": rank, "passed": True, "fails": [], "total": total, "quality": "48.00",
                "price": "", "weekly_pence": pence,
            }
            for rank, (bid, (pence, _, total)) in enumerate(zip(bids, OFFERS, strict=True), 1)
        ]  # fmt: skip
        LotResult.objects.create(
            lot=lot, inputs={}, result={"ranking": ranking}, worked_out_at=at, worked_out_by=str(chair)
        )
        case.state = "evaluating"
        case.save(update_fields=["state"])


def _case(players: Players, now: dt.datetime, **fields: object) -> Procurement:
    return Procurement.objects.create(
        lead=players.authorities[KENT], made_at=now, made_by="Colin Madeup-Commissioner", **fields
    )


def _registrations(kind: str, wanted: int) -> Sequence[Registration]:
    """The first private establishments of the kind, each of another provider."""
    rows = Registration.objects.filter(kind=kind, provider__kind="provider", closed_on__isnull=True)
    by_provider: dict[int, Registration] = {}
    for row in rows.select_related("provider").order_by("urn"):
        by_provider.setdefault(row.provider_id, row)
    return list(by_provider.values())[:wanted]


def _approve(award: Award, by: Person, now: dt.datetime) -> None:
    with _as(by, now):
        decide_award(award=award, is_approved=True, by=by, now=now)


def _buyers(players: Players) -> Buyers:
    return Buyers(players.person(KENT, "colin"), players.person(KENT, "desmond"))


def _next_april(day: dt.date) -> dt.date:
    return dt.date(day.year + (day >= dt.date(day.year, 4, 1)), 4, 1)


@contextmanager
def _as(person: Person, moment: dt.datetime) -> Iterator[None]:
    """Act as somebody at a moment of the story, on the database's clock too."""
    with playing_at(moment), acting(person):
        yield
