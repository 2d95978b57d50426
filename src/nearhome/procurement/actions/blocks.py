"""Writing block contracts: their places and prices, by a commissioner of the authority that hosts them.

A changed price is a new row from a day; what was agreed before stays as it was.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.market.models import Place
from nearhome.people.models import Organisation
from nearhome.procurement.actions.terms import require_in_order, require_price, same_as_kept
from nearhome.procurement.models import BlockContract, BlockParty, BlockPlace, BlockPrice
from nearhome.procurement.permissions import require_commissioning, require_leads


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
    host = require_commissioning(by)
    require_in_order(starts_on, ends_before)
    kept = BlockContract.objects.filter(host=host, name=name).first()
    if kept:
        return same_as_kept(kept, name, provider=provider, starts_on=starts_on, ends_before=ends_before)
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
    require_leads(by, contract.host_id)
    if place.home.provider_id != contract.provider_id:
        raise ValidationError(f"{place} is not a place of {contract.provider}. Choose one of its places.")
    if available_from:
        require_in_order(available_from, ends_before)
    terms = {
        "available_from": available_from,
        "nominated": nominated,
        "released_from": released_from,
        "ends_before": ends_before,
    }
    kept = BlockPlace.objects.filter(place=place).first()
    if kept:
        return same_as_kept(kept, f"{place} at {place.home}", contract=contract, **terms)
    added = BlockPlace.objects.create(contract=contract, place=place, **terms)
    words = f"{place} at {place.home} became part of the block {contract}."
    record("block.place_added", words, about=contract, by=by, at=now, thread=contract.key, seen_by=_readers(contract))
    return added


@transaction.atomic
def set_block_price(
    *, contract: BlockContract, starts_on: date, weekly_price_pence: int, by: Any, now: datetime
) -> BlockPrice:
    """Set what a bed of the block costs by the week from a day; the price before stands until then."""
    require_leads(by, contract.host_id)
    require_price(weekly_price_pence)
    kept = BlockPrice.objects.filter(contract=contract, starts_on=starts_on).first()
    if kept:
        return same_as_kept(kept, f"The price of {contract}", weekly_price_pence=weekly_price_pence)
    price = BlockPrice.objects.create(contract=contract, starts_on=starts_on, weekly_price_pence=weekly_price_pence)
    words = f"A bed of the block {contract} costs {wording.weekly(weekly_price_pence)} from {wording.date(starts_on)}."
    record("block.price_set", words, about=contract, by=by, at=now, thread=contract.key, seen_by=_readers(contract))
    return price


def _readers(contract: BlockContract) -> tuple[int, ...]:
    parties = contract.parties.values_list("organisation_id", flat=True)
    return (contract.provider_id, *(pk for pk in parties if pk != contract.host_id))
