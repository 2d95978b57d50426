"""From booking, offer, referral and the child's identity to the terms of an agreement, and back again."""

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from nearhome.matching.models import Decision
from nearhome.needs.models import ChildIdentity
from nearhome.placements.calculations.agreement import (
    AgreementTerms,
    ChildDetails,
    Clause,
    EmergencyAppendix,
    Goal,
    MissingTerm,
    NeedsAndOutcomes,
    NoticeRow,
    Parties,
    PlacementDetails,
    Price,
    PriceElement,
    Term,
    content_digest,
    emergency_short_form,
    missing_terms,
    terms_from_mapping,
)
from nearhome.placements.models import Agreement, Booking, BookingPrice
from nearhome.placements.reference import read_agreement_terms
from nearhome.procurement.calculations.routes import KIND_WORDS

SEXES = {"M": "Male", "F": "Female", "U": "Not known"}
ELEMENTS = (
    ("core_pence", "Accommodation and care"),
    ("additional_support_pence", "Additional support"),
    ("education_pence", "Education"),
    ("therapy_pence", "Therapy"),
    ("transport_pence", "Transport"),
    ("other_pence", "Other"),
)


@dataclass(frozen=True, slots=True)
class AgreementAnswers:
    """What only people know: asked for on the form."""

    home_address: str = ""
    registered_manager: str = ""
    fee_includes: str = ""
    one_off_words: str = ""
    care_plan_reference: str = ""
    placement_plan_reference: str = ""
    needs: str = ""
    goals: tuple[Goal, ...] = ()
    disability: str = ""
    special_educational_needs: str = ""
    uprn: str = ""
    expected_end_on: date | None = None
    ends_automatically_when: str = ""
    supersedes: str = ""
    notice: tuple[NoticeRow, ...] = ()
    known_risks: str = ""
    immediate_care: str = ""
    complete_by: date | None = None


def usual_notice() -> tuple[NoticeRow, ...]:
    """The notice table that holds unless the two sides agree otherwise."""
    return tuple(
        NoticeRow(row["from_day"], row.get("before_day"), row["authority_days"], row["provider_days"])
        for row in read_agreement_terms()["notice"]
    )


def answers_to_begin_with(booking: Booking) -> AgreementAnswers:
    """What the form shows first: the last version's answers, else what booking, offer and usual terms say."""
    last = booking.agreements.order_by("-version").first()
    decision = Decision.objects.select_related("offer").filter(booking=booking).first()
    if last:
        answers = _answers_of(terms_of(last))
        offered = decision.offer.how_needs_are_met if decision else ""
        return replace(answers, needs=answers.needs or offered)  # a short form says nothing of needs
    usual = read_agreement_terms()
    return AgreementAnswers(
        home_address=f"{booking.home.name}, {booking.home.postcode}",
        fee_includes=usual["fee_includes"],
        ends_automatically_when=usual["ends_automatically_when"],
        needs=decision.offer.how_needs_are_met if decision else "",
        expected_end_on=booking.expected_ends_on,
        notice=usual_notice(),
    )


def terms_of(agreement: Agreement) -> AgreementTerms:
    """The sealed terms of one version, without its signatures."""
    return terms_from_mapping(json.loads(agreement.terms))


def draft_terms(booking: Booking, answers: AgreementAnswers, *, version: int, is_short: bool) -> AgreementTerms:
    """The terms that would be issued now. Read while acting for the child's own authority."""
    reference = f"IPA {str(booking.key)[:8].upper()}"
    terms = AgreementTerms(
        reference=reference,
        version=version,
        parties=_parties(booking),
        child=_child(booking, answers),
        placement=_placement(booking, answers),
        price=_price(booking, answers),
        needs_and_outcomes=NeedsAndOutcomes(
            answers.care_plan_reference, answers.placement_plan_reference, answers.needs, answers.goals
        ),
        term=_term(booking, answers, reference, version),
        notice=answers.notice or usual_notice(),
        clauses=tuple(Clause(row["heading"], row["words"]) for row in read_agreement_terms()["clause"]),
    )
    if not is_short:
        return terms
    appendix = EmergencyAppendix(answers.known_risks, answers.immediate_care, answers.complete_by)
    return emergency_short_form(terms, appendix)


def what_is_missing(terms: AgreementTerms) -> tuple[MissingTerm, ...]:
    """What must be added before these terms can be signed."""
    return missing_terms(terms)


def digest_of(terms: AgreementTerms) -> str:
    """What exactly is signed."""
    return content_digest(terms)


def _answers_of(terms: AgreementTerms) -> AgreementAnswers:
    needs, emergency = terms.needs_and_outcomes, terms.emergency or EmergencyAppendix()
    return AgreementAnswers(
        terms.placement.home_address, terms.placement.registered_manager, terms.price.fee_includes,
        terms.price.one_off_words, needs.care_plan_reference, needs.placement_plan_reference, needs.needs, needs.goals,
        terms.child.disability, terms.child.special_educational_needs, terms.child.uprn, terms.term.expected_end_on,
        terms.term.ends_automatically_when, "", terms.notice, emergency.known_risks, emergency.immediate_care,
        emergency.complete_by,
    )  # fmt: skip


def _parties(booking: Booking) -> Parties:
    decision = Decision.objects.select_related("offer").filter(booking=booking).first()
    name = decision.offer.route_name if decision else ""
    route = KIND_WORDS.get(booking.route, booking.route)
    lead = booking.host.name if booking.host else booking.authority.name
    contract = f"{name} ({route})" if name else route.capitalize()
    return Parties(booking.authority.name, booking.provider.name, lead, contract)


def _child(booking: Booking, answers: AgreementAnswers) -> ChildDetails:
    identity = ChildIdentity.objects.filter(child=booking.child).first()
    born_on = date.fromisoformat(identity.born_on) if identity and identity.born_on else None
    return ChildDetails(
        name=(identity.name or "") if identity else "",
        personal_id=booking.child_ref,
        uprn=answers.uprn,
        born_on=born_on,
        gender=SEXES.get(booking.child.sex, "Not known"),
        disability=answers.disability,
        special_educational_needs=answers.special_educational_needs,
    )


def _placement(booking: Booking, answers: AgreementAnswers) -> PlacementDetails:
    return PlacementDetails(
        booking.arrived_on or booking.starts_on, booking.home.name, answers.home_address, answers.registered_manager,
        booking.home.registration.urn, booking.place.label,
    )  # fmt: skip


def _price(booking: Booking, answers: AgreementAnswers) -> Price:
    row = BookingPrice.objects.filter(booking=booking).order_by("-starts_on").first()
    if row is None:
        return Price(None, (), answers.fee_includes, answers.one_off_words)
    elements = tuple(
        PriceElement(words, getattr(row, field), KIND_WORDS.get(booking.route, "").capitalize())
        for field, words in ELEMENTS
        if getattr(row, field)
    )
    return Price(row.weekly_price_pence, elements, answers.fee_includes, answers.one_off_words)


def _term(booking: Booking, answers: AgreementAnswers, reference: str, version: int) -> Term:
    supersedes = answers.supersedes or (f"{reference} version {version - 1}" if version > 1 else "")
    starts_on = booking.arrived_on or booking.starts_on
    return Term(starts_on, answers.expected_end_on, answers.ends_automatically_when, supersedes)


def unchanged(one: AgreementTerms, other: AgreementTerms) -> bool:
    """Whether two versions say the same but for their number and what they replace."""
    plain: list[Any] = [
        replace(each, version=0, term=replace(each.term, supersedes=""), signatures=()) for each in (one, other)
    ]
    return bool(plain[0] == plain[1])
