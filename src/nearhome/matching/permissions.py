"""Who may rank homes, choose one, and approve the choice."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.matching.calculations.whole_life import may_approve
from nearhome.matching.models import Decision
from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role
from nearhome.referrals.models import Referral
from nearhome.referrals.permissions import can_see_referrals


def can_choose(person: Person, referral: Referral) -> bool:
    """Whether the person ranks homes and chooses one: a placement officer of the child's own authority."""
    return person.has_role(Role.PLACEMENT_OFFICER) and referral.authority_id == person.organisation_id


def can_approve_choices(person: Person) -> bool:
    """Whether the person approves choices at all."""
    return person.has_role(Role.APPROVER)


def can_see_policy(person: Person) -> bool:
    """Whether the person may read the policy by which homes are ranked."""
    return can_see_referrals(person)


def require_can_choose(person: Person, referral: Referral) -> None:
    """Raise PermissionDenied unless the person ranks and chooses homes for this child."""
    if not can_choose(person, referral):
        raise PermissionDenied("Only a placement officer of the child's own authority can rank homes and choose one.")


def why_not_approve(person: Person, decision: Decision) -> str:
    """Why the person may not approve this choice, in a sentence that names their limit if it is that; empty if they may."""
    limit, value = person.approval_limit_pence, decision.whole_life_pence
    over_limit = may_approve(limit, value, decision.decided_by_id, person.pk)
    return why_not_refuse(person, decision) or over_limit or ""


def why_not_refuse(person: Person, decision: Decision) -> str:
    """Why the person may not refuse this choice; empty if they may. To refuse there is no limit."""
    if not can_approve_choices(person) or decision.authority_id != person.organisation_id:
        return "Only an approver of the child's own authority can approve the choice of a home."
    if decision.decided_by_id == person.pk:
        return "You chose this home, so another approver must decide."
    return ""


def require_can_see_policy(person: Person) -> None:
    """Raise PermissionDenied unless the person may read the policy."""
    if not can_see_policy(person):
        raise PermissionDenied("Only placement officers, approvers and commissioners of an authority read the policy.")


def can_see_plans(person: Person) -> bool:
    """Whether the person reads the partnership's plan: officers, approvers and commissioners of an authority."""
    return can_see_referrals(person) and person.organisation.kind == Organisation.Kind.AUTHORITY


def can_plan(person: Person) -> bool:
    """Whether the person may ask for a new plan."""
    return can_see_plans(person) and person.has_role(Role.PLACEMENT_OFFICER, Role.COMMISSIONER)


def require_can_see_plans(person: Person) -> None:
    """Raise PermissionDenied unless the person reads the partnership's plan."""
    if not can_see_plans(person):
        raise PermissionDenied("Only placement officers, approvers and commissioners of an authority read the plan.")


def require_can_plan(by: Any, authority_id: int) -> None:
    """Raise PermissionDenied unless the person, or Nearhome itself, asks for plans, and for their own authority."""
    if isinstance(by, Person) and not can_plan(by):
        raise PermissionDenied("Only a placement officer or a commissioner of an authority asks for a plan.")
    if by.organisation_id != authority_id:
        raise PermissionDenied("An authority tells its partners of its own children only, and asks for a plan itself.")
