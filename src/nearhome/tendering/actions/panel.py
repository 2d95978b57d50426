"""The panel: who joins, who chairs, who leaves midway, and what each declares of an interest."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.people.models import Organisation, Person
from nearhome.tendering.actions.moving import lock_procurement, require_state
from nearhome.tendering.models import ConflictDeclaration, Lot, PanelMember, Procurement
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.permissions.evaluation import buys, require_can_clear_interest, require_on_panel
from nearhome.tendering.queries.panel import buyers_of
from nearhome.tendering.states import ProcurementState

_SEATS_OPEN = (ProcurementState.PREPARING, ProcurementState.PUBLISHED, ProcurementState.EVALUATING)


@transaction.atomic
def add_panel_member(
    *, procurement: Procurement, person: Person, is_chair: bool = False, by: Any, now: datetime
) -> PanelMember:
    """Give somebody of the lead or a buying authority a seat. The same again changes nothing.

    Raises PermissionDenied, and ValidationError where the person cannot sit or there is a chair already.
    """
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    require_state(locked, *_SEATS_OPEN)
    seat = PanelMember.objects.filter(procurement=locked, person=person).first()
    if seat and seat.left_at is None and seat.is_chair == is_chair:
        return seat
    if seat:
        raise ValidationError(
            f"{person} has left this panel, so cannot join again. Choose somebody else."
            if seat.left_at
            else f"{person} is on the panel already. Change who chairs instead."
        )
    _require_can_sit(person, locked)
    if is_chair and PanelMember.objects.filter(procurement=locked, is_chair=True, left_at__isnull=True).exists():
        raise ValidationError("The panel has a chair already. Let the chair leave, or change who chairs.")
    seat = PanelMember.objects.create(procurement=locked, person=person, is_chair=is_chair, joined_at=now)
    words = f"{person} joined the panel{' as its chair' if is_chair else ''}."
    record("panel.joined", words, about=locked, by=by, at=now, thread=locked.key, seen_by=buyers_of(locked))
    return seat


def _require_can_sit(person: Person, procurement: Procurement) -> None:
    if not person.is_active or person.organisation.kind != Organisation.Kind.AUTHORITY or not buys(person, procurement):
        raise ValidationError("Choose somebody who signs in and works for an authority that buys here.")


@transaction.atomic
def change_chair(*, member: PanelMember, by: Any, now: datetime) -> PanelMember:
    """Let a member chair in place of whoever does. The same again changes nothing."""
    require_can_lead(by, member.procurement)
    locked = lock_procurement(member.procurement)
    require_state(locked, *_SEATS_OPEN)
    fresh = PanelMember.objects.select_for_update(of=("self",)).select_related("person").get(pk=member.pk)
    if fresh.is_chair:
        return fresh
    if fresh.left_at is not None:
        raise ValidationError(f"{fresh.person} has left the panel, so cannot chair it.")
    PanelMember.objects.filter(procurement=locked, is_chair=True, left_at__isnull=True).update(is_chair=False)
    fresh.is_chair = True
    fresh.save(update_fields=["is_chair"])
    words = f"{fresh.person} chairs the panel from now on."
    record("panel.chair", words, about=locked, by=by, at=now, thread=locked.key, seen_by=buyers_of(locked))
    return fresh


@transaction.atomic
def leave_panel(*, member: PanelMember, reason: str, by: Any, now: datetime) -> PanelMember:
    """Put on record that somebody left midway, and why. What they scored stays; a replacement may join.

    Raises ValidationError without a reason.
    """
    require_can_lead(by, member.procurement)
    locked = lock_procurement(member.procurement)
    fresh = PanelMember.objects.select_for_update(of=("self",)).select_related("person").get(pk=member.pk)
    if fresh.left_at is not None:
        return fresh
    if not reason.strip():
        raise ValidationError("Say why they leave: it is kept with their scores.")
    fresh.left_at, fresh.left_reason = now, reason.strip()
    fresh.save(update_fields=["left_at", "left_reason"])
    words = f"{fresh.person} left the panel. Their scores stay on record."
    record("panel.left", words, about=locked, by=by, at=now, thread=locked.key, seen_by=buyers_of(locked))
    return fresh


@transaction.atomic
def declare_interest(*, lot: Lot, has_interest: bool, words: str = "", by: Any, now: datetime) -> ConflictDeclaration:
    """A member says whether they have an interest in a lot. The last to come in counts; the same again adds nothing.

    Raises PermissionDenied off the panel, and ValidationError for an interest that is not described, or taken back.
    """
    require_on_panel(by, lot.procurement)
    words = words.strip()
    if has_interest and not words:
        raise ValidationError("Say what the interest is, so that the chair knows why somebody else must judge.")
    if not isinstance(by, Person):
        raise PermissionDenied("Only a person declares an interest.")
    before = _last_said(lot, by)
    if before and before.has_conflict == has_interest and words in ("", before.words):
        return before
    if before and before.has_conflict and not has_interest:
        raise ValidationError(
            "You declared an interest, and nobody takes that back alone. Ask the chair or the lead to clear it, with the reason."
        )
    row = ConflictDeclaration.objects.create(lot=lot, person=by, has_conflict=has_interest, words=words, at=now)
    _note_interest(
        row, f"{by} declared {'an interest' if has_interest else 'no interest'} in lot {lot.number}.", by, now
    )
    return row


@transaction.atomic
def clear_interest(*, lot: Lot, person: Person, reason: str, by: Any, now: datetime) -> ConflictDeclaration:
    """The chair or the lead says, and why, that an interest somebody declared keeps them from nothing. Twice is once.

    Raises PermissionDenied for one's own and for whoever has an interest; ValidationError without a reason.
    """
    require_can_clear_interest(by, person.pk, lot)
    before = _last_said(lot, person)
    if before and before.cleared_by_id:
        return before
    if before is None or not before.has_conflict:
        raise ValidationError(f"{person} has declared no interest in this lot.")
    if not reason.strip():
        raise ValidationError("Say why it is no interest after all: whoever doubts the award will ask.")
    row = ConflictDeclaration.objects.create(
        lot=lot, person=person, has_conflict=False, words=reason.strip(), at=now, cleared_by=by
    )
    _note_interest(row, f"{by} cleared the interest of {person} in lot {lot.number}.", by, now)
    return row


def _last_said(lot: Lot, person: Person) -> ConflictDeclaration | None:
    return ConflictDeclaration.objects.filter(lot=lot, person=person).order_by("-pk").first()


def _note_interest(row: ConflictDeclaration, words: str, by: Any, now: datetime) -> None:
    case = row.lot.procurement
    verb = "cleared" if row.cleared_by_id else "declared"
    record(f"interest.{verb}", words, about=case, by=by, at=now, thread=case.key, seen_by=buyers_of(case))
