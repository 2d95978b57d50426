"""From a referral to the frozen input of a ranking: the search, and every home on record on one day.

A bounded number of queries, however many homes. Of another authority's residents only age and sex are ever read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q
from psycopg.types.range import DateRange

from nearhome.geography.authorities import relation
from nearhome.geography.calculations.distance import Point, straight_line_miles
from nearhome.market.models import Capacity, Home, Inspection, Place
from nearhome.market.models import Resident as Occupant
from nearhome.market.queries.places import live_occupancies
from nearhome.matching.calculations.candidates import (
    Candidate,
    ChildFacts,
    ContractRoute,
    Resident,
    Search,
)
from nearhome.matching.calculations.stability import StabilityEvidence
from nearhome.matching.queries.facts_there import (
    FactsThere,
    conditions_of,
    facts_there,
    onward_contracts,
    paid_empty_places,
)
from nearhome.matching.queries.life_there import asked_in_words, asked_of_homes, life_facts
from nearhome.matching.queries.register_facts import latest_judgements, registration_of
from nearhome.matching.queries.stability import stability_evidence
from nearhome.matching.queries.travelling import with_travel_minutes
from nearhome.needs.models import Child, ChildIdentity
from nearhome.people.models import AuthorityCode, AuthorityRules, Organisation
from nearhome.procurement.calculations.routes import Route, is_open_to
from nearhome.procurement.queries import routes_for
from nearhome.referrals.calculations.profile import NeedsProfile
from nearhome.referrals.calculations.released import age_on
from nearhome.referrals.models import Offer, Referral
from nearhome.referrals.queries.profile import profile_of
from nearhome.referrals.queries.together import apart_pairs

NEAREST_FULL_HOMES = 50
_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Homes to be ranked, and how many more have no free place at all, by kind, further away than those given."""

    candidates: tuple[Candidate, ...]
    no_place_further_away: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was read in bulk about the homes, by home or by registration."""

    judgements: Mapping[int, Inspection]
    capacities: Mapping[int, Capacity]
    free: Mapping[int, frozenset[int]]
    residents: Mapping[int, tuple[Resident, ...]]
    conflicts: frozenset[int]
    routes: Mapping[int, tuple[Route, ...]]
    siblings_there: Mapping[int, int]
    authority_id: int
    authorities: Mapping[int, str]
    adjoining_extra: tuple[tuple[str, str], ...]
    there: FactsThere
    onward: frozenset[tuple[str, int]]
    asked: Mapping[str, str]


def search_for(referral: Referral, on: date | None = None, *, evidence: StabilityEvidence | None = None) -> Search:
    """The search a referral amounts to, for a start on a day (else the day the home is needed).

    `evidence` is how long the authority's placements lasted, where it has been counted already.
    """
    day = on or referral.needed_on or referral.created_at.date()
    child, profile = referral.child, profile_of(referral)
    together = _children_together(referral)
    code = dfe_code_of(referral.authority_id)
    siblings = max(len(together), profile.sibling_count or 0)
    return Search(
        child=ChildFacts(age_on(born_on(child), day), child.sex, code),
        profile=profile,
        starts_on=day,
        searching_authority=referral.authority.name,
        siblings=siblings,
        brothers_and_sisters=tuple(Resident(age_on(one.born_month, day), one.sex) for one in together),
        keep_siblings_together=siblings > 0,
        emergency=referral.is_emergency,
        ends_before=day + timedelta(weeks=referral.expected_weeks) if referral.expected_weeks else None,
        conditions=conditions_of(profile),
        asked_for=asked_in_words(referral),
        evidence=evidence or stability_evidence(referral.authority_id, code),
    )


def born_on(child: Child) -> date:
    """The day of birth from the sealed record, else the first of the month of birth."""
    identity = ChildIdentity.objects.filter(child=child).first()
    return date.fromisoformat(identity.born_on) if identity and identity.born_on else child.born_month


def dfe_code_of(authority_id: int) -> str:
    """The authority's three-digit code; the latest if it has had several."""
    rows = AuthorityCode.objects.filter(organisation_id=authority_id, scheme="dfe").order_by("starts_on", "pk")
    return next((row.code for row in reversed(rows)), "")


def centre_of(profile: NeedsProfile) -> Point | None:
    """The middle of the child's life: home, else family, else school. None if none of them is on the map."""
    for kind in ("home", "family", "school"):
        for place in profile.important_places:
            if place.kind == kind and place.easting is not None and place.northing is not None:
                return Point(place.easting, place.northing)
    return None


def candidates_for(referral: Referral, search: Search, *, now: datetime) -> OnRecord:
    """Every home on record with a free place, and the nearest without one, with all that ranking needs to know."""
    places = dict(Home.objects.values_list("pk", "kind"))
    held = _held_for_us(referral, now)
    found = _free_places(search.starts_on, now)
    free = {home: frozenset(found.get(home, ())) | held.get(home, _NONE) for home in places}
    full, left_out = _nearest_full(places, free, centre_of(search.profile))
    chosen = [home for home in places if free[home]] + full
    homes = list(Home.objects.filter(pk__in=chosen).select_related("registration"))
    facts = _read(referral, search, homes, free, held, now)
    made = tuple(_candidate(home, search, facts) for home in homes)
    return OnRecord(with_travel_minutes(made, search.profile), left_out)


