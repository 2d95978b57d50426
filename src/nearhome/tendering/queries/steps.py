"""How far a procurement has come, step by step, and the one next thing to do.

Every step has an address that its own pages keep; one that this installation does not have yet is said not to be there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from nearhome.design.wording import date, deadline, plural
from nearhome.people.models import Person
from nearhome.tendering.models import Procurement
from nearhome.tendering.permissions.cases import can_lead
from nearhome.tendering.queries.cases import own_requirement
from nearhome.tendering.queries.standing import Standing
from nearhome.tendering.states import ProcurementState as State

TAKEN = ("approved", "confirmed", "implemented")
DONE, NOT_YET, WAITS = "Completed", "Not started", "Cannot start yet"
TO_DO, GOING_ON = "blue", "teal"
BEGUN_AFTER_PUBLISHING = (State.EVALUATING, State.RECOMMENDED, State.APPROVED, State.CONTRACTED)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the task list. `href` is "" where there is nothing to open; `colour` "" shows the status plain."""

    name: str
    text: str
    status: str
    colour: str = ""
    hint: str = ""
    href: str = ""

    @property
    def is_done(self) -> bool:
        return self.status == DONE


def address_of(name: str, procurement: Procurement | None = None, **query: Any) -> str:
    """The address of a named page, about a procurement; "" while there is no such page."""
    try:
        href = reverse(name, args=[procurement.key] if procurement else None)
    except NoReverseMatch:
        return ""
    return f"{href}?{urlencode(query)}" if query else href


def steps_of(person: Person, standing: Standing) -> list[Step]:
    """Every step in order, as this person sees it."""
    return [
        _requirement(person, standing), _options(standing), _decision(person, standing), _shape(standing),
        _timetable(standing), _questions(standing), _bids(standing), _evaluation(standing), _results(standing),
        _award(standing), _contract(standing), _notices(standing),
    ]  # fmt: skip


def _requirement(person: Person, standing: Standing) -> Step:
    procurement = standing.procurement
    if procurement.requirement_id is None:
        href = address_of("tendering:change", procurement) if _may_change(person, standing) else ""
        return Step("requirement", "Requirement", "None attached", hint="It can be bought without one", href=href)
    row = own_requirement(person, procurement)
    href = reverse("sufficiency:requirement", args=[row.key]) if row else ""
    return Step("requirement", "Requirement", DONE, hint=row.sentence if row else "Kept by the lead", href=href)


def _may_change(person: Person, standing: Standing) -> bool:
    return can_lead(person, standing.procurement) and standing.state == State.PREPARING


def _options(standing: Standing) -> Step:
    href = address_of("tendering:options", standing.procurement)
    done = standing.completed
    if standing.has_draft:
        status, colour = ("Being revised" if done else "In progress"), GOING_ON
    else:
        status, colour = (DONE, "") if done else (NOT_YET, TO_DO)
    hint = f"Version {done.appraisal.number} is complete" if done else ""
    return Step("options", "Options appraisal", status, colour, hint, href)


def _decision(person: Person, standing: Standing) -> Step:
    key = standing.procurement.key
    href = address_of("partnership:decisions", about=key)
    if standing.decisions:
        return _decided(standing.decisions, href)
    if standing.award and standing.award.is_approved:
        hint = f"None is recorded about it. The award itself was approved by {standing.award.decided_by}"
        return Step("decision", "Decision", "The award alone", hint=hint, href=href)
    if standing.procurement.published_at:
        hint = "None is recorded about it. It was named in words when the tender was published"
        return Step("decision", "Decision", "Named in words", hint=hint, href=href)
    if can_lead(person, standing.procurement):
        href = address_of("partnership:new_decision", about=key) or href
    return Step("decision", "Decision", NOT_YET, TO_DO, "Who decides, on what grounds, with which risks", href)


