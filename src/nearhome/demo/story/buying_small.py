"""Small third cases, made up, for the states that the two decisions have passed: prepared, evaluated, waiting for approval."""

import datetime as dt
from collections.abc import Mapping, Sequence

from nearhome.demo.story import buying_judging, deciding
from nearhome.demo.story.buying_steps import (
    Offer,
    Tender,
    april_after,
    at,
    bidders,
    lot_from_example,
    offers_by_home,
    on_day,
    open_bids,
    published,
    shaped,
    submit,
)
from nearhome.demo.story.players import KENT, PORTSMOUTH, SUSSEX, Players
from nearhome.sufficiency.models import Requirement
from nearhome.tendering.actions.cases import CaseTerms, begin_procurement
from nearhome.tendering.actions.engaging import Talk
from nearhome.tendering.actions.options import begin_appraisal
from nearhome.tendering.actions.recommending import Recommendation
from nearhome.tendering.actions.shaping import start_lot_from_requirement
from nearhome.tendering.queries.proposing import LotChoice

TO_APPROVE = "Made-up third case: four places, award to be approved"
EVALUATED = "Made-up third case: places in two counties, bids being evaluated"
PREPARED = "Made-up third case: places Kent requires, being prepared"
TERM_MONTHS = 48
PLACES = 4  # of each lot
# Two bidders share the places of the first case; the last bidder of the second asks far less than the others.
TO_APPROVE_OFFERS = (
    Offer(3, (441_000,), ((4, 4), (4, 3), (4, 4))),
    Offer(3, (447_500,), ((3, 4), (4, 3), (4, 3))),
    Offer(2, (452_000,), ((3, 2), (3, 3), (3, 3))),
)
EVALUATED_OFFERS = (
    Offer(3, (442_500,), ((4, 3), (4, 4), (4, 4))),
    Offer(2, (449_000,), ((4, 4), (3, 4), (4, 4))),
    Offer(3, (312_000,), ((3, 3), (3, 2), (3, 3))),
)
VALUE_PENCE = 900_000_000
OPTIONS = (
    {"name": "Tender for the places", "description": "Bids for places in the county, held against the price of spot.",
     "reason": "New places near the children’s homes.", "recommended": True},
    {"name": "Go on buying singly", "description": "A bed when a child needs it.",
     "reason": "The places that are missing do not come of it.", "recommended": False},
)  # fmt: skip
DECISION = deciding.Told(
    "MADEUP/00101", "Places that Kent requires: a tender (made up)", "",
    {
        "proposed": ["Tender for the children’s homes places that the saved requirement asks for."],
        "reasons": "The forecast shows more children of 10 to 16 than places open to them in the county. (Made up)",
        "value_pence": VALUE_PENCE, "all_divisions": True, "decider": "Cabinet Member for Integrated Children’s Services",
        "financial": "No dearer than bought singly. (Made up)", "legal": "The sufficiency duty. (Made up)",
        "equality": "none", "equality_words": "Screened: no adverse impact. (Made up)", "data_protection_needed": False,
        "data_protection_words": "Nothing about children is shared anew.",
    },
    OPTIONS,
    ({"risk": "No bid is affordable.", "mitigation": "The right not to award is kept.", "owner": "Commissioning lead",
      "likelihood": 3, "impact": 3},),
)  # fmt: skip


def award_to_approve(players: Players) -> None:
    """Kent’s award of four places to two bidders waits for the director."""
    tender = _begun(players, TO_APPROVE, 112, {PORTSMOUTH: 1})
    offers = _bids(players, tender, {KENT: TO_APPROVE_OFFERS})
    members = (players.person(KENT, "april"), players.person(PORTSMOUTH, "colin"))
    panel = buying_judging.Panel(tender.lead, members, players.person(PORTSMOUTH, "april"))
    buying_judging.judged(tender, panel, offers)
    words = "Both suppliers passed every question; the second fills what the first leaves. Cheaper than bought singly."
    choices = (LotChoice(1, is_awarded=True, places=4),)
    assert tender.procurement.term_starts_on
    wanted = Recommendation(choices, tender.procurement.term_starts_on, TERM_MONTHS, words)
    buying_judging.recommended(tender, wanted)


