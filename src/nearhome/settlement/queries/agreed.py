"""The terms that were agreed, as calculations read them: of blocks, of the lead's costs, and of stays."""

from collections.abc import Iterable, Sequence
from datetime import date

from nearhome.partnership.models import Partnership, PartnershipAgreement
from nearhome.people.models import Organisation
from nearhome.placements.models import Booking
from nearhome.procurement.models import BlockContract
from nearhome.settlement.calculations.elements import (
    ACCOMMODATION,
    EDUCATION,
    EXTRA_STAFFING,
    OTHER,
    THERAPY,
    TRANSPORT,
    Element,
    OneOff,
)
from nearhome.settlement.calculations.nights import Absence, AbsenceRule, PriceSpan, Stay, VoidRule, price_spans
from nearhome.settlement.calculations.paths import AgreedStage
from nearhome.settlement.calculations.rules.fees import Fee
from nearhome.settlement.calculations.rules.terms import Terms, in_force
from nearhome.settlement.calculations.shared_costs import GainShare, LeadCost
from nearhome.settlement.models import ContractRules, PathStage
from nearhome.settlement.models import LeadCost as LeadCostRow
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.due import Amount

ELEMENT_FIELDS = {
    "additional_support_pence": EXTRA_STAFFING,
    "education_pence": EDUCATION,
    "therapy_pence": THERAPY,
    "transport_pence": TRANSPORT,
    "other_pence": OTHER,
}
Shares = tuple[tuple[str, int], ...]


def terms_of(contract: BlockContract, agreements: Iterable[PartnershipAgreement]) -> tuple[tuple[Terms, ...], str]:
    """The terms of a block by date, and why there are none for some days. Prefetch `rules__shares__organisation`."""
    own = [terms_from(row) for row in contract.rules.all() if row.is_agreed]
    shares = shares_of(contract.parties.all())
    rows = sorted(agreements, key=lambda row: (row.starts_on, row.version))
    try:
        common = [Terms(row.starts_on, VoidRule(row.empty_bearer, shares, row.grace_nights)) for row in rows]  # type: ignore[arg-type]
    except ValueError as fault:
        return in_force((), own), str(fault)
    return in_force(common, own), ""


def fees_of(contract: BlockContract) -> tuple[Fee, ...]:
    """What the contract itself says is paid, where that was recorded. Prefetch `fees`."""
    return tuple(
        Fee(row.starts_on, row.fixed_pence, row.variable_pence, row.guaranteed_bp) for row in contract.fees.all()
    )


def terms_from(row: ContractRules) -> Terms:
    """One version of a contract's rules."""
    rule = VoidRule(
        row.empty_bearer,  # type: ignore[arg-type]
        shares_of(row.shares.all()),
        row.grace_nights,
        row.released_after,
        row.released_bearer,  # type: ignore[arg-type]
        tuple(AbsenceRule(kind, full, then) for kind, full, then in row.absences),
    )
    gain = None
    if row.gain_benchmark_pence is not None:
        gain = GainShare(row.gain_benchmark_pence, row.gain_basis_points, row.gain_most_pence)
    return Terms(
        row.starts_on, rule, row.guarantee_basis_points, row.variable_weekly_pence, gain, row.first_refusal_days
    )


def shares_of(rows: Iterable[object]) -> Shares:
    """Parties with their weights, by name."""
    named = sorted(rows, key=lambda row: row.organisation.name)  # type: ignore[attr-defined]
    return tuple((refs.organisation(row.organisation_id), row.weight) for row in named)  # type: ignore[attr-defined]


def parties_of(contract: BlockContract) -> tuple[int, ...]:
    """Every authority that may use the block."""
    return tuple(sorted(contract.parties.values_list("organisation_id", flat=True)))


def lead_costs_of(host: Organisation, partnership: Partnership) -> tuple[LeadCost, ...]:
    """What the authority, as lead, has agreed that its work costs; each version until the next one begins."""
    rows = LeadCostRow.objects.filter(partnership=partnership, lead=host, is_agreed=True)
    latest = {row.starts_on: row for row in rows.prefetch_related("shares__organisation").order_by("version")}
    ordered = [latest[day] for day in sorted(latest)]
    ends = [*(row.starts_on for row in ordered[1:]), partnership.ends_before][: len(ordered)]
    return tuple(_lead_cost(row, ends_before) for row, ends_before in zip(ordered, ends, strict=True))


def _lead_cost(row: LeadCostRow, ends_before: date | None) -> LeadCost:
    return LeadCost(
        refs.lead_cost(row.pk), refs.organisation(row.lead_id), row.yearly_pence, row.starts_on, ends_before,
        shares_of(row.shares.all()),
    )  # fmt: skip


def funders_of(booking: Booking) -> tuple[tuple[date, str], ...]:
    """From which day another authority pays, as far as it accepted; of one day the newest counts."""
    accepted = sorted((row for row in booking.funders.all() if row.accepted_at), key=lambda row: row.pk)
    latest = {row.starts_on: refs.organisation(row.funder_id) for row in accepted}
    return tuple(sorted(latest.items()))


def absences_of(booking: Booking) -> tuple[Absence, ...]:
    """Nights away that were recorded and not withdrawn."""
    rows = sorted(booking.absences.all(), key=lambda row: row.starts_on)
    return tuple(Absence(row.kind, row.starts_on, row.ends_before) for row in rows if not row.withdrawn_at)


def prices_of(booking: Booking) -> tuple[tuple[PriceSpan, ...], tuple[Element, ...]]:
    """What accommodation costs by the week from which day, and the other elements of the price. Prefetch `prices`."""
    rows = list(booking.prices.all())
    elements = (
        Element(name, price_spans((row.starts_on, getattr(row, field)) for row in rows))
        for field, name in ELEMENT_FIELDS.items()
        if any(getattr(row, field) for row in rows)
    )
    return price_spans((row.starts_on, row.core_pence) for row in rows), tuple(elements)


def stage_of(booking: Booking) -> AgreedStage | None:
    """The stage of an agreed path that a booking became. Prefetch `path_stage__prices`."""
    stage: PathStage | None = getattr(booking, "path_stage", None)
    if stage is None:
        return None
    rows = list(stage.prices.all())
    fields = {"core_pence": ACCOMMODATION} | ELEMENT_FIELDS
    prices = (
        (name, price_spans((row.starts_on, getattr(row, field)) for row in rows)) for field, name in fields.items()
    )
    return AgreedStage(stage_name(stage), tuple(prices))


def stage_name(stage: PathStage) -> str:
    """Stage 2 of its path, transition."""
    return f"stage {stage.number} of its path, {stage.get_kind_display().lower()}"


def amounts_of(booking: Booking, stay: Stay) -> Iterable[Amount]:
    """One-off amounts and credits that stand. Prefetch `amounts`."""
    contract = booking.block_contract_id
    ref = refs.block(contract) if contract else refs.booking(booking.pk)
    host = refs.organisation(booking.host_id if contract and booking.host_id else booking.authority_id)
    for row in sorted(booking.amounts.all(), key=lambda row: row.pk):
        if not row.withdrawn_at:
            yield Amount(ref, refs.organisation(booking.provider_id), host, stay, OneOff(row.name, row.on, row.pence))


def names_in_terms(contracts: Sequence[BlockContract], bookings: Sequence[Booking]) -> dict[str, str]:
    """Words for authorities that only terms name."""
    shares = [share for one in contracts for row in one.rules.all() for share in row.shares.all()]
    funders = [row.funder for one in bookings for row in one.funders.all()]
    every = [*(share.organisation for share in shares), *funders]
    return {refs.organisation(one.pk): one.name for one in every}
