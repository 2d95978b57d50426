"""Frameworks in the whole world: every table of theirs holds something, marked where it is private."""

import datetime as dt
from decimal import Decimal
from typing import Any

from cast import Cast, make_person
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions.frameworks import (
    FrameworkTerms,
    extend_framework,
    make_framework,
    set_framework_tier,
)
from nearhome.procurement.actions.rates import set_rate_line
from nearhome.procurement.actions.reopening import Verdict, apply_to_framework, decide_application, open_again
from nearhome.procurement.actions.suppliers import (
    Passing,
    admit_supplier,
    move_to_tier,
    suspend_supplier,
    transfer_supplier,
)
from nearhome.procurement.actions.uplift_votes import VoteOutcome, decide_uplift, record_vote
from nearhome.procurement.actions.uplifts import Proposal, preview_uplift, propose_uplift
from nearhome.procurement.calculations.frameworks.uplift import UpliftRule
from nearhome.procurement.models import Framework
from scenes import make_home

# Pence no other price has.
MEADOW_RATE, HARBOUR_RATE, OFFERED_RATE = 818_181, 828_282, 838_383
PASSED_ON_RATE = 808_080  # the next provider is bound to it too


def make_frameworks(cast: Cast, people: dict[str, Person], now: dt.datetime) -> Framework:
    """Kent leads, Portsmouth may call off; suppliers of two providers, one suspended, one passed on; a newcomer applies."""
    today = now.date()
    colin, done = cast.colin, {"by": cast.colin, "now": now}
    homes = [
        make_home(provider, f"Madeup {name} Home", urn=f"SC9600{number:02d}")
        for number, (provider, name) in enumerate(
            [(cast.meadow, "Rated"), (cast.harbour, "Rival"), (cast.meadow, "Leaving"), (cast.meadow, "Following")], 1
        )
    ]
    follower = make_home(cast.harbour, "Madeup Followed Home", urn="SC960009")
    with acting(colin):
        framework = make_framework(
            name="Made-up living framework", kind="childrens_home", starts_on=dt.date(today.year - 1, 4, 1),
            ends_before=dt.date(today.year + 2, 4, 1), parties=[cast.portsmouth], terms=FrameworkTerms(extension_months=24),
            **done,
        )  # fmt: skip
        later = dt.date(today.year + 3, 4, 1)
        extend_framework(framework=framework, ends_before=later, words="ZZEXTENDED", **done)
        set_framework_tier(
            framework=framework,
            tier=1,
            hours=(24, 4),
            selection_rule="ZZTIERRULE",
            starts_on=framework.starts_on,
            **done,
        )
        suppliers = [
            admit_supplier(framework=framework, registration=one.registration, tier=1, **done) for one in homes
        ]
        for supplier, pence in zip(suppliers, (MEADOW_RATE, HARBOUR_RATE, PASSED_ON_RATE, MEADOW_RATE), strict=True):
            set_rate_line(supplier=supplier, weekly_price_pence=pence, starts_on=framework.starts_on, **done)
        move_to_tier(supplier=suppliers[0], tier=2, starts_on=today, words="ZZTIERMOVE", **done)
        suspend_supplier(supplier=suppliers[0], starts_on=today, ground="conduct", words="ZZSUSPENDED", **done)
        passing = Passing(follower.registration, today + dt.timedelta(days=9), True, "ZZCONSENT")
        transfer_supplier(supplier=suppliers[2], passing=passing, **done)
        open_again(
            framework=framework, opens_on=today, closes_before=today + dt.timedelta(days=30), admits="both", **done
        )
    _applications(cast, people, framework, now)
    _uplift(cast, people, framework, now)
    return framework


def _applications(cast: Cast, people: dict[str, Person], framework: Framework, now: dt.datetime) -> None:
    """One waits, one was refused."""
    heath = Organisation.objects.create(kind="provider", name="Madeup Heath Ltd", owner_ref="RP900004")
    people["applying provider"] = hettie = make_person("Hettie Madeup-Manager", heath, "provider")
    lines = {("standard", 0, 18): OFFERED_RATE}
    made: list[Any] = []
    for number, words in ((1, "ZZAPPLIED"), (2, "ZZAPPLIEDTOO")):
        home = make_home(hettie.organisation, f"Madeup Applying Home {number}", urn=f"SC96001{number}")
        with acting(hettie):
            made.append(
                apply_to_framework(
                    framework=framework, registration=home.registration, lines=lines, words=words, by=hettie, now=now
                )
            )
    with acting(cast.colin):
        verdict = Verdict(accepted=False, words="ZZREFUSED")
        decide_application(application=made[1], verdict=verdict, by=cast.colin, now=now)


def _uplift(cast: Cast, people: dict[str, Person], framework: Framework, now: dt.datetime) -> None:
    """Carried by the vote, waiting for the approver."""
    colin, today = cast.colin, now.date()
    rule = UpliftRule("fixed", percent=Decimal("1.5"))
    proposal = Proposal(rule, "new", today + dt.timedelta(days=60), "ZZUPLIFTWHY")
    with acting(colin):
        row = propose_uplift(contract=framework, proposal=proposal, by=colin, now=now)
        preview_uplift(uplift=row, weeks={cast.kent.pk: 52}, by=colin, now=now)
        outcome = VoteOutcome(True, 2, 0, today, "ZZMINUTES")
        record_vote(uplift=row, outcome=outcome, by=colin, now=now)
    april = people["Kent approver"]
    with acting(april):
        decide_uplift(uplift=row, approved=True, by=april, now=now)
