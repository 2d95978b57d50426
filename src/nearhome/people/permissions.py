"""Who is signed in, who looks after people, and what a one-time link permits."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role

OF_A_PROVIDER = (Role.PROVIDER, Role.ADMINISTRATOR)


class SignedInRequest(HttpRequest):
    """A request behind ``login_required``: its user is a person of ours."""

    user: Person


class OneTimeLinks(PasswordResetTokenGenerator):
    """Makes and checks the token of a link with which one person sets their password, as at one moment.

    It ends after three days, when a password is set with it, and when the person signs in.
    """

    key_salt = "nearhome.people.OneTimeLinks"

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._at = now.astimezone(UTC).replace(tzinfo=None)

    def _now(self) -> datetime:
        return self._at


def link_opens_for(person: Person, token: str, *, now: datetime) -> bool:
    """Whether the token still lets this person set their password."""
    return person.is_active and OneTimeLinks(now).check_token(person, token)


def roles_allowed(organisation: Organisation) -> tuple[Role, ...]:
    """The roles people of an organisation may hold; an authority has providers too, for its own homes."""
    return OF_A_PROVIDER if organisation.kind == Organisation.Kind.PROVIDER else tuple(Role)


def require_administrator(by: Any, organisation: Organisation) -> None:
    """Raise PermissionDenied unless the person, or Nearhome itself, looks after this organisation's people."""
    is_administrator = by.has_role(Role.ADMINISTRATOR) if isinstance(by, Person) else True
    if not is_administrator or by.organisation_id != organisation.pk:
        raise PermissionDenied("Only an administrator of the organisation looks after its people.")


def require_rules(by: Any, organisation: Organisation) -> None:
    """Raise PermissionDenied unless the organisation is an authority and the person its administrator."""
    require_administrator(by, organisation)
    if organisation.kind != Organisation.Kind.AUTHORITY:
        raise PermissionDenied("Only a local authority has rules of its own here.")
