"""How placements are called off from the frameworks that a procurement became, as its tier rules say."""

from nearhome.procurement.models import Framework, FrameworkTier
from nearhome.procurement.queries.call_offs import COMPETES_ALWAYS
from nearhome.tendering.models import AwardLine, Procurement

WITH, WITHOUT, BOTH = "withReopeningCompetition", "withoutReopeningCompetition", "withAndWithoutReopeningCompetition"


def framework_method(procurement: Procurement) -> str:
    """One of the standard's three, by the same rules as a call-off; "" while there is no framework to derive it from.

    One supplier: never a competition. A published rule for a tier: by the rule, or by a competition. No rule, or a form
    that always competes: by a competition alone. Lots that differ count as both.
    """
    lines = AwardLine.objects.filter(award__procurement=procurement, supplier__isnull=False)
    found = {_of_one(row) for row in Framework.objects.filter(pk__in=lines.values("supplier__framework"))}
    return found.pop() if len(found) == 1 else BOTH if found else ""


def _of_one(framework: Framework) -> str:
    if framework.form in COMPETES_ALWAYS:
        return WITH
    if framework.suppliers.filter(ends_before__isnull=True).values("provider").distinct().count() == 1:
        return WITHOUT
    return BOTH if FrameworkTier.objects.filter(framework=framework).exists() else WITH
