"""The part of the whole scene in which a tender is evaluated: one lot to its letters, one still being scored."""

import datetime as dt

from cast import Cast
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.tendering.actions.feedback import make_letters, send_letters
from nearhome.tendering.actions.low_prices import ask_about_price, decide_low_price, record_price_answer
from nearhome.tendering.actions.panel import add_panel_member, clear_interest, declare_interest
from nearhome.tendering.models import Procurement
from scenes_evaluation import (
    agree,
    at,
    close,
    declare,
    fresh,
    fresh_bid,
    lock,
    score_lot,
    score_one,
    seat,
    work_out,
)
from scenes_tender import make_bids, make_tender


def make_evaluated_tender(cast: Cast, people: dict[str, Person], now: dt.datetime) -> None:
    """Kent's commissioner chairs, with Kent's approver and Portsmouth; the deadline was two days ago."""
    chair, approver, partner = (people[name] for name in ("Kent commissioner", "Kent approver", "Portsmouth"))
    tender = make_tender(cast, ref="T-ZZEV1-2", deadline=now - dt.timedelta(days=2))
    make_bids(cast, tender, urn="SC9200")
    seat(tender, chair, chair, approver, partner)
    declare(tender, chair, approver, partner)
    declare(tender, chair, approver, lot=2)
    with at(tender, partner):
        declare_interest(lot=fresh(tender.lots[1]), has_interest=True, words="ZZINTEREST", by=partner, now=now)
    with at(tender, chair):
        clear_interest(lot=fresh(tender.lots[1]), person=partner, reason="ZZCLEARED", by=chair, now=now)
    score_one(tender, chair, tender.bids["Meadow", 2], "Care", 4, "ZZSCOREDALONE")
    score_lot(tender, (approver, partner), why="ZZSCOREWHY")
    close(tender, chair, reason="ZZCLOSEDWITHOUT")
    agree(tender, chair, reason="ZZAGREED")
    lock(tender, chair)
    work_out(tender, chair)
    with acting(chair):
        bid = fresh_bid(tender.bids["Meadow", 1])
        ask_about_price(bid=bid, question="ZZPRICEASKED", by=chair, now=now)
        record_price_answer(bid=bid, answer="ZZPRICEANSWER", by=chair, now=now)
        # As after the award was decided, which others make; taken back so that more can be scored.
        Procurement.objects.filter(pk=tender.procurement.pk).update(state="abandoned")
        tender.procurement.refresh_from_db()
        make_letters(procurement=tender.procurement, by=chair, now=now)
        send_letters(procurement=tender.procurement, by=chair, now=now)
        Procurement.objects.filter(pk=tender.procurement.pk).update(state="evaluating")
    with acting(chair):
        other = fresh_bid(tender.bids["Harbour", 1])
        ask_about_price(bid=other, question="ZZPRICEASKED", by=chair, now=now)
        record_price_answer(bid=other, answer="ZZPRICEANSWER", by=chair, now=now)
        decide_low_price(bid=other, is_accepted=False, reason="ZZPRICEDECIDED", by=chair, now=now)
        add_panel_member(
            procurement=Procurement.objects.get(pk=tender.procurement.pk), person=cast.anna, by=chair, now=now
        )
