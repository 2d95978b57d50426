"""Frameworks, block contracts and closed places of the made-up region, made as commissioners make them."""

import csv
import datetime as dt
from pathlib import Path

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Q, QuerySet

from nearhome.demo import block_terms, framework_life
from nearhome.market.models import Home, Occupancy, Place, Registration
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.actions import (
    FrameworkTerms,
    add_block_place,
    admit_supplier,
    make_block_contract,
    make_framework,
    set_block_price,
    set_rate_line,
)
from nearhome.procurement.models import BlockContract, BlockPlace, HomePrice

BEGAN_ON = dt.date(2025, 4, 1)
ENDS_BEFORE = dt.date(2029, 4, 1)
TERMS = {
    "foster": FrameworkTerms(
        reference="MADE-UP-F1", extension_months=24, price_firm_until=ENDS_BEFORE, birthday_rule="never"
    ),
    "childrens_home": FrameworkTerms(reference="MADE-UP-R1", extension_months=48, birthday_rule="review"),
}
BLOCK_BEGAN_ON = dt.date(2026, 8, 1)
KENT_BLOCK, SUSSEX_BLOCK = "Made-up Kent block", "Made-up West Sussex block"
BLOCK_WEEKLY_PENCE = 455_700
CHILDRENS_HOMES = {"kind": "childrens_home"}
# Agencies' ages and what each band costs, against what the household asks.
FOSTER_BANDS = ((0, 5, 92), (5, 11, 96), (11, 16, 100), (16, 18, 100))


def commissioner(authority: Organisation) -> Person:
    """The authority's made-up commissioner."""
    return Person.objects.get(organisation=authority, roles__contains=["commissioner"])


def make_frameworks(everyone: dict[str, Organisation], now: dt.datetime) -> None:
    """Fostering, led by Kent with Medway as in 2022; residential, led by West Sussex for everybody."""
    kent, others = everyone["886"], list(everyone.values())
    fostering = [everyone[code] for code in ("887",) if code in everyone]
    _make_framework("Made-up fostering framework", "foster", kent, fostering, now)
    _make_framework("Made-up regional residential framework", "childrens_home", everyone["938"], others, now)


