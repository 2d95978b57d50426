"""A procurement as an export case, the release that a notice would be, and the packages of what was published."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import Http404

from nearhome.calendars.calculations.working_days import london_date
from nearhome.people.models import Organisation, Person
from nearhome.tendering.calculations.notices.facts import PublishedNotice
from nearhome.tendering.calculations.ocds.case import (
    AwardFacts,
    BidsCounted,
    CallOffFacts,
    CriterionFacts,
    FrameworkFacts,
    LotFacts,
    Method,
    OcdsCase,
    Party,
)
from nearhome.tendering.calculations.ocds.releases import call_off_releases, release_of
from nearhome.tendering.calculations.ocds.sound import without_suspect_words
from nearhome.tendering.exporters.ocds_files import Packages, packages_of_releases, plain
from nearhome.tendering.models import Award, AwardCriterion, AwardLine, Bid, Notice, Procurement
from nearhome.tendering.queries.framework_methods import framework_method
from nearhome.tendering.queries.notice_facts import CALL_OFF, about_award, is_above_threshold, standing_notices
from nearhome.tendering.queries.notices import procurement_for
from nearhome.tendering.states import ProcurementState

# Until the place of publication gives a process number, which is then recorded with the notice.
PROVISIONAL = "ocds-000000"
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Export:
    """Both packages and how the process is numbered."""

    packages: Packages
    ocid: str
    is_provisional: bool


def party_of(organisation: Organisation) -> Party:
    """By the register we know it from: an authority's ONS code, a provider's number at Ofsted. Never one home's."""
    code = organisation.codes.order_by("-scheme").first()
    if code is not None:
        return Party("ONS" if code.scheme == "gss" else "DfE", code.code, organisation.name)
    if organisation.owner_ref:
        return Party("Ofsted", organisation.owner_ref, organisation.name)
    return Party("Nearhome", organisation.key.hex[:12], organisation.name)


def _supplier(line: AwardLine) -> Party:
    """By its company number, where the profile that came with its bid has one."""
    number = str(line.bid.profile.get("company_number", "")).strip() if line.bid else ""
    return Party("GB-COH", number, line.provider.name) if number else party_of(line.provider)


def case_of(procurement: Procurement) -> OcdsCase:
    """What may be published of it, and nothing else; free words only those written to be published."""
    lines = list(_lines(procurement))
    commenced_on = london_date(procurement.published_at or procurement.made_at)
    is_direct = procurement.published_at is None and any(line.award.is_direct for line in lines)
    months = (procurement.term_months or 0) + procurement.extension_months
    made = OcdsCase(
        ocid=ocid_of(procurement),
        number=procurement.ref,
        title=procurement.name,
        description=procurement.summary,
        lead=party_of(procurement.lead),
        buyers=tuple(
            party_of(row.organisation) for row in procurement.parties.select_related("organisation").order_by("pk")
        ),
        regime=procurement.regime,
        is_light_touch=procurement.light_touch,
        is_above_threshold=is_above_threshold(procurement, commenced_on),
        method=Method.DIRECT if is_direct else Method.OPEN,
        framework=_framework(procurement, months),
        is_dynamic_market=procurement.instrument == Procurement.Instrument.MARKET,
        value_pence=procurement.estimated_value_pence,
        tendered_at=procurement.published_at,
        questions_until_at=procurement.questions_until_at,
        deadline_at=procurement.deadline_at,
        starts_on=procurement.term_starts_on,
        months=months or None,
        is_complete=_nobody_can_join(procurement),
        lots=_lots(procurement),
        criteria=_criteria(procurement),
        bids=_bids(procurement),
        awards=tuple(_awards(procurement, lines)),
    )
    return without_suspect_words(made)


def ocid_of(procurement: Procurement) -> str:
    """The number of the process that was recorded last, else a provisional one of our own."""
    given = procurement.notices.exclude(ocid="").order_by("recorded_at", "pk").last()
    return given.ocid if given else f"{PROVISIONAL}-{procurement.ref.lower()}"


def _nobody_can_join(procurement: Procurement) -> bool:
    ends = procurement.instrument in (Procurement.Instrument.CLOSED, Procurement.Instrument.BLOCK)
    return ends and procurement.state == ProcurementState.CONTRACTED


def _framework(procurement: Procurement, months: int) -> FrameworkFacts | None:
    is_market = procurement.instrument == Procurement.Instrument.MARKET
    if procurement.buys != Procurement.Buys.FRAMEWORK or is_market:
        return None
    is_open = procurement.instrument == Procurement.Instrument.OPEN
    method = framework_method(procurement)
    return FrameworkFacts(method, is_open, starts_on=procurement.term_starts_on, months=months or None)


def _lots(procurement: Procurement) -> tuple[LotFacts, ...]:
    rows = procurement.lots.select_related("procurement").order_by("number")
    found = tuple(LotFacts(row.number, row.name, row.needs, row.kind_words) for row in rows)
    return found or (LotFacts(1, procurement.name, kind=procurement.get_kind_display()),)


