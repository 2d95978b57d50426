"""One change of a block at a time: the second of two people, or of two clicks, waits and then sees the first."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from nearhome.design import wording
from nearhome.procurement.models import BlockContract

_LOCK = 931
LONGEST_REASON = 2000


def lock_block(contract: BlockContract) -> BlockContract:
    """Wait until nobody else changes this block, to the end of the transaction; then the row as it is now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, contract.pk])
    return BlockContract.objects.select_related("host", "provider").get(pk=contract.pk)


def block_readers(contract: BlockContract, *, with_provider: bool = True) -> tuple[int, ...]:
    """Who may know what happens to the block, beside its host."""
    parties = [pk for pk in contract.parties.values_list("organisation_id", flat=True) if pk != contract.host_id]
    return (contract.provider_id, *parties) if with_provider else tuple(parties)


def require_within_term(contract: BlockContract, day: Any, what: str) -> None:
    """Raise ValidationError unless a day lies within the block's term."""
    if day < contract.starts_on or (contract.ends_before is not None and day >= contract.ends_before):
        ends = f" and before {wording.date(contract.ends_before)}" if contract.ends_before else ""
        raise ValidationError(
            f"{what} must lie within the term of {contract}: from {wording.date(contract.starts_on)}{ends}."
        )


def require_reason(text: str, what: str) -> str:
    """The text without spaces around it. Raises ValidationError if it is empty or very long."""
    said = text.strip()
    if not said:
        raise ValidationError(f"{what} cannot be empty. Write a sentence; name no child.")
    if len(said) > LONGEST_REASON:
        raise ValidationError(f"{what} must be {LONGEST_REASON:,} characters or fewer.")
    return said
