"""Every address, asked for by every role of every organisation, with everybody's objects: nobody reads what is not theirs.

A new page is in the address map at once; until it says here whose objects it shows to which roles, these tests fail.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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
from nearhome.partnership.models import Ballot, DecisionRecord, DecisionRisk, Matter, Membership
from nearhome.people.models import Person
from nearhome.people.permissions import OneTimeLinks
from nearhome.placements.models import Agreement, Booking
from nearhome.privacy.acting import acting_for
from nearhome.procurement.models import BlockContract, Framework, FrameworkApplication, UpliftRound
from nearhome.procurement.models import BlockAdjustment, BlockContract, BlockEnding, BlockPlace
from nearhome.referrals.models import Invitation, Offer, Question, Referral, Release
from nearhome.settlement.models import Month, Statement
from nearhome.sufficiency.models import KeptAnalysis, Requirement, Scenario, SharedPicture
from nearhome.tendering.models import Notice, NoticeFact
from nearhome.tendering.models import Bid, Procurement, ProcurementParty
from nearhome.tendering.models import AwardCriterion, Bid, FeedbackLetter, PanelMember
from nearhome.tendering.models import AppraisalOption, CompletedAppraisal, Procurement, ProcurementParty
from reading_responses import text_of_response
from scenes_whole import Whole, make_whole

READERS = {"placement_officer", "approver", "commissioner"}
PROVIDERS = {"provider"}
LOADERS = {"commissioner", "administrator"}
ANALYSTS = {"analyst", "commissioner"}
CONTRACT_READERS = READERS | {"finance_officer", "analyst"}
COMMISSIONERS = {"commissioner"}
COMMISSIONERS, SPEAKERS = {"commissioner"}, {"commissioner", "approver", "finance_officer"}
BUYERS = READERS | {"finance_officer", "analyst"}
COMMISSIONERS = {"commissioner"}
BLOCK_READERS = READERS | {"finance_officer", "analyst"}
EVERYBODY = READERS | PROVIDERS | {"finance_officer", "analyst", "administrator"}

# Pages of everybody who is signed in, or of nobody in particular.
OPEN_TO_NOBODY_IN_PARTICULAR = {
    "accessibility",
    "health",
    "account_login",
    "account_inactive",
    "account_logout",
    "design:components",
    "people:set_password",  # whoever holds the link
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
    "procurement": CONTRACT_READERS,
    "partnership": {"commissioner", "approver", "finance_officer", "analyst", "administrator"},
    "tendering": {"commissioner"},
}
ROLES = {
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
    # Whoever reads procurements, and anybody on the panel, of whatever role.
    **dict.fromkeys(
        [
            f"tendering:{name}" for name in (
                "evaluation", "panel", "seat", "chair", "interest", "scores", "close_scoring", "moderation", "lock_quality",
                "lot_prices", "score", "moderate", "low_price", "results", "lot_result", "work_out_results", "draft_feedback",
                "send_feedback",
            )
        ],
        READERS | {"finance_officer", "analyst"},
    ),
    **dict.fromkeys(("tendering:feedback", "tendering:feedback_pdf"), EVERYBODY - {"administrator"}),
    "tendering:feedback_received": EVERYBODY,
    **dict.fromkeys(
        (
            "partnership:begin", "partnership:join", "partnership:task_lead", "partnership:membership", "partnership:leave",
            "partnership:new_agreement", "partnership:new_ballot", "partnership:close_ballot", "partnership:new_decision",
            "partnership:part", "partnership:entries", "partnership:entry", "partnership:remove_entry", "partnership:risks",
            "partnership:risk", "partnership:remove_risk",
        ),
        COMMISSIONERS,
    ),
    "partnership:accept": {"approver"},
    "partnership:rules": {"administrator"},
    "partnership:step": {"commissioner", "approver", "administrator"},
    **dict.fromkeys(
        ("partnership:new_matter", "partnership:move_up", "partnership:resolve"),
        SPEAKERS,
    ),
    **dict.fromkeys(
        (
            "sufficiency:work_out", "sufficiency:again", "sufficiency:share", "sufficiency:withdraw",
            "sufficiency:work_out_forecast", "sufficiency:new_scenario", "sufficiency:scenario",
            "sufficiency:remove_scenario", "sufficiency:new_requirement",
        ),
        ANALYSTS,
    ),
    **dict.fromkeys(
        ("procurement:blocks", "procurement:block", "procurement:block_adjustment", "procurement:block_ending"),
        BLOCK_READERS | PROVIDERS,
    ),
    "procurement:block_commitment": BLOCK_READERS,
    **dict.fromkeys(
        (
            "procurement:new_block", "procurement:block_terms", "procurement:block_beds", "procurement:block_fee",
            "procurement:block_nominations", "procurement:block_benchmark", "procurement:adjust_block",
            "procurement:end_block", "procurement:add_block_place", "procurement:ready_block_place",
            "procurement:nominate_block_place", "procurement:release_block_place", "procurement:take_back_block_place",
        ),
        COMMISSIONERS,
    ),
}  # fmt: skip

CONTRACT_READERS = READERS | {"finance_officer", "analyst"}
ROLES_OF_STAGE["procurement"] = {"commissioner"}
ROLES |= {
    **dict.fromkeys(
        ("procurement:frameworks", "procurement:framework", "procurement:supplier"), CONTRACT_READERS | PROVIDERS
    ),
    **dict.fromkeys(("procurement:apply", "procurement:apply_with", "procurement:withdraw_application"), PROVIDERS),
    "procurement:application": {"commissioner"} | PROVIDERS,
    "procurement:uplift": CONTRACT_READERS,
    "procurement:approve_uplift": {"approver"},
}
ROLES_OF_STAGE["tendering"] = READERS | {"finance_officer", "analyst"}
ROLES |= dict.fromkeys(
    (
        "tendering:recommend", "tendering:send_back", "tendering:tell_bidders", "tendering:award_notice", "tendering:contract",
        "tendering:abandon", "tendering:direct_award", "tendering:extend",
    ),
    COMMISSIONERS,
)  # fmt: skip
ROLES |= {"tendering:decide_award": {"approver"}} | dict.fromkeys(
    ("tendering:outcomes", "tendering:outcome"), PROVIDERS
)
ROLES |= dict.fromkeys(
    (
        "tendering:procurements", "tendering:procurement", "tendering:rules", "tendering:options", "tendering:options_version",
        "tendering:options_document",
    ),
    BUYERS,
)  # fmt: skip

KENT = {"Kent placement_officer", "Kent approver", "Kent commissioner"}
KENT_ANALYSES = {"Kent analyst", "Kent commissioner", "Kent approver"}
KENT_BUYERS = KENT | {"Kent finance_officer", "Kent analyst"}
KENT_OF_BLOCKS = KENT | {"Kent finance_officer", "Kent analyst"}
PORTSMOUTH, HAMPSHIRE = {"Portsmouth"}, {"Hampshire"}
KENT_PARTNERS = {f"Kent {role}" for role in ("commissioner", "approver", "finance_officer", "analyst", "administrator")}
MEADOW, HARBOUR, IN_HOUSE = {"chosen provider"}, {"invited provider"}, {"Kent in-house provider"}
KENT_BUYERS = KENT | {"Kent analyst", "Kent finance_officer"}
# Each private word of the scene, and everybody who may read it.
MAY_READ = {
    **dict.fromkeys(("ZZNAMEDRAFT", "ZZNAMESEARCH", "ZZNAMEDECIDED"), KENT),
    "ZZNAMEPLACED": KENT | MEADOW,
    **dict.fromkeys(("ZZREFDRAFT", "ZZREFSEARCH", "ZZREFDECIDED", "ZZREFPLACED", "ZZWISH", "ZZPLACE"), KENT),
    **dict.fromkeys(("ZZREASON", "ZZTEST", "ZZPASSED", "ZZNOTINVITED", "ZZANSWEREDWISH"), KENT),
    **dict.fromkeys(("ZZPERMIT", "ZZAPPROVED", "ZZNOTE"), KENT),
    "ZZFEEDBACK": KENT | HARBOUR,
    "ZZDECLINE": KENT | IN_HOUSE,
    **dict.fromkeys(("ZZQUESTION", "ZZREPLY", "ZZMEADOWHOW", "ZZNEEDS"), KENT | MEADOW),
    "5151.51": KENT | MEADOW | {"Kent finance_officer", "Kent analyst"},
    **dict.fromkeys(("ZZHARBOURHOW", "4343.43"), KENT | HARBOUR),
    "ZZPRICEREASON": KENT | MEADOW | HARBOUR,
    "ZZBLOCKREF": KENT | MEADOW | {"Kent finance_officer"},
    "ZZBLOCK": KENT_OF_BLOCKS | PORTSMOUTH | MEADOW,
    "6262.62": KENT_OF_BLOCKS | PORTSMOUTH | MEADOW,
    **dict.fromkeys(
        (
            "ZZTERMSREF",
            "ZZRAMPWORD",
            "ZZEVIDENCEWORD",
            "ZZPROVIDERANSWER",
            "ZZHOSTANSWER",
            "ZZPLANWORD",
            "ZZENDREASON",
            "ZZENDREFUSED",
        ),
        KENT_OF_BLOCKS | PORTSMOUTH | MEADOW,
    ),
    "8484.84": KENT_OF_BLOCKS | PORTSMOUTH,
    "ZZSPOTSOURCE": KENT_OF_BLOCKS | PORTSMOUTH,
    "ZZRELEASEWORD": KENT_OF_BLOCKS | PORTSMOUTH | MEADOW,
    "PPBLOCKREF": PORTSMOUTH | MEADOW | {"Kent finance_officer"},
    "PPENDED": PORTSMOUTH,
    **dict.fromkeys(("PPNAME", "PPREF", "PPWISH", "PPPLACE"), PORTSMOUTH),
    "ZZCHILD": KENT | {"Kent analyst", "Kent administrator"},
    **dict.fromkeys(("ZZWHATIF", "ZZNEARBY"), KENT_ANALYSES),
    "ZZRETURNREF": {"Kent analyst", "Kent administrator"},
    **dict.fromkeys(("ZZSKIPPED", "ZZWAIVER"), KENT),
    "ZZREGISTER": {"Kent commissioner", "Kent administrator"},
    **dict.fromkeys(("ZZDECISION", "ZZOPTION", "ZZARGUMENT", "ZZFINANCIAL", "ZZRISK"), KENT_PARTNERS),
    "ZZCONSTITUTION": {"Kent administrator"},
    **dict.fromkeys(
        (
            "PQBALLOT",
            "PQVOTE",
            "PQMATTER",
            "PQDECISION",
            "PQOPTION",
            "PQARGUMENT",
            "PQFINANCIAL",
            "PQRISK",
            "PQDECIDED",
        ),
        KENT_PARTNERS | PORTSMOUTH,
    ),
    "ZZCLOSED": KENT | PORTSMOUTH | HAMPSHIRE | MEADOW,
}
NOTICE_RECORDERS = {"commissioner"}
NOTICE_READERS = READERS | {"finance_officer", "analyst"}
ROLES |= {
    **dict.fromkeys(
        ("tendering:all_notices", "tendering:own_notice", "tendering:notices", "tendering:notice", "tendering:ocds"),
        NOTICE_READERS,
    ),
    **dict.fromkeys(
        ("tendering:what_happened", "tendering:own_what_happened", "tendering:take_back_fact"), NOTICE_RECORDERS
    ),
}
MAY_READ |= {"ZZNOTICEREF": KENT | PORTSMOUTH | {"Kent finance_officer", "Kent analyst"}}
KENT_BUYERS = KENT | {"Kent finance_officer", "Kent analyst"}
APPLYING = {"applying provider"}
MAY_READ |= {
    "8181.81": KENT_BUYERS | PORTSMOUTH | MEADOW,
    "8282.82": KENT_BUYERS | PORTSMOUTH | HARBOUR,
    **dict.fromkeys(("8383.83", "ZZAPPLIED", "ZZAPPLIEDTOO", "ZZREFUSED"), {"Kent commissioner"} | APPLYING),
    **dict.fromkeys(("ZZSUSPENDED", "ZZTIERMOVE"), KENT_BUYERS | PORTSMOUTH | MEADOW),
    "ZZCONSENT": KENT_BUYERS | PORTSMOUTH | MEADOW | HARBOUR,
    # Published with the framework: also read by the lead's own service while it is open again.
    **dict.fromkeys(("ZZTIERRULE", "ZZEXTENDED"), KENT_BUYERS | PORTSMOUTH | MEADOW | HARBOUR | IN_HOUSE),
    **dict.fromkeys(("ZZMINUTES", "ZZUPLIFTWHY"), KENT_BUYERS | PORTSMOUTH),
}
# Awards: read by the lead and by who buys with it; bidders read their own outcome, never why others won.
MAY_READ |= dict.fromkeys(("ZZAWARDWHY", "ZZAWARDAPPROVED", "ZZTOODEAR", "ZZGAVEUP"), KENT_BUYERS | PORTSMOUTH)
MAY_READ |= {"ZZDIRECTWHY": KENT_BUYERS}
KENT_BUYERS = KENT | {"Kent finance_officer", "Kent analyst"}
MAY_READ |= dict.fromkeys(("ZZCASE", "ZZOPTION"), KENT_BUYERS | PORTSMOUTH)
SHOWN_ON_NO_PAGE = {"ZZNOTE", "ZZAPPROVED", "ZZCLOSED", "ZZNOTINVITED", "ZZPASSED"}
    **dict.fromkeys(
        ("ZZSCOREWHY", "ZZCLOSEDWITHOUT", "ZZPRICEASKED", "ZZPRICEANSWER", "ZZPRICEDECIDED"), KENT_BUYERS | PORTSMOUTH
    ),
    "ZZAGREED": KENT_BUYERS | PORTSMOUTH | MEADOW | HARBOUR,
    "ZZSCOREDALONE": {"Kent commissioner"},
    "ZZINTEREST": PORTSMOUTH,
    "ZZCLOSED": KENT | PORTSMOUTH | HAMPSHIRE | MEADOW,
}
SHOWN_ON_NO_PAGE = {"ZZINTEREST", "ZZNOTE", "ZZAPPROVED", "ZZCLOSED", "ZZNOTINVITED", "ZZPASSED"}
SHOWN_ON_NO_PAGE = {"ZZSPOTSOURCE", "ZZRELEASEWORD"} | {"ZZNOTE", "ZZAPPROVED", "ZZCLOSED", "ZZNOTINVITED", "ZZPASSED"}
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


def everybodys(
    model: Any, owners: Callable[[Any], set[int]], whole: Whole, *related: str
) -> list[tuple[Any, set[int]]]:
    """Every row of a kind, read for each organisation in turn, with whoever may read it."""
    found: dict[int, Any] = {}
    for organisation in {person.organisation_id for person in whole.people.values()}:
        with acting_for(organisation):
            # With no names at all select_related would follow every key to the fifth table.
            for row in model.objects.select_related(*related) if related else model.objects.all():
                found[row.pk] = row
    return [(row, owners(row)) for row in found.values()]


def keyed(rows: list[tuple[Any, set[int]]]) -> list[tuple[dict[str, Any], set[int]]]:
    return [({"key": row.key}, owners) for row, owners in rows]


def objects_of(whole: Whole) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:  # noqa: C901, PLR0915 - one long list
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
    names: dict[str, list[tuple[dict[str, Any], set[int]]]] = {
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
    for name in ("month", "check", "close", "return"):
        names[f"settlement:{name}"] = keyed(months)
    names["settlement:payment_month"] = [({"key": row.key}, {whole.cast.meadow.pk}) for row, _ in months]
    names["market:home"] = keyed(homes)
    for name in ("describe", "life", "capacity"):
        names[f"market:{name}"] = [({"key": row.key}, {row.provider_id}) for row, _ in homes]
    names["market:close"], names["market:reopen"] = keyed(places), ended
    for name in ("load", "confirm", "set_aside", "problems"):
        names[f"market:{name}"], names[f"needs:{name}"] = registers, returns
    names["matching:what_if"] = keyed(everybodys(RegionalPlan, lambda _: partners, whole))
    names |= people_pages(everyone) | sufficiency_pages(whole)
    names |= notice_pages(whole)
    names |= framework_pages(whole)
    names |= award_pages(whole)
    names |= partnership_pages(whole)
    names |= people_pages(everyone) | sufficiency_pages(whole) | evaluation_pages(whole)
    names |= options_pages(whole)
    names |= people_pages(everyone) | sufficiency_pages(whole) | block_pages(whole)
    assert everyone >= partners
    return names


def notice_pages(whole: Whole) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:
    """Notices for those who buy together; what they count from is recorded by the lead."""
    buyers, lead = {whole.cast.kent.pk, whole.cast.portsmouth.pk}, {whole.cast.kent.pk}
    published = [row for row, _ in everybodys(Notice, lambda _: set(), whole, "procurement") if row.procurement]
    facts = everybodys(NoticeFact, lambda _: lead, whole, "procurement")
    key = [({"key": row.procurement.key}, buyers) for row in published]
    return {
        "tendering:notices": key,
        "tendering:ocds": key,
        "tendering:notice": [({**one, "code": "UK3"}, owners) for one, owners in key],
        "tendering:what_happened": [(one, lead) for one, _ in key],
        "tendering:take_back_fact": keyed(facts),
        "tendering:own_notice": [({"code": "UK1"}, buyers | {whole.cast.hampshire.pk})],
    }
def partnership_pages(whole: Whole) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:
    """A partnership is its parties'; what only the lead or the writing authority does is theirs alone."""
    lead, partners = {whole.cast.kent.pk}, {whole.cast.kent.pk, whole.cast.west_sussex.pk, whole.cast.portsmouth.pk}
    own = [({"key": whole.partnership.key}, partners)]
    names = {f"partnership:{name}": own for name in ("partnership", "new_ballot", "new_matter")}
    names |= {
        f"partnership:{name}": [({"key": whole.partnership.key}, lead)]
        for name in ("join", "task_lead", "new_agreement")
    }
    version = [({"key": whole.partnership.key, "version": 1}, partners)]
    names["partnership:agreement"] = names["partnership:accept"] = version
    members = everybodys(Membership, lambda _: lead, whole, "partnership")
    lines = [({"key": row.partnership.key, "number": row.pk}, owners) for row, owners in members]
    names["partnership:membership"] = names["partnership:leave"] = lines
    ballots, matters = (
        keyed(everybodys(Ballot, lambda _: partners, whole)),
        keyed(everybodys(Matter, lambda _: partners, whole)),
    )
    names["partnership:ballot"] = ballots
    names["partnership:close_ballot"] = [(key, lead) for key, _ in ballots]
    names["partnership:matter"] = names["partnership:move_up"] = matters
    names["partnership:resolve"] = [(key, lead) for key, _ in matters]
    return names | decision_pages(whole, lead, partners)


