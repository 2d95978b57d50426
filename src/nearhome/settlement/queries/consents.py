"""Which parties have accepted the rules of a block that the host agreed, and which have not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from nearhome.procurement.models import BlockContract
from nearhome.settlement.models import ContractRules


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One party and one version of the rules: who accepted it when, or nobody yet."""

    rules_key: UUID
    version: int
    organisation_id: int
    authority: str
    accepted_by: str
    accepted_at: datetime | None


def standing_versions(contract: BlockContract, on: date) -> tuple[ContractRules, ...]:
    """Agreed versions in force on a day or later, by first day. Prefetch `rules`; of one first day the newest counts."""
    latest: dict[date, ContractRules] = {}
    for row in sorted((one for one in contract.rules.all() if one.is_agreed), key=lambda one: one.version):
        latest[row.starts_on] = row
    begun = [day for day in sorted(latest) if day <= on]
    return tuple(latest[day] for day in [*begun[-1:], *(day for day in sorted(latest) if day > on)])


def consents_of(contract: BlockContract, on: date) -> tuple[ConsentLine, ...]:
    """Each party but the host, for each standing version. Prefetch `parties__organisation` and `rules__consents__by`."""
    return tuple(_lines(contract, standing_versions(contract, on)))


def _lines(contract: BlockContract, versions: Iterable[ContractRules]) -> Iterable[ConsentLine]:
    parties = sorted(contract.parties.all(), key=lambda one: one.organisation.name)
    for row in versions:
        given = {one.organisation_id: one for one in row.consents.all()}
        for party in parties:
            if party.organisation_id != contract.host_id:
                own = given.get(party.organisation_id)
                yield ConsentLine(
                    row.key, row.version, party.organisation_id, party.organisation.name, own.by.name if own else "",
                    own.at if own else None,
                )  # fmt: skip
