"""Decision 21/00077 as one story: five options, two months more of the old framework, and a new one open for bids now."""

import datetime as dt
from decimal import Decimal

from nearhome.demo.notices import publish_made_up_notices
from nearhome.demo.story import buying_judging, deciding
from nearhome.demo.story.buying_steps import (
    Offer,
    Tender,
    answer,
    april_after,
    ask,
    at,
    begin_bid,
    bidders,
    on_day,
    published,
    shaped,
    submit,
)
from nearhome.demo.story.players import KENT, MEDWAY, Players
from nearhome.procurement.actions import admit_supplier, make_framework, set_rate_line
from nearhome.procurement.actions.frameworks import FrameworkTerms
from nearhome.tendering.actions.awarding_directly import DirectReasons, extend_directly
from nearhome.tendering.actions.cases import CaseTerms, begin_procurement
from nearhome.tendering.actions.contracting import make_contracts
from nearhome.tendering.actions.engaging import Talk
from nearhome.tendering.actions.options import begin_appraisal, complete_appraisal
from nearhome.tendering.actions.shaping import BandTerms, LotTerms, save_band, save_lot, set_benchmark, set_places
from nearhome.tendering.models import Procurement

NAME = "Foster placements from agencies, with Medway (after 21/00077)"
TWO_MONTHS = "Two months more of the made-up fostering framework of 2018 (after 21/00077)"
# The mean of the three years that decision 21/00077 states, for four years.
PENCE = 4 * (1_125_366_400 + 1_206_941_900 + 1_109_086_800) // 3
# 59 days of the spend that decision 21/00077 prints for 2020/21, £11.09m a year.
TWO_MONTHS_PENCE = 179_263_014
DECISION = deciding.Told(
    "MADEUP/00077", "External fostering: a new framework with Medway (made up, after 21/00077)", "kent-21-00077",
    {"data_protection_needed": False, "data_protection_words": "Nothing about children is shared anew."},
)  # fmt: skip
BEGUN, WEIGHED, PROPOSED, WORK = 160, 140, 138, 32
# Lot, places in all, and pence a week of each band: under 5, 5 to 10, 11 to 17; then a parent with a child.
LOTS = (("Kent", KENT, 60), ("Medway", MEDWAY, 20))
BANDS = (
    ("Under 5", "standard", 0, 5), ("5 to 10", "standard", 5, 11), ("11 to 17", "standard", 11, 18),
    ("Complex needs, any age", "complex", 0, 18),
)  # fmt: skip
SPOT_PENCE = 102_500
OFFER = Offer(6, (88_000, 91_500, 95_000, 128_000))


def two_months_more(players: Players) -> None:
    """The framework that ends on 31 January 2022 goes on to 31 March, on its true dates and under the law of its day."""
    colin, now = players.person(KENT, "colin"), dt.datetime(2021, 11, 1, 10, 0, tzinfo=dt.UTC)
    began, ended = dt.date(2018, 2, 1), dt.date(2022, 2, 1)
    with at(colin, now):
        medway = players.authorities[MEDWAY]
        framework = make_framework(
            name="Made-up fostering framework of 2018", kind="foster", parties=[medway], starts_on=began, ends_before=ended,
            terms=FrameworkTerms(regime="PCR2015", form="pcr_framework", reference="21/00077"), by=colin, now=now,
        )  # fmt: skip
        for registration in bidders(colin, "fostering_agency", 2):
            supplier = admit_supplier(framework=framework, registration=registration, tier=1, by=colin, now=now)
            set_rate_line(supplier=supplier, weekly_price_pence=88_000, starts_on=began, by=colin, now=now)
        terms = CaseTerms(
            name=TWO_MONTHS, kind="foster", buys="framework", instrument="closed_framework", regime="PCR2015",
            summary="A short contract on the existing terms, so that the next framework begins with the financial year.",
            estimated_value_pence=TWO_MONTHS_PENCE, term_starts_on=ended, term_months=2,
        )  # fmt: skip
        case = begin_procurement(terms=terms, parties={medway.pk: 1}, by=colin, now=now)
        reasons = DirectReasons(
            "pcr_existing_terms",
            "The framework ends on 31 January 2022. Two months on the existing terms let the next one begin with the"
            " financial year, which helps reporting and the budget. Decision 21/00077 names no regulation.",
            "Lena Madeup-Lawyer", TWO_MONTHS_PENCE,
            "Four years end on 31 January 2022, two months before the next framework can begin. Without the two months"
            " children who live with foster carers now would be bought for outside any agreement.",
        )  # fmt: skip
        award = extend_directly(
            procurement=case, reasons=reasons, framework_key=framework.key, months=2, by=colin, now=now
        )
    day = dt.timedelta(days=1)
    buying_judging.approved(award, players.person(KENT, "desmond"), now + day)
    made = now + 2 * day
    with at(colin, made):
        make_contracts(award=award, contracted_on=made.date(), by=colin, now=made)
    with at(colin, later := made + 100 * day):
        publish_made_up_notices(Procurement.objects.get(pk=case.pk), by=colin, now=later)


