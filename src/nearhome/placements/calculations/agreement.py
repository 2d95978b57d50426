"""What is in an Individual Placement Agreement, what is still missing, and what changed between two versions?

The agreement is the contract for one child's placement. Its sections follow those commonly found in English placement
agreements (parties, child, placement, price, needs and outcomes, emergency appendix, term, notice, clauses,
signatures); no standard's text is copied. Notice is a table by age of the placement, never one constant.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from typing import Any, cast, get_args, get_origin, get_type_hints

from nearhome.placements.calculations.pence import pounds

CLAUSE_HEADINGS = (
    "Matching and referral",
    "Individual Placement Agreement",
    "Variations and reviews",
    "Absences, including unauthorised",
    "Notifiable events",
    "Child's money",
    "Monitoring",
    "Price",
    "Price review",
    "Payment",
    "Termination",
    "Ending this agreement",
    "Data protection",
)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who buys, who provides, and under which contract."""

    purchasing_authority: str = ""
    provider: str = ""
    lead_authority: str = ""
    contract_reference: str = ""


@dataclass(frozen=True, slots=True)
class ChildDetails:
    """Who the child is."""

    name: str = ""
    personal_id: str = ""
    uprn: str = ""
    born_on: date | None = None
    gender: str = ""
    disability: str = ""
    special_educational_needs: str = ""


@dataclass(frozen=True, slots=True)
class PlacementDetails:
    """Where the child lives, and from when."""

    admitted_on: date | None = None
    home_name: str = ""
    home_address: str = ""
    registered_manager: str = ""
    regulatory_urn: str = ""
    place_reference: str = ""
    moves_need_prior_written_approval: bool = True


