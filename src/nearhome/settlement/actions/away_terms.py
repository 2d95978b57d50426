"""Terms for nights away of placements bought singly: proposed by one person, agreed by another, never edited.

A proposal may begin in the past: what it changes in closed months is posted as differences in an open one.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.placements.models import Booking
from nearhome.procurement.models import Framework
from nearhome.settlement.actions.proposals import MOST_NIGHTS, answered, lock_row, require_why
from nearhome.settlement.calculations.nights import AwayTerms
from nearhome.settlement.models import AwayTerms as AwayTermsRow
from nearhome.settlement.models import StayAbsence
from nearhome.settlement.permissions.away import require_can_propose_away_terms
from nearhome.settlement.queries.agreed_away import away_terms_from, named, thread_of
from nearhome.settlement.queries.stay_money import ELEMENTS

KEPT = {name for name, _ in ELEMENTS if name != "one-off"}


@transaction.atomic
def propose_away_terms(*, of: Framework | Booking, terms: AwayTerms, why: str, by: Any, now: datetime) -> AwayTermsRow:
    """Propose what is paid while a child is away, for a framework's placements or for one. Twice the same is once.

    Raises PermissionDenied, or ValidationError with the mend.
    """
    require_can_propose_away_terms(by, of)
    lock_row(of)
    require_why(why)
    _require_within(of, terms)
    about = {"framework": of} if isinstance(of, Framework) else {"booking": of}
    versions = list(AwayTermsRow.objects.filter(**about).order_by("version"))
    waiting = next((row for row in versions if row.is_agreed is None), None)
    if waiting:
        return _same(waiting, terms, why)
    _require_news(versions, terms)
    row = AwayTermsRow.objects.create(
        **about, authority_id=by.organisation_id, version=len(versions) + 1, starts_on=terms.starts_on, why=why.strip(),
        absences=[[one.kind, one.full_nights, one.then_basis_points, one.most_nights] for one in terms.absences],
        kept_elements=None if terms.kept is None else list(terms.kept), proposed_by=by, proposed_at=now,
    )  # fmt: skip
    _record("away_terms.proposed", f"was proposed, from {wording.date(terms.starts_on)}", row, by, now)
    return row


@transaction.atomic
def answer_away_terms(*, proposal: AwayTermsRow, agree: bool, words: str = "", by: Any, now: datetime) -> AwayTermsRow:
    """Agree a colleague's proposal, or turn one down with a reason. Harmless when answered so before."""
    require_can_propose_away_terms(by, proposal.of)
    rows = AwayTermsRow.objects.select_for_update(of=("self",)).select_related("framework", "booking__home")
    row = rows.get(pk=proposal.pk)
    if answered(row, agree, words, by, now):
        _record("away_terms.answered", f"was {'agreed' if agree else 'turned down'}", row, by, now)
    return row


def _same(waiting: AwayTermsRow, terms: AwayTerms, why: str) -> AwayTermsRow:
    if away_terms_from(waiting) == terms and waiting.why == why.strip():
        return waiting
    raise ValidationError(
        f"Version {waiting.version} waits for its answer. Agree it or turn it down before another is proposed."
    )


def _require_news(versions: list[AwayTermsRow], terms: AwayTerms) -> None:
    standing = [row for row in versions if row.is_agreed and row.starts_on <= terms.starts_on]
    latest = max(standing, key=lambda row: (row.starts_on, row.version), default=None)
    if latest and away_terms_from(latest) == terms:
        raise ValidationError("These are the terms already in force from that day. Change something, or keep them.")


def _require_within(of: Framework | Booking, terms: AwayTerms) -> None:
    first = of.starts_on if isinstance(of, Framework) else of.arrived_on or of.starts_on
    last: date | None = of.ends_before if isinstance(of, Framework) else of.departed_on
    if isinstance(of, Booking) and (of.block_contract_id or of.cancelled_at):
        raise ValidationError("Only a placement bought singly has terms of its own. A bed of a block has the block’s.")
    if terms.starts_on < first:
        what = "the framework" if isinstance(of, Framework) else "the stay"
        raise ValidationError(f"Terms begin with {what} or later: {wording.date(first)}.")
    # Children placed through a framework live on after it ends, under its terms.
    if isinstance(of, Booking) and last and terms.starts_on >= last:
        raise ValidationError(f"The child left on {wording.date(last)}. Choose an earlier day.")
    if not {one.kind for one in terms.absences} <= set(StayAbsence.Kind.values):
        raise ValidationError("Each kind of absence has one rule: missing, hospital or holiday.")
    if any(max(one.full_nights, one.most_nights or 0) > MOST_NIGHTS for one in terms.absences):
        raise ValidationError(f"Nights are at most {MOST_NIGHTS:,}.")
    if terms.kept is not None and not set(terms.kept) <= KEPT:
        raise ValidationError("A retainer is paid of elements of the price. Select them from the list.")


def _record(name: str, what: str, row: AwayTermsRow, by: Any, now: datetime) -> None:
    """Of a framework all parties read it; of a placement its own authority alone."""
    words = f"Version {row.version} of the terms for nights away of {named(row)} {what}."
    of, seen_by = row.of, {row.authority_id}
    if isinstance(of, Framework):
        seen_by |= set(of.parties.values_list("organisation_id", flat=True))
    record(name, words, about=row, by=by, at=now, thread=thread_of(of), seen_by=tuple(sorted(seen_by)))
