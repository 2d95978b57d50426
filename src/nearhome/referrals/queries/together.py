"""Who belongs with the child of a referral, and who must not live with them."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from nearhome.needs.models import MustNotLiveWith
from nearhome.referrals.models import Referral


@dataclass(frozen=True, slots=True)
class Apart:
    """A child who must not live with this one."""

    pair_id: int
    other_ref: str
    reason: str


def apart_pairs(referral: Referral) -> QuerySet[MustNotLiveWith]:
    """The records that keep this child apart from another, whichever of the two was named first."""
    return MustNotLiveWith.objects.filter(Q(child_id=referral.child_id) | Q(other_id=referral.child_id))


def kept_apart_from(referral: Referral) -> tuple[Apart, ...]:
    """Whom must this child not live with, and why?"""
    pairs = apart_pairs(referral).select_related("child", "other").order_by("pk")
    return tuple(
        Apart(pair.pk, (pair.other if pair.child_id == referral.child_id else pair.child).return_ref, pair.reason or "")
        for pair in pairs
    )


def together_with(referral: Referral) -> tuple[str, ...]:
    """The references of the other referrals this one is to be placed together with."""
    if referral.sibling_group is None:
        return ()
    others = Referral.objects.filter(sibling_group=referral.sibling_group).exclude(pk=referral.pk)
    return tuple(others.order_by("ref").values_list("ref", flat=True))
