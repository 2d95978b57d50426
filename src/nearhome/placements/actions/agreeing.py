"""The Individual Placement Agreement: issued by the authority, signed by both sides, version by version."""

import base64
import json
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.calendars.calculations.working_days import london_date
from nearhome.design import wording
from nearhome.design.typeset import CannotTypesetError
from nearhome.matching.models import Decision
from nearhome.placements.actions.keeping import lock_booking, note, require_not_cancelled
from nearhome.placements.calculations.agreement import AgreementTerms, as_mapping
from nearhome.placements.exporters.agreement_pdf import agreement_pdf
from nearhome.placements.models import Agreement, Booking, Signature
from nearhome.placements.permissions import require_can_sign, require_can_work_on, side_of
from nearhome.placements.queries.terms import (
    AgreementAnswers,
    digest_of,
    draft_terms,
    terms_of,
    unchanged,
    what_is_missing,
)
from nearhome.referrals.actions.inviting import release_identity

FULL, EMERGENCY = "full", "emergency"


@transaction.atomic
def issue_agreement(
    *, booking: Booking, by: Any, now: datetime, answers: AgreementAnswers, form: str | None = None
) -> Agreement:
    """Issue the next version for both sides to sign; the provider learns who the child is with the first.

    `form` is "full" or "emergency"; None: the short form for an emergency's first version, otherwise the full one.
    The same terms again change nothing. Raises ValidationError with one sentence for each term that is missing.
    """
    require_can_work_on(by, booking)
    kept = lock_booking(booking)
    require_not_cancelled(kept)
    last = Agreement.objects.filter(booking=kept).order_by("-version").first()
    form = form or (EMERGENCY if kept.is_emergency and last is None else FULL)
    _require_form_fits(kept, form, last)
    terms = draft_terms(kept, answers, version=last.version + 1 if last else 1, is_short=form == EMERGENCY)
    if last and unchanged(terms_of(last), terms):
        return last
    _require_complete(terms)
    made = _issued(kept, terms, form, by, now)
    _let_provider_know_child(kept, by, now)
    kind = "emergency short form" if form == EMERGENCY else "full form"
    words = f"Version {made.version} of the placement agreement ({kind}) was issued for signature."
    note("agreement.issued", words, kept, by=by, at=now, about=made)
    return made


def complete_agreement(*, agreement: Agreement, by: Any, now: datetime, answers: AgreementAnswers) -> Agreement:
    """The full form that replaces an emergency short form."""
    if agreement.form != EMERGENCY:
        raise ValidationError("This version is the full form already.")
    return issue_agreement(booking=agreement.booking, by=by, now=now, answers=answers, form=FULL)


@transaction.atomic
def sign_agreement(*, agreement: Agreement, by: Any, now: datetime, name: str, digest: str = "") -> Signature:
    """Sign one version for the side the person works for. `digest` is that of the terms they were shown.

    Once each side: a second time changes nothing. A version that was replaced can no longer be signed.
    """
    booking = Booking.objects.get(pk=agreement.booking_id)
    require_can_sign(by, booking)
    kept = lock_booking(booking)
    require_not_cancelled(kept)
    side = side_of(by, kept)
    signed = Signature.objects.filter(agreement=agreement, side=side).first()
    if signed:
        return signed
    _require_may_be_signed(agreement, by, name, digest)
    made = Signature.objects.create(
        agreement=agreement, authority_id=kept.authority_id, provider_id=kept.provider_id, side=side, signed_by=by,
        signed_name=name.strip(), signed_at=now, digest=agreement.digest,
    )  # fmt: skip
    words = f"Version {agreement.version} of the placement agreement was signed for the {side}."
    note("agreement.signed", words, kept, by=by, at=now, about=agreement)
    if Signature.objects.filter(agreement=agreement).count() == 2:
        words = f"Version {agreement.version} of the placement agreement is in force: both sides have signed."
        note("agreement.in_force", words, kept, by=by, at=now, about=agreement)
    return made


def _require_form_fits(booking: Booking, form: str, last: Agreement | None) -> None:
    if form not in (FULL, EMERGENCY):
        raise ValidationError("Select the full form or the emergency short form.")
    if form == EMERGENCY and not booking.is_emergency:
        raise ValidationError("The short form is only for an emergency placement. Issue the full form.")
    if form == EMERGENCY and last is not None and last.form == FULL:
        raise ValidationError("The full form has been issued, so the short form cannot follow it.")


def _require_complete(terms: AgreementTerms) -> None:
    missing = what_is_missing(terms)
    if missing:
        raise ValidationError([one.words for one in missing])


def _issued(booking: Booking, terms: AgreementTerms, form: str, by: Any, now: datetime) -> Agreement:
    try:
        document = agreement_pdf(terms, made_on=london_date(now))
    except CannotTypesetError as error:
        raise ValidationError(str(error)) from error
    return Agreement.objects.create(
        booking=booking, authority_id=booking.authority_id, provider_id=booking.provider_id, version=terms.version,
        form=form, terms=json.dumps(as_mapping(terms)), document=base64.b64encode(document).decode(),
        digest=digest_of(terms), issued_at=now, issued_by=by,
        complete_by=terms.emergency.complete_by if terms.emergency else None,
    )  # fmt: skip


def _let_provider_know_child(booking: Booking, by: Any, now: datetime) -> None:
    """The one place at which a provider is told who the child is."""
    decision = Decision.objects.select_related("offer__invitation__referral").filter(booking=booking).first()
    if decision:
        release_identity(invitation=decision.offer.invitation, by=by, now=now)


def _require_may_be_signed(agreement: Agreement, by: Any, name: str, digest: str) -> None:
    newest = Agreement.objects.filter(booking_id=agreement.booking_id).order_by("-version").first()
    if newest and newest.version > agreement.version:
        raise ValidationError(
            f"Version {agreement.version} was replaced by version {newest.version}, issued on"
            f" {wording.date(newest.issued_at)}. Read and sign version {newest.version}."
        )
    if digest and digest != agreement.digest:
        raise ValidationError("The agreement is not the one you were shown. Read it again, then sign.")
    if not name.strip():
        raise ValidationError("Enter your full name to sign.")
    if Signature.objects.filter(agreement=agreement, signed_by=by).exists():
        raise PermissionDenied("You signed for the other side, so somebody else must sign for this one.")
