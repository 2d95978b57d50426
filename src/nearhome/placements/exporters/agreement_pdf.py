"""An Individual Placement Agreement as a tagged PDF in English."""

from dataclasses import fields
from datetime import date
from importlib.resources import files
from typing import Any

from nearhome.calendars.calculations.working_days import LONDON
from nearhome.design.typeset import pdf_from
from nearhome.placements.calculations.agreement import (
    AgreementTerms,
    NoticeRow,
    Price,
    content_digest,
)
from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import pounds

NOT_GIVEN = "Not given"
LABELS = {
    "born_on": "Date of birth",
    "uprn": "Home address reference (UPRN)",
    "personal_id": "Child's reference",
    "admitted_on": "Admission date",
    "regulatory_urn": "Registration number (URN)",
    "place_reference": "Place in the home",
    "lead_authority": "Lead authority",
    "contract_reference": "Framework or contract reference",
    "complete_by": "Full agreement due by",
    "starts_on": "Starts",
    "expected_end_on": "Expected end",
    "ends_automatically_when": "Ends by itself when",
    "supersedes": "Replaces",
    "known_risks": "Risks known now",
    "immediate_care": "Care needed at once",
}
MOVES = {
    True: "The child may not be moved to another home without the authority's prior written approval.",
    False: "",
}


def agreement_pdf(terms: AgreementTerms, *, made_on: date) -> bytes:
    """The agreement as PDF/UA-1, every term shown, what is missing said to be missing.

    The same terms and date make the same bytes. Raises CannotTypesetError where a character cannot be shown.
    """
    template = (files(__package__) / "agreement.typ").read_bytes()
    return pdf_from(template, _document(terms, made_on), made_on=made_on)


def _document(terms: AgreementTerms, made_on: date) -> dict[str, Any]:
    form = "emergency short form" if terms.emergency else "full form"
    return {
        "title": f"Individual Placement Agreement {terms.reference}, version {terms.version}",
        "author": terms.parties.purchasing_authority,
        "made_on": [made_on.year, made_on.month, made_on.day],
        "footer": f"{terms.reference} version {terms.version}. Content digest {content_digest(terms)}",
        "introduction": [f"Version {terms.version}, {form}, made on {in_words(made_on)}."],
        "sections": _sections(terms),
    }


def _sections(terms: AgreementTerms) -> list[dict[str, Any]]:
    needs = terms.needs_and_outcomes
    goals = [[goal.words, _shown(goal.review_on)] for goal in needs.goals]
    emergency = [] if terms.emergency is None else [_facts("Emergency appendix", terms.emergency)]
    moves = MOVES[terms.placement.moves_need_prior_written_approval]
    return [
        _facts("Parties", terms.parties),
        _facts("Child", terms.child),
        _facts("Placement", terms.placement, [moves] if moves else []),
        _price(terms.price),
        *emergency,
        _facts("Needs and outcomes", needs),
        _table("Goals", ("Goal", "Review on"), goals, (3, 1)),
        _facts("Term", terms.term),
        _notice(terms.notice),
        *(_section(clause.heading, [clause.words]) for clause in terms.clauses),
        _signatures(terms),
    ]


def _facts(heading: str, record: Any, paragraphs: list[str] | None = None) -> dict[str, Any]:
    """A section of label and value for every plain field of a record."""
    rows = [
        [LABELS.get(field.name, field.name.replace("_", " ").capitalize()), _shown(getattr(record, field.name))]
        for field in fields(record)
        if not isinstance(getattr(record, field.name), tuple | bool)
    ]
    return _table(heading, ("Term", "Agreed"), rows, (1, 2), paragraphs=paragraphs)


def _price(price: Price) -> dict[str, Any]:
    rows = [[item.words, item.price_line, pounds(item.weekly_pence)] for item in price.elements]
    total = NOT_GIVEN if price.weekly_total_pence is None else pounds(price.weekly_total_pence)
    rows.append(["Total weekly fee", "", total])
    words = [f"The fee includes: {_shown(price.fee_includes)}"]
    words += [f"Paid once: {price.one_off_words}"] if price.one_off_words else []
    return _table("Price", ("Element", "Price line", "A week"), rows, (3, 2, 1), numbers=[2], paragraphs=words)


def _notice(notice: tuple[NoticeRow, ...]) -> dict[str, Any]:
    rows = [
        [
            f"From day {row.from_day}" + ("" if row.before_day is None else f" to day {row.before_day - 1}"),
            _days(row.authority_days),
            _days(row.provider_days),
            "Yes, except in an emergency" if row.provider_needs_review_first else "No",
        ]
        for row in notice
    ]
    header = ("Age of the placement", "Notice by the authority", "Notice by the provider", "Provider: review first")
    words = ["The first day of the placement is day 0."]
    return _table("Notice", header, rows, (1, 1, 1, 1), paragraphs=words)


def _signatures(terms: AgreementTerms) -> dict[str, Any]:
    header = ("For", "Name", "Position", "Signed")
    rows = [
        [
            signature.side.capitalize(),
            signature.name,
            signature.position,
            f"{signature.signed_at.astimezone(LONDON):%H:%M} on "
            f"{in_words(signature.signed_at.astimezone(LONDON).date())}",
        ]
        for signature in terms.signatures
    ]
    signed = {signature.side for signature in terms.signatures}
    rows += [[side.capitalize(), "", "", "Not yet signed"] for side in ("authority", "provider") if side not in signed]
    words = [f"What is signed has the SHA-256 digest {content_digest(terms)}."]
    return _table("Signatures", header, rows, (1, 2, 2, 2), paragraphs=words)


def _table(
    heading: str,
    header: tuple[str, ...],
    rows: list[list[str]],
    columns: tuple[int, ...],
    *,
    numbers: list[int] | None = None,
    paragraphs: list[str] | None = None,
) -> dict[str, Any]:
    section = _section(heading, paragraphs or [])
    section |= {"header": list(header), "rows": rows, "columns": list(columns), "numbers": numbers or []}
    return section if rows else _section(heading, [*(paragraphs or []), f"{NOT_GIVEN}."])


def _section(heading: str, paragraphs: list[str]) -> dict[str, Any]:
    return {"heading": heading, "paragraphs": paragraphs, "rows": [], "header": [], "columns": [], "numbers": []}


def _shown(value: object) -> str:
    if isinstance(value, date):
        return in_words(value)
    return str(value or "").strip() or NOT_GIVEN


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
