"""Reading uplift rounds: the prices one would change, what its preview says, and how far it has come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse

from nearhome.audit.queries import as_entries, history_of
from nearhome.design.waiting import Waiting
from nearhome.people.models import Organisation, Person
from nearhome.procurement.calculations.frameworks.reopening import line_words
from nearhome.procurement.calculations.frameworks.uplift import (
    Bought,
    Preview,
    PriceLine,
    UpliftRule,
    percent_of,
    preview,
)
from nearhome.procurement.models import (
    BlockContract,
    BlockPrice,
    Framework,
    FrameworkSupplier,
    RateLine,
    UpliftCost,
    UpliftLine,
    UpliftMove,
    UpliftRound,
    UpliftVote,
)
from nearhome.procurement.permissions import can_approve, can_lead, require_buys
from nearhome.procurement.queries.frameworks import authorities_of
from nearhome.procurement.queries.standing import admitted_on
from nearhome.procurement.states.uplifts import UpliftState

Contract = Framework | BlockContract
NIGHTS_A_WEEK = 7
OVER = (UpliftState.APPLIED, UpliftState.REJECTED, UpliftState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class RoundShown:
    """The page of one round: its rule, its preview and cost as kept, the vote, and who may do what next.

    `previewed`: the last time it was, with who did it.
    """

    row: UpliftRound
    contract: Contract
    percent: Decimal | None
    lines: tuple[tuple[str, str, UpliftLine], ...]
    costs: tuple[UpliftCost, ...]
    previewed: UpliftMove | None
    vote: UpliftVote | None
    leads: bool
    approves: bool
    approved_by: str
    history: list[dict[str, Any]]

    @property
    def changed(self) -> int:
        return sum(not line.kept_why for _, _, line in self.lines)

    @property
    def is_counted(self) -> bool:
        """Whether the cost was counted from placements; else weeks were typed."""
        return any(one.placements is not None for one in self.costs)

    @property
    def placements(self) -> int:
        return sum(one.placements or 0 for one in self.costs)

    @property
    def nights(self) -> int:
        return sum(one.nights for one in self.costs)

    @property
    def total_more_pence(self) -> int:
        """More in the first year for all authorities together."""
        return sum(one.more_pence for one in self.costs)


def contract_of(row: UpliftRound) -> Contract:
    """The framework or the block the round is for."""
    found: Contract | None = row.framework or row.block
    assert found is not None
    return found


def buyers_of(contract: Contract) -> list[Organisation]:
    """The authorities that buy from a framework or a block, by name."""
    if isinstance(contract, Framework):
        return authorities_of(contract)
    ids = {contract.host_id, *contract.parties.values_list("organisation_id", flat=True)}
    return list(Organisation.objects.filter(pk__in=ids).order_by("name"))


def rounds_of(person: Person) -> QuerySet[UpliftRound]:
    """Rounds of contracts the person's authority leads or buys from."""
    require_buys(person)
    own = person.organisation_id
    reads = Q(lead_id=own) | Q(framework__parties__organisation_id=own) | Q(block__parties__organisation_id=own)
    rows = UpliftRound.objects.filter(reads).select_related("framework", "block", "lead").distinct()
    return rows.order_by("-proposed_at", "-pk")


def round_for(person: Person, key: UUID) -> UpliftRound:
    """One of them. Raises PermissionDenied for another role and Http404 for what is not theirs."""
    found = rounds_of(person).filter(key=key).first()
    if found is None:
        raise Http404("No such uplift round")
    return found


def block_to_lead(person: Person, key: UUID) -> BlockContract:
    """A block that the person's authority hosts. Raises Http404 for another's."""
    require_buys(person)
    found = BlockContract.objects.filter(key=key, host_id=person.organisation_id).first()
    if found is None:
        raise Http404("No such block")
    return found


def rounds_open(contract: Contract) -> QuerySet[UpliftRound]:
    """Rounds of a contract that are neither applied nor over."""
    of = {"framework": contract} if isinstance(contract, Framework) else {"block": contract}
    return UpliftRound.objects.filter(**of).exclude(state__in=[one.value for one in OVER])


def price_lines(row: UpliftRound) -> list[PriceLine]:
    """Every price of the contract that stands on the day of the round or begins after it."""
    return _rate_lines(row) if row.framework_id else _block_lines(row)


def rates_touched(row: UpliftRound) -> QuerySet[RateLine]:
    """Rate lines that hold on or after the day of the round, of suppliers admitted then."""
    on = row.effective_on
    rows = RateLine.objects.filter(Q(ends_before__isnull=True) | Q(ends_before__gt=on))
    holding_then = FrameworkSupplier.objects.filter(admitted_on(on), framework=row.framework).values("pk")
    return rows.filter(supplier__in=holding_then).order_by(
        "supplier__registration__name", "category", "min_age", "starts_on"
    )


def _rate_lines(row: UpliftRound) -> list[PriceLine]:
    return [
        PriceLine(
            one.pk, str(one.supplier.registration), line_words((one.category, one.min_age, one.before_age)),
            one.weekly_price_pence, one.starts_on,
        )
        for one in rates_touched(row).select_related("supplier__registration")
    ]  # fmt: skip


