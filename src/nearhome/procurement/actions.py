"""Writing contracts: blocks of places and their prices, frameworks, their suppliers and rates.

Everything is done by a commissioner of the authority that hosts the block or leads the framework. A changed price is a
new row from a day; what was agreed before stays as it was.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.market.models import Place, Registration
from nearhome.people.models import Organisation
from nearhome.people.roles import Role
from nearhome.procurement.models import (
    BlockContract,
    BlockParty,
    BlockPlace,
    BlockPrice,
    Framework,
    FrameworkParty,
    FrameworkSupplier,
    RateLine,
)


@transaction.atomic
def make_block_contract(
    *,
    name: str,
    provider: Organisation,
    starts_on: date,
    parties: Mapping[Organisation, int],
    ends_before: date | None = None,
    by: Any,
    now: datetime,
) -> BlockContract:
    """Begin a block that the commissioner's authority hosts. `parties`: who may use it, with the weight of each share.

    The host is always a party. Harmless when the same block was made before.
    """
    host = _commissioning(by)
    _require_in_order(starts_on, ends_before)
    kept = BlockContract.objects.filter(host=host, name=name).first()
    if kept:
        return _same(kept, name, provider=provider, starts_on=starts_on, ends_before=ends_before)
    contract = BlockContract.objects.create(
        name=name, host=host, provider=provider, starts_on=starts_on, ends_before=ends_before
    )
    for party, weight in ({host: 1} | dict(parties)).items():
        BlockParty.objects.create(contract=contract, organisation=party, weight=weight)
    words = f"{host} bought the block {name} of {provider} from {wording.date(starts_on)}."
    record("block.made", words, about=contract, by=by, at=now, thread=contract.key, seen_by=_readers(contract))
    return contract


@transaction.atomic
def add_block_place(
    *,
    contract: BlockContract,
    place: Place,
    available_from: date | None,
    nominated: Organisation | None = None,
    released_from: date | None = None,
    ends_before: date | None = None,
    by: Any,
    now: datetime,
) -> BlockPlace:
    """Put a place of the provider into a block; payable from the day it is registered and able to accept a child."""
    _require_leads(by, contract.host_id)
    if place.home.provider_id != contract.provider_id:
        raise ValidationError(f"{place} is not a place of {contract.provider}. Choose one of its places.")
    if available_from:
        _require_in_order(available_from, ends_before)
    terms = {
        "available_from": available_from,
        "nominated": nominated,
        "released_from": released_from,
        "ends_before": ends_before,
    }
    kept = BlockPlace.objects.filter(place=place).first()
    if kept:
        return _same(kept, f"{place} at {place.home}", contract=contract, **terms)
    added = BlockPlace.objects.create(contract=contract, place=place, **terms)
    words = f"{place} at {place.home} became part of the block {contract}."
    record("block.place_added", words, about=contract, by=by, at=now, thread=contract.key, seen_by=_readers(contract))
    return added


@transaction.atomic
def set_block_price(
    *, contract: BlockContract, starts_on: date, weekly_price_pence: int, by: Any, now: datetime
) -> BlockPrice:
    """Set what a bed of the block costs by the week from a day; the price before stands until then."""
    _require_leads(by, contract.host_id)
    _require_price(weekly_price_pence)
    kept = BlockPrice.objects.filter(contract=contract, starts_on=starts_on).first()
    if kept:
        return _same(kept, f"The price of {contract}", weekly_price_pence=weekly_price_pence)
    price = BlockPrice.objects.create(contract=contract, starts_on=starts_on, weekly_price_pence=weekly_price_pence)
    words = f"A bed of the block {contract} costs {wording.weekly(weekly_price_pence)} from {wording.date(starts_on)}."
    record("block.price_set", words, about=contract, by=by, at=now, thread=contract.key, seen_by=_readers(contract))
    return price


@transaction.atomic
def make_framework(
    *,
    name: str,
    kind: str,
    starts_on: date,
    parties: Iterable[Organisation],
    ends_before: date | None = None,
    by: Any,
    now: datetime,
) -> Framework:
    """Begin a framework that the commissioner's authority leads and these authorities may call off from."""
    lead = _commissioning(by)
    _require_in_order(starts_on, ends_before)
    kept = Framework.objects.filter(lead=lead, name=name).first()
    if kept:
        return _same(kept, name, kind=kind, starts_on=starts_on, ends_before=ends_before)
    framework = Framework.objects.create(name=name, kind=kind, lead=lead, starts_on=starts_on, ends_before=ends_before)
    joined = {party.pk: party for party in (lead, *parties)}
    for party in joined.values():
        FrameworkParty.objects.create(framework=framework, organisation=party)
    words = f"{lead} made the framework {name} from {wording.date(starts_on)}."
    record("framework.made", words, about=framework, by=by, at=now, thread=framework.key, seen_by=tuple(joined))
    return framework