def decision_pages(
    whole: Whole, lead: set[int], partners: set[int]
) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:
    """A draft is its authority's own, a published decision its partners' to read; only its authority writes either."""
    rows = everybodys(DecisionRecord, lambda row: partners if row.notice_on else lead, whole)
    written = [({"key": row.key}, lead) for row, _ in rows]
    names = {"partnership:decision": keyed(rows), "partnership:decision_pdf": keyed(rows), "partnership:risks": written}
    names["partnership:part"] = [({**key, "slug": "proposal"}, owners) for key, owners in written]
    names["partnership:step"] = [
        ({**key, "slug": slug}, owners) for key, owners in written for slug in ("notice", "call-in", "decide")
    ]
    names["partnership:entries"] = [({**key, "name": "options"}, owners) for key, owners in written]
    entries = [({**key, "name": "options", "place": 1}, owners) for key, owners in written]
    names["partnership:entry"] = names["partnership:remove_entry"] = entries
    risks = everybodys(DecisionRisk, lambda _: lead, whole, "decision")
    numbered = [({"key": row.decision.key, "number": row.number}, owners) for row, owners in risks]
    names["partnership:risk"] = names["partnership:remove_risk"] = numbered
    return names


def people_pages(everyone: set[int]) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:
    """Pages about people, for each of them; a one-time link opens for whoever holds it."""
    persons = list(Person.objects.order_by("pk"))
    own = [({"key": one.key}, {one.organisation_id}) for one in persons]
    names = {f"people:{name}": own for name in ("person", "change", "link", "switch_off", "switch_on")}
    token = OneTimeLinks(timezone.now()).make_token(persons[0])
    return names | {"people:set_password": [({"key": persons[0].key, "token": token}, everyone)]}