def new_framework(players: Players) -> None:
    """Five options weighed, the decision taken and carried out, the tender open: a bid, two drafts, and questions."""
    procurement = _weighed(players)
    decision = deciding.taken(players, deciding.proposed(players, DECISION, procurement.key, players.morning(PROPOSED)))
    colin = players.person(KENT, "colin")
    talk = Talk(
        players.day(-WORK),
        "event",
        "Nine made-up agencies",
        "They want to go on with a framework, not with a block.",
        True,
    )
    tender = shaped(procurement, colin, players.day(-WORK), "quality_60", talk)
    _lots(players, tender)
    kent, medway = published(tender, f"{DECISION.reference}, taken by {decision.decided_by}; call-in is over")
    deciding.carried_out(players, decision, "The tender is published.", tender.on("published", 12))
    first, second, third = bidders(colin, "fostering_agency", 3)
    opened = tender.on("published", 14)
    ask(players, kent, second, "May an agency bid for both lots with the same carers?", opened)
    answer(
        colin, procurement, "Yes. Say in each bid how many carers live in that area.", opened + dt.timedelta(hours=2)
    )
    submit(players, kent, first, OFFER, opened + dt.timedelta(hours=3))
    begin_bid(players, kent, second, opened + dt.timedelta(hours=4))
    begin_bid(players, medway, third, opened + dt.timedelta(hours=5))
    ask(players, medway, third, "Is transport to school part of the weekly price?", opened + dt.timedelta(hours=6))


def _weighed(players: Players) -> Procurement:
    """Kent begins with Medway, starts from the example of 21/00077 and completes it."""
    by, began, weighed = players.person(KENT, "colin"), players.morning(BEGUN), players.morning(WEIGHED, 14)
    terms = CaseTerms(
        name=NAME, kind="foster", buys="framework", instrument="flexible_framework", term_months=48,
        summary="Foster placements from independent agencies for Kent and Medway, after Kent’s decision 21/00077. (Made up)",
        estimated_value_pence=PENCE, term_starts_on=april_after(players.day(100)), lead_weight=5,
    )  # fmt: skip
    with at(by, began):
        parties = {players.authorities[MEDWAY].pk: 1}
        made = begin_procurement(terms=terms, parties=parties, by=by, now=began)
        draft = begin_appraisal(procurement=made, example="21-00077", by=by, now=began)
    with at(by, weighed):
        complete_appraisal(appraisal=draft, change=draft.change, by=by, now=weighed)
    return made


def _lots(players: Players, tender: Tender) -> None:
    """One lot for each area; prices by age and for complex needs."""
    lead, procurement, now = tender.lead, tender.procurement, on_day(tender.days["engaged"])
    assert procurement.term_starts_on
    with at(lead, now):
        for name, code, places in LOTS:
            terms = LotTerms(
                f"Foster placements in {name}", "Children of any age, one at a time or brothers and sisters together.",
                "Near the child’s school", players.authorities[code], most_places=places,
            )  # fmt: skip
            lot = save_lot(procurement=procurement, terms=terms, by=lead, now=now)
            set_places(lot=lot, by_on=procurement.term_starts_on, in_all=places, by=lead, now=now)
            for label, category, low, high in BANDS:
                weeks = Decimal(52 * places // len(BANDS))
                band = BandTerms(label, category, low, high, weeks)
                save_band(lot=lot, terms=band, by=lead, now=now)
            source = "Made-up mean of foster placements bought singly"
            set_benchmark(lot=lot, spot_weekly_pence=SPOT_PENCE, source=source, by=lead, now=now)