@transaction.atomic
def admit_supplier(
    *, framework: Framework, registration: Registration, tier: int, by: Any, now: datetime
) -> FrameworkSupplier:
    """Admit a registration to a tier of a framework."""
    _require_leads(by, framework.lead_id)
    if tier < 1:
        raise ValidationError("A tier is 1 or more. Give the number of the tier.")
    kept = FrameworkSupplier.objects.filter(framework=framework, registration=registration).first()
    if kept:
        return _same(kept, registration.name, tier=tier)
    provider = registration.provider
    supplier = FrameworkSupplier.objects.create(
        framework=framework, registration=registration, provider=provider, tier=tier
    )
    words = f"{registration} of {provider} was admitted to tier {tier} of {framework.name}."
    record(
        "framework.supplier_admitted", words, about=framework, by=by, at=now, thread=framework.key,
        seen_by=(provider.pk,),
    )  # fmt: skip
    return supplier


@transaction.atomic
def set_rate_line(
    *,
    supplier: FrameworkSupplier,
    weekly_price_pence: int,
    starts_on: date,
    ages: tuple[int, int] = (0, 18),
    category: str = "standard",
    by: Any,
    now: datetime,
) -> RateLine:
    """Bind a supplier to a weekly price for ages from the first to before the second, from a day.

    The rate for the same ages and category that stood until then ends on that day.
    """
    _require_leads(by, supplier.framework.lead_id)
    _require_price(weekly_price_pence)
    if ages[0] >= ages[1]:
        raise ValidationError("The ages must begin below where they end, like 10 to 18.")
    band = {"supplier": supplier, "category": category, "min_age": ages[0], "before_age": ages[1]}
    kept = RateLine.objects.filter(**band, starts_on=starts_on).first()
    if kept:
        return _same(kept, "The rate", weekly_price_pence=weekly_price_pence)
    RateLine.objects.filter(**band, ends_before__isnull=True, starts_on__lt=starts_on).update(ends_before=starts_on)
    rate = RateLine.objects.create(
        **band, provider_id=supplier.provider_id, weekly_price_pence=weekly_price_pence, starts_on=starts_on
    )
    words = f"A rate of {supplier.registration} was set from {wording.date(starts_on)}."
    record(
        "framework.rate_set", words, about=supplier.framework, by=by, at=now, thread=supplier.framework.key,
        seen_by=(supplier.provider_id,),
    )  # fmt: skip
    return rate


def _commissioning(by: Any) -> Organisation:
    """The authority whose commissioner this is."""
    if not by.has_role(Role.COMMISSIONER) or by.organisation.kind != Organisation.Kind.AUTHORITY:
        raise PermissionDenied("Only a commissioner of an authority makes contracts and sets their prices.")
    organisation: Organisation = by.organisation
    return organisation


def _require_leads(by: Any, organisation_id: int) -> None:
    if _commissioning(by).pk != organisation_id:
        raise PermissionDenied("Only the authority that hosts the block or leads the framework can change it.")


def _require_in_order(starts_on: date, ends_before: date | None) -> None:
    if ends_before is not None and ends_before <= starts_on:
        raise ValidationError(f"The end must be after {wording.date(starts_on)}. Choose a later day.")


def _require_price(pence: int) -> None:
    if pence <= 0:
        raise ValidationError("A weekly price is more than £0.00. Give the price in pence.")


def _same(kept: Any, what: str, **wanted: Any) -> Any:
    """What was recorded before, if it says the same; otherwise a clear refusal."""
    if any(getattr(kept, name) != value for name, value in wanted.items()):
        raise ValidationError(f"{what} is already recorded with other terms. Give it another name or day.")
    return kept


def _readers(contract: BlockContract) -> tuple[int, ...]:
    parties = contract.parties.values_list("organisation_id", flat=True)
    return (contract.provider_id, *(pk for pk in parties if pk != contract.host_id))