def sufficiency_pages(whole: Whole) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:
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


def framework_pages(whole: Whole) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:
    """Frameworks for those who call off and supply, and for every provider while open; rounds for those who call off."""
    sellers = {one.organisation_id for one in whole.people.values() if one.has_role("provider")}
    users: dict[int, set[int]] = {}
    suppliers: list[tuple[dict[str, Any], set[int]]] = []
    frameworks = []
    for row, _ in everybodys(Framework, lambda _: set(), whole):
        with acting_for(row.lead_id):
            parties = set(row.parties.values_list("organisation_id", flat=True)) | {row.lead_id}
            admitted = list(row.suppliers.all())
            reopens = row.windows.exists()
        users[row.pk] = parties
        suppliers += [({"key": row.key, "number": one.pk}, parties | {one.provider_id}) for one in admitted]
        frameworks.append(
            ({"key": row.key}, parties | {one.provider_id for one in admitted} | (sellers if reopens else set()))
        )
    names = {
        f"procurement:{name}": frameworks
        for name in ("framework", "tier", "extend", "admit", "reopen", "apply", "propose_uplift")
    }
    names |= {
        f"procurement:{name}": suppliers
        for name in ("supplier", "move_supplier", "suspend", "take_back", "transfer", "rate_card")
    }
    asked = everybodys(FrameworkApplication, lambda row: {row.provider_id, row.framework.lead_id}, whole, "framework")
    names["procurement:application"] = names["procurement:withdraw_application"] = keyed(asked)
    names["procurement:apply_with"] = [
        ({"key": row.framework.key, "registration": row.registration.key}, {row.provider_id})
        for row, _ in everybodys(FrameworkApplication, lambda _: set(), whole, "framework", "registration")
    ]
    rounds = keyed(everybodys(UpliftRound, lambda row: users[row.framework_id], whole))
    names |= {
        f"procurement:{name}_uplift" if name else "procurement:uplift": rounds
        for name in ("", "preview", "vote", "approve", "apply", "withdraw")
    }
    names["procurement:propose_block_uplift"] = keyed(everybodys(BlockContract, lambda row: {row.host_id}, whole))
    return names
