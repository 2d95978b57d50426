"""Reading people and rules: an administrator sees those of their own organisation, nobody anybody else's."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404

from nearhome.audit.queries import as_entries, history_of
from nearhome.people.models import AuthorityCode, AuthorityRules, Organisation, Person
from nearhome.people.permissions import link_opens_for, require_administrator, require_rules
from nearhome.people.roles import Role


def people_of(person: Person) -> list[Person]:
    """Everybody in the administrator's organisation, those who may sign in first."""
    require_administrator(person, person.organisation)
    return list(Person.objects.filter(organisation_id=person.organisation_id).order_by("-is_active", "name", "pk"))


def person_for(person: Person, key: UUID) -> Person:
    """One of the administrator's own people. Raises Http404 for anybody else."""
    require_administrator(person, person.organisation)
    found = Person.objects.select_related("organisation").filter(organisation_id=person.organisation_id, key=key)
    return found.first() or _missing()


def person_of_link(key: UUID, token: str, *, now: datetime) -> Person | None:
    """Whose one-time link this is; None when it was used, is too old, or never was one."""
    person = Person.objects.select_related("organisation").filter(key=key).first()
    return person if person and link_opens_for(person, token, now=now) else None


def role_names(person: Person) -> list[str]:
    """The person's roles in words."""
    return [str(Role(role).label) for role in person.roles if role in Role.values]


def standing(person: Person) -> str:
    """Whether the person can come in, in words."""
    if not person.is_active:
        return "Switched off"
    return "Can sign in" if person.has_usable_password() else "No password yet"


def other_administrators(person: Person) -> bool:
    """Whether somebody else who may sign in looks after the same organisation's people."""
    others = Person.objects.filter(organisation_id=person.organisation_id, is_active=True).exclude(pk=person.pk)
    return others.filter(roles__contains=[Role.ADMINISTRATOR]).exists()


def rules_for(person: Person) -> AuthorityRules:
    """How the administrator's authority works; the defaults when it never said."""
    require_rules(person, person.organisation)
    found = AuthorityRules.objects.filter(organisation_id=person.organisation_id).first()
    return found or AuthorityRules(organisation=person.organisation)


def history_shown(organisation: Organisation, about: Collection[str] | None = None) -> list[dict[str, Any]]:
    """What was done to the organisation's people and rules, newest first."""
    lines = reversed(history_of(organisation.key, about=about))
    return as_entries(lines)


def history_of_person(person: Person) -> list[dict[str, Any]]:
    """What was done to one person's account, newest first."""
    return history_shown(person.organisation, {f"person {person.key}"})


def organisations_called(words: str) -> list[Organisation]:
    """Organisations with this DfE code or, else, this name; case does not matter."""
    code = AuthorityCode.objects.filter(scheme="dfe", code=words).select_related("organisation").first()
    return [code.organisation] if code else list(Organisation.objects.filter(name__iexact=words.strip())[:5])


def _missing() -> Any:
    raise Http404("No such person here.")
