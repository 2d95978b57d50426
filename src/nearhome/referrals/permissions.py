"""Who may do what with a referral. ``can_…`` for pages, ``require_can_…`` for actions: one rule behind both."""

from django.core.exceptions import PermissionDenied

from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role
from nearhome.referrals.models import Referral, SearchPermission
from nearhome.referrals.states import ReferralState

READERS = (Role.PLACEMENT_OFFICER, Role.APPROVER, Role.COMMISSIONER)


def _works_for_an_authority(person: Person) -> bool:
    return person.organisation.kind == Organisation.Kind.AUTHORITY


def can_see_referrals(person: Person) -> bool:
    """Whether the person reads their own authority's referrals at all."""
    return person.has_role(*READERS) and _works_for_an_authority(person)


def can_see_referral(person: Person, referral: Referral) -> bool:
    """Whether the person reads this referral."""
    return can_see_referrals(person) and referral.authority_id == person.organisation_id


def can_record_referrals(person: Person) -> bool:
    """Whether the person may begin referrals and answer their questions."""
    return person.has_role(Role.PLACEMENT_OFFICER) and _works_for_an_authority(person)


def can_change_referral(person: Person, referral: Referral) -> bool:
    """Whether the person may change answers: a placement officer of the authority, while it is a draft."""
    return can_withdraw_or_record(person, referral) and referral.state == ReferralState.DRAFT


def can_withdraw_or_record(person: Person, referral: Referral) -> bool:
    """Whether the person works on this referral as a placement officer."""
    return can_record_referrals(person) and referral.authority_id == person.organisation_id


def can_decide_permissions(person: Person) -> bool:
    """Whether the person gives or refuses leave to search at all."""
    return person.has_role(Role.APPROVER) and _works_for_an_authority(person)


def can_decide_permission(person: Person, permission: SearchPermission) -> bool:
    """Whether the person may decide this request: an approver of the authority who did not ask for it."""
    return _why_not_decide(person, permission) == ""


def require_can_see_referrals(person: Person) -> None:
    """Raise PermissionDenied unless the person reads referrals."""
    if not can_see_referrals(person):
        raise PermissionDenied("Only placement officers, approvers and commissioners of an authority read referrals.")


def require_can_record_referrals(person: Person) -> None:
    """Raise PermissionDenied unless the person records referrals."""
    if not can_record_referrals(person):
        raise PermissionDenied("Only a placement officer of an authority can record a referral.")


def require_can_work_on(person: Person, referral: Referral) -> None:
    """Raise PermissionDenied unless the person records referrals of this referral's authority."""
    if not can_withdraw_or_record(person, referral):
        raise PermissionDenied("Only a placement officer of the child's own authority can change this referral.")


def require_can_decide_permission(person: Person, permission: SearchPermission) -> None:
    """Raise PermissionDenied, saying why, unless the person may decide this request."""
    why_not = _why_not_decide(person, permission)
    if why_not:
        raise PermissionDenied(why_not)


def _why_not_decide(person: Person, permission: SearchPermission) -> str:
    if not can_decide_permissions(person) or permission.authority_id != person.organisation_id:
        return "Only an approver of the child's own authority can decide whether to search."
    if permission.asked_by_id == person.pk:
        return "You asked for this search, so another approver must decide."
    return ""