def award_pages(whole: Whole) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:
    """Awards, for the lead and for who buys with it; each bidder's own outcome."""
    parties: dict[int, set[int]] = {}
    for row, _ in everybodys(ProcurementParty, lambda row: set(), whole):
        parties.setdefault(row.procurement_id, set()).add(row.organisation_id)
    cases = everybodys(Procurement, lambda row: {row.lead_id}, whole)
    bought = [({"key": row.key}, lead | parties.get(row.pk, set())) for row, lead in cases]
    steps = ("recommend", "send_back", "decide_award", "award_notice", "contract", "abandon", "direct_award", "extend")
    names = {f"tendering:{name}": keyed(cases) for name in (*steps, "tell_bidders")}
    bids = keyed(everybodys(Bid, lambda row: {row.provider_id}, whole))
    return names | {"tendering:award": bought, "tendering:outcome": bids}
def evaluation_pages(whole: Whole) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:
    """The evaluated tender, its lots, seats, bids and letters: the buyers', and each letter also its bidder's."""
    buyers = {whole.cast.kent.pk, whole.cast.portsmouth.pk}
    seats = everybodys(PanelMember, lambda _: buyers, whole, "procurement")
    judged = {row.procurement.key: row.procurement_id for row, _ in seats}
    tenders = [({"key": key}, buyers) for key in judged]
    names = {
        f"tendering:{name}": tenders for name in ("evaluation", "panel", "results", "draft_feedback", "send_feedback")
    }
    lots = [({"key": key, "number": number}, buyers) for key in judged for number in (1, 2)]
    for name in ("interest", "scores", "close_scoring", "moderation", "lock_quality", "lot_prices", "lot_result", "work_out_results"):  # fmt: skip
        names[f"tendering:{name}"] = lots
    of_seats = [({"key": row.procurement.key, "number": row.pk}, buyers) for row, _ in seats]
    names["tendering:seat"] = names["tendering:chair"] = of_seats
    bids = [row for row, _ in everybodys(Bid, lambda _: buyers, whole) if row.procurement_id in judged.values()]
    # The walk asks for the last ones: the bid that is out, of which little is shown, comes first.
    bids.sort(key=lambda bid: bid.provider_id != whole.cast.harbour.pk)
    names["tendering:low_price"] = [({"key": row.key}, buyers) for row in bids]
    with acting_for(whole.cast.kent.pk):
        asked = list(AwardCriterion.objects.filter(procurement_id__in=judged.values(), kind="question"))
    answers = [({"key": bid.key, "number": one.pk}, buyers) for bid in bids for one in asked if one.procurement_id == bid.procurement_id]  # fmt: skip
    names["tendering:score"] = names["tendering:moderate"] = answers
    letters = everybodys(FeedbackLetter, lambda row: buyers | {row.bid.provider_id}, whole, "bid")
    names["tendering:feedback"] = names["tendering:feedback_pdf"] = keyed(letters)
