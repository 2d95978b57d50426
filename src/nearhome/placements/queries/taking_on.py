"""What taking on current placements reads: a few queries, however many children."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from nearhome.market.models import Home, Occupancy
from nearhome.needs.models import Episode
from nearhome.placements.calculations.taking_on import KnownHome, RunningEpisode
from nearhome.placements.models import Booking
from nearhome.procurement.models import BlockPlace, BlockPrice, FrameworkParty, FrameworkSupplier, HomePrice, RateLine


@dataclass(frozen=True, slots=True)
class Purchase:
    """By which contract a place is used, and its price a week in pence if one is known."""

    route: str
    weekly_price_pence: int | None = None
    block_contract_id: int | None = None
    host_id: int | None = None


def running_episodes(authority_id: int) -> tuple[list[RunningEpisode], int]:
    """Episodes with a URN and no end, of children who live in no booking yet; and how many live in one already."""
    living = Booking.objects.filter(authority_id=authority_id, departed_on__isnull=True, cancelled_at__isnull=True)
    booked = set(living.filter(arrived_on__isnull=False).values_list("child_id", flat=True))
    rows = Episode.objects.filter(authority_id=authority_id, ends_before__isnull=True).exclude(urn="")
    rows = rows.exclude(urn__startswith="XXX").select_related("child").order_by("child_id", "-starts_on")
    latest = {row.child_id: row for row in reversed(rows)}
    found = [
        RunningEpisode(row.child_id, row.child.return_ref, row.starts_on, row.urn, row.place_postcode or "")
        for row in latest.values()
        if row.child_id not in booked
    ]
    return found, len(latest) - len(found)


def known_homes(urns: Collection[str]) -> list[KnownHome]:
    """The homes of these registrations with their places."""
    homes = Home.objects.filter(registration__urn__in=urns).select_related("registration").prefetch_related("places")
    return [
        KnownHome(
            home.pk,
            home.registration.urn,
            home.kind,
            home.postcode,
            tuple(sorted(place.pk for place in home.places.all())),
        )
        for home in homes.order_by("pk")
    ]


def taken_places(home_ids: Iterable[int]) -> dict[int, date | None]:
    """Until when each place that is taken is taken; None: without an end."""
    rows = Occupancy.objects.filter(place__home__in=list(home_ids), freed_at__isnull=True)
    taken: dict[int, date | None] = {}
    for place_id, days in rows.values_list("place_id", "days"):
        until = days.upper
        before = taken.get(place_id, until)
        taken[place_id] = None if until is None or before is None else max(before, until)
    return taken


def providers_of(home_ids: Iterable[int]) -> dict[int, int]:
    """The provider of each home."""
    return dict(Home.objects.filter(pk__in=list(home_ids)).values_list("pk", "provider_id"))


def purchases_for(
    homes: Mapping[int, int], ages: Mapping[int, int], authority_id: int, today: date
) -> dict[int, Purchase]:
    """By which contract the authority uses each place (place id to home id), and at what price today.

    Own homes, then block contracts and frameworks it may use, otherwise spot at the home's asking price.
    """
    rows = Home.objects.in_bulk(list(set(homes.values())))
    blocks, asking = _blocks(homes, today), _asking(rows, today)
    frameworks = _frameworks(rows, authority_id, today)
    found: dict[int, Purchase] = {}
    for place_id, home_id in homes.items():
        home = rows[home_id]
        rate = _rate(frameworks.get(home.registration_id, []), ages[place_id])
        if home.provider_id == authority_id:
            found[place_id] = Purchase("own", asking.get(home_id))
        elif place_id in blocks:
            found[place_id] = blocks[place_id]
        elif rate is not None:
            found[place_id] = Purchase("framework", rate)
        else:
            found[place_id] = Purchase("spot", asking.get(home_id))
    return found


def _blocks(place_ids: Collection[int], today: date) -> dict[int, Purchase]:
    """Row security shows an authority only the blocks that it hosts or may use."""
    running = Q(contract__ends_before__isnull=True) | Q(contract__ends_before__gt=today)
    rows = BlockPlace.objects.filter(running, place__in=list(place_ids), contract__starts_on__lte=today)
    rows = rows.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=today)).select_related("contract")
    contracts = {row.contract_id for row in rows}
    priced = BlockPrice.objects.filter(contract__in=contracts, starts_on__lte=today).order_by("starts_on")
    prices = dict(priced.values_list("contract_id", "weekly_price_pence"))
    return {
        row.place_id: Purchase("block", prices.get(row.contract_id), row.contract_id, row.contract.host_id)
        for row in rows
    }


def _asking(home_ids: Iterable[int], today: date) -> dict[int, int]:
    rows = HomePrice.objects.filter(home__in=list(home_ids), starts_on__lte=today).order_by("starts_on")
    return dict(rows.values_list("home_id", "weekly_price_pence"))


def _frameworks(homes: Mapping[int, Home], authority_id: int, today: date) -> dict[int, list[RateLine]]:
    """The rates in force of each registration, in frameworks the authority may call off from."""
    joined = FrameworkParty.objects.filter(organisation_id=authority_id).values_list("framework_id", flat=True)
    registrations = {home.registration_id for home in homes.values()}
    suppliers = FrameworkSupplier.objects.filter(registration__in=registrations, framework__in=list(joined))
    by_supplier = dict(suppliers.values_list("pk", "registration_id"))
    rates = RateLine.objects.filter(supplier__in=by_supplier, starts_on__lte=today)
    found: dict[int, list[RateLine]] = defaultdict(list)
    for rate in rates.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=today)).order_by(
        "weekly_price_pence", "pk"
    ):
        found[by_supplier[rate.supplier_id]].append(rate)
    return found


def _rate(rates: list[RateLine], age: int) -> int | None:
    """The standard rate for this age, else the lowest."""
    fitting = [rate for rate in rates if rate.min_age <= age < rate.before_age]
    standard = [rate for rate in fitting if rate.category == "standard"]
    return next((rate.weekly_price_pence for rate in [*standard, *fitting]), None)