def _free_places(day: date, now: datetime) -> dict[int, list[int]]:
    """Every free place by home. Two plain reads and a set: naming thousands of homes in one query costs minutes."""
    rows = Place.objects.filter(
        Q(starts_on__isnull=True) | Q(starts_on__lte=day),
        Q(ends_before__isnull=True) | Q(ends_before__gt=day),
        Q(home__opens_on__isnull=True) | Q(home__opens_on__lte=day),
        Q(home__closes_before__isnull=True) | Q(home__closes_before__gt=day),
    )
    taken = set(live_occupancies(now).filter(days__overlap=DateRange(day, None)).values_list("place_id", flat=True))
    found: dict[int, list[int]] = defaultdict(list)
    for place, home in rows.values_list("pk", "home_id"):
        if place not in taken:
            found[home].append(place)
    return found


def _nearest_full(
    kinds: Mapping[int, str], free: Mapping[int, frozenset[int]], centre: Point | None
) -> tuple[list[int], Mapping[str, int]]:
    """Homes without a free place: the nearest ones, and how many more there are of each kind."""
    full = [home for home in kinds if not free.get(home)]
    if len(full) > NEAREST_FULL_HOMES and centre is not None:
        points = {pk: Point(east, north) for pk, east, north in Home.objects.values_list("pk", "easting", "northing")}
        full.sort(key=lambda home: (straight_line_miles(points[home], centre), home))
    return full[:NEAREST_FULL_HOMES], Counter(kinds[home] for home in full[NEAREST_FULL_HOMES:])


def _read(
    referral: Referral, search: Search, homes: Sequence[Home], free: Mapping[int, frozenset[int]],
    held: Mapping[int, frozenset[int]], now: datetime,
) -> _Facts:  # fmt: skip
    ids, day, authority = [home.pk for home in homes], search.starts_on, referral.authority_id
    rules = AuthorityRules.objects.filter(organisation_id=authority).first()
    extra = rules.adjoining_extra if rules else []
    residents = _residents(ids, day, held)
    routes = routes_for(homes, authority, day, now=now, age_years=search.child.age_years)
    full = [home for home in ids if not free.get(home)]
    return _Facts(
        judgements=latest_judgements([home.registration_id for home in homes], day),
        capacities=_capacities(ids, day),
        free=free,
        residents=residents,
        conflicts=homes_of_children(_apart_keys(referral), day),
        routes=routes,
        siblings_there=Counter(homes_of_children([child.key for child in _children_together(referral)], day)),
        authority_id=authority,
        authorities=dict(Organisation.objects.filter(kind=Organisation.Kind.AUTHORITY).values_list("pk", "name")),
        adjoining_extra=tuple((search.child.authority_code, code) for code in extra),
        there=facts_there(referral, ids, full, residents, day, now),
        onward=onward_contracts(routes, {home.pk: home.kind for home in homes}),
        asked=asked_of_homes(referral),
    )


def _capacities(home_ids: Iterable[int], day: date) -> dict[int, Capacity]:
    rows = Capacity.objects.filter(home_id__in=list(home_ids), starts_on__lte=day).order_by("home_id", "starts_on")
    return {row.home_id: row for row in rows}


