"""Adding and changing organisations and people. An administrator's work; nobody signs themselves up."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from nearhome.audit.record import Nearhome, record
from nearhome.design.wording import money, nice_list
from nearhome.geography.authorities import all_authorities
from nearhome.people.models import AuthorityCode, AuthorityRules, Organisation, Person
from nearhome.people.permissions import (
    OneTimeLinks,
    link_opens_for,
    require_administrator,
    require_rules,
    roles_allowed,
)
from nearhome.people.queries import other_administrators, role_names
from nearhome.people.roles import Role
from nearhome.privacy.acting import acting

MOST_HOURS = 24 * 60


@dataclass(frozen=True)
class Rules:
    """How one authority works; `adjoining_extra` are DfE codes of others that count as its neighbours."""

    search_needs_permission: bool
    emergency_approval_hours: int
    response_hours: int
    emergency_response_hours: int
    hold_hours: int
    adjoining_extra: tuple[str, ...] = ()


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
    *, email: str, name: str, roles: list[str], approval_limit_pence: int | None = None, by: Person | Nearhome,
    now: datetime,
) -> Person:  # fmt: skip
    """Let someone sign in for the organisation that `by` acts for; a one-time link then lets them set a password."""
    organisation = Organisation.objects.get(pk=by.organisation_id)
    require_administrator(by, organisation)
    held, address = _roles_held(roles, organisation), email.strip().lower()
    _refuse_known(address, organisation)
    fields = {"name": name.strip(), "organisation": organisation, "roles": held}
    try:
        with transaction.atomic():
            person = Person.objects.create_person(address, None, approval_limit_pence=approval_limit_pence, **fields)
    except IntegrityError:
        raise _address_refused() from None
    _record("person.added", f"{person.name} was added as {_roles_in_words(person)}.", person, by, now)
    return person


@transaction.atomic
def change_person(
    *, person: Person, name: str, roles: list[str], approval_limit_pence: int | None, by: Person | Nearhome, now: datetime
) -> Person:  # fmt: skip
    """Give a person another name, other roles or another approval limit; no limit is no upper limit."""
    kept = _locked(person, by)
    was = (kept.name, sorted(kept.roles), kept.approval_limit_pence)
    old_name, had = kept.name, role_names(kept)
    kept.name, kept.roles = name.strip(), _roles_held(roles, kept.organisation)
    kept.approval_limit_pence = approval_limit_pence
    if Role.ADMINISTRATOR not in kept.roles:
        _refuse_last_administrator(kept, was_one=Role.ADMINISTRATOR in was[1])
    if was == (kept.name, sorted(kept.roles), kept.approval_limit_pence):
        return kept
    kept.save(update_fields=["name", "roles", "approval_limit_pence"])
    limit = "no upper limit" if approval_limit_pence is None else money(approval_limit_pence)
    words = f"{old_name} was changed: name {kept.name}, {_roles_in_words(kept)}, approval limit {limit}."
    _record("person.changed", words, kept, by, now, roles_before=had)
    return kept


@transaction.atomic
def switch_off_person(*, person: Person, by: Person | Nearhome, now: datetime) -> Person:
    """End a person's access: sessions and links end, the old password never works again."""
    kept = _locked(person, by)
    if not kept.is_active:
        return kept
    _refuse_last_administrator(kept, was_one=Role.ADMINISTRATOR in kept.roles)
    kept.is_active = False
    kept.set_unusable_password()  # every session and link hangs on the password
    kept.save(update_fields=["is_active", "password"])
    _record("person.switched_off", f"{kept.name} was switched off and can no longer sign in.", kept, by, now)
    return kept


@transaction.atomic
def switch_on_person(*, person: Person, by: Person | Nearhome, now: datetime) -> Person:
    """Let a person come back; they need a new link to set a password."""
    kept = _locked(person, by)
    if kept.is_active:
        return kept
    kept.is_active = True
    kept.save(update_fields=["is_active"])
    _record("person.switched_on", f"{kept.name} was switched on again.", kept, by, now)
    return kept


@transaction.atomic
def one_time_link(*, person: Person, by: Person | Nearhome, now: datetime) -> str:
    """The path of a page on which this person sets a password, once, within three days."""
    kept = _locked(person, by)
    if not kept.is_active:
        raise ValidationError(f"{kept.name} is switched off. Switch them on first, then make a link.")
    _record("person.link_made", f"A one-time link to set a password was made for {kept.name}.", kept, by, now)
    return reverse("people:set_password", args=[kept.key, OneTimeLinks(now).make_token(kept)])


