"""Writing what a block's contract says: terms, beds by day, fees, first calls and the buyers' benchmark.

Nothing is edited: each is a new row from a day, or a new version. A commissioner of the host writes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.people.models import Organisation
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.procurement.actions.block_locking import block_readers, lock_block, require_reason, require_within_term
from nearhome.procurement.actions.terms import require_in_order, require_price, same_as_kept
from nearhome.procurement.models import (
    BlockBenchmark,
    BlockCapacity,
    BlockContract,
    BlockFee,
    BlockNomination,
    BlockPrice,
    BlockTerms,
)
from nearhome.procurement.permissions import require_leads
from nearhome.procurement.queries.block_records import latest_terms
from nearhome.procurement.queries.block_terms import ramp_of_months, require_fee

MOST_MOBILISATION_MONTHS = 18
MOST_INDEXATION_BP = 5_000


@dataclass(frozen=True, slots=True)
class WantedTerms:
    """The terms of a block. `ends_before` ends a term that had no end yet. Basis points, days, months and dates."""

    regime: str
    reference: str = ""
    mobilisation_months: int = MOST_MOBILISATION_MONTHS
    indexation: str = "none"
    indexation_bp: int = 0
    notice_days: int = 182
    first_refusal_days: int = 5
    extension_months: tuple[int, ...] = ()
    break_dates: tuple[date, ...] = ()
    adjustment_dates: tuple[date, ...] = ()
    ends_before: date | None = None


@transaction.atomic
def set_block_terms(
    *, contract: BlockContract, wanted: WantedTerms, by: Any, now: datetime, version: int | None = None
) -> BlockTerms:
    """Set a new version of the terms. `version`: the one it follows, if somebody had it before them."""
    require_leads(by, contract.host_id)
    locked = lock_block(contract)
    _set_end(locked, wanted.ends_before)
    columns = _checked_terms(locked, wanted)
    latest = latest_terms(locked)
    if latest and all(getattr(latest, name) == value for name, value in columns.items()):
        return latest
    if version is not None and version != (latest.version if latest else 0):
        raise ChangedMeanwhile("The terms of this block")
    row = BlockTerms.objects.create(
        contract=locked, version=(latest.version if latest else 0) + 1, set_at=now, set_by=str(by), **columns
    )
    words = f"Version {row.version} of the terms of {locked} was set."
    record("block.terms_set", words, about=locked, by=by, at=now, thread=locked.key, seen_by=block_readers(locked))
    return row


def _set_end(contract: BlockContract, ends_before: date | None) -> None:
    if ends_before is None or ends_before == contract.ends_before:
        return
    if contract.ends_before is not None:
        raise ValidationError(
            f"{contract} ends before {wording.date(contract.ends_before)}. To end it earlier, propose its end; a longer"
            " term cannot be recorded here yet."
        )
    require_in_order(contract.starts_on, ends_before)
    contract.ends_before = ends_before
    contract.save(update_fields=["ends_before"])


def _checked_terms(contract: BlockContract, wanted: WantedTerms) -> dict[str, Any]:
    """The columns of a version. Raises ValidationError with the mend."""
    if wanted.regime not in ("PA23", "PCR2015"):
        raise ValidationError("Select the regime under which the contract was procured: PA23 or PCR2015.")
    if not 0 <= wanted.mobilisation_months <= MOST_MOBILISATION_MONTHS:
        raise ValidationError(f"Mobilisation takes 0 to {MOST_MOBILISATION_MONTHS} months.")
    if wanted.indexation not in ("none", "fixed", "capped_cpi"):
        raise ValidationError("Select how prices rise within the term.")
    if not 0 <= wanted.indexation_bp <= MOST_INDEXATION_BP or (wanted.indexation == "none") != (
        not wanted.indexation_bp
    ):
        raise ValidationError("The rise is above 0% and at most 50% a year, or select that there is none.")
    if any(not 1 <= months <= 120 for months in wanted.extension_months):
        raise ValidationError("An extension is 1 to 120 months.")
    for what, days in (("A break", wanted.break_dates), ("An adjustment date", wanted.adjustment_dates)):
        for day in days:
            require_within_term(contract, day, what)
    columns = asdict(wanted)
    del columns["ends_before"]
    for name in ("break_dates", "adjustment_dates"):
        columns[name] = sorted(set(columns[name]))
    columns["extension_months"] = list(wanted.extension_months)
    return columns


@transaction.atomic
def set_block_ramp(
    *, contract: BlockContract, by_month: Sequence[tuple[int, int]], reason: str, by: Any, now: datetime
) -> list[BlockCapacity]:
    """Record the contracted beds in all by month after the start, such as (12, 5), (18, 10), (24, 15).

    Once the first of them has begun, beds change only by an agreed adjustment.
    """
    require_leads(by, contract.host_id)
    said = require_reason(reason, "The reason")
    locked = lock_block(contract)
    steps = ramp_of_months(locked, by_month)
    rows = list(BlockCapacity.objects.filter(contract=locked).order_by("pk"))
    standing = {row.starts_on: row.beds for row in rows}
    if standing == {step.starts_on: step.beds for step in steps}:
        return rows
    if rows and min(standing) <= timezone.localdate(now):
        raise ValidationError(
            "The first beds of this block have begun. Ask for an adjustment instead, so that both sides agree."
        )
    if set(standing) - {step.starts_on for step in steps}:
        raise ValidationError(
            "Keep the months that are on record, with the same or other numbers of beds; add months after them."
        )
    made = [
        BlockCapacity.objects.create(
            contract=locked, starts_on=step.starts_on, beds=step.beds, reason=said, set_at=now, set_by=str(by)
        )
        for step in steps
    ]
    most = max(step.beds for step in steps)
    words = f"The beds of {locked} were set: {wording.plural(most, 'bed')} at most, from {wording.date(steps[0].starts_on)}."
    record("block.beds_set", words, about=locked, by=by, at=now, thread=locked.key, seen_by=block_readers(locked))
    return made


@dataclass(frozen=True, slots=True)
class WantedFee:
    """Pence by the week for an available and for an occupied bed, and the share of beds guaranteed, in basis points."""

    fixed_pence: int
    variable_pence: int = 0
    guaranteed_bp: int = 0


@transaction.atomic
def set_block_fee(
    *, contract: BlockContract, starts_on: date, fee: WantedFee, reason: str = "", by: Any, now: datetime
) -> BlockFee:
    """Set the fee from a day. A price per bed becomes the price of the month's bill too, if none is set for that day."""
    require_leads(by, contract.host_id)
    locked = lock_block(contract)
    require_within_term(locked, starts_on, "The first day of a fee")
    require_fee(starts_on, fee.fixed_pence, fee.variable_pence, fee.guaranteed_bp)
    kept = BlockFee.objects.filter(contract=locked, starts_on=starts_on).first()
    if kept:
        return same_as_kept(kept, f"The fee of {locked}", **asdict(fee))
    row = BlockFee.objects.create(
        contract=locked, starts_on=starts_on, reason=reason.strip(), set_at=now, set_by=str(by), **asdict(fee)
    )
    if not fee.variable_pence:
        _bill(locked, starts_on, fee.fixed_pence)
    words = f"The fee of the block {locked} was set from {wording.date(starts_on)}."
    record("block.fee_set", words, about=locked, by=by, at=now, thread=locked.key, seen_by=block_readers(locked))
    return row