def _make_framework(name: str, kind: str, lead: Organisation, parties: list[Organisation], now: dt.datetime) -> None:
    by = commissioner(lead)
    with acting(by):
        framework = make_framework(
            name=name, kind=kind, starts_on=BEGAN_ON, ends_before=ENDS_BEFORE, parties=parties, terms=TERMS[kind], by=by,
            now=now,
        )  # fmt: skip
        for number, (registration, pence) in enumerate(_suppliers(kind)):
            tier = 1 + min(2, number // 8)
            supplier = admit_supplier(framework=framework, registration=registration, tier=tier, by=by, now=now)
            bands = FOSTER_BANDS if kind == "foster" else ((0, 18, 100),)
            for low, high, per_cent in bands:
                set_rate_line(
                    supplier=supplier,
                    weekly_price_pence=pence * per_cent // 100,
                    starts_on=BEGAN_ON,
                    ages=(low, high),
                    by=by,
                    now=now,
                )
    # Kent's prices are firm for the term; West Sussex's region votes on an uplift.
    framework_life.live(framework, by=by, now=now, uplift=kind == "childrens_home")


def _suppliers(kind: str) -> list[tuple[Registration, int]]:
    """Half of the region's independent providers of the kind, with the highest price any of their homes asks."""
    registered = "fostering_agency" if kind == "foster" else kind
    prices: dict[int, int] = {}
    for price in HomePrice.objects.filter(home__registration__kind=registered).select_related("home"):
        key = price.home.registration_id
        prices[key] = max(prices.get(key, 0), price.weekly_price_pence)
    rows = Registration.objects.filter(kind=registered, pk__in=prices).exclude(sector="Local authority").order_by("urn")
    return [(row, prices[row.pk]) for row in rows][::2]


def close_places_used_by_others(profiles: Path, kent: Organisation) -> None:
    """Places held by children from elsewhere, or by carers who are not available: not open, and never said why."""
    with profiles.open(encoding="utf-8", newline="") as file:
        wanted = {
            (row["registration_urn"], row["home_ref"]): int(row["places_not_open"] or 0) for row in csv.DictReader(file)
        }
    with acting_for(kent.pk):
        closures = []
        in_blocks = set(BlockPlace.objects.values_list("place_id", flat=True))
        for home in _homes_with_free_places():
            count = wanted.get((home.registration.urn, home.ref), 0)
            free = [place for place in home.places.all() if not place.occupancies.all() and place.pk not in in_blocks]
            closures += [_closure(place) for place in free[:count]]
        Occupancy.objects.bulk_create(closures, batch_size=2000)


def _homes_with_free_places() -> QuerySet[Home]:
    return Home.objects.select_related("registration").prefetch_related("places__occupancies").order_by("pk")


def _closure(place: Place) -> Occupancy:
    days = DateRange(BEGAN_ON, None)
    return Occupancy(place=place, kind=Occupancy.Kind.CLOSURE, days=days, reason="Not open to the partnership")


def make_blocks(everyone: dict[str, Organisation], now: dt.datetime) -> None:
    """Five beds in Kent, to become 10 and 15, and three in West Sussex, each with beds nominated to partners."""
    kent, sussex, portsmouth = everyone["886"], everyone["938"], everyone["851"]
    weights = {kent: 5, sussex: 3, portsmouth: 1}
    _make_block(KENT_BLOCK, kent, "886", [kent, kent, portsmouth, kent, sussex], weights, now)
    _make_block(SUSSEX_BLOCK, sussex, "938", [sussex, sussex, portsmouth], weights, now)
    block_terms.agree(
        KENT_BLOCK, commissioner(kent), ((0, 5), (12, 10), (24, 15)), {kent: 3, portsmouth: 1, sussex: 1}, now
    )
    block_terms.agree(SUSSEX_BLOCK, commissioner(sussex), ((0, 3),), {sussex: 2, portsmouth: 1}, now)


def _make_block(
    name: str,
    host: Organisation,
    area_code: str,
    nominated: list[Organisation],
    weights: dict[Organisation, int],
    now: dt.datetime,
) -> None:
    by = commissioner(host)
    with acting(by):
        provider, places = _provider_with_room(area_code, len(nominated))
        contract = make_block_contract(
            name=name, provider=provider, starts_on=BLOCK_BEGAN_ON, parties=weights, by=by, now=now
        )
        set_block_price(
            contract=contract, starts_on=BLOCK_BEGAN_ON, weekly_price_pence=BLOCK_WEEKLY_PENCE, by=by, now=now
        )
        for place, authority in zip(places, nominated, strict=True):
            add_block_place(
                contract=contract,
                place=place,
                available_from=BLOCK_BEGAN_ON,
                nominated=authority,
                released_from=None if authority == host else BLOCK_BEGAN_ON,
                by=by,
                now=now,
            )


def _provider_with_room(area_code: str, wanted: int) -> tuple[Organisation, list[Place]]:
    """A private provider with enough free beds in the area for children of school age, in as few homes as can be."""
    by_home: dict[int, list[Place]] = {}
    for place in _free_beds(area_code):
        by_home.setdefault(place.home_id, []).append(place)
    by_provider: dict[Organisation, list[Place]] = {}
    for places in sorted(by_home.values(), key=len, reverse=True):
        by_provider.setdefault(places[0].home.provider, []).extend(places)
    enough = {one: places[:wanted] for one, places in by_provider.items() if len(places) >= wanted}
    provider = min(enough, key=lambda one: (len({place.home_id for place in enough[one]}), one.pk))
    return provider, enough[provider]


def _free_beds(area_code: str) -> QuerySet[Place]:
    """Beds without anybody in homes of providers that take any child of 10 to 16 and were not judged inadequate."""
    suits = Q(home__min_age__lte=10, home__max_age__gte=16, home__sexes="any", home__takes_solo=False)
    return (
        Place.objects.filter(suits, home__area_code=area_code, home__kind="childrens_home")
        .filter(home__provider__kind="provider", home__registration__closed_on__isnull=True)
        .exclude(home__registration__inspections__judgement__istartswith="inadequate")
        .annotate(taken=Count("occupancies", filter=Q(occupancies__freed_at__isnull=True)))
        .filter(taken=0, block_place__isnull=True)
        .select_related("home__provider")
        .order_by("home_id", "pk")
    )


def block_provider(host: Organisation, name: str) -> Organisation:
    """Who provides the homes of a block."""
    with acting_for(host.pk):
        return BlockContract.objects.select_related("provider").get(host=host, name=name).provider
