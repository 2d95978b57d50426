"""Rules of the made-up block, proposed by one person of Kent and agreed by another; nights away and other funders."""

import datetime as dt
from typing import Any

from nearhome.people.models import Organisation, Person
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.settlement.actions.proposing import answer_lead_cost, answer_rules, propose_lead_cost, propose_rules
from nearhome.settlement.actions.staying import accept_funder, ask_funder, record_absence
from nearhome.settlement.calculations.nights import VoidRule
from nearhome.settlement.calculations.rules.terms import Terms
from nearhome.settlement.models import BookingFunder, ContractRules, LeadCost
from nearhome.settlement.queries import refs
from scenes_settlement import IN_OCTOBER, OPENED, SEPTEMBER, BlockScene

WHY = "ZZRULESWORD: agreed by the board of the partnership."


def finance_of(scene: BlockScene) -> dict[int, Person]:
    """A finance officer of each authority of the scene."""
    people = (scene.cast.fiona, scene.wendy, scene.cast.felix, scene.harriet)
    return {one.organisation_id: one for one in people}


def shares(scene: BlockScene, kent: int, west_sussex: int, portsmouth: int) -> tuple[tuple[str, int], ...]:
    """Weights by name, as the contract's parties are read."""
    named = ((scene.cast.kent, kent), (scene.cast.portsmouth, portsmouth), (scene.cast.west_sussex, west_sussex))
    return tuple((refs.organisation(one.pk), weight) for one, weight in named)


def terms(starts_on: dt.date = OPENED, rule: VoidRule | None = None, **named: Any) -> Terms:
    """Host-carried beds unless said otherwise."""
    return Terms(starts_on, rule or VoidRule("host"), **named)


def proposed(scene: BlockScene, wanted: Terms, now: dt.datetime = IN_OCTOBER, why: str = WHY) -> ContractRules:
    """Colin of Kent proposes."""
    with acting(scene.cast.colin):
        return propose_rules(contract=scene.contract, terms=wanted, why=why, by=scene.cast.colin, now=now)


def agreed(scene: BlockScene, wanted: Terms, now: dt.datetime = IN_OCTOBER) -> ContractRules:
    """Colin of Kent proposes, Fiona of Kent agrees."""
    row = proposed(scene, wanted, now)
    with acting(scene.cast.fiona):
        return answer_rules(rules=row, agree=True, by=scene.cast.fiona, now=now)


def lead_cost(
    scene: BlockScene, yearly_pence: int, weights: dict[Organisation, int], starts_on: dt.date = SEPTEMBER
) -> LeadCost:
    """Colin of Kent, which leads, proposes; Fiona agrees."""
    with acting(scene.cast.colin):
        row = propose_lead_cost(
            partnership=scene.partnership, starts_on=starts_on, yearly_pence=yearly_pence, shares={one.pk: weight for one, weight in weights.items()}, why=WHY,
            by=scene.cast.colin, now=IN_OCTOBER,
        )  # fmt: skip
    with acting(scene.cast.fiona):
        return answer_lead_cost(lead_cost=row, agree=True, by=scene.cast.fiona, now=IN_OCTOBER)


def away(
    scene: BlockScene, booking: Booking, kind: str, starts_on: dt.date, ends_before: dt.date | None = None
) -> None:
    """The child's own authority says that the child slept elsewhere."""
    person = finance_of(scene)[booking.authority_id]
    with acting(person):
        record_absence(
            booking=booking, kind=kind, starts_on=starts_on, ends_before=ends_before, by=person, now=IN_OCTOBER
        )


def paid_by(scene: BlockScene, booking: Booking, funder: Organisation, starts_on: dt.date) -> BookingFunder:
    """The child's authority asks another to pay, which accepts."""
    asking = finance_of(scene)[booking.authority_id]
    with acting(asking):
        row = ask_funder(
            booking=booking, funder=funder, starts_on=starts_on, why="ZZFUNDERWORD", by=asking, now=IN_OCTOBER
        )
    accepting = finance_of(scene)[funder.pk]
    with acting(accepting):
        return accept_funder(asked=row, by=accepting, now=IN_OCTOBER)