def _decided(decisions: Sequence[Any], href: str) -> Step:
    """Done where one of them was taken; each is named, the newest first."""
    is_done = any(one.state in TAKEN for one in decisions)
    hint = "; ".join(f"{one.reference}: {one.get_state_display()}" for one in decisions)
    return Step("decision", "Decision", DONE if is_done else "In progress", "" if is_done else GOING_ON, hint, href)


def _shape(standing: Standing) -> Step:
    href = address_of("tendering:shape", standing.procurement)
    if standing.procurement.published_at:
        return Step("shape", "Lots and criteria", DONE, "", _lots_words(standing), href)
    if standing.lots or standing.criteria:
        return Step("shape", "Lots and criteria", "In progress", GOING_ON, _lots_words(standing), href)
    return _before_publishing(
        standing, "shape", "Lots and criteria", "What is bought in which parts, and how bids are judged"
    )


def _lots_words(standing: Standing) -> str:
    return f"{plural(standing.lots, 'lot')}, {plural(standing.criteria, 'criterion', 'criteria')}"


def _before_publishing(standing: Standing, name: str, text: str, hint: str = "") -> Step:
    if standing.state != State.PREPARING:
        return Step(name, text, "Not used", hint="Nothing was tendered")
    return Step(name, text, NOT_YET, TO_DO, hint, address_of(f"tendering:{name}", standing.procurement))


def _timetable(standing: Standing) -> Step:
    procurement = standing.procurement
    if procurement.published_at is None:
        return _before_publishing(standing, "timetable", "Timetable and publication")
    hint = f"Published {deadline(procurement.published_at)}, bids until {deadline(procurement.deadline_at)}"
    return Step(
        "timetable", "Timetable and publication", DONE, "", hint, address_of("tendering:timetable", procurement)
    )


def _questions(standing: Standing) -> Step:
    if standing.procurement.published_at is None:
        return _waits("clarifications", "Questions and answers")
    href = address_of("tendering:clarifications", standing.procurement)
    if standing.unanswered:
        words = plural(standing.unanswered, "question waits", "questions wait")
        return Step("clarifications", "Questions and answers", "To answer", TO_DO, words, href)
    status, colour = ("None waits", GOING_ON) if standing.is_open else (DONE, "")
    return Step("clarifications", "Questions and answers", status, colour, "", href)


def _waits(name: str, text: str) -> Step:
    return Step(name, text, WAITS)


def _bids(standing: Standing) -> Step:
    procurement = standing.procurement
    if procurement.published_at is None:
        return _waits("bids", "Bids")
    href = address_of("tendering:bids", procurement)
    if standing.is_open:
        return Step(
            "bids", "Bids", "Sealed", GOING_ON, f"Nobody opens them before {deadline(procurement.deadline_at)}", href
        )
    return Step("bids", "Bids", DONE, "", plural(standing.bids, "bid"), href)


def _evaluation(standing: Standing) -> Step:
    if standing.procurement.published_at is None or standing.is_open:
        return _waits("evaluation", "Evaluation")
    href = address_of("tendering:evaluation", standing.procurement)
    if standing.lots and standing.locked == standing.lots:
        return Step("evaluation", "Evaluation", DONE, "", "Quality of every lot is locked", href)
    hint = f"Quality of {standing.locked} of {plural(standing.lots, 'lot')} is locked"
    if standing.state == State.ABANDONED:
        return Step("evaluation", "Evaluation", "Stopped", "", hint, href)
    return Step("evaluation", "Evaluation", "In progress" if standing.locked else NOT_YET, TO_DO, hint, href)


def _results(standing: Standing) -> Step:
    if not standing.locked:
        return _waits("results", "Results")
    href = address_of("tendering:results", standing.procurement)
    is_done = standing.award is not None and not standing.award.is_direct
    hint = "The ranking, and what would change it"
    return Step("results", "Results", DONE if is_done else "To look at", "" if is_done else TO_DO, hint, href)


