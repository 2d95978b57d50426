"""Two procurements begin and their options are weighed: foster placements with Medway, and a regional block led by West Sussex.

They follow Kent’s decisions 21/00077 and 21/00094. Later stories take them further: `fostering` and `regional` find them.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from nearhome.demo.story.players import KENT, MEDWAY, PORTSMOUTH, SUSSEX, Players
from nearhome.privacy.acting import acting, acting_for
from nearhome.tendering.actions.cases import CaseTerms, begin_procurement
from nearhome.tendering.actions.options import begin_appraisal, complete_appraisal
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
from nearhome.tendering.models import OptionsAppraisal, Procurement

FOSTERING = "Foster placements from agencies, with Medway"
REGIONAL = "Regional homes for children with complex needs"
# The mean of the three years that decision 21/00077 states, for four years; and 15 beds at £4,557 a week for ten years of 365 days.
FOSTERING_PENCE = 4 * (1_125_366_400 + 1_206_941_900 + 1_109_086_800) // 3
REGIONAL_PENCE = 10 * 15 * 455_700 * 365 // 7


@dataclass(frozen=True, slots=True)
class Told:
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
    Told(
        OptionTerms(
            "spot", "Go on buying bed by bed", "Every bed is bought when a child needs it.", "lawful",
            "Lawful where each purchase keeps the rules on competition.", cost_words="About £4,557 a week for a bed in 2021.",
            risk="Beds go to whoever pays more; children are placed far away.",
        ),
        (1, 1, 2, 5), "Kent held 42 of 336 beds in the county in September 2021: no hold on the market.",
        "No leverage on price or place, and children still live far from home.",
    ),
    Told(
        OptionTerms(
            "block", "A block shared by three authorities", "5, 10, then 15 beds in each county that wants them, for ten years.",
            "lawful", "Open competition led by West Sussex; the lead takes legal advice on the partnership agreement.",
            REGIONAL_PENCE, "Kent’s 15 beds at £4,557 a week for ten full years, without ramp or indexation.",
            "Empty beds: other partners are offered them, and the block can be adjusted or ended early.",
        ),
        (5, 5, 3, 3), "Providers showed an appetite in the market test of summer 2021; partners share empty beds.",
        "The only option that brings new homes of the kind that is missing, near where children come from.",
    ),
    Told(
        OptionTerms(
            "regional", "Use a regional framework", "Call off from a framework of many authorities.", "lawful",
            "Lawful if the authorities were named in it.", cost_words="Rate cards about the same as spot.",
            risk="No new homes: the same beds at the same providers.",
        ),
        (2, 2, 3, 4), "Admitted providers sell the beds that are there already.",
        "Makes buying simpler and brings no home that is not there today.",
    ),
)  # fmt: skip


def weigh_fostering(players: Players) -> None:
    """Kent begins with Medway, starts from the example of 21/00077 and completes it."""
    by, began = players.person(KENT, "colin"), players.morning(75)
    terms = CaseTerms(
        name=FOSTERING, kind="foster", buys="framework", instrument="flexible_framework", term_months=48,
        summary="Foster placements from independent agencies for Kent and Medway, after Kent’s decision 21/00077.",
        estimated_value_pence=FOSTERING_PENCE, term_starts_on=_april_after(players.day(270)), lead_weight=5,
    )  # fmt: skip
    with acting(by):
        parties = {players.authorities[MEDWAY].pk: 1}
        made = begin_procurement(terms=terms, parties=parties, by=by, now=began)
        draft = begin_appraisal(procurement=made, example="21-00077", by=by, now=players.morning(74))
        complete_appraisal(appraisal=draft, change=draft.change, by=by, now=players.morning(60, 14))


def weigh_regional(players: Players) -> None:
    """West Sussex begins with Kent and Portsmouth, weighs three options and recommends a block."""
    by = players.person(SUSSEX, "colin")
    terms = CaseTerms(
        name=REGIONAL, kind="childrens_home", buys="block", instrument="block_contract", term_months=120,
        summary="New homes for children of 10 to 16 with complex needs, after Kent’s decision 21/00094: 5, 10, then 15 beds.",
        estimated_value_pence=REGIONAL_PENCE, term_starts_on=_april_after(players.day(180)),
    )  # fmt: skip
    with acting(by):
        parties = {players.authorities[code].pk: 1 for code in (KENT, PORTSMOUTH)}
        made = begin_procurement(terms=terms, parties=parties, by=by, now=players.morning(66))
        draft = begin_appraisal(procurement=made, by=by, now=players.morning(65))
        _write(players, draft)
        draft.refresh_from_db()
        complete_appraisal(appraisal=draft, change=draft.change, by=by, now=players.morning(50, 11))


def _write(players: Players, draft: OptionsAppraisal) -> None:
    by, now = players.person(SUSSEX, "colin"), players.morning(64)

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


def fostering(players: Players) -> Procurement:
    """The procurement of foster placements that Kent leads."""
    return _named(players, KENT, FOSTERING)


def regional(players: Players) -> Procurement:
    """The procurement of a regional block that West Sussex leads."""
    return _named(players, SUSSEX, REGIONAL)


def _named(players: Players, code: str, name: str) -> Procurement:
    lead = players.authorities[code]
    with acting_for(lead.pk):
        return Procurement.objects.select_related("lead").get(lead=lead, name=name)


def _april_after(day: dt.date) -> dt.date:
    """The first 1 April on or after a day."""
    april = dt.date(day.year, 4, 1)
    return april if april >= day else dt.date(day.year + 1, 4, 1)
