"""A framework that Kent leads and Portsmouth may call off from, with two suppliers in two tiers and their rate cards."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from cast import NOW, TODAY, Cast
from nearhome.market.models import Home
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions.frameworks import FrameworkTerms, make_framework, set_framework_tier
from nearhome.procurement.actions.rates import set_rate_card
from nearhome.procurement.actions.suppliers import admit_supplier
from nearhome.procurement.actions.uplift_votes import VoteOutcome, decide_uplift, record_vote
from nearhome.procurement.actions.uplifts import Proposal, preview_uplift, propose_uplift
from nearhome.procurement.calculations.frameworks.uplift import UpliftRule
from nearhome.procurement.models import Framework, FrameworkSupplier, UpliftRound
from scenes import make_home

BEGAN = dt.date(2025, 4, 1)
NEXT_APRIL = dt.date(2027, 4, 1)
D2N2 = UpliftRule("lower_of", index_percent=Decimal("3.8"), cap_percent=Decimal("1.5"))
CARD = ((8, 13, 400_000), (13, 18, 455_700))


@dataclass
class Region:
    """The framework, its homes and its suppliers."""

    framework: Framework
    meadow: FrameworkSupplier
    harbour: FrameworkSupplier
    homes: tuple[Home, Home]


def make_region(cast: Cast, *, name: str = "Made-up framework", urn: str = "SC9300", **terms: object) -> Region:
    """As its commissioner makes it; Meadow in tier 1 and Harbour, ten pounds dearer, in tier 2."""
    homes = (
        make_home(cast.meadow, "Madeup Meadow House", urn=f"{urn}01"),
        make_home(cast.harbour, "Madeup Harbour House", urn=f"{urn}02"),
    )
    with acting(cast.colin):
        framework = make_framework(
            name=name, kind="childrens_home", starts_on=BEGAN, ends_before=dt.date(2029, 4, 1), parties=[cast.portsmouth],
            terms=FrameworkTerms(extension_months=24, **terms), by=cast.colin, now=NOW,
        )  # fmt: skip
        for tier, hours in ((1, 24), (2, 48)):
            set_framework_tier(
                framework=framework, tier=tier, hours=(hours, 4), selection_rule="The highest score of quality",
                starts_on=BEGAN, by=cast.colin, now=NOW,
            )  # fmt: skip
        meadow, harbour = (_supplier(framework, home, tier, cast) for tier, home in enumerate(homes, 1))
    return Region(framework, meadow, harbour, homes)


def _supplier(framework: Framework, home: Home, tier: int, cast: Cast) -> FrameworkSupplier:
    supplier = admit_supplier(framework=framework, registration=home.registration, tier=tier, by=cast.colin, now=NOW)
    card = [(low, before, pence + 1_000 * (tier - 1)) for low, before, pence in CARD]
    set_rate_card(supplier=supplier, category="standard", bands=card, starts_on=BEGAN, by=cast.colin, now=NOW)
    return supplier


def proposal(rule: UpliftRule = D2N2, *, on: dt.date = NEXT_APRIL, applies_to: str = "new") -> Proposal:
    """A round as D2N2 would propose it."""
    index = ("CPI", dt.date(2026, 9, 1), "Made-up bulletin") if rule.index_percent is not None else ("", None, "")
    return Proposal(rule, applies_to, on, "Made-up costs of staff", *index)


def previewed(cast: Cast, contract: object, rule: UpliftRule = D2N2, *, on: dt.date = NEXT_APRIL) -> UpliftRound:
    """Proposed and previewed by Kent's commissioner."""
    with acting(cast.colin):
        made = propose_uplift(
            contract=contract,
            proposal=proposal(rule, on=on, applies_to="new" if isinstance(contract, Framework) else "all"),
            by=cast.colin,
            now=NOW,
        )
        weeks = {cast.kent.pk: 520, cast.portsmouth.pk: 104}
        return preview_uplift(uplift=made, weeks=weeks, by=cast.colin, now=NOW)


def carried(cast: Cast, row: UpliftRound) -> UpliftRound:
    """The vote went well."""
    with acting(cast.colin):
        outcome = VoteOutcome(True, 2, 0, TODAY, "Made-up minutes: both authorities were there")
        record_vote(uplift=row, outcome=outcome, by=cast.colin, now=NOW)
        row.refresh_from_db()
    return row


def approved(cast: Cast, row: UpliftRound) -> UpliftRound:
    """Carried, and approved by Kent's approver."""
    carried(cast, row)
    with acting(cast.april):
        return decide_uplift(uplift=row, approved=True, by=cast.april, now=NOW)


def commissioner_of(authority: Organisation, person: Person) -> Person:
    """The same person as a commissioner too."""
    person.roles = [*person.roles, "commissioner"]
    person.save()
    assert person.organisation_id == authority.pk
    return person