def being_evaluated(players: Players) -> None:
    """Lot 1 is ranked, with a low price asked about and letters drafted; in lot 2 one member has not finished scoring."""
    tender = _begun(players, EVALUATED, 112, {SUSSEX: 1, PORTSMOUTH: 1})
    offers = _bids(players, tender, {KENT: EVALUATED_OFFERS, SUSSEX: EVALUATED_OFFERS[:2]})
    members = (players.person(KENT, "april"), players.person(SUSSEX, "colin"))
    panel = buying_judging.Panel(tender.lead, members, players.person(PORTSMOUTH, "colin"))
    buying_judging.seat(tender, panel)
    with at(tender.lead, tender.on("evaluated")):
        first, second = tender.procurement.lots.select_related("procurement").order_by("number")
    for which, member in enumerate(members):
        buying_judging.score(first, member, which, offers, tender.on("evaluated"))
    buying_judging.moderate(tender, first, panel, offers)
    buying_judging.letters(tender)
    buying_judging.score(second, members[1], 1, offers, tender.on("evaluated", 12))
    buying_judging.score(second, members[0], 0, offers, tender.on("evaluated", 13), most=1)


def being_prepared(players: Players) -> None:
    """Kent’s saved requirement has become a lot; the appraisal is begun, and a decision waits for the cabinet member."""
    colin, now = players.person(KENT, "colin"), players.morning(33)
    with at(colin, now):
        requirement = Requirement.objects.filter(authority=colin.organisation, kind="childrens_home").first()
        terms = _terms(PREPARED, players, requirement.pk if requirement else None)
        made = begin_procurement(terms=terms, parties={}, by=colin, now=now)
        if requirement:
            start_lot_from_requirement(procurement=made, by=colin, now=now)
        begin_appraisal(procurement=made, by=colin, now=now)
    deciding.proposed(players, DECISION, made.key, players.morning(31))


def _begun(players: Players, name: str, days_ago: int, partners: Mapping[str, int]) -> Tender:
    """Kent begins and writes down how it will judge; two questions are enough for a small case."""
    colin, starts_on = players.person(KENT, "colin"), players.day(-days_ago)
    now = on_day(starts_on, 9)
    with at(colin, now):
        parties = {players.authorities[code].pk: weight for code, weight in partners.items()}
        made = begin_procurement(terms=_terms(name, players), parties=parties, by=colin, now=now)
    talk = Talk(starts_on, "survey", "Five made-up providers", "They have beds now, and more in a year.", True)
    return shaped(made, colin, starts_on, "quality_70", talk)


def _bids(players: Players, tender: Tender, by_area: Mapping[str, Sequence[Offer]]) -> dict[int, Offer]:
    """A lot for each area, its bids a day before the deadline, and all of them opened."""
    for code in by_area:
        lot_from_example(tender, players.authorities[code], PLACES)
    lots = published(tender, "A decision of the made-up director, within the scheme of delegation")
    found: dict[int, Offer] = {}
    for lot, (code, offers) in zip(lots, by_area.items(), strict=True):
        homes = bidders(tender.lead, "childrens_home", len(offers), code)
        found |= offers_by_home(homes, offers)
        for home in homes:
            submit(players, lot, home, found[home.pk], tender.on("deadline") - dt.timedelta(days=1))
    open_bids(tender)
    return found


def _terms(name: str, players: Players, requirement_id: int | None = None) -> CaseTerms:
    return CaseTerms(
        name=name, kind="childrens_home", buys="block", instrument="block_contract", term_months=TERM_MONTHS,
        summary="Made-up homes for children of 10 to 16, near their schools.", estimated_value_pence=VALUE_PENCE,
        term_starts_on=april_after(players.today), lead_weight=5, requirement_id=requirement_id,
    )  # fmt: skip
