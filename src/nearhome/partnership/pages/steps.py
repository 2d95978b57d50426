"""What can be done next with a decision, by whom, in words."""

from datetime import date
from typing import Any

from nearhome.design.wording import date as in_words
from nearhome.partnership.permissions import can_call_in, can_write, why_cannot_decide
from nearhome.partnership.queries.decisions import missing_from
from nearhome.partnership.states import DecisionState

# slug, words on the button
_BY_WRITER = {
    DecisionState.DRAFT: (("notice", "Publish the notice"), ("withdraw", "Withdraw it")),
    DecisionState.PROPOSED: (("take-back", "Take it back to draft"), ("withdraw", "Withdraw it")),
    DecisionState.APPROVED: (("carry-out", "Record that it was carried out"),),
    DecisionState.CONFIRMED: (("carry-out", "Record that it was carried out"),),
}


def steps_for(decision: Any, person: Any, today: date) -> list[tuple[str, str]]:
    """(slug, words) of the steps this person may take now, the first one first."""
    state, steps = DecisionState(decision.state), []
    may_decide = not decision.not_before_on or decision.is_urgent or today >= decision.not_before_on
    if state == DecisionState.PROPOSED and may_decide and not why_cannot_decide(person, decision):
        steps.append(("decide", "Take the decision"))
    if can_write(person, decision):
        steps += [one for one in _BY_WRITER.get(state, ()) if _is_open(one[0], decision, today)]
    if can_call_in(person, decision):
        steps += _call_in_steps(state, decision, today)
    return steps


def _is_open(slug: str, decision: Any, today: date) -> bool:
    if slug == "notice":
        return not missing_from(decision)
    return slug != "carry-out" or not decision.call_in_until or today > decision.call_in_until


def _call_in_steps(state: DecisionState, decision: Any, today: date) -> list[tuple[str, str]]:
    if state == DecisionState.APPROVED and decision.call_in_until and today <= decision.call_in_until:
        return [("call-in", "Record a call-in")]
    return [("after-call-in", "Record what came of the call-in")] if state == DecisionState.CALLED_IN else []


def what_next(decision: Any, person: Any, today: date) -> str:
    """One sentence: what the decision waits for."""
    state = DecisionState(decision.state)
    if state == DecisionState.DRAFT:
        return (
            "Write the parts that are missing."
            if missing_from(decision)
            else "Every part is written. Publish its notice."
        )
    if state == DecisionState.PROPOSED:
        return _while_proposed(decision, person, today)
    if state == DecisionState.APPROVED:
        until = decision.call_in_until
        if until and today <= until:
            return f"It may be called in until {in_words(until)}. It may be carried out the day after."
        return "Its call-in is over: it may be carried out."
    return {
        DecisionState.CALLED_IN: "It was called in. Record what came of that; until then it is not carried out.",
        DecisionState.CONFIRMED: "It was confirmed after its call-in, and may be carried out once its days of call-in are over.",
        DecisionState.REFUSED: "It was refused. Nothing follows from it.",
        DecisionState.WITHDRAWN: "It was withdrawn. Nothing follows from it.",
        DecisionState.IMPLEMENTED: f"It was carried out on {in_words(decision.implemented_on)}.",
    }[state]


def _while_proposed(decision: Any, person: Any, today: date) -> str:
    if not decision.is_urgent and decision.not_before_on and today < decision.not_before_on:
        return f"Its notice stands. It may be decided on {in_words(decision.not_before_on)} or later."
    why = why_cannot_decide(person, decision)
    return f"It waits for its decision. {why}" if why else "It waits for your decision."
