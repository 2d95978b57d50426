"""What happened to the made-up frameworks since they began: tiers, a reopening, a suspension and return, an uplift in preview."""

import datetime as dt
from decimal import Decimal

from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions import return_supplier, set_framework_tier, suspend_supplier
from nearhome.procurement.actions.reopening import open_again
from nearhome.procurement.actions.uplifts import Proposal, preview_uplift, propose_uplift
from nearhome.procurement.calculations.frameworks.uplift import UpliftRule
from nearhome.procurement.models import Framework, FrameworkSupplier

WEEKS_A_YEAR = 52
HOURS = ((1, 24, 4), (2, 24, 4), (3, 48, 8))
SELECTION = (
    "Every supplier of the tier that can meet the need is asked. Of those that reply in time the best match is chosen;"
    " at an equal match the lower price."
)
NEXT_APRIL = dt.date(2027, 4, 1)


def live(framework: Framework, *, by: Person, now: dt.datetime, uplift: bool) -> None:
    """Tell it through the actions its commissioner would use. With `uplift` a round waits for the vote."""
    with acting(by):
        for tier, usual, emergency in HOURS:
            set_framework_tier(
                framework=framework, tier=tier, hours=(usual, emergency), selection_rule=SELECTION,
                starts_on=framework.starts_on, by=by, now=now,
            )  # fmt: skip
        _suspended_and_taken_back(framework, by, now)
        open_again(
            framework=framework, opens_on=dt.date(2026, 10, 1), closes_before=dt.date(2027, 3, 1), admits="both",
            words="A registration judged good or better, and a price for every age it takes.", by=by, now=now,
        )  # fmt: skip
        if uplift:
            _uplift(framework, by, now)


def _suspended_and_taken_back(framework: Framework, by: Person, now: dt.datetime) -> None:
    supplier = FrameworkSupplier.objects.filter(framework=framework).order_by("-tier", "-pk")[0]
    begins, back = now + dt.timedelta(days=10), now + dt.timedelta(days=40)
    row = suspend_supplier(
        supplier=supplier, starts_on=begins.date(), ground="conduct", by=by, now=begins,
        words="Made up: two placements were ended without the notice agreed.",
    )  # fmt: skip
    return_supplier(
        suspension=row,
        returns_on=back.date(),
        words="Made up: a new manager, and notice given as agreed since.",
        by=by,
        now=back,
    )


def _uplift(framework: Framework, by: Person, now: dt.datetime) -> None:
    rule = UpliftRule("lower_of", index_percent=Decimal("3.0"), cap_percent=Decimal("1.5"))
    proposal = Proposal(
        rule, "new", NEXT_APRIL, "Made up: providers showed the cost of the higher living wage.", "CPI", dt.date(2026, 4, 1),
        "A made-up figure for the demonstration",
    )  # fmt: skip
    row = propose_uplift(contract=framework, proposal=proposal, by=by, now=now)
    buyers = Organisation.objects.filter(pk__in=framework.parties.values("organisation_id")).order_by("name")
    weeks = {one.pk: (3 + number % 5) * WEEKS_A_YEAR for number, one in enumerate(buyers)}
    preview_uplift(uplift=row, weeks=weeks, by=by, now=now)
