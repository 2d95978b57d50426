"""One version of an agreement: its terms in words, its document, what changed since the one before."""

import base64
from dataclasses import dataclass, replace
from datetime import date

from django.http import Http404

from nearhome.calendars.calculations.working_days import london_date
from nearhome.people.models import Person
from nearhome.placements.calculations.agreement import AgreementTerms, differences
from nearhome.placements.calculations.agreement import Signature as SignatureShown
from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import pounds
from nearhome.placements.exporters.agreement_pdf import agreement_pdf
from nearhome.placements.models import Agreement, Booking
from nearhome.placements.permissions import PROVIDER, can_sign, side_of
from nearhome.placements.queries.placements import AgreementLine, agreements_of
from nearhome.placements.queries.terms import terms_of

UNSAID = ("version", "term.supersedes")


@dataclass(frozen=True, slots=True)
class AgreementShown:
    """One version as its page shows it."""

    agreement: Agreement
    line: AgreementLine
    terms: AgreementTerms
    changes: tuple[tuple[str, str, str], ...]
    may_sign: bool
    side: str


def agreement_for(person: Person, booking: Booking, version: int) -> Agreement:
    """One version of a booking's agreement. Raises Http404 if there is none.

    A provider whose booking was cancelled no longer needs to know who the child is.
    """
    if booking.cancelled_at and side_of(person, booking) == PROVIDER:
        raise Http404("No such version")
    found = Agreement.objects.select_related("issued_by").filter(booking=booking, version=version).first()
    if found is None:
        raise Http404("No such version")
    return found


def agreement_shown(person: Person, booking: Booking, agreement: Agreement) -> AgreementShown:
    """One version with what it says, what changed since the one before, and whether this person may sign it."""
    line = next(one for one in agreements_of(booking) if one.version == agreement.version)
    side = side_of(person, booking)
    signed = {one for one, _, _ in line.signed}
    may_sign = line.is_latest and side not in signed and can_sign(person, booking) and not booking.cancelled_at
    return AgreementShown(agreement, line, terms_of(agreement), _changes(agreement), may_sign, side)


def agreement_document(agreement: Agreement) -> bytes:
    """The PDF exactly as issued or, once somebody has signed, the same terms with the signatures."""
    signatures = tuple(
        SignatureShown(one.side, one.signed_name, "", one.signed_at)
        for one in agreement.signatures.order_by("signed_at")
    )
    if not signatures:
        return base64.b64decode(agreement.document)
    terms = replace(terms_of(agreement), signatures=signatures)
    return agreement_pdf(terms, made_on=london_date(agreement.issued_at))


def _changes(agreement: Agreement) -> tuple[tuple[str, str, str], ...]:
    """Each term that changed: its name, before, after."""
    before = Agreement.objects.filter(booking_id=agreement.booking_id, version=agreement.version - 1).first()
    if before is None:
        return ()
    found = differences(terms_of(before), terms_of(agreement))
    return tuple(
        (_named(one.path), _said(one.path, one.before), _said(one.path, one.after))
        for one in found
        if one.path not in UNSAID
    )


def _named(path: str) -> str:
    """price.elements.1.weekly_pence is said: Price, elements 1, weekly amount."""
    words = path.replace("_pence", "_amount").replace("_", " ").split(".")
    joined: list[str] = []
    for word in words:
        if word.isdigit() and joined:
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return ", ".join(joined).capitalize()


def _said(path: str, value: str | None) -> str:
    if value is None or value == "":
        return "Nothing"
    if path.endswith(("_on", "_by")):
        return in_words(date.fromisoformat(value))
    return pounds(int(value)) if path.endswith("_pence") else value


__all__ = ["agreement_document", "agreement_for", "agreement_shown"]
