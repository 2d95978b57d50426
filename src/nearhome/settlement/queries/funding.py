"""What a payer's budgets bear: its splits and ledger codes, the charges it bears, and what was posted of them.

Read while acting for the payer: no other organisation sees any of it but the charges.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Max, Sum

from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation
from nearhome.settlement.calculations.elements import Split
from nearhome.settlement.calculations.funding import Balance, Code, Entry, OwnSplit, Paid, Plan, entries_to_post
from nearhome.settlement.models import BudgetEntry, Charge, FundingSplit, LedgerCode, Month


@dataclass(frozen=True, slots=True)
class ToPost:
    """Entries to add for one payer in a month, and what its children are called on its charges."""

    entries: tuple[Entry, ...]
    child_refs: dict[int, str]


def payers_of(partnership: Partnership) -> tuple[Organisation, ...]:
    """Every authority that was ever charged something; read while acting for the finance lead."""
    rows = Charge.objects.filter(month__partnership=partnership).values("payer_id")
    return tuple(Organisation.objects.filter(pk__in=rows).order_by("name", "id"))


def shares_to_post(authority_id: int, month: Month) -> ToPost:
    """What its budgets bear now of all charges up to a month, minus what was posted."""
    plan = plan_of(authority_id)
    charges, child_refs = _charges(authority_id, month, plan)
    return ToPost(entries_to_post(charges, plan, _posted(authority_id, month), month.starts_on), child_refs)


def plan_of(authority_id: int) -> Plan:
    """All that an authority said about who of its budgets pays, and under which codes."""
    splits: dict[int, list[OwnSplit]] = defaultdict(list)
    for row in FundingSplit.objects.filter(authority=authority_id).prefetch_related("shares").order_by("id"):
        shares = tuple((share.funder, share.basis_points) for share in row.shares.all())
        splits[row.booking_id].append(OwnSplit(row.element, Split(row.starts_on, shares)))
    codes = LedgerCode.objects.filter(authority=authority_id).order_by("id")
    return Plan(
        {booking: tuple(some) for booking, some in splits.items()},
        tuple(Code(one.element, one.funder, one.starts_on, one.code) for one in codes),
    )


def _charges(authority_id: int, month: Month, plan: Plan) -> tuple[list[Paid], dict[int, str]]:
    """Line by line where there is a split; elsewhere all is social care's, and sums are enough."""
    rows = Charge.objects.filter(
        payer=authority_id, month__partnership=month.partnership_id, about_month__lte=month.starts_on
    )
    found, child_refs = [], {}
    split = rows.filter(booking__in=plan.splits).order_by("id") if plan.splits else rows.none()
    for one in split.values_list(
        "about_month", "booking_id", "element", "starts_on", "ends_before", "pence", "child_ref"
    ):
        found.append(Paid(*one[:6]))
        child_refs[one[1]] = one[6]
    whole = rows.exclude(booking__in=plan.splits).values_list("about_month", "booking_id", "element")
    for about, booking, element, pence, ref in whole.annotate(sum=Sum("pence"), ref=Max("child_ref")):
        found.append(Paid(about, booking, element, about, about, pence))
        if booking:
            child_refs[booking] = ref
    return found, child_refs


def _posted(authority_id: int, month: Month) -> dict[Balance, int]:
    rows = BudgetEntry.objects.filter(
        authority=authority_id, month__partnership=month.partnership_id, about_month__lte=month.starts_on
    ).values_list("about_month", "booking_id", "element", "funder", "ledger_code")
    return {(*row[:5],): row[5] for row in rows.annotate(sum=Sum("pence"))}