@dataclass(frozen=True, slots=True)
class PriceElement:
    """One part of the weekly price, in pence."""

    words: str
    weekly_pence: int
    price_line: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """What the placement costs by the week, and what that includes."""

    weekly_total_pence: int | None = None
    elements: tuple[PriceElement, ...] = ()
    fee_includes: str = ""
    one_off_words: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is hoped for, and when it is looked at again."""

    words: str
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class NeedsAndOutcomes:
    """The plans, the needs and the goals."""

    care_plan_reference: str = ""
    placement_plan_reference: str = ""
    needs: str = ""
    goals: tuple[Goal, ...] = ()


@dataclass(frozen=True, slots=True)
class EmergencyAppendix:
    """A short form, because the plan is not ready: what is known to be urgent and the day the rest is due."""

    known_risks: str = ""
    immediate_care: str = ""
    complete_by: date | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """How long the agreement lasts."""

    starts_on: date | None = None
    expected_end_on: date | None = None
    ends_automatically_when: str = ""
    supersedes: str = ""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """Notice while the placement is at least `from_day` days old and younger than `before_day` (None: no end)."""

    from_day: int
    before_day: int | None
    authority_days: int
    provider_days: int
    provider_needs_review_first: bool = True


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause in words."""

    heading: str
    words: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed for one side, and when."""

    side: str
    name: str
    position: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """One version of one agreement. Signatures belong to a version but are not part of what is signed."""

    reference: str
    version: int
    parties: Parties = Parties()
    child: ChildDetails = ChildDetails()
    placement: PlacementDetails = PlacementDetails()
    price: Price = Price()
    needs_and_outcomes: NeedsAndOutcomes = NeedsAndOutcomes()
    emergency: EmergencyAppendix | None = None
    term: Term = Term()
    notice: tuple[NoticeRow, ...] = ()
    clauses: tuple[Clause, ...] = ()
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingTerm:
    """What is missing or wrong: the field's path, and a sentence that says the mend."""

    path: str
    words: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A term that is not the same in two versions; None where a version has no such term."""

    path: str
    before: str | None
    after: str | None


ALWAYS = {
    "parties.purchasing_authority": "the authority that buys the placement",
    "parties.provider": "the provider",
    "child.personal_id": "the child's reference",
    "child.born_on": "the child's date of birth",
    "placement.admitted_on": "the day the child moves in",
    "placement.home_name": "the name of the home",
    "placement.home_address": "the address of the home",
    "placement.regulatory_urn": "the home's registration number (URN)",
    "price.weekly_total_pence": "the total weekly fee",
    "term.starts_on": "the day the agreement starts",
}
FULL_FORM = {
    "child.name": "the child's name",
    "child.gender": "the child's gender",
    "placement.registered_manager": "the registered manager",
    "placement.place_reference": "the place (bed) in the home",
    "price.fee_includes": "what the fee includes",
    "needs_and_outcomes.care_plan_reference": "the reference of the care plan",
    "needs_and_outcomes.placement_plan_reference": "the reference of the placement plan",
    "needs_and_outcomes.goals": "at least one goal",
    "term.expected_end_on": "the day the placement is expected to end",
    "term.ends_automatically_when": "when the agreement ends by itself",
}
SHORT_FORM = {
    "emergency.known_risks": "the risks known now",
    "emergency.immediate_care": "the care needed at once",
    "emergency.complete_by": "the day by which the full agreement is due",
}


def missing_terms(terms: AgreementTerms) -> tuple[MissingTerm, ...]:
    """What must be added or mended before this version can be signed? The emergency short form needs less."""
    needed = ALWAYS | (FULL_FORM if terms.emergency is None else SHORT_FORM)
    missing = [MissingTerm(path, f"Add {words}.") for path, words in needed.items() if _value(terms, path) in _EMPTY]
    return (*missing, *_price_problems(terms.price), *_notice_problems(terms.notice), *_term_problems(terms.term))


def differences(old: AgreementTerms, new: AgreementTerms) -> tuple[Difference, ...]:
    """Which terms changed between two versions, in order of path? Version numbers and signatures are left out."""
    before, after = dict(_leaves(_signed_part(old))), dict(_leaves(_signed_part(new)))
    paths = sorted((before.keys() | after.keys()) - {"version"})
    return tuple(
        Difference(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)
    )


def emergency_short_form(terms: AgreementTerms, appendix: EmergencyAppendix) -> AgreementTerms:
    """The short form of an agreement whose plan is not ready: plan and goals left out, the appendix added."""
    return replace(terms, needs_and_outcomes=NeedsAndOutcomes(), emergency=appendix, signatures=())


def full_form(short: AgreementTerms, needs: NeedsAndOutcomes, term: Term) -> AgreementTerms:
    """The full agreement that follows a short form: the next version, unsigned, saying what it supersedes."""
    supersedes = f"{short.reference} version {short.version} (emergency short form)"
    term = replace(term, supersedes=term.supersedes or supersedes)
    return replace(short, version=short.version + 1, needs_and_outcomes=needs, emergency=None, term=term, signatures=())


def notice_days(notice: tuple[NoticeRow, ...], placement_day: int, side: str) -> int:
    """How many days' notice must `side` ('authority' or 'provider') give on this day of the placement (first is 0)?

    Raises LookupError where the table does not cover the day.
    """
    for row in notice:
        if row.from_day <= placement_day and (row.before_day is None or placement_day < row.before_day):
            return row.authority_days if side == "authority" else row.provider_days
    raise LookupError(f"The notice table has no row for day {placement_day} of the placement.")


def content_digest(terms: AgreementTerms) -> str:
    """What exactly is signed? The SHA-256, in hexadecimal, of every term but the signatures."""
    return hashlib.sha256(json.dumps(as_mapping(_signed_part(terms)), sort_keys=True).encode()).hexdigest()


def as_mapping(terms: AgreementTerms) -> dict[str, Any]:
    """The terms as plain JSON values (dates as ISO text, tuples as lists); `terms_from_mapping` is the way back."""
    mapping: dict[str, Any] = json.loads(json.dumps(asdict(terms), default=lambda day: day.isoformat()))
    return mapping


def terms_from_mapping(mapping: Mapping[str, Any]) -> AgreementTerms:
    """The terms held in a mapping made by `as_mapping`. Raises TypeError or ValueError where it is not one."""
    terms: AgreementTerms = _from_plain(AgreementTerms, mapping)
    return terms


_EMPTY: tuple[object, ...] = (None, "", ())


def _signed_part(terms: AgreementTerms) -> AgreementTerms:
    return replace(terms, signatures=())


def _value(terms: AgreementTerms, path: str) -> object:
    value: object = terms
    for name in path.split("."):
        value = getattr(value, name)
    return value.strip() if isinstance(value, str) else value


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if is_dataclass(value):
        for field in fields(value):
            yield from _leaves(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
    elif isinstance(value, tuple):
        for number, item in enumerate(value, start=1):
            yield from _leaves(item, f"{path}.{number}")
    elif value is not None:
        yield path, str(value)


def _from_plain(kind: Any, plain: Any) -> Any:
    options = [option for option in get_args(kind) if option is not type(None)]
    if plain is None:
        return None
    if get_origin(kind) is tuple:
        return tuple(_from_plain(options[0], item) for item in plain)
    if options:  # "X | None" with a value
        return _from_plain(options[0], plain)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return cast(Any, kind)(**{name: _from_plain(hints[name], item) for name, item in plain.items()})
    return kind.fromisoformat(plain) if issubclass(kind, date) else kind(plain)


def _price_problems(price: Price) -> Iterator[MissingTerm]:
    if price.weekly_total_pence is None:
        return
    total = sum(element.weekly_pence for element in price.elements)
    if total != price.weekly_total_pence:
        yield MissingTerm(
            "price.elements",
            f"The price elements add up to {pounds(total)} but the total weekly fee is "
            f"{pounds(price.weekly_total_pence)}. Change one of them.",
        )


def _notice_problems(notice: tuple[NoticeRow, ...]) -> Iterator[MissingTerm]:
    expected: int | None = 0
    for row in notice:
        if row.from_day != expected:
            break
        expected = row.before_day
    else:
        if notice and expected is None:
            return
    yield MissingTerm("notice", "The notice table must run from day 0 without a gap, its last row without an end.")


def _term_problems(term: Term) -> Iterator[MissingTerm]:
    if term.starts_on and term.expected_end_on and term.expected_end_on < term.starts_on:
        yield MissingTerm("term.expected_end_on", "The expected end is before the start. Change one of them.")