def _criteria(procurement: Procurement) -> tuple[CriterionFacts, ...]:
    """The leaves of the tree with their weight of the whole; none while they do not come to 100."""
    rows = {row.pk: row for row in procurement.criteria.order_by("position", "pk")}
    kinds = {AwardCriterion.Kind.QUESTION: "quality", AwardCriterion.Kind.PRICE: "price"}
    found = [
        CriterionFacts(row.title, kinds[AwardCriterion.Kind(row.kind)], _of_the_whole(row, rows), _least(row))
        for row in rows.values()
        if row.kind in kinds
    ]
    return tuple(found) if sum((one.weight for one in found), Decimal(0)) == HUNDRED else ()


def _of_the_whole(row: AwardCriterion, rows: dict[int, AwardCriterion]) -> Decimal:
    parent = rows.get(row.parent_id) if row.parent_id else None
    return row.weight if parent is None else row.weight * _of_the_whole(parent, rows) / HUNDRED


def _least(row: AwardCriterion) -> Decimal | None:
    return None if row.least_score is None else Decimal(row.least_score)


def _bids(procurement: Procurement) -> tuple[BidsCounted, ...]:
    """How many stood at the deadline, by lot; the database shows none of them before."""
    rows = Bid.objects.filter(procurement=procurement, submitted_at__isnull=False, withdrawn_at__isnull=True)
    numbers = list(rows.values_list("lot__number", "disqualification"))
    return tuple(
        BidsCounted(lot, sum(one == lot for one, _ in numbers), sum(one == lot and out is None for one, out in numbers))
        for lot in sorted({number for number, _ in numbers})
    )


def _lines(procurement: Procurement) -> Iterator[AwardLine]:
    """Of the awards that were approved."""
    rows = AwardLine.objects.filter(award__procurement=procurement, award__is_approved=True)
    yield from rows.select_related("award", "provider", "lot", "bid").order_by("award__pk", "lot__number", "pk")


def _awards(procurement: Procurement, lines: Iterable[AwardLine]) -> Iterator[AwardFacts]:
    """One for each award, lot and provider: two homes of one provider in a lot are one award to the provider."""
    found: dict[tuple[int, int, int], AwardLine] = {}
    for line in lines:
        found.setdefault((line.award_id, line.lot.number if line.lot else 1, line.provider_id), line)
    by_award = [award for award, _, _ in found]
    for (award, lot, _), line in found.items():
        supplier = _supplier(line)
        number = f"{procurement.ref}-{lot}-{supplier.number}" + (f"-{award}" if len(set(by_award)) > 1 else "")
        yield _award(procurement, line.award, lot, supplier, number, is_alone=by_award.count(award) == 1)


def _award(
    procurement: Procurement, award: Award, lot: int, supplier: Party, number: str, *, is_alone: bool
) -> AwardFacts:
    """The value is of the whole award, so it is said only where the award has one supplier of one lot."""
    return AwardFacts(
        number=number,
        lot=lot,
        supplier=supplier,
        decided_on=london_date(award.decided_at or award.recommended_at),
        about=about_award(award),
        value_pence=award.value_pence if is_alone else None,
        standstill_starts_on=award.notice_on if award.standstill_ends_on else None,
        standstill_ends_on=award.standstill_ends_on,
        signed_on=award.contracted_on,
        starts_on=procurement.term_starts_on,
        ended_on=_ended_on(procurement) if award.contracted_on else None,
    )


def _ended_on(procurement: Procurement) -> date | None:
    """The day on which its contracts ended, if somebody recorded it."""
    row = procurement.notice_facts.filter(kind="ended", taken_back_at__isnull=True).order_by("on").last()
    return row.on if row else None


def release_for(procurement: Procurement, code: str, about: str, on: date, reference: str) -> dict[str, Any]:
    """The release that this notice is, as records stand now; {} for one that makes none, or one of a call-off.

    A call-off is a process of its own: its release is made with its export.
    """
    if about.startswith(f"{CALL_OFF} "):
        return {}
    earlier = [row for row in procurement.notices.order_by("published_on", "pk") if row.payload]
    said = frozenset(tag for row in earlier for tag in row.payload["tag"])
    number = 1 + sum((row.code, row.published_on) == (code, on) for row in earlier)
    notice = PublishedNotice(code, on, about, reference)
    made = release_of(case_of(procurement), notice, said=said, number=number)
    return dict(plain(made)) if made else {}


def export_for(person: Person, key: UUID, *, uri: str, now: datetime, call_offs: Sequence[CallOffFacts] = ()) -> Export:
    """What was published of a procurement, and its call-offs. Raises Http404 where nothing was published or it is another's."""
    procurement = procurement_for(person, key)
    ocid = ocid_of(procurement)
    rows = [{**row.payload, "ocid": ocid} for row in published_with_release(procurement)]
    if call_offs:
        case = replace(case_of(procurement), call_offs=tuple(call_offs))
        rows += [plain(one) for call_off in call_offs for one in call_off_releases(case, call_off)]
    if not rows:
        raise Http404("Nothing of this procurement has been published yet")
    packages = packages_of_releases(rows, party_of(procurement.lead), uri=uri, at=now)
    return Export(packages, ocid, ocid.startswith(PROVISIONAL))


def published_with_release(procurement: Procurement) -> list[Notice]:
    """The notices that stand and are part of the export, oldest first."""
    return [row for row in standing_notices(procurement.notices.order_by("published_on", "pk")) if row.payload]
