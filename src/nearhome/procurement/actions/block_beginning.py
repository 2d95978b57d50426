"""A new block in one step: contract, parties, terms, beds as they open, and the fee."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.people.models import Organisation
from nearhome.procurement.actions.block_locking import block_readers
from nearhome.procurement.actions.block_terms import (
    WantedFee,
    WantedTerms,
    set_block_fee,
    set_block_ramp,
    set_block_terms,
)
from nearhome.procurement.actions.blocks import make_block_contract
from nearhome.procurement.models import BlockContract
from nearhome.procurement.permissions import require_commissioning


@dataclass(frozen=True, slots=True)
class WantedBlock:
    """What a new block begins with. `parties`: who may use it, with the weight of each share."""

    name: str
    provider: Organisation
    starts_on: date
    ends_before: date
    parties: Mapping[Organisation, int]
    terms: WantedTerms
    by_month: tuple[tuple[int, int], ...]
    fee: WantedFee


@transaction.atomic
def begin_block(*, wanted: WantedBlock, by: Any, now: datetime) -> BlockContract:
    """Begin a block whole, or not at all. Sent twice, it is begun once."""
    require_commissioning(by)
    name = wanted.name.strip()
    if not name:
        raise ValidationError("Enter the name of the block.")
    if wanted.provider.kind != Organisation.Kind.PROVIDER and wanted.provider != by.organisation:
        raise ValidationError("Select a provider.")
    contract = make_block_contract(
        name=name, provider=wanted.provider, starts_on=wanted.starts_on, ends_before=wanted.ends_before,
        parties=wanted.parties, by=by, now=now,
    )  # fmt: skip
    done: dict[str, Any] = {"contract": contract, "by": by, "now": now}
    set_block_terms(wanted=wanted.terms, **done)
    set_block_ramp(by_month=wanted.by_month, reason="As first contracted", **done)
    set_block_fee(starts_on=wanted.starts_on, fee=wanted.fee, reason="As first contracted", **done)
    words = f"The block {contract} is ready for its places."
    record("block.begun", words, about=contract, by=by, at=now, thread=contract.key, seen_by=block_readers(contract))
    return contract
