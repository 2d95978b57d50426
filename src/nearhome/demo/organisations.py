"""Authorities, the partnership they form, and made-up people to sign in as."""

import datetime as dt

from django.contrib.auth.hashers import make_password

from nearhome.audit.record import Nearhome
from nearhome.demo.people import AUTHORITY_CAST, PASSWORD, domain_of
from nearhome.geography.authorities import all_authorities
from nearhome.partnership.actions import agree_on_beds, form_partnership, join_partnership
from nearhome.people.models import AuthorityCode, AuthorityRules, Organisation, Person
from nearhome.privacy.acting import acting_for

FOUNDERS = ("886", "938", "851")
ALLIES = ("887",)
BEGAN_ON = dt.date(2025, 4, 1)


def add_authorities() -> dict[str, Organisation]:
    """Every authority in England by its DfE code: homes and children can be in any of them."""
    known = all_authorities()
    made = Organisation.objects.bulk_create(Organisation(kind="authority", name=one.name) for one in known)
    AuthorityCode.objects.bulk_create(
        AuthorityCode(organisation=organisation, scheme=scheme, code=code)
        for one, organisation in zip(known, made, strict=True)
        for scheme, code in (("dfe", one.dfe_code), ("gss", one.gss_code))
    )
    AuthorityRules.objects.bulk_create(AuthorityRules(organisation=organisation) for organisation in made)
    return {one.dfe_code: organisation for one, organisation in zip(known, made, strict=True)}


def form(authorities: dict[str, Organisation], codes: list[str], weights: dict[str, int], now: dt.datetime) -> None:
    """Kent leads; founders are members, Medway an ally; in the whole region all others are members."""
    kent = authorities["886"]
    by = Nearhome(kent.pk, kent.name)
    with acting_for(kent.pk):
        partnership = form_partnership(
            name="Made-up South East Partnership", lead=kent, finance_lead=kent, starts_on=BEGAN_ON, by=by, now=now
        )
        for code in sorted(codes, key=lambda code: (code not in FOUNDERS, code)):
            join_partnership(
                partnership=partnership,
                organisation=authorities[code],
                standing="ally" if code in ALLIES else "member",
                weight=weights[code],
                starts_on=BEGAN_ON,
                by=by,
                now=now,
            )
        agree_on_beds(
            partnership=partnership,
            starts_on=BEGAN_ON,
            empty_bearer="nominated",
            grace_nights=0,
            first_refusal_days=5,
            by=by,
            now=now,
        )


def add_people(authorities: list[Organisation]) -> None:
    """The cast of each authority. One hash for all: their password is printed on the screen anyway."""
    encoded = make_password(PASSWORD)
    Person.objects.bulk_create(
        Person(
            email=f"{first}@{domain_of(authority)}",
            password=encoded,
            name=f"{first.capitalize()} {surname}",
            organisation=authority,
            roles=list(roles),
            approval_limit_pence=limit,
        )
        for authority in authorities
        for first, surname, roles, limit in AUTHORITY_CAST
    )


def add_provider_people() -> None:
    """One manager for every provider, so that any invitation can be answered."""
    encoded = make_password(PASSWORD)
    Person.objects.bulk_create(
        Person(
            email=f"manager@{domain_of(provider)}",
            password=encoded,
            name=f"Manager of {provider.name}",
            organisation=provider,
            roles=["provider"],
        )
        for provider in Organisation.objects.filter(kind="provider", people__isnull=True).order_by("pk")
    )