@transaction.atomic
def set_password(*, person: Person, token: str, password: str, by: Person, now: datetime) -> Person:
    """Set the password the person chose, with their link; the same link then works no more."""
    kept = Person.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=person.pk)
    if by.pk != kept.pk:
        raise PermissionDenied("People set their own passwords.")
    if not link_opens_for(kept, token, now=now):
        raise ValidationError("This link was used already, or it is too old. Ask your administrator for a new one.")
    kept.set_password(password)
    kept.save(update_fields=["password"])
    with acting(kept):
        _record("person.password_set", f"{kept.name} set a password with a one-time link.", kept, kept, now)
    return kept


@transaction.atomic
def change_rules(*, authority: Organisation, rules: Rules, by: Person | Nearhome, now: datetime) -> AuthorityRules:
    """Change how an authority works, from now on; what already runs keeps its times."""
    require_rules(by, authority)
    _refuse_odd_rules(rules)
    kept, _ = AuthorityRules.objects.select_for_update().get_or_create(organisation=authority)
    wanted: dict[str, Any] = asdict(rules) | {"adjoining_extra": list(rules.adjoining_extra)}
    before = {name: getattr(kept, name) for name in wanted if getattr(kept, name) != wanted[name]}
    if not before:
        return kept
    for name, value in wanted.items():
        setattr(kept, name, value)
    kept.save()
    after = {name: wanted[name] for name in before}
    words = f"The rules of {authority} were changed: {_rules_in_words(before, after)}."
    record(
        "rules.changed", words, about=authority, by=by, at=now, thread=authority.key, before=before, after=after
    )  # fmt: skip
    return kept


def _locked(person: Person, by: Person | Nearhome) -> Person:
    """The person as they are now. The organisation is locked, so that two administrators cannot end one another."""
    organisation = Organisation.objects.select_for_update().get(pk=person.organisation_id)
    require_administrator(by, organisation)
    return Person.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=person.pk)


def _record(name: str, words: str, person: Person, by: Any, now: datetime, **details: Any) -> None:
    record(name, words, about=person, by=by, at=now, thread=person.organisation.key, **details)


def _roles_held(roles: list[str], organisation: Organisation) -> list[str]:
    allowed = roles_allowed(organisation)
    if not roles:
        raise ValidationError("Select at least one role.")
    if strange := [role for role in roles if role not in allowed]:
        raise ValidationError(
            f"{nice_list(strange)} is not a role in {organisation}. Select from: "
            f"{nice_list([role.label for role in allowed])}."
        )
    return [role.value for role in allowed if role in roles]


def _refuse_known(address: str, organisation: Organisation) -> None:
    """Says who it is only if they are colleagues: other organisations' people are not this one's to know."""
    known = Person.objects.filter(email__iexact=address).first()
    if known and known.organisation_id == organisation.pk:
        raise ValidationError(f"{known.name} has that address already. Change that person instead.")
    if known:
        raise _address_refused()


def _address_refused() -> ValidationError:
    return ValidationError("That address cannot be added. Use another e-mail address for this person.")


def _refuse_last_administrator(person: Person, *, was_one: bool) -> None:
    if was_one and person.is_active and not other_administrators(person):
        raise ValidationError(
            f"{person.name} is the last administrator of {person.organisation}. Make somebody else administrator first."
        )


def _refuse_odd_rules(rules: Rules) -> None:
    hours = (rules.emergency_approval_hours, rules.response_hours, rules.emergency_response_hours, rules.hold_hours)
    if not all(1 <= number <= MOST_HOURS for number in hours):
        raise ValidationError(f"Hours must be between 1 and {MOST_HOURS}.")
    known = {one.dfe_code for one in all_authorities()}
    if strange := [code for code in rules.adjoining_extra if code not in known]:
        raise ValidationError(f"{nice_list(strange)} is not the DfE code of an authority. Use codes such as 886.")


def _rules_in_words(before: dict[str, Any], after: dict[str, Any]) -> str:
    return "; ".join(
        f"{name.replace('_', ' ')} from {_value(before[name])} to {_value(after[name])}" for name in before
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (nice_list(value) or "none") if isinstance(value, list) else str(value)


def _roles_in_words(person: Person) -> str:
    return nice_list([one.lower() for one in role_names(person)])
