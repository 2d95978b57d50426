"""What an authority bought from the contracts of a procurement, as far as it may be published: never for whom."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from nearhome.people.models import Person
from nearhome.procurement.models import CallOff
from nearhome.tendering.calculations.notices.due import ExpectedNotice, NoticeState
from nearhome.tendering.calculations.notices.facts import NoticeEvent, PublishedNotice
from nearhome.tendering.calculations.ocds.case import CallOffFacts
from nearhome.tendering.models import AwardLine, Procurement
from nearhome.tendering.queries.notice_facts import CALL_OFF, notice_rules, standing_notices
from nearhome.tendering.queries.notices import Line, checklist_of, procurement_for
from nearhome.tendering.queries.ocds import party_of

DAYS_IN_A_WEEK = 7
NAME = "Contract details notice of a call-off"


def call_offs_of(person: Person, key: UUID) -> tuple[CallOffFacts, ...]:
    """The person's own authority's call-offs that stand and whose notice is on record, oldest first.

    Each buyer publishes its own. What nobody recorded as published makes no release: no notice is supposed. Raises what
    `procurement_for` raises.
    """
    procurement = procurement_for(person, key)
    published = _published(procurement, person.organisation_id)
    rows = _standing(procurement, person.organisation_id) if published else ()
    return tuple(_facts([row for row in rows if about_call_off(row) in published], published))


def checklist_with_call_offs(person: Person, procurement: Procurement, today: date) -> list[Line]:
    """The checklist of a procurement, and the contract details notice of each call-off of the person's authority.

    Of those that may have one: made under the Procurement Act 2023, begun, and not known to be below the threshold.
    Whether one is owed was not established, so it is there to be recorded and is never due.
    """
    lines = checklist_of(procurement, today)
    if procurement.regime != Procurement.Regime.PA23:
        return lines
    known = {one.notice.about for one in lines}
    for row in _standing(procurement, person.organisation_id):
        about = about_call_off(row)
        if about not in known and row.starts_on <= today and not _is_below(procurement, row):
            event = NoticeEvent("contract", row.starts_on, about)
            lines.append(Line(procurement, ExpectedNotice("UK7", NAME, NoticeState.OPTIONAL, None, event)))
    return lines


def about_call_off(row: CallOff) -> str:
    """What tells the notices of one call-off from those of another: from its own key alone, so it never changes."""
    return f"{CALL_OFF} {row.key.hex[:12]}"


def _standing(procurement: Procurement, authority_id: int) -> QuerySet[CallOff]:
    lines = list(AwardLine.objects.filter(award__procurement=procurement).values_list("supplier_id", "block_id"))
    suppliers, blocks = {one for one, _ in lines if one}, {one for _, one in lines if one}
    rows = CallOff.objects.filter(
        Q(supplier_id__in=suppliers) | Q(block_id__in=blocks), authority_id=authority_id, cancelled_at__isnull=True
    )
    return rows.select_related("provider", "authority").order_by("starts_on", "pk")


def _is_below(procurement: Procurement, row: CallOff) -> bool:
    weeks = _weeks(row)
    threshold = notice_rules().threshold(light_touch=procurement.light_touch, commenced_on=row.starts_on)
    return weeks is not None and row.weekly_price_pence * weeks < threshold.pounds * 100


def _published(procurement: Procurement, authority_id: int) -> dict[str, tuple[PublishedNotice, ...]]:
    """The contract details notices on record of this authority's call-offs, by what they are about."""
    if procurement.regime != Procurement.Regime.PA23:
        return {}
    found: dict[str, tuple[PublishedNotice, ...]] = {}
    rows = procurement.notices.filter(authority_id=authority_id, code="UK7", about__startswith=f"{CALL_OFF} ")
    for row in standing_notices(rows.order_by("published_on", "pk")):
        found[row.about] = (*found.get(row.about, ()), PublishedNotice("UK7", row.published_on, "", row.reference))
    return found


def _facts(rows: Iterable[CallOff], published: Mapping[str, tuple[PublishedNotice, ...]]) -> Iterator[CallOffFacts]:
    for row in rows:
        yield CallOffFacts(
            number=f"c-{row.key.hex[:12]}",
            buyer=party_of(row.authority),
            supplier=party_of(row.provider),
            starts_on=row.starts_on,
            weekly_pence=row.weekly_price_pence,
            weeks=_weeks(row),
            was_competed=row.method == "mini_competition",
            notices=published.get(about_call_off(row), ()),
        )


def _weeks(row: CallOff) -> int | None:
    if row.expected_ends_on is None:
        return None
    return max(1, -(-(row.expected_ends_on - row.starts_on).days // DAYS_IN_A_WEEK))