def options_pages(whole: Whole) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:
    """Procurements for those who buy together; writing the options of one for the lead alone."""
    everybodys_procurements = everybodys(Procurement, lambda row: {row.lead_id}, whole)
    parties = everybodys(ProcurementParty, lambda row: {row.organisation_id}, whole)
    buyers = {row.pk: owners.copy() for row, owners in everybodys_procurements}
    for party, owners in parties:
        buyers[party.procurement_id] |= owners
    read = [({"key": row.key}, buyers[row.pk]) for row, _ in everybodys_procurements]
    names = dict.fromkeys(("tendering:procurement", "tendering:options"), read)
    lead = [({"key": row.key}, owners) for row, owners in everybodys_procurements]
    for name in (
        "change", "begin_options", "complete_options", "revise_options", "options_question", "options_criteria",
        "recommend_option", "new_option",
    ):  # fmt: skip
        names[f"tendering:{name}"] = lead
    done = everybodys(
        CompletedAppraisal, lambda row: buyers[row.appraisal.procurement_id], whole, "appraisal__procurement"
    )
    versions = [
        ({"key": row.appraisal.procurement.key, "number": row.appraisal.number}, owners) for row, owners in done
    ]
    names["tendering:options_version"] = names["tendering:options_document"] = versions
    options = everybodys(
        AppraisalOption, lambda row: {row.appraisal.procurement.lead_id}, whole, "appraisal__procurement"
    )
    each = [({"key": row.appraisal.procurement.key, "option": row.key}, owners) for row, owners in options]
    for name in ("option", "option_scores", "remove_option"):
        names[f"tendering:{name}"] = each
