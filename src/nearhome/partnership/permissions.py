"""Who may do what in a partnership and about a decision. ``can_…`` for pages, ``require_…`` for actions: one rule behind both."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.partnership.models import Ballot, DecisionRecord, Matter, Partnership
from nearhome.partnership.states import DecisionState
from nearhome.people.models import Organisation
from nearhome.people.roles import Role

READERS = (Role.COMMISSIONER, Role.APPROVER, Role.FINANCE_OFFICER, Role.ANALYST, Role.ADMINISTRATOR)
SPEAKERS = (Role.COMMISSIONER, Role.APPROVER, Role.FINANCE_OFFICER)


def _of_authority(person: Any, *roles: str) -> bool:
    return person.pk is not None and person.has_role(*roles) and person.organisation.kind == Organisation.Kind.AUTHORITY


def _nearhome_for(by: Any, organisation_id: int) -> bool:
    """Nearhome itself, acting for this organisation: at set-up, and on a timer."""
    return by.pk is None and by.organisation_id == organisation_id


def can_read(person: Any) -> bool:
    """Whether the person reads partnerships and decisions at all."""
    return _of_authority(person, *READERS)


def require_can_read(person: Any) -> None:
    """Raise PermissionDenied unless the person reads partnerships and decisions."""
    if not can_read(person):
        raise PermissionDenied(
            "Only people of an authority who commission, approve, pay, analyse or administer read this."
        )


def can_begin(person: Any) -> bool:
    """Whether the person may form a partnership, led by their authority, or begin a decision of it."""
    return _of_authority(person, Role.COMMISSIONER)


def can_lead(person: Any, partnership: Partnership) -> bool:
    """Whether the person is a commissioner of the authority that leads the partnership."""
    return can_begin(person) and person.organisation_id == partnership.lead_id


def require_can_form(by: Any, lead: Organisation) -> None:
    """Raise PermissionDenied unless a commissioner forms a partnership that their own authority leads."""
    if not (_nearhome_for(by, lead.pk) or (can_begin(by) and by.organisation_id == lead.pk)):
        raise PermissionDenied("Only a commissioner of an authority forms a partnership, led by that authority.")


def require_can_lead(by: Any, partnership: Partnership) -> None:
    """Raise PermissionDenied unless a commissioner of its lead acts."""
    if not (_nearhome_for(by, partnership.lead_id) or can_lead(by, partnership)):
        raise PermissionDenied(f"Only a commissioner of {partnership.lead}, which leads {partnership}, can do this.")


def can_accept(person: Any) -> bool:
    """Whether the person may accept an agreement for their authority: an approver."""
    return _of_authority(person, Role.APPROVER)


def require_can_accept(by: Any) -> None:
    """Raise PermissionDenied unless an approver acts."""
    if not can_accept(by):
        raise PermissionDenied("Only an approver accepts the agreement for an authority.")


def can_vote(person: Any, ballot: Ballot) -> bool:
    """Whether the person may vote for their authority, if it has a vote: a commissioner or an approver."""
    has_vote = any(voter.organisation_id == person.organisation_id for voter in ballot.voters.all())
    return has_vote and _of_authority(person, Role.COMMISSIONER, Role.APPROVER)


def require_can_vote(by: Any, ballot: Ballot) -> None:
    """Raise PermissionDenied unless the person may vote in this ballot."""
    if not can_vote(by, ballot):
        raise PermissionDenied(
            "Only a commissioner or an approver of a member that has a vote in this ballot can vote."
        )


def can_count(person: Any, ballot: Ballot) -> bool:
    """Whether the person may close a ballot that is over: a commissioner of the authority that opened it."""
    return can_begin(person) and person.organisation_id == ballot.opened_for_id


def require_can_count(by: Any, ballot: Ballot) -> None:
    """Raise PermissionDenied unless a commissioner of the authority that opened it acts."""
    if not (_nearhome_for(by, ballot.opened_for_id) or can_count(by, ballot)):
        raise PermissionDenied(f"Only a commissioner of {ballot.opened_for}, which opened this ballot, can close it.")


def can_speak(person: Any) -> bool:
    """Whether the person may raise a matter for their authority, or move one up."""
    return _of_authority(person, *SPEAKERS)


def require_can_speak(by: Any) -> None:
    """Raise PermissionDenied unless a commissioner, approver or finance officer of an authority acts."""
    if not can_speak(by):
        raise PermissionDenied("Only a commissioner, an approver or a finance officer of an authority can do this.")


def can_resolve(person: Any, matter: Matter) -> bool:
    """Whether the person may say a matter is settled: of the authority that raised it, or of the lead."""
    return can_speak(person) and person.organisation_id in (matter.raised_for_id, matter.partnership.lead_id)


def require_can_resolve(by: Any, matter: Matter) -> None:
    """Raise PermissionDenied unless somebody of the authority that raised it, or of the lead, acts."""
    if not can_resolve(by, matter):
        raise PermissionDenied("Only the authority that raised it, or the lead, says that a matter is settled.")


def require_can_begin(by: Any) -> Organisation:
    """The authority whose commissioner this is. Raises PermissionDenied for anybody else."""
    if not can_begin(by):
        raise PermissionDenied("Only a commissioner of an authority writes its decisions.")
    organisation: Organisation = by.organisation
    return organisation


def can_write(person: Any, decision: DecisionRecord) -> bool:
    """Whether the person may write a decision and move it on: a commissioner of its authority."""
    return can_begin(person) and person.organisation_id == decision.authority_id


def require_can_write(by: Any, decision: DecisionRecord) -> None:
    """Raise PermissionDenied unless a commissioner of its authority acts."""
    if not can_write(by, decision):
        raise PermissionDenied(f"Only a commissioner of {decision.authority} can do this.")


def why_cannot_decide(person: Any, decision: DecisionRecord) -> str:
    """Why this person may not take this decision, in a sentence; empty if they may."""
    if not _of_authority(person, Role.APPROVER) or person.organisation_id != decision.authority_id:
        return f"Only an approver of {decision.authority} takes this decision."
    if person.pk in (decision.made_by_id, decision.proposed_by_id, *decision.writers):
        return "You wrote or proposed this decision, so somebody else must take it."
    limit = person.approval_limit_pence
    if limit is not None and (decision.value_pence or 0) > limit:
        return "The value of this decision is above your approval limit."
    return ""


def can_decide(person: Any, decision: DecisionRecord) -> bool:
    """Whether the person may take this decision now."""
    return decision.state == DecisionState.PROPOSED and not why_cannot_decide(person, decision)


def require_can_decide(by: Any, decision: DecisionRecord) -> None:
    """Raise PermissionDenied, saying why, unless the person may take this decision."""
    why = why_cannot_decide(by, decision)
    if why:
        raise PermissionDenied(why)


def can_call_in(person: Any, decision: DecisionRecord) -> bool:
    """Whether the person may record that the decision was called in, and what came of it."""
    return (
        _of_authority(person, Role.COMMISSIONER, Role.ADMINISTRATOR) and person.organisation_id == decision.authority_id
    )


def require_can_call_in(by: Any, decision: DecisionRecord) -> None:
    """Raise PermissionDenied unless a commissioner or administrator of its authority acts."""
    if not can_call_in(by, decision):
        raise PermissionDenied(f"Only a commissioner or an administrator of {decision.authority} records a call-in.")


def can_set_rules(person: Any) -> bool:
    """Whether the person sets their authority's rules for key decisions: its administrator."""
    return _of_authority(person, Role.ADMINISTRATOR)


def require_can_set_rules(by: Any) -> Organisation:
    """The authority whose administrator this is. Raises PermissionDenied for anybody else."""
    if not can_set_rules(by):
        raise PermissionDenied("Only an administrator of an authority sets its rules for key decisions.")
    organisation: Organisation = by.organisation
    return organisation