def _block_lines(row: UpliftRound) -> list[PriceLine]:
    rows = list(BlockPrice.objects.filter(contract=row.block_id).order_by("starts_on"))
    begun = [one for one in rows if one.starts_on <= row.effective_on]
    touched = begun[-1:] + [one for one in rows if one.starts_on > row.effective_on]
    return [PriceLine(one.pk, str(row.block), "a bed", one.weekly_price_pence, one.starts_on) for one in touched]


def rule_of(row: UpliftRound) -> UpliftRule:
    """The rule of a round as the calculation takes it."""
    return UpliftRule(
        row.rule, row.percent, row.addition_pence, row.index_percent, row.cap_percent, row.floor_percent,
        {int(line): pence for line, pence in row.agreed.items()},
    )  # fmt: skip


def worked_preview(row: UpliftRound, weeks: Mapping[int, int] | None = None) -> Preview:
    """What the round would do to the prices as they are now. Raises ValidationError with the mend.

    `weeks`: weeks a year by organisation; its key, as text, names each cost.
    """
    firm = row.framework.price_firm_until if row.framework else None
    bought = [Bought(str(pk), count) for pk, count in (weeks or {}).items()]
    try:
        return preview(
            price_lines(row), rule_of(row), effective_on=row.effective_on, firm_until=firm, applies_to=row.applies_to,
            bought=bought,
        )  # fmt: skip
    except ValueError as refused:
        raise ValidationError(str(refused)) from None


def kept_lines(row: UpliftRound) -> QuerySet[UpliftLine]:
    """The lines of the newest preview of a round."""
    newest = UpliftLine.objects.filter(round=row).order_by("-preview").values("preview")[:1]
    lines = UpliftLine.objects.filter(round=row, preview=newest)
    return lines.select_related("rate__supplier__registration", "block_price__contract")


def round_shown(person: Person, key: UUID) -> RoundShown:
    """The page of one round."""
    row = round_for(person, key)
    lines = tuple((*_named(one), one) for one in kept_lines(row).order_by("pk"))
    approval = row.moves.filter(to_state=UpliftState.APPROVED.value).first()
    vote = UpliftVote.objects.filter(round=row).first()
    hands_off = {row.proposed_by_id, *row.moves.exclude(to_state="approved").values_list("by_person_id", flat=True)}
    return RoundShown(
        row, contract_of(row), percent_of(rule_of(row)), lines, tuple(kept_costs(row)),
        row.moves.filter(to_state=UpliftState.PREVIEWED.value).order_by("at", "pk").last(), vote,
        can_lead(person, row.lead_id), can_approve(person, row.lead_id) and person.pk not in hands_off,
        approval.by_name if approval else "", as_entries(reversed(history_of(row.key))),
    )  # fmt: skip


def _named(one: UpliftLine) -> tuple[str, str]:
    if one.rate:
        return str(one.rate.supplier.registration), line_words(
            (one.rate.category, one.rate.min_age, one.rate.before_age)
        )
    return str(one.block_price.contract) if one.block_price else "", "a bed"


def kept_costs(row: UpliftRound) -> QuerySet[UpliftCost]:
    """What the newest preview of a round costs whom, by name: it says the same after the prices were applied."""
    newest = UpliftCost.objects.filter(round=row).order_by("-preview").values("preview")[:1]
    return UpliftCost.objects.filter(round=row, preview=newest).select_related("authority").order_by("authority__name")


def weeks_typed(row: UpliftRound) -> Mapping[int, int]:
    """Weeks a year by organisation, as typed at the last preview; none before it."""
    return {one.authority_id: one.nights // NIGHTS_A_WEEK for one in kept_costs(row) if one.placements is None}


def lines_to_agree(row: UpliftRound) -> Iterable[PriceLine]:
    """The lines whose prices are agreed one by one; none unless the rule is so."""
    return [one for one in price_lines(row) if one.starts_on < row.effective_on] if row.rule == "negotiated" else []


_NEXT = {
    UpliftState.PROPOSED: "Preview the prices of the round",
    UpliftState.PREVIEWED: "Record the vote on the round",
    UpliftState.APPROVED: "Apply the approved round",
}


def waiting_for(person: Person, *, now: datetime) -> list[Waiting]:
    """Of the lead's commissioner the next step of each round; of its approvers those carried by the vote."""
    rows = UpliftRound.objects.filter(lead_id=person.organisation_id).select_related("framework", "block")
    found = []
    if can_lead(person, person.organisation_id):
        for row in rows.filter(state__in=[state.value for state in _NEXT]):
            found.append(_waits(_NEXT[UpliftState(row.state)], row))
    if can_approve(person, person.organisation_id):
        waiting = rows.filter(state=UpliftState.VOTED.value).exclude(moves__by_person_id=person.pk)
        found += [_waits("Approve or refuse the uplift", row) for row in waiting]
    return found


def _waits(words: str, row: UpliftRound) -> Waiting:
    return Waiting(words, str(contract_of(row)), reverse("procurement:uplift", args=[row.key]))