def _bill(contract: BlockContract, starts_on: date, pence: int) -> None:
    price = BlockPrice.objects.filter(contract=contract, starts_on=starts_on).first()
    if price:
        same_as_kept(price, f"The price of {contract} in the month’s bill", weekly_price_pence=pence)
    else:
        BlockPrice.objects.create(contract=contract, starts_on=starts_on, weekly_price_pence=pence)


@transaction.atomic
def nominate_block_beds(
    *, contract: BlockContract, starts_on: date, places: Mapping[Organisation, int], by: Any, now: datetime
) -> list[BlockNomination]:
    """Give authorities first call on so many beds each from a day. An authority not named keeps what it had."""
    require_leads(by, contract.host_id)
    locked = lock_block(contract)
    require_within_term(locked, starts_on, "The first day of a nomination")
    parties = set(locked.parties.values_list("organisation_id", flat=True))
    if strangers := [str(one) for one in places if one.pk not in parties]:
        raise ValidationError(
            f"{wording.nice_list(strangers)} may not use this block. Nominate beds to its parties only."
        )
    if not places or any(not 0 <= beds <= 10_000 for beds in places.values()):
        raise ValidationError("Nominate 0 beds or more to at least one authority.")
    rows, changed = [], []
    for authority, beds in places.items():
        kept = BlockNomination.objects.filter(contract=locked, authority=authority, starts_on=starts_on).first()
        if kept:
            rows.append(same_as_kept(kept, f"The nomination of {authority}", places=beds))
            continue
        rows.append(
            BlockNomination.objects.create(
                contract=locked, authority=authority, starts_on=starts_on, places=beds, set_at=now, set_by=str(by)
            )
        )
        changed.append(f"{authority} {beds}")
    if changed:
        words = f"First call on beds of {locked} from {wording.date(starts_on)}: {wording.nice_list(changed)}."
        record("block.nominated", words, about=locked, by=by, at=now, thread=locked.key, seen_by=block_readers(locked))
    return rows


@transaction.atomic
def set_block_benchmark(
    *, contract: BlockContract, starts_on: date, weekly_pence: int, source: str, by: Any, now: datetime
) -> BlockBenchmark:
    """Record what such a placement costs bought by itself, from a day. The provider never sees it."""
    require_leads(by, contract.host_id)
    require_price(weekly_pence)
    said = require_reason(source, "The source of the figure")
    locked = lock_block(contract)
    kept = BlockBenchmark.objects.filter(contract=locked, starts_on=starts_on).first()
    if kept:
        return same_as_kept(kept, "The spot price", weekly_pence=weekly_pence)
    row = BlockBenchmark.objects.create(
        contract=locked, starts_on=starts_on, weekly_pence=weekly_pence, source=said[:300], set_at=now, set_by=str(by)
    )
    words = f"The spot price that {locked} is held against was set from {wording.date(starts_on)}."
    readers = block_readers(locked, with_provider=False)
    record("block.benchmark_set", words, about=locked, by=by, at=now, thread=locked.key, seen_by=readers)
    return row
