"""Which children belong together, and which must not live together."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q

from nearhome.audit.record import record
from nearhome.design.wording import nice_list
from nearhome.needs.models import Child, MustNotLiveWith
from nearhome.people.models import Person
from nearhome.referrals.actions.moving import keep_changes, lock_draft
from nearhome.referrals.models import Referral
from nearhome.referrals.queries.together import apart_pairs
from nearhome.referrals.states import ReferralState

ENDED = (ReferralState.CLOSED, ReferralState.WITHDRAWN)


@transaction.atomic
def place_together(*, referral: Referral, other_refs: Sequence[str], by: Person, now: datetime) -> Referral:
    """Say with which other open referrals of the authority this one belongs: exactly these from now on.

    Joining a referral joins everyone it belongs with already. Raises ValidationError naming a reference nobody has.
    """
    locked = lock_draft(referral, by=by)
    wanted = {ref.strip().upper() for ref in other_refs if ref.strip()}
    others = list(Referral.objects.select_for_update().filter(ref__in=wanted).exclude(state__in=ENDED))
    _require_all_found(wanted, others, locked)
    before = _together_now(locked)
    if {other.pk for other in others} == before:
        return referral
    old, locked.sibling_group = locked.sibling_group, uuid.uuid4() if others else None
    if others:
        _join(locked, others, old)
    _leave_nobody_alone(locked, old)
    keep_changes(locked, referral, "sibling_group")
    whom = nice_list(sorted(other.ref for other in others)) or "no other referral"
    words = f"Referral {locked.ref} is to be placed together with {whom}."
    record("referral.siblings_changed", words, about=locked, by=by, at=now, thread=locked.key)
    return referral


@transaction.atomic
def keep_apart(*, referral: Referral, other_ref: str, reason: str, by: Person, now: datetime) -> MustNotLiveWith:
    """Keep that the child must not live with another child of the authority; the same pair twice is kept once.

    `other_ref` is the child's reference in the statutory return. Raises ValidationError if there is no such child.
    """
    locked = lock_draft(referral, by=by)
    other = Child.objects.filter(authority_id=locked.authority_id, return_ref__iexact=other_ref.strip()).first()
    if other is None:
        raise ValidationError({"other_ref": f"There is no child {other_ref} in your authority. Check the reference."})
    if other.pk == locked.child_id:
        raise ValidationError({"other_ref": "This is the child's own reference. Enter the other child's."})
    already = apart_pairs(locked).filter(child__in=[other, locked.child_id], other__in=[other, locked.child_id]).first()
    if already:
        return already
    pair = MustNotLiveWith.objects.create(
        authority_id=locked.authority_id, child_id=locked.child_id, other=other, reason=reason.strip() or None
    )
    keep_changes(locked, referral)
    words = f"Recorded that the child of referral {locked.ref} must not live with child {other.return_ref}."
    record("referral.kept_apart", words, about=locked, by=by, at=now, thread=locked.key)
    return pair


@transaction.atomic
def stop_keeping_apart(*, referral: Referral, pair_id: int, by: Person, now: datetime) -> None:
    """Take the record back; one that is gone already is no error."""
    locked = lock_draft(referral, by=by)
    pair = apart_pairs(locked).filter(pk=pair_id).first()
    if pair is None:
        return
    pair.delete()
    keep_changes(locked, referral)
    words = f"Took back a record of two children who must not live together, for referral {locked.ref}."
    record("referral.no_longer_kept_apart", words, about=locked, by=by, at=now, thread=locked.key)


def _require_all_found(wanted: set[str], others: Sequence[Referral], locked: Referral) -> None:
    if locked.ref in wanted:
        raise ValidationError({"other_refs": f"{locked.ref} is this referral itself. Enter the others only."})
    unknown = sorted(wanted - {other.ref for other in others})
    if unknown:
        raise ValidationError(
            {"other_refs": f"There is no open referral {nice_list(unknown)} in your authority. Check the reference."}
        )


def _together_now(locked: Referral) -> set[int]:
    if locked.sibling_group is None:
        return set()
    members = Referral.objects.filter(sibling_group=locked.sibling_group).exclude(pk=locked.pk)
    return set(members.values_list("pk", flat=True))


def _join(locked: Referral, others: Sequence[Referral], old: uuid.UUID | None) -> None:
    """The others, and everyone they belong with already, into the new group."""
    their_groups = {other.sibling_group for other in others} - {None, old}
    everyone = Q(pk__in=[other.pk for other in others]) | Q(sibling_group__in=their_groups)
    Referral.objects.filter(everyone).exclude(pk=locked.pk).update(
        sibling_group=locked.sibling_group, version=F("version") + 1
    )


def _leave_nobody_alone(locked: Referral, old: uuid.UUID | None) -> None:
    """Whoever stays behind on their own in the group that was left belongs to no group."""
    left = Referral.objects.filter(sibling_group=old).exclude(pk=locked.pk)
    if old is not None and left.count() == 1:
        left.update(sibling_group=None, version=F("version") + 1)
