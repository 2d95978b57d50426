"""The fixed cast of every test: made-up people of two authorities and two providers, and an outsider."""

import datetime as dt
from dataclasses import dataclass

from nearhome.people.models import AuthorityCode, AuthorityRules, Organisation, Person

PASSWORD = "made-up-password-1"
NOW = dt.datetime(2026, 11, 20, 15, 0, tzinfo=dt.UTC)
TODAY = NOW.date()


@dataclass(frozen=True)
class Cast:
    """Organisations and the people in them."""

    kent: Organisation
    west_sussex: Organisation
    portsmouth: Organisation
    hampshire: Organisation
    meadow: Organisation
    harbour: Organisation
    olive: Person  # placement officer, Kent
    april: Person  # approver, Kent
    colin: Person  # commissioner, Kent
    fiona: Person  # finance officer, Kent
    frank: Person  # second finance officer, Kent
    anna: Person  # analyst and administrator, Kent
    oscar: Person  # placement officer, Portsmouth
    ada: Person  # approver, Portsmouth
    felix: Person  # finance officer, Portsmouth
    mona: Person  # provider, Madeup Meadow
    harry: Person  # provider, Madeup Harbour
    hilda: Person  # placement officer, Hampshire: the outsider


def make_authority(name: str, dfe: str, gss: str) -> Organisation:
    """An authority with its codes and default rules."""
    authority = Organisation.objects.create(kind="authority", name=name)
    AuthorityCode.objects.create(organisation=authority, scheme="dfe", code=dfe)
    AuthorityCode.objects.create(organisation=authority, scheme="gss", code=gss)
    AuthorityRules.objects.create(organisation=authority)
    return authority


def make_person(name: str, organisation: Organisation, *roles: str, limit: int | None = None) -> Person:
    """Someone who signs in with the test password."""
    first = name.split()[0].lower()
    return Person.objects.create_person(
        f"{first}@{organisation.name.lower().replace(' ', '-')}.example",
        PASSWORD,
        name=name,
        organisation=organisation,
        roles=list(roles),
        approval_limit_pence=limit,
    )


def make_cast() -> Cast:
    """Everyone, in an empty database. Organisations and people carry no row security; nothing else is made."""
    kent = make_authority("Kent", "886", "E10000016")
    west_sussex = make_authority("West Sussex", "938", "E10000032")
    portsmouth = make_authority("Portsmouth", "851", "E06000044")
    hampshire = make_authority("Hampshire", "850", "E10000014")
    meadow = Organisation.objects.create(kind="provider", name="Madeup Meadow Care Ltd", owner_ref="RP900001")
    harbour = Organisation.objects.create(kind="provider", name="Madeup Harbour Homes Ltd", owner_ref="RP900002")
    return Cast(
        kent, west_sussex, portsmouth, hampshire, meadow, harbour,
        make_person("Olive Madeup-Officer", kent, "placement_officer"),
        make_person("April Madeup-Approver", kent, "approver", limit=100_000_000),
        make_person("Colin Madeup-Commissioner", kent, "commissioner"),
        make_person("Fiona Madeup-Finance", kent, "finance_officer"),
        make_person("Frank Madeup-Finance", kent, "finance_officer"),
        make_person("Anna Madeup-Analyst", kent, "analyst", "administrator"),
        make_person("Oscar Madeup-Officer", portsmouth, "placement_officer"),
        make_person("Ada Madeup-Approver", portsmouth, "approver", limit=100_000_000),
        make_person("Felix Madeup-Finance", portsmouth, "finance_officer"),
        make_person("Mona Madeup-Manager", meadow, "provider"),
        make_person("Harry Madeup-Manager", harbour, "provider"),
        make_person("Hilda Madeup-Outsider", hampshire, "placement_officer"),
    )  # fmt: skip
