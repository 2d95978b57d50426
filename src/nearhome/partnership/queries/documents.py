"""A decision as it is shown and published: its facts in words, how it moved, the document."""

from typing import Any

from nearhome.design.wording import date as in_words
from nearhome.design.wording import money, plural
from nearhome.partnership.calculations.key_decisions import KeyRules
from nearhome.partnership.models import DecisionRecord
from nearhome.partnership.queries.decisions import key_reasons, risk_lines
from nearhome.partnership.states import WORDS, DecisionState


def moves_shown(decision: DecisionRecord) -> list[dict[str, Any]]:
    """How it moved, newest first, and that it was begun."""
    moves = sorted(decision.moves.all(), key=lambda one: (one.at, one.pk), reverse=True)
    entries = [
        {"what": WORDS[DecisionState(one.to_state)], "at": one.at, "who": one.by_name, "why": one.why} for one in moves
    ]
    return [*entries, {"what": "Begun", "at": decision.made_at, "who": str(decision.made_by), "why": ""}]


def scope_in_words(decision: DecisionRecord, rules: KeyRules) -> list[tuple[str, str]]:
    """What it is worth, whom it affects, whether it is key, by whom and when it is decided."""
    is_fixed = decision.notice_on is not None
    is_key = decision.is_key if is_fixed else None
    reasons = decision.key_reasons if is_fixed else key_reasons(decision, rules)
    words = "Key decision" if is_key else "Not a key decision" if is_fixed else "By your authority’s rules of today"
    urgent = f"Urgent: {decision.urgent_reason}" if decision.is_urgent else "No"
    return [
        ("Value over the whole life", money(decision.value_pence)),
        ("Divisions affected", _divisions(decision)),
        ("Key decision?", f"{words}. {' '.join(reasons)}"),
        ("Who decides", decision.decider),
        ("Notice published", in_words(decision.notice_on) or "Not yet"),
        ("Not to be decided before", in_words(decision.not_before_on) or "Follows from the notice"),
        ("Urgent?", urgent),
        ("Decided", _decided(decision)),
        ("May be called in until", in_words(decision.call_in_until) or "Follows from the decision"),
    ]


def _divisions(decision: DecisionRecord) -> str:
    if decision.all_divisions:
        return "All"
    return "" if decision.divisions is None else plural(decision.divisions, "division")


def _decided(decision: DecisionRecord) -> str:
    if decision.decided_on is None:
        return "Not yet"
    verb = "Refused" if decision.state == DecisionState.REFUSED else "Approved"
    said = f": {decision.decision_words}" if decision.decision_words else ""
    return f"{verb} on {in_words(decision.decided_on)}, recorded by {decision.decided_by}{said}"


def document_of(decision: DecisionRecord) -> dict[str, Any]:
    """What the published document says, ready to typeset. Raises ValueError for a draft: it is not published."""
    if decision.notice_on is None:
        raise ValueError("A draft is not published")
    made_on = decision.implemented_on or decision.decided_on or decision.notice_on
    facts = [[name, words] for name, words in scope_in_words(decision, KeyRules(**decision.rules))]
    return {
        "title": f"Decision {decision.reference}: {decision.title}",
        "author": str(decision.authority),
        "made_on": [made_on.year, made_on.month, made_on.day],
        "footer": f"{decision.authority}, decision {decision.reference}",
        "introduction": [f"{decision.authority}. {WORDS[DecisionState(decision.state)]}, as on {in_words(made_on)}."],
        "sections": [
            _section("What is proposed", [f"{_letter(at)}) {words}" for at, words in enumerate(decision.proposed)]),
            _section("The decision", [], ["What", "Says"], [1, 3], facts),
            _section("Reasons", _paragraphs(decision.reasons)),
            _section("Options considered", [], ["Option", "What it would be", "Outcome", "Why"], [2, 3, 1, 3], _options(decision)),
            _section("Delegations", _delegated(decision)),
            _section("Financial implications", _paragraphs(decision.financial)),
            _section("Legal implications", _paragraphs(decision.legal)),
            _section("Equality", _paragraphs(f"{decision.get_equality_display()}.\n{decision.equality_words}")),
            _section("Data protection", _paragraphs(data_protection_in_words(decision))),
            _section(
                "Risks", [], ["No.", "Risk", "What is done about it", "Owner", "Score"], [1, 4, 5, 3, 2], _risks(decision)
            ),
        ],
    }  # fmt: skip


def data_protection_in_words(decision: DecisionRecord) -> str:
    """Whether an assessment is needed and done, with what was written about it."""
    if decision.data_protection_needed is None:
        said = "Not recorded yet whether an impact assessment is needed."
    elif not decision.data_protection_needed:
        said = "No impact assessment is needed."
    else:
        said = f"An impact assessment is needed and {'has been' if decision.data_protection_done else 'has still to be'} done."
    return f"{said}\n{decision.data_protection_words}".strip()


def delegation_in_words(one: dict[str, Any]) -> str:
    """A delegation as a sentence."""
    consulting = f", in consultation with {one['consulting']}" if one["consulting"] else ""
    return f"To {one['to']}: {one['what']}{consulting}."


def _letter(at: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[at % 26]


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()] or ["None written."]


def _options(decision: DecisionRecord) -> list[list[str]]:
    return [
        [one["name"], one["description"], "Recommended" if one["recommended"] else "Rejected", one["reason"]]
        for one in decision.options
    ]


def _delegated(decision: DecisionRecord) -> list[str]:
    return [delegation_in_words(one) for one in decision.delegations] or ["Nothing is delegated."]


def _risks(decision: DecisionRecord) -> list[list[str]]:
    return [
        [
            str(line.row.number), line.row.risk, line.row.mitigation, line.row.owner,
            "closed" if line.row.closed_at else f"{line.score}, {line.band.lower()}",
        ]
        for line in risk_lines(decision)
    ]  # fmt: skip


def _section(
    heading: str,
    paragraphs: list[str],
    header: list[str] | None = None,
    columns: list[int] | None = None,
    rows: list[list[str]] | None = None,
) -> dict[str, Any]:
    return {
        "heading": heading, "paragraphs": paragraphs, "header": header or [], "columns": columns or [], "rows": rows or [],
        "numbers": [],
    }  # fmt: skip
