"""Every address, asked for by every role of every organisation, with everybody's objects: nobody reads what is not theirs.

A new page is in the address map at once; until it says here whose objects it shows to which roles, these tests fail.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from nearhome.market.models import Home, Occupancy, Place, RegisterLoad
from nearhome.matching.models import Decision, RegionalPlan
from nearhome.needs.models import Child, ReturnLoad
from nearhome.people.models import Person
from nearhome.people.permissions import OneTimeLinks
from nearhome.placements.models import Agreement, Booking
from nearhome.referrals.models import Invitation, Offer, Question, Referral, Release
from nearhome.settlement.models import Month, Statement
from nearhome.sufficiency.models import KeptAnalysis, Requirement, Scenario, SharedPicture
from reading_responses import text_of_response
from scenes_whole import Whole, make_whole
from walked import (
    COMMISSIONERS,
    EVERYBODY,
    HAMPSHIRE,
    HARBOUR,
    IN_HOUSE,
    KENT,
    MEADOW,
    PORTSMOUTH,
    PROVIDERS,
    READERS,
    Objects,
    everybodys,
    keyed,
)
from walked_away import AWAY_ROLES, AWAY_WORDS, away_pages
from walked_budgets import BUDGET_ROLES, BUDGET_WORDS, KENT_BUDGETS, budget_pages
from walked_buying import BUYING_ROLES, BUYING_WORDS, award_pages, evaluation_pages, notice_pages, options_pages
from walked_contracts import CONTRACT_ROLES, CONTRACT_WORDS, block_pages, framework_pages
from walked_elements import ELEMENT_ROLES, ELEMENT_WORDS, element_pages
from walked_partnership import PARTNERS, PARTNERSHIP_ROLES, PARTNERSHIP_WORDS, partnership_pages
from walked_rules import RULES_ROLES, RULES_WORDS, rules_pages
from walked_settlement import SETTLEMENT_ROLES, SETTLEMENT_WORDS, dispute_pages, invoice_pages
from walked_tenders import TENDER_ROLES, TENDER_WORDS, bid_pages, tender_pages

LOADERS = {"commissioner", "administrator"}
ANALYSTS = {"analyst", "commissioner"}

# Pages of everybody who is signed in, or of nobody in particular.
OPEN_TO_NOBODY_IN_PARTICULAR = {
    "accessibility",
    "health",
    "account_login",
    "account_inactive",
    "account_logout",
    "design:components",
    "people:set_password",  # whoever holds the link
    "settlement:invoice_api",  # a GET says how to send an invoice; a POST needs a token
}
SIGN_IN = ("account_", "mfa_")

# Which roles an address is for: its own line, else its stage's.
ROLES_OF_STAGE = {
    "people": {"administrator"},
    "needs": {"analyst", "administrator"},
    "referrals": READERS,
    "matching": READERS,
    "placements": READERS | PROVIDERS,
    "settlement": {"finance_officer"},
    "sufficiency": ANALYSTS | {"approver"},
    "procurement": COMMISSIONERS,
    "partnership": PARTNERS,
    "tendering": COMMISSIONERS,
}
ROLES = {
    **TENDER_ROLES,
    **BUYING_ROLES,
    **CONTRACT_ROLES,
    **PARTNERSHIP_ROLES,
    **BUDGET_ROLES,
    **ELEMENT_ROLES,
    **SETTLEMENT_ROLES,
    **RULES_ROLES,
    **AWAY_ROLES,
    "start": EVERYBODY,
    "matching:fairness": ANALYSTS | {"approver"},
    "matching:work_out_fairness": ANALYSTS,
    "design:components": EVERYBODY,
    **dict.fromkeys(("market:homes", "market:home"), READERS | PROVIDERS),
    **dict.fromkeys(
        ("market:new_household", "market:describe", "market:life", "market:capacity", "market:close", "market:reopen"), PROVIDERS
    ),
    **dict.fromkeys(
        ("market:loads", "market:upload", "market:load", "market:confirm", "market:set_aside", "market:problems"),
        LOADERS,
    ),
    **dict.fromkeys(
        (
            "referrals:invitations", "referrals:invitation", "referrals:ask", "referrals:decline", "referrals:offer",
            "referrals:withdraw_offer",
        ),
        PROVIDERS,
    ),
    **dict.fromkeys(("settlement:payments", "settlement:payment_month"), PROVIDERS),
    **dict.fromkeys(
        (
            "sufficiency:work_out", "sufficiency:again", "sufficiency:share", "sufficiency:withdraw",
            "sufficiency:work_out_forecast", "sufficiency:new_scenario", "sufficiency:scenario",
            "sufficiency:remove_scenario", "sufficiency:new_requirement",
        ),
        ANALYSTS,
    ),
}  # fmt: skip

KENT_ANALYSES = {"Kent analyst", "Kent commissioner", "Kent approver"}
# Each private word of the scene, and everybody who may read it.
MAY_READ = {
    **TENDER_WORDS,
    **BUYING_WORDS,
    **CONTRACT_WORDS,
    **PARTNERSHIP_WORDS,
    **BUDGET_WORDS,
    **ELEMENT_WORDS,
    **SETTLEMENT_WORDS,
    **RULES_WORDS,
    **AWAY_WORDS,
    **dict.fromkeys(("ZZNAMEDRAFT", "ZZNAMESEARCH", "ZZNAMEDECIDED"), KENT),
    "ZZNAMEPLACED": KENT | MEADOW,
    **dict.fromkeys(("ZZREFDRAFT", "ZZREFSEARCH", "ZZREFDECIDED", "ZZWISH", "ZZPLACE"), KENT),
    # A finance officer reads who of the authority's own children a stay is about, as on a statement.
    "ZZREFPLACED": KENT | {"Kent finance_officer"},
    **dict.fromkeys(("ZZREASON", "ZZTEST", "ZZPASSED", "ZZNOTINVITED", "ZZANSWEREDWISH"), KENT),
    **dict.fromkeys(("ZZPERMIT", "ZZAPPROVED", "ZZNOTE"), KENT),
    "ZZFEEDBACK": KENT | HARBOUR,
    "ZZDECLINE": KENT | IN_HOUSE,
    **dict.fromkeys(("ZZQUESTION", "ZZREPLY", "ZZMEADOWHOW", "ZZNEEDS"), KENT | MEADOW),
    "5151.51": KENT | MEADOW | {"Kent finance_officer", "Kent analyst"},
    **dict.fromkeys(("ZZHARBOURHOW", "4343.43"), KENT | HARBOUR),
    "ZZPRICEREASON": KENT | MEADOW | HARBOUR,
    "ZZBLOCKREF": KENT | MEADOW | KENT_BUDGETS,
    "PPBLOCKREF": PORTSMOUTH | MEADOW | {"Kent finance_officer", "Kent approver"},
    "PPENDED": PORTSMOUTH,
    **dict.fromkeys(("PPNAME", "PPREF", "PPWISH", "PPPLACE"), PORTSMOUTH),
    "ZZCHILD": KENT | {"Kent analyst", "Kent administrator"},
    **dict.fromkeys(("ZZWHATIF", "ZZNEARBY"), KENT_ANALYSES),
    "ZZRETURNREF": {"Kent analyst", "Kent administrator"},
    **dict.fromkeys(("ZZSKIPPED", "ZZWAIVER"), KENT),
    "ZZREGISTER": {"Kent commissioner", "Kent administrator"},
    "ZZCLOSED": KENT | PORTSMOUTH | HAMPSHIRE | MEADOW,
}
SHOWN_ON_NO_PAGE = {
    "ZZSPOTSOURCE",
    "ZZRELEASEWORD",
    "ZZNOTE",
    "ZZAPPROVED",
    "ZZCLOSED",
    "ZZNOTINVITED",
    "ZZPASSED",
}
REFUSED = {403, 404, 405}
NOBODY = "nobody signed in"


# Two parts of each kind of kept analysis.
PARTS = {
    "picture": ("stock", "where"),
    "forecast": ("forecast", "scenarios"),
    "fairness": ("fairness_outcomes",),
}


@dataclass(frozen=True)
class Address:
    """One address to ask for: its name, its arguments, and whose object it shows (None: nobody's in particular)."""

    name: str
    arguments: tuple[tuple[str, Any], ...] = ()
    owners: frozenset[int] | None = None

    @property
    def path(self) -> str:
        return reverse(self.name, kwargs=dict(self.arguments))


@dataclass
class Visit:
    """Somebody asked for something, and what came."""

    who: str
    address: Address
    method: str
    status: int
    read: set[str] = field(default_factory=set)
    to: str = ""

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {self.address.name} {self.address.path} gave {self.status} {self.read or ''}"


@dataclass(frozen=True)
class Walk:
    """All visits, and the people who made them."""

    people: dict[str, Person]
    visits: list[Visit]


def names_in_the_address_map(patterns: Sequence[Any], space: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """(name, names of arguments) of every address of the site."""
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from names_in_the_address_map(one.url_patterns, inner)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name}", frozenset(one.pattern.converters)


def objects_of(whole: Whole) -> Objects:  # noqa: C901, PLR0915 - one long list
    """For each address with arguments: the arguments to try, each with the organisations it may be shown to."""

    def authority(row: Any) -> set[int]:
        return {row.authority_id}

    def provider(row: Any) -> set[int]:
        return {row.provider_id}

    everyone = {person.organisation_id for person in whole.people.values()}
    authorities = {whole.cast.kent.pk, whole.cast.portsmouth.pk, whole.cast.hampshire.pk}
    partners = {whole.cast.kent.pk, whole.cast.portsmouth.pk}
    referrals = keyed(everybodys(Referral, authority, whole))
    invitations = everybodys(Invitation, authority, whole)
    told = [({"key": row.key}, provider(row)) for row, _ in invitations]
    offers = everybodys(Offer, authority, whole, "invitation__referral")
    bookings = keyed(everybodys(Booking, lambda row: {row.authority_id, row.provider_id}, whole))
    decisions = keyed(everybodys(Decision, authority, whole))
    agreements = everybodys(Agreement, lambda row: {row.authority_id, row.provider_id}, whole, "booking")
    versions = [({"key": row.booking.key, "version": row.version}, owners) for row, owners in agreements]
    months, lead = everybodys(Month, lambda _: partners, whole), {whole.cast.kent.pk}
    statements = everybodys(Statement, lambda row: {row.organisation_id} | lead, whole)
    homes = everybodys(Home, lambda row: authorities | {row.provider_id}, whole)
    places = everybodys(Place, lambda row: {row.home.provider_id}, whole, "home")[::4]
    closures = everybodys(Occupancy, lambda row: {row.place.home.provider_id}, whole, "place__home")
    ended = [({"key": row.place.key, "number": row.pk}, owners) for row, owners in closures if row.kind == "closure"]
    returns = keyed(everybodys(ReturnLoad, authority, whole))
    registers = keyed(everybodys(RegisterLoad, lambda row: {row.organisation_id}, whole))
    questions = [
        ({"key": key["key"], "slug": slug}, owners)
        for key, owners in referrals
        for slug in ("wishes", "avoid", "apart", "when", "asked-for", "conditions")
    ]
    choices = [({"key": row.invitation.referral.key, "offer_key": row.key}, owners) for row, owners in offers]
    names: Objects = {
        "referrals:question": questions,
        "matching:choose": choices,
    }
    for name in (
        "referral",
        "correct",
        "tasks",
        "check",
        "withdraw",
        "withdraw_invitations",
        "permission",
        "told",
    ):
        names[f"referrals:{name}"] = referrals
    for name in ("homes", "rank", "weights", "replay", "offers", "plan_child", "call_off", "invite"):
        names[f"matching:{name}"] = referrals
    names["referrals:start_for_child"] = keyed(everybodys(Child, authority, whole))
    names["referrals:sent_invitation"] = names["referrals:share_detail"] = keyed(invitations)
    names["referrals:answer"] = keyed(everybodys(Question, authority, whole))
    names["referrals:recall"] = keyed(everybodys(Release, authority, whole))
    for name in ("invitation", "ask", "decline", "offer"):
        names[f"referrals:{name}"] = told
    names["referrals:withdraw_offer"] = [({"key": row.key}, provider(row)) for row, _ in offers]
    for name in ("approve_choice", "book_now"):
        names[f"placements:{name}"] = decisions
    for name in (
        "placement", "arrival", "dates", "ending", "cancel", "expected_end", "price", "clocks", "out_of_area",
        "agreements", "issue",
    ):  # fmt: skip
        names[f"placements:{name}"] = bookings
    names["placements:agreement"] = names["placements:document"] = versions
    placed = whole.placed.key
    names["placements:for_referral"] = [
        (key, owners | {whole.cast.meadow.pk} if key["key"] == placed else owners) for key, owners in referrals
    ]
    names["settlement:work_out"] = [({"key": whole.partnership.key}, lead)]
    for name in ("statement", "statement_pdf", "agree", "dispute"):
        names[f"settlement:{name}"] = keyed(statements)
    for name in ("month", "check", "approve", "close", "return"):
        names[f"settlement:{name}"] = keyed(months)
    names["settlement:payment_month"] = [({"key": row.key}, {whole.cast.meadow.pk}) for row, _ in months]
    names["market:home"] = keyed(homes)
    for name in ("describe", "life", "capacity"):
        names[f"market:{name}"] = [({"key": row.key}, {row.provider_id}) for row, _ in homes]
    names["market:close"], names["market:reopen"] = keyed(places), ended
    for name in ("load", "confirm", "set_aside", "problems"):
        names[f"market:{name}"], names[f"needs:{name}"] = registers, returns
    names["matching:what_if"] = keyed(everybodys(RegionalPlan, lambda _: partners, whole))
    names |= people_pages(everyone) | sufficiency_pages(whole) | partnership_pages(whole)
    names |= options_pages(whole) | tender_pages(whole, everyone) | bid_pages(whole) | evaluation_pages(whole)
    names |= award_pages(whole) | notice_pages(whole) | framework_pages(whole) | block_pages(whole)
    names |= rules_pages(whole) | away_pages(whole)
    names |= dispute_pages(whole) | invoice_pages(whole) | budget_pages(whole)
    names |= element_pages(whole)
    assert everyone >= partners
    return names


def people_pages(everyone: set[int]) -> Objects:
    """Pages about people, for each of them; a one-time link opens for whoever holds it."""
    persons = list(Person.objects.order_by("pk"))
    own = [({"key": one.key}, {one.organisation_id}) for one in persons]
    names = {f"people:{name}": own for name in ("person", "change", "link", "switch_off", "switch_on")}
    token = OneTimeLinks(timezone.now()).make_token(persons[0])
    return names | {"people:set_password": [({"key": persons[0].key, "token": token}, everyone)]}


def sufficiency_pages(whole: Whole) -> Objects:
    """Kept analyses with their parts and files, what is shared, scenarios and requirements: each its authority's own."""

    def authority(row: Any) -> set[int]:
        return {row.authority_id}

    kept = everybodys(KeptAnalysis, authority, whole)
    forecasts = [(row, owners) for row, owners in kept if row.kind == "forecast"]
    parts = [({"key": row.key, "section": section}, owners) for row, owners in kept for section in PARTS[row.kind]]
    files = [({"key": row.key, "kind": kind}, owners) for row, owners in kept for kind in ("xlsx", "json")]
    names = {"sufficiency:part": parts, "sufficiency:file": files}
    names |= {f"sufficiency:{name}": keyed(kept) for name in ("analysis", "again", "share")}
    names["sufficiency:withdraw"] = keyed(everybodys(SharedPicture, authority, whole))
    scenarios = keyed(everybodys(Scenario, authority, whole))
    names["sufficiency:scenario"] = names["sufficiency:remove_scenario"] = scenarios
    names["sufficiency:new_requirement"] = keyed(forecasts)
    names["sufficiency:requirement"] = keyed(everybodys(Requirement, authority, whole))
    return names


def addresses(whole: Whole) -> list[Address]:
    """Every address of the site with everybody's objects."""
    objects = objects_of(whole)
    found: dict[Address, None] = {}
    for name, arguments in names_in_the_address_map(get_resolver().url_patterns):
        if not arguments:
            found[Address(name)] = None
            continue
        for values, owners in objects.get(name, []):
            assert set(values) == arguments, f"{name} takes {sorted(arguments)}"
            found[Address(name, tuple(values.items()), frozenset(owners))] = None
    return list(found)


def visit(client: Client, who: str, address: Address, method: str, query: str = "") -> Iterator[Visit]:
    """Ask, and keep which private words came; whatever a POST changed is taken back. Then the page's downloads."""
    with transaction.atomic():
        response = getattr(client, method)(address.path + query)
        if method == "post":
            transaction.set_rollback(True)
    text = text_of_response(response) if response.content else ""
    read = {word for word in MAY_READ if word in text.replace(",", "")}
    made = Visit(who, address, method + query, response.status_code, read, response.get("Location", ""))
    yield made
    if method == "get" and not query:
        for found in sorted(set(re.findall(r'href="(\?[^"]*download=[^"]*)"', html.unescape(text)))):
            yield from visit(client, who, address, method, found)


def worth_asking(person: Person | None, every: list[Address]) -> Iterator[Address]:
    """Everything the person may open, a few of a kind; of what they may not, one of each owner's for each address."""
    asked: Counter[tuple[str, frozenset[int] | None]] = Counter()
    for one in reversed(every):  # the newest first: those that came furthest
        mine = person and (one.owners is None or person.organisation_id in one.owners)
        most = 4 if mine and roles_for(one.name) & set(person.roles) else 1
        asked[one.name, one.owners] += 1
        if asked[one.name, one.owners] <= most:
            yield one


def visits_of(who: str, person: Person | None, every: list[Address]) -> Iterator[Visit]:
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(person)
    cookies = client.cookies.output()
    posted: Counter[tuple[str, frozenset[int] | None]] = Counter()

    def is_first(address: Address) -> bool:
        posted[address.name, address.owners] += 1
        return posted[address.name, address.owners] == 1

    for address in worth_asking(person, every):
        for method in ("get", "post") if is_first(address) else ("get",):
            yield from visit(client, who, address, method)
            if person and client.cookies.output() != cookies and is_for_signing_in(address.name):
                client.force_login(person)
                cookies = client.cookies.output()


# One process walks: every test here reads the same visits.
pytestmark = pytest.mark.xdist_group("walk")


@pytest.fixture(scope="module")
def walk(django_db_setup: None, django_db_blocker: Any) -> Iterator[Walk]:
    """The whole walk, made once and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        whole = make_whole()
        every = addresses(whole)
        people: dict[str, Person | None] = {**whole.people, NOBODY: None}
        yield Walk(whole.people, [one for who, person in people.items() for one in visits_of(who, person, every)])
        transaction.set_rollback(True)


def roles_for(name: str) -> set[str]:
    if is_for_signing_in(name):
        return EVERYBODY
    stage = name.partition(":")[0]
    assert name in ROLES or stage in ROLES_OF_STAGE, f"{name} is new: say in ROLES which roles it is for"
    return ROLES.get(name) or ROLES_OF_STAGE[stage]


def is_for_signing_in(name: str) -> bool:
    return name.startswith(SIGN_IN) or name in OPEN_TO_NOBODY_IN_PARTICULAR


def test_every_address_says_what_it_shows_and_to_whom(walk: Walk) -> None:
    walked = {one.address.name for one in walk.visits}
    missing = {name for name, _ in names_in_the_address_map(get_resolver().url_patterns)} - walked
    assert missing == set(), "new pages: say in objects_of what they show and to whom"


def test_no_address_breaks(walk: Walk) -> None:
    assert [str(one) for one in walk.visits if one.status >= 500] == []


def test_nobody_reads_a_private_word_of_others(walk: Walk) -> None:
    leaks = [f"{one} LEAKS {word}" for one in walk.visits for word in one.read if one.who not in MAY_READ[word]]
    assert leaks == []


def test_every_private_word_is_read_by_somebody_so_that_the_walk_would_find_it(walk: Walk) -> None:
    read = {word for one in walk.visits for word in one.read}
    assert set(MAY_READ) - read <= SHOWN_ON_NO_PAGE


def test_what_belongs_to_others_does_not_exist(walk: Walk) -> None:
    opened = [
        str(one)
        for one in walk.visits
        if one.who in walk.people and one.address.owners is not None
        if walk.people[one.who].organisation_id not in one.address.owners and one.status not in REFUSED
    ]
    assert opened == []


def test_the_wrong_role_is_refused(walk: Walk) -> None:
    opened = [
        str(one)
        for one in walk.visits
        if one.who in walk.people and not is_for_signing_in(one.address.name)
        if not roles_for(one.address.name) & set(walk.people[one.who].roles) and one.status not in REFUSED
    ]
    assert opened == []


def test_every_address_is_shown_to_somebody(walk: Walk) -> None:
    shown = {one.address.name for one in walk.visits if one.status in (200, 302)}
    assert {one.address.name for one in walk.visits} - shown == set()


def test_whoever_is_not_signed_in_is_asked_to(walk: Walk) -> None:
    sign_in = reverse("account_login")
    passed = [
        str(one)
        for one in walk.visits
        if one.who == NOBODY and not is_for_signing_in(one.address.name)
        if not (one.status == 302 and one.to.startswith(sign_in)) and one.status != 405
    ]
    assert passed == []
