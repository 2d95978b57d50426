"""Decision 21/00094 as one story: West Sussex leads, Kent and Portsmouth buy with it, from options to a block of 15 beds.

The days are those of its timetable, so that the contract is made a month before the stories end.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from nearhome.demo import block_terms
from nearhome.demo.story import buying_judging, deciding
from nearhome.demo.story.buying_steps import (
    Offer,
    Tender,
    answer,
    april_after,
    ask,
    at,
    bidders,
    foster_lot_beside,
    lot_from_example,
    offers_by_home,
    open_bids,
    published,
    shaped,
    submit,
    withdraw,
)
from nearhome.demo.story.players import KENT, PORTSMOUTH, SUSSEX, Players
from nearhome.tendering.actions.cases import CaseTerms, begin_procurement
from nearhome.tendering.actions.engaging import Talk
from nearhome.tendering.actions.options import begin_appraisal, complete_appraisal
from nearhome.tendering.actions.recommending import Recommendation
from nearhome.tendering.actions.weighing import (
    CriterionTerms,
    OptionTerms,
    ask_question,
    recommend_option,
    remove_option,
    save_option,
    save_scores,
    set_criteria,
)
from nearhome.tendering.models import Award, Lot, OptionsAppraisal, Procurement
from nearhome.tendering.queries.proposing import LotChoice

NAME = "Regional homes for children with complex needs (after 21/00094)"
SUMMARY = (
    "New homes for children of 10 to 16 with complex needs, close to where they grew up, from which a child can step across"
    " to foster care and back. Five beds within a year, ten within 18 months, fifteen within two years. (Made up)"
)
# 15 beds at £4,557 a week for ten years of 365 days.
PENCE = 10 * 15 * 455_700 * 365 // 7
DECISION = deciding.Told(
    "MADEUP/00094", "Regional residential block: take part (made up, after 21/00094)", "kent-21-00094", {}
)
# Begun, weighed, proposed and the timetable begun so many days ago; contract and call-in follow from the calendar.
BEGUN, WEIGHED, PROPOSED, WORK = 250, 235, 232, 180
BEDS, MONTHS = 15, 120
BEDS_BY_MONTH = ((12, 5), (18, 10), (24, 15))
NO_FOSTER_BID = (
    "No agency bid for a fixed number of households. Foster care is called off from the framework. (Made up)"
)
SPOT = (455_700, "Average residential cost in decision 21/00094, 2021 prices")
OFFERS = (
    Offer(15, (441_000,), ((4, 4, 3, 3), (4, 3, 4, 3), (4, 4, 4, 3))),
    Offer(10, (447_500,), ((4, 3, 3, 3), (3, 4, 3, 2), (3, 3, 3, 3))),
    Offer(6, (439_000,), ((3, 2, 3, 2), (3, 3, 2, 2), (3, 3, 2, 2))),
)


@dataclass(frozen=True, slots=True)
class Weighed:
    """One option of the regional appraisal: its terms, points by criterion, evidence for all of them, and the reason."""

    terms: OptionTerms
    points: tuple[int, ...]
    evidence: str
    reason: str


CRITERIA = (
    CriterionTerms(
        "Homes near the child", Decimal(35), "Are there more homes in the county, close to schools and family?"
    ),
    CriterionTerms("Fit for complex needs", Decimal(30), "Can a child step across between a home and a family?"),
    CriterionTerms("Price against spot", Decimal(20), "At most what spot placements cost, and up to a tenth less."),
    CriterionTerms("Use of what is paid for", Decimal(15), "Are empty beds avoided, or shared between partners?"),
)
OPTIONS = (
    Weighed(
        OptionTerms(
            "spot", "Go on buying bed by bed", "Every bed is bought when a child needs it.", "lawful",
            "Lawful where each purchase keeps the rules on competition.", cost_words="About £4,557 a week for a bed in 2021.",
            risk="Beds go to whoever pays more; children are placed far away.",
        ),
        (1, 1, 2, 5), "Kent held 42 of 336 beds in the county in September 2021: no hold on the market.",
        "No leverage on price or place, and children still live far from home.",
    ),
    Weighed(
        OptionTerms(
            "block", "A block shared by three authorities", "5, 10, then 15 beds in each county that wants them, for ten years.",
            "lawful", "Open competition led by West Sussex; the lead takes legal advice on the partnership agreement.",
            PENCE, "Kent’s 15 beds at £4,557 a week for ten full years, without ramp or indexation.",
            "Empty beds: other partners are offered them, and the block can be adjusted or ended early.",
        ),
        (5, 5, 3, 3), "Providers showed an appetite in the market test of summer 2021; partners share empty beds.",
        "The only option that brings new homes of the kind that is missing, near where children come from.",
    ),
    Weighed(
        OptionTerms(
            "regional", "Use a regional framework", "Call off from a framework of many authorities.", "lawful",
            "Lawful if the authorities were named in it.", cost_words="Rate cards about the same as spot.",
            risk="No new homes: the same beds at the same providers.",
        ),
        (2, 2, 3, 4), "Admitted providers sell the beds that are there already.",
        "Makes buying simpler and brings no home that is not there today.",
    ),
)  # fmt: skip


def regional_block(players: Players) -> None:
    """From the options to the block, its beds, its letters and its notices."""
    procurement = _weighed(players)
    tender, lot = _tendered(players, procurement)
    offers = _bid_for(players, tender, lot)
    award = _awarded(players, tender, offers)
    _agree_terms(players, award, tender.on("contract", 14))


def _tendered(players: Players, procurement: Procurement) -> tuple[Tender, Lot]:
    """Kent decides to take part; once its call-in is over, the tender for the beds in Kent is published."""
    decision = deciding.taken(players, deciding.proposed(players, DECISION, procurement.key, players.morning(PROPOSED)))
    talk = Talk(
        players.day(-WORK), "event", "Eleven made-up providers",
        "Most need 12 to 18 months to open a home; all want to know who pays before it is registered.", True,
    )  # fmt: skip
    lead = players.person(SUSSEX, "colin")
    tender = shaped(procurement, lead, players.day(-WORK), "quality_60", talk)
    lot_from_example(tender, players.authorities[KENT])
    foster_lot_beside(tender, players.authorities[KENT])
    lot, _ = published(tender, f"{DECISION.reference}, taken by {decision.decided_by}; call-in is over")
    deciding.carried_out(players, decision, "Kent takes part; the tender is published.", tender.on("published", 12))
    return tender, lot


def _bid_for(players: Players, tender: Tender, lot: Lot) -> dict[int, Offer]:
    """A question is answered; three bid and a fourth withdraws in time; after the deadline the bids are opened."""
    homes = bidders(tender.lead, "childrens_home", len(OFFERS) + 1, KENT)
    during = tender.on("questions_until") - dt.timedelta(days=3)
    ask(players, lot, homes[0], "May a home be offered that is registered only after the contract is made?", during)
    words = "Yes, if it is registered before its first place is to be open. Payment begins when it can take children."
    answer(tender.lead, tender.procurement, words, tender.on("answered_by"))
    offers = offers_by_home(homes, OFFERS)
    for hour, home in enumerate(homes[: len(OFFERS)], start=9):
        submit(players, lot, home, offers[home.pk], tender.on("deadline", hour) - dt.timedelta(days=1))
    late = submit(players, lot, homes[-1], Offer(4, (462_000,)), during)
    withdraw(players, late, tender.on("answered_by", 12))
    open_bids(tender)
    return offers


def _awarded(players: Players, tender: Tender, offers: dict[int, Offer]) -> Award:
    """A panel of two authorities ranks the bids; the cabinet member approves; the contract follows the standstill."""
    kent, conflicted = players.person(KENT, "colin"), players.person(PORTSMOUTH, "colin")
    panel = buying_judging.Panel(tender.lead, (kent, players.person(SUSSEX, "april")), conflicted)
    buying_judging.judged(tender, panel, offers)
    starts_on = tender.procurement.term_starts_on
    assert starts_on
    why = "Best for quality by far, and cheaper than beds bought singly. With all places it is £3.449m a year."
    lots = (LotChoice(1, is_awarded=True, places=BEDS), LotChoice(2, False, "no_suitable_bid", NO_FOSTER_BID))
    wanted = Recommendation(lots, starts_on, MONTHS, why)
    award = buying_judging.recommended(tender, wanted)
    buying_judging.approved(award, players.cabinet_member(SUSSEX), tender.on("approved"))
    return buying_judging.contracted(tender, award)


def _weighed(players: Players) -> Procurement:
    """West Sussex begins with Kent and Portsmouth, weighs three options and recommends a block."""
    by, began = players.person(SUSSEX, "colin"), players.morning(BEGUN)
    terms = CaseTerms(
        name=NAME, kind="childrens_home", buys="block", instrument="block_contract", term_months=MONTHS, summary=SUMMARY,
        estimated_value_pence=PENCE, term_starts_on=april_after(players.today), lead_weight=3,
    )  # fmt: skip
    with at(by, began):
        parties = {players.authorities[code].pk: weight for code, weight in ((KENT, 5), (PORTSMOUTH, 1))}
        made = begin_procurement(terms=terms, parties=parties, by=by, now=began)
        draft = begin_appraisal(procurement=made, by=by, now=began)
        _write(players, draft)
        draft.refresh_from_db()
    with at(by, players.morning(WEIGHED)):
        complete_appraisal(appraisal=draft, change=draft.change, by=by, now=players.morning(WEIGHED))
    return made


def _write(players: Players, draft: OptionsAppraisal) -> None:
    by, now = players.person(SUSSEX, "colin"), players.morning(BEGUN - 2)

    def change() -> int:
        draft.refresh_from_db()
        return draft.change

    question = "How should beds for children with complex needs be bought?"
    ask_question(appraisal=draft, question=question, change=change(), by=by, now=now)
    first = draft.options.get()
    set_criteria(appraisal=draft, criteria=CRITERIA, change=change(), by=by, now=now)
    numbers = list(draft.criteria.values_list("pk", flat=True))
    remove_option(appraisal=draft, key=first.key, change=change(), by=by, now=now)
    made = [save_option(appraisal=draft, terms=one.terms, change=change(), by=by, now=now) for one in OPTIONS]
    for option, told in zip(made, OPTIONS, strict=True):
        scores = {number: (points, told.evidence) for number, points in zip(numbers, told.points, strict=True)}
        save_scores(appraisal=draft, key=option.key, scores=scores, change=change(), by=by, now=now)
    reasons = {option.key: told.reason for option, told in zip(made, OPTIONS, strict=True)}
    recommend_option(appraisal=draft, key=made[1].key, reasons=reasons, change=change(), by=by, now=now)


def _agree_terms(players: Players, award: Award, now: dt.datetime) -> None:
    """The block’s beds as they open, its breaks and rises, first calls, and what a bed costs bought singly."""
    lead = players.person(SUSSEX, "colin")
    with at(lead, now):
        block = award.lines.select_related("block").get().block
        assert block is not None
        first_calls = {players.authorities[code]: beds for code, beds in ((KENT, 3), (SUSSEX, 1), (PORTSMOUTH, 1))}
        block_terms.agree(
            block.name, lead, BEDS_BY_MONTH, first_calls, now, reference=f"MADE-UP-{award.procurement.ref}", spot=SPOT
        )
