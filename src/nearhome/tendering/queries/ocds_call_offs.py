"""What an authority bought from the contracts of a procurement, as far as it may be published: never for whom."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from django.db.models import Q

from nearhome.people.models import Person
from nearhome.procurement.models import CallOff
from nearhome.tendering.calculations.notices.facts import PublishedNotice
from nearhome.tendering.calculations.ocds.case import CallOffFacts
from nearhome.tendering.models import AwardLine
from nearhome.tendering.queries.notices import procurement_for
from nearhome.tendering.queries.ocds import party_of

DAYS_IN_A_WEEK = 7


def call_offs_of(person: Person, key: UUID) -> tuple[CallOffFacts, ...]:
    """The person's own authority's call-offs that stand, oldest first. Each buyer publishes its own.

    A call-off leaves in the month after the one in which it began. Raises what `procurement_for` raises.
    """
    procurement = procurement_for(person, key)
    lines = list(AwardLine.objects.filter(award__procurement=procurement).values_list("supplier_id", "block_id"))
    suppliers, blocks = {one for one, _ in lines if one}, {one for _, one in lines if one}
    rows = CallOff.objects.filter(
        Q(supplier_id__in=suppliers) | Q(block_id__in=blocks), authority_id=person.organisation_id,
        cancelled_at__isnull=True,
    )  # fmt: skip
    return tuple(_facts(rows.select_related("provider", "authority").order_by("starts_on", "pk")))


def _facts(rows: Iterable[CallOff]) -> Iterator[CallOffFacts]:
    for number, row in enumerate(rows, start=1):
        yield CallOffFacts(
            number=f"c{number}-{row.key.hex[:8]}",
            buyer=party_of(row.authority),
            supplier=party_of(row.provider),
            starts_on=row.starts_on,
            weekly_pence=row.weekly_price_pence,
            weeks=_weeks(row),
            was_competed=row.method == "mini_competition",
            notices=(PublishedNotice("UK7", _month_after(row.starts_on), "", ""),),
        )


def _weeks(row: CallOff) -> int | None:
    if row.expected_ends_on is None:
        return None
    return max(1, -(-(row.expected_ends_on - row.starts_on).days // DAYS_IN_A_WEEK))


def _month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