def block_pages(whole: Whole) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:
    """Kent's block with its places and changes: read by its parties and its provider, changed by its host."""
    host, parties = {whole.cast.kent.pk}, {whole.cast.kent.pk, whole.cast.portsmouth.pk}
    readers = parties | {whole.cast.meadow.pk}
    blocks = everybodys(BlockContract, lambda _: readers, whole)
    places = [
        ({"key": row.contract.key, "place": row.place.key}, host)
        for row, _ in everybodys(BlockPlace, lambda _: host, whole, "contract", "place")
    ]
    names = {
        "procurement:block": keyed(blocks),
        "procurement:block_commitment": [(key, parties) for key, _ in keyed(blocks)],
    }
    names["procurement:block_adjustment"] = keyed(everybodys(BlockAdjustment, lambda _: readers, whole))
    names["procurement:block_ending"] = keyed(everybodys(BlockEnding, lambda _: readers, whole))
    for name in (
        "block_terms",
        "block_beds",
        "block_fee",
        "block_nominations",
        "block_benchmark",
        "adjust_block",
        "end_block",
        "add_block_place",
    ):
        names[f"procurement:{name}"] = [(key, host) for key, _ in keyed(blocks)]
    for name in ("ready", "nominate", "release", "take_back"):
        names[f"procurement:{name}_block_place"] = places
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