def _award(standing: Standing) -> Step:
    award, href = standing.award, address_of("tendering:award", standing.procurement)
    if award is None:
        if not standing.locked:
            return _waits("award", "Award")
        return Step("award", "Award", NOT_YET, TO_DO, "Recommend whom to award, or nobody", href)
    if award.is_approved is None:
        return Step("award", "Award", "Waits for approval", TO_DO, f"Recommended by {award.recommended_by}", href)
    if not award.is_approved:
        return Step("award", "Award", "Sent back", TO_DO, f"By {award.decided_by}", href)
    return Step("award", "Award", DONE, "", f"Approved by {award.decided_by}", href)


def _contract(standing: Standing) -> Step:
    href = address_of("tendering:award", standing.procurement)
    if standing.state == State.CONTRACTED:
        return Step("contract", "Contract", DONE, "", "", href)
    if standing.state != State.APPROVED:
        return _waits("contract", "Contract")
    ends = standing.award.standstill_ends_on if standing.award else None
    return Step("contract", "Contract", "To make", TO_DO, f"Not before the end of {date(ends)}" if ends else "", href)


def _notices(standing: Standing) -> Step:
    href = address_of("tendering:notices", standing.procurement)
    if not href:
        return _waits("notices", "Notices")
    return Step(
        "notices", "Notices", "See what is due", GOING_ON, "Which are due by when, and which are not needed", href
    )


# The one thing to do next, by state: the first of these steps that is not done.
_WAY: dict[State, tuple[str, ...]] = {
    State.PREPARING: ("options", "decision", "shape", "timetable"),
    State.PUBLISHED: ("clarifications", "evaluation", "bids"),
    State.EVALUATING: ("evaluation", "results", "award"),
    State.RECOMMENDED: ("award",),
    State.APPROVED: ("contract",),
    State.CONTRACTED: ("notices",),
    State.ABANDONED: ("notices",),
}
_DO = {
    "options": "Weigh the options", "decision": "Record the decision", "shape": "Shape the lots and criteria",
    "timetable": "Set the timetable and publish", "clarifications": "Answer questions", "bids": "See who may bid",
    "evaluation": "Evaluate the bids", "results": "Look at the results", "award": "Recommend an award",
    "contract": "Make the contract", "notices": "See which notices are due",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NextThing:
    """What to do next in words; `href` is "" while there is nothing to press."""

    words: str
    href: str = ""
    why: str = ""


def next_thing(person: Person, standing: Standing) -> NextThing:
    """The one next thing to do in this procurement."""
    steps = {one.name: one for one in steps_of(person, standing)}
    way = [steps[name] for name in _WAY[standing.state]]
    chosen = next((one for one in way if not one.is_done and one.status not in (WAITS, "None waits")), way[-1])
    if standing.is_open and not standing.unanswered:
        return NextThing("Bids are coming in", chosen.href, chosen.hint)
    words = _words_for(person, standing, chosen)
    if not chosen.href:
        return NextThing(words, "", "This installation has no page for it yet.")
    return NextThing(words, chosen.href, chosen.hint)


def _words_for(person: Person, standing: Standing, chosen: Step) -> str:
    """What to do, or who has to do it where it is not for this person."""
    if chosen.status == "Waits for approval":
        return "Decide on the award"
    words = _DO[chosen.name]
    if can_lead(person, standing.procurement):
        return words
    return f"Waits for {standing.procurement.lead}: {words[0].lower()}{words[1:]}"


def other_ways(person: Person, standing: Standing) -> list[tuple[str, str]]:
    """(words, address) of ways out of the usual order that this person may take."""
    if not can_lead(person, standing.procurement) or standing.state in (State.CONTRACTED, State.ABANDONED):
        return []
    ways = [("Abandon this procurement", "tendering:abandon")]
    if standing.state == State.PREPARING:
        ways.insert(0, ("Award directly, without competition, on a ground", "tendering:direct_award"))
    found = [(words, address_of(name, standing.procurement)) for words, name in ways]
    return [(words, href) for words, href in found if href]
