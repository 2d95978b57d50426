"""Pages of budgets and of blocks held against spot: who opens them, whose they are, which private words they may show."""

from typing import Any

from nearhome.privacy.acting import acting_for
from nearhome.procurement.models import BlockContract
from nearhome.settlement.models import Budget, ExpectedPlacements, ServiceLine
from scenes_whole import Whole

BUDGET_READERS = {"finance_officer", "commissioner", "approver", "analyst"}
BUDGET_ROLES: dict[str, set[str]] = {
    **dict.fromkeys(
        ("settlement:budgets", "settlement:budget", "settlement:against_spot", "settlement:block_against_spot"),
        BUDGET_READERS,
    ),
    "settlement:hold_against": {"finance_officer", "commissioner"},
}
KENT_BUDGETS = {f"Kent {role}" for role in BUDGET_READERS}
BUDGET_WORDS = {
    **dict.fromkeys(("ZZLINE", "ZZBUDGETREASON", "ZZSPOTFROM", "ZZEXPECTED"), KENT_BUDGETS),
    **{word: {"Portsmouth"} for word in ("PPLINE", "PPBUDGETREASON", "PPSPOTFROM", "PPEXPECTED")},
}


def budget_pages(whole: Whole) -> dict[str, list[tuple[dict[str, Any], set[int]]]]:
    """A line is its authority's own; a block is for those who host or use it."""
    kent, portsmouth = whole.cast.kent.pk, whole.cast.portsmouth.pk
    lines, years, expected = [], [], []
    for authority in (kent, portsmouth):
        with acting_for(authority):
            lines += [({"key": row.key}, {authority}) for row in ServiceLine.objects.all()]
            expected += [({"key": row.key}, {authority}) for row in ExpectedPlacements.objects.all()]
            budgets = Budget.objects.select_related("line")
            years += [({"key": row.line.key, "year": row.year}, {authority}) for row in budgets]
    with acting_for(kent):
        block = [({"key": BlockContract.objects.get(name="ZZBLOCK").key}, {kent, portsmouth})]
    names = {f"settlement:{name}": lines for name in ("budget", "map_line", "expected")}
    names |= {f"settlement:{name}": block for name in ("block_against_spot", "hold_against")}
    return names | {"settlement:set_budget": years, "settlement:withdraw_expected": expected}