def _residents(home_ids: list[int], day: date, held: Mapping[int, frozenset[int]]) -> dict[int, tuple[Resident, ...]]:
    """Who lives in, or is promised to, each home; a place held for this very child is not somebody else's."""
    found: dict[int, list[Resident]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT home_id, age_years, sex FROM market_residents_of(%s, %s)", [home_ids, day])
        for home_id, age_years, sex in cursor.fetchall():
            found[home_id].append(Resident(age_years, sex))
    for home_id, ours in _held_as(held, day):
        if ours in found[home_id]:
            found[home_id].remove(ours)
    return {home: tuple(sorted(rows, key=lambda one: (one.age_years, one.sex))) for home, rows in found.items()}


def _held_as(held: Mapping[int, frozenset[int]], day: date) -> list[tuple[int, Resident]]:
    """How this very child appears among the residents: a hold knows only the middle of the child's age band."""
    places = frozenset[int]().union(*held.values())
    if not places:
        return []
    rows = Occupant.objects.filter(
        occupancy__place__in=places, occupancy__freed_at__isnull=True, occupancy__days__contains=day
    )
    found = rows.values_list("occupancy__place__home_id", "born_month", "sex")
    return [(home_id, Resident(age_on(born_month, day), sex)) for home_id, born_month, sex in found]


def homes_of_children(keys: Sequence[object], day: date) -> frozenset[int]:
    """In which homes any of these children lives or is expected from a day on; the keys must be known already."""
    if not keys:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute("SELECT home_id FROM market_homes_of_children(%s::uuid[], %s)", [list(map(str, keys)), day])
        return frozenset(row[0] for row in cursor.fetchall())


def _apart_keys(referral: Referral) -> list[object]:
    """The children this one must not live with, whichever of the two was named first."""
    pairs = apart_pairs(referral).select_related("child", "other")
    return [(pair.other if pair.child_id == referral.child_id else pair.child).key for pair in pairs]


def _children_together(referral: Referral) -> list[Child]:
    if referral.sibling_group is None:
        return []
    rows = Referral.objects.filter(sibling_group=referral.sibling_group).exclude(pk=referral.pk).select_related("child")
    return [row.child for row in rows.order_by("ref")]


def _held_for_us(referral: Referral, now: datetime) -> dict[int, frozenset[int]]:
    """The places that homes hold for this referral already: taken, but for this child."""
    rows = Offer.objects.filter(
        invitation__referral=referral, outcome=Offer.Outcome.OPEN, expires_at__gt=now, hold__freed_at__isnull=True,
        hold__isnull=False,
    )  # fmt: skip
    return {home: frozenset((place,)) for home, place in rows.values_list("home_id", "place_id")}


def _candidate(home: Home, search: Search, facts: _Facts) -> Candidate:
    capacity, residents = facts.capacities.get(home.pk), facts.residents.get(home.pk, ())
    is_foster = home.kind == "foster"
    made = Candidate(
        home_ref=str(home.key),
        home_name=home.name,
        kind=home.kind,
        registration=registration_of(home, search.starts_on, facts.judgements.get(home.registration_id)),
        authority_code=home.area_code or None,
        relation=_relation(search.child.authority_code, home.area_code, facts.adjoining_extra),
        point=Point(home.easting, home.northing),
        sector=home.registration.sector,
        min_age=home.min_age,
        max_age=home.max_age,
        sexes=frozenset(("M", "F")) if home.sexes == "any" else frozenset((home.sexes,)),
        skills=frozenset(home.skills) or None,
        free_places=len(facts.free.get(home.pk, _NONE)),
        residents=residents,
        siblings_there=facts.siblings_there.get(home.pk, 0),
        conflicts_with_resident=home.pk in facts.conflicts,
        fostered_children=len(residents) if is_foster else None,
        all_siblings=is_foster and 0 < len(residents) <= facts.siblings_there.get(home.pk, 0),
        exemption=bool(home.fostering_exemption),
        pets=home.has_pets,
        school_on_site=home.school_on_site,
        solo_capable=home.takes_solo,
        routes=tuple(_contract_route(route, facts.authorities) for route in _routes(home, search.starts_on, facts)),
    )
    made = _with_facts_there(made, home, search, facts)
    if capacity is None:
        return made
    return replace(
        made,
        registered_places=capacity.registered,
        staffed_places=capacity.staffed,
        open_to_referrals=capacity.open_to_referrals,
    )


def _with_facts_there(made: Candidate, home: Home, search: Search, facts: _Facts) -> Candidate:
    """What our own records add; what they do not say stays not known."""
    routes, free = facts.routes.get(home.pk, ()), facts.free.get(home.pk, _NONE)
    blocks = [route for route in routes if route.kind == "block"]
    paid = paid_empty_places(blocks, free, facts.authority_id, search.starts_on) if blocks else None
    leads_on = any((route.kind, route.contract_id) in facts.onward for route in routes if route.contract_id)
    return replace(
        made,
        conflicts_with_expected=home.pk in facts.there.conflicts_expected,
        alone_needed_there=facts.there.alone_needed.get(home.pk, False) if made.residents else False,
        free_from=facts.there.free_from.get(home.pk),
        paid_empty_places=paid,
        step_across=True if leads_on else None,
        **life_facts(home, facts.asked, is_lived_in=bool(made.residents)),
    )


def _relation(own: str, area: str, extra: tuple[tuple[str, str], ...]) -> str | None:
    return relation(own, area, extra).value if own and area else None


def _routes(home: Home, day: date, facts: _Facts) -> Sequence[Route]:
    """Where every free bed is kept under a block for somebody else, no other contract can buy one."""
    routes = facts.routes.get(home.pk, ())
    blocks = [route for route in routes if route.kind == "block"]
    kept = {place for route in blocks if not is_open_to(route, facts.authority_id, day) for place in route.place_ids}
    free = facts.free.get(home.pk, _NONE)
    return blocks if free and free <= kept else routes


def _contract_route(route: Route, authorities: Mapping[int, str]) -> ContractRoute:
    nominated = route.nominated_authority_id
    return ContractRoute(
        kind=route.kind,
        name=route.name,
        tier=route.tier,
        weekly_price_pence=route.weekly_price_pence,
        nominated_authority=authorities.get(nominated, "another") if nominated is not None else None,
        released_from=route.released_from,
        party=route.party,
    )
