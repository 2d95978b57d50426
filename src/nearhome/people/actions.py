"""Adding organisations and people. An administrator's work; nobody signs themselves up."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from nearhome.audit.record import Nearhome, record
from nearhome.people.models import AuthorityCode, AuthorityRules, Organisation, Person
from nearhome.people.roles import Role


@transaction.atomic
def add_authority(*, name: str, dfe_code: str, gss_code: str, starts_on: date | None = None) -> Organisation:
    """Make an authority known by its codes, once; found again by its DfE code."""
    known = AuthorityCode.objects.filter(scheme="dfe", code=dfe_code).select_related("organisation").first()
    if known:
        return known.organisation
    authority = Organisation.objects.create(kind=Organisation.Kind.AUTHORITY, name=name, starts_on=starts_on)
    AuthorityCode.objects.create(organisation=authority, scheme="dfe", code=dfe_code)
    AuthorityCode.objects.create(organisation=authority, scheme="gss", code=gss_code)
    AuthorityRules.objects.create(organisation=authority)
    return authority


@transaction.atomic
def add_person(
    *, email: str, name: str, organisation: Organisation, roles: list[str], by: Person | Nearhome, now: datetime
) -> Person:
    """Let someone sign in for an organisation; they set a password from the link that an administrator sends."""
    if isinstance(by, Person) and not (by.has_role(Role.ADMINISTRATOR) and by.organisation_id == organisation.pk):
        raise PermissionDenied("Only an administrator of the organisation adds people to it.")
    person = Person.objects.create_person(email, None, name=name, organisation=organisation, roles=roles)
    record("person.added", f"{name} was added.", about=person, by=by, at=now)
    return person
