"""Pages of tenders and bids: who opens them, whose objects they show, which private words they may show."""

from collections.abc import Callable, Iterator
from typing import Any

from nearhome.privacy.acting import acting_for
from nearhome.tendering.models import Bid, Procurement
from scenes_whole import Whole
from walked import (
    BUYERS,
    COMMISSIONERS,
    HARBOUR,
    KENT_BUYERS,
    MEADOW,
    PORTSMOUTH,
    PROVIDERS,
    Objects,
    everybodys,
    keyed,
)

# Who reads a tender of their authority, who leads it, who bids.
LEADS_TENDER = (
    "new_lot", "start_lot", "change_lot", "remove_lot", "places", "remove_places", "new_band", "change_band", "remove_band",
    "benchmark", "start_criteria", "new_criterion", "change_criterion", "remove_criterion", "publish_engagement", "publish",
    "extend_deadline", "tell_everybody", "answer_clarification", "open_bids", "disqualify",
)  # fmt: skip
READS_TENDER = ("shape", "lot", "criteria", "engagement", "timetable", "clarifications", "bids", "opened_bid")
OF_A_TENDER_OPEN_TO_BIDS = ("opportunity", "ask", "start_bid")
OF_A_BID = (
    "bid", "bid_details", "bid_places", "bid_prices", "bid_check", "bid_receipt", "take_back_bid", "withdraw_bid", "bid_question",
)  # fmt: skip
TENDER_ROLES = {f"tendering:{name}": COMMISSIONERS for name in LEADS_TENDER}
TENDER_ROLES |= {f"tendering:{name}": BUYERS for name in READS_TENDER}
TENDER_ROLES |= {
    f"tendering:{name}": PROVIDERS
    for name in (*OF_A_BID, *OF_A_TENDER_OPEN_TO_BIDS, "opportunities", "profile", "my_bids")
}

TENDER_WORDS = {
    **dict.fromkeys(("ZZBIDWORD", "8686.86", "9393.93"), MEADOW),  # sealed, and prices before quality is locked
    **dict.fromkeys(("ZZOPENEDWORD", "ZZOUTREASON"), KENT_BUYERS | PORTSMOUTH | MEADOW),
    **dict.fromkeys(("ZZTALK", "7171.71"), KENT_BUYERS),
    "ZZASKED": KENT_BUYERS | HARBOUR,
}


def tender_pages(whole: Whole, everyone: set[int]) -> Objects:
    """A tender's pages are its buyers'; as an opportunity it is every provider's."""

    def buyers(row: Any) -> set[int]:
        return {row.lead_id} | {party.organisation_id for party in row.parties.all()}

    rows = everybodys(Procurement, buyers, whole, "lead")
    tenders = keyed(rows)
    names = {f"tendering:{name}": tenders for name in (*LEADS_TENDER, *READS_TENDER)}
    names |= {
        f"tendering:{name}": [({"key": row.key}, everyone) for row, _ in rows] for name in OF_A_TENDER_OPEN_TO_BIDS
    }

    def more(name: str, more_of: Callable[[Any], Iterator[dict[str, Any]]]) -> None:
        found = []
        for row, owners in rows:
            with acting_for(row.lead_id):
                found += [({"key": row.key, **more}, owners) for more in more_of(row)]
        names[f"tendering:{name}"] = found

    for name in ("lot", "change_lot", "remove_lot", "places", "new_band", "benchmark"):
        more(name, lambda row: ({"number": one.number} for one in row.lots.all()))
    for name in ("change_band", "remove_band"):
        more(name, lambda row: ({"number": one.number, "position": 1} for one in row.lots.all()))
    more("remove_places", lambda row: ({"number": one.number, "on": "2028-04-01"} for one in row.lots.all()))
    for name in ("change_criterion", "remove_criterion"):
        more(name, lambda row: ({"pk": one.pk} for one in row.criteria.all()[:2]))
    more("publish_engagement", lambda row: ({"talk_key": one.key} for one in row.engagements.all()))
    more("answer_clarification", lambda row: ({"question_key": one.key} for one in row.clarifications.all()))
    for name in ("opened_bid", "disqualify"):
        more(name, lambda row: ({"bid_key": one.key} for one in row.bids.all()))
    return names


def bid_pages(whole: Whole) -> Objects:
    """A bid's own pages are its provider's."""
    rows = everybodys(Bid, lambda row: {row.provider_id}, whole)
    names = {f"tendering:{name}": keyed(rows) for name in OF_A_BID}
    names["tendering:bid_question"] = [({"key": row.key, "number": 1}, owners) for row, owners in rows]
    return names
