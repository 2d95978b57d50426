"""The tenders of the whole scene: one open with a sealed bid and a question, one closed with a bid that is open and out."""

import datetime as dt

from cast import Cast
from nearhome.market.models import Home
from nearhome.tendering.actions.clarifying import ask_question, tell_bidders
from nearhome.tendering.actions.engaging import Talk, record_engagement
from nearhome.tendering.actions.publishing import extend_deadline, open_bids
from nearhome.tendering.actions.shaping import set_benchmark
from nearhome.tendering.actions.submitting import disqualify_bid
from nearhome.tendering.actions.timetabling import save_timetable
from nearhome.tendering.models import Procurement, ProcurementParty
from nearhome.tendering.queries.timetables import Lengths, TimetableAsked
from scenes_bidding import begin, publish, shape, submit, write_bid
from scenes_tender import acting_at

SEALED_PENCE, OPENED_PENCE, SPOT_PENCE = 868_686, 939_393, 717_171
DAY = dt.timedelta(days=1)


def add_tenders(cast: Cast, home: Home, now: dt.datetime) -> None:
    """Kent's own open tender first; then one with Portsmouth, whose deadline has passed."""
    _open_now(cast, home, now)
    _closed(cast, home, now)


def _open_now(cast: Cast, home: Home, now: dt.datetime) -> None:
    colin = cast.colin
    tender = begin(cast, ref="T-WHOLE-1", at=now, name="Made-up open tender", term_starts_on=dt.date(2027, 4, 1))
    lot = shape(cast, tender, at=now)
    with acting_at(colin, now):
        talk = Talk(now.date() - 9 * DAY, "event", "Made-up providers", "ZZTALK")
        record_engagement(procurement=tender, talk=talk, by=colin, now=now)
        set_benchmark(lot=lot, spot_weekly_pence=SPOT_PENCE, source="Made up", by=colin, now=now)
        asked = TimetableAsked("start", now.date() + 2 * DAY, Lengths())
        save_timetable(procurement=tender, asked=asked, by=colin, now=now)
    publish(cast, tender, at=now, deadline=now + 40 * DAY)
    lot.procurement = tender
    submit(write_bid(lot, cast.mona, home, at=now, word="ZZBIDWORD", pence=SEALED_PENCE), cast.mona, at=now)
    with acting_at(cast.harry, now):
        ask_question(procurement=tender, question="ZZASKED?", by=cast.harry, now=now)
    with acting_at(colin, now):
        tell_bidders(procurement=tender, about="Made-up notice", words="Nothing private.", by=colin, now=now)
        talk = Talk(now.date() - 8 * DAY, "survey", "Everybody", "Nothing private.", is_published=True)
        record_engagement(procurement=tender, talk=talk, by=colin, now=now)
        extend_deadline(procurement=tender, to_at=now + 41 * DAY, reason="Made up", by=colin, now=now)


def _closed(cast: Cast, home: Home, now: dt.datetime) -> None:
    colin, began, due = cast.colin, now - 60 * DAY, now - 5 * DAY
    tender = begin(cast, ref="T-WHOLE-2", at=began, name="Made-up closed tender", term_starts_on=dt.date(2027, 4, 1))
    lot = shape(cast, tender, at=began)
    with acting_at(colin, began):
        ProcurementParty.objects.create(procurement=tender, organisation=cast.portsmouth)
    publish(cast, tender, at=began, deadline=due)
    lot.procurement = tender
    bid = write_bid(lot, cast.mona, home, at=began, word="ZZOPENEDWORD", pence=OPENED_PENCE)
    submit(bid, cast.mona, at=began)
    with acting_at(colin, now):
        tender = Procurement.objects.get(pk=tender.pk)
        open_bids(procurement=tender, by=colin, now=now)
        disqualify_bid(bid=bid, ground="other", reason="ZZOUTREASON", by=colin, now=now)
