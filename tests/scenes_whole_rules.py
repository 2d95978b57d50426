"""Rules of the whole scene's block, a child who was away, another authority asked to pay, and the lead's costs."""

import datetime as dt

from cast import Cast
from nearhome.partnership.models import Partnership
from nearhome.people.models import Person
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.procurement.models import BlockContract
from nearhome.settlement.actions.consenting import accept_rules
from nearhome.settlement.actions.proposing import answer_lead_cost, answer_rules, propose_lead_cost, propose_rules
from nearhome.settlement.actions.staying import ask_funder, record_absence
from nearhome.settlement.calculations.nights import AbsenceRule, VoidRule
from nearhome.settlement.calculations.rules.terms import Terms
from nearhome.settlement.models import ContractRules
from nearhome.settlement.queries import refs


def make_rules(cast: Cast, people: dict[str, Person], partnership: Partnership, now: dt.datetime) -> None:
    """Version 1 is agreed, version 2 waits; the same of the lead's costs. Portsmouth asks Kent to pay."""
    colin, fiona, every = cast.colin, cast.fiona, people["Portsmouth"]
    with acting(colin):
        contract = BlockContract.objects.select_related("host").get(name="ZZBLOCK")
        shares = ((refs.organisation(cast.kent.pk), 5), (refs.organisation(cast.portsmouth.pk), 1))
        rule = VoidRule("nominated", shares, absences=(AbsenceRule("holiday", 7, 5_000),))
        first, later = Terms(contract.starts_on, rule), Terms(now.date(), VoidRule("host", shares))
        row = propose_rules(contract=contract, terms=first, why="ZZRULESWHY", by=colin, now=now)
        weights = {cast.kent.pk: 5, cast.portsmouth.pk: 1}
        cost = propose_lead_cost(
            partnership=partnership, starts_on=contract.starts_on, yearly_pence=3_650_000, shares=weights,
            why="ZZLEADWHY", by=colin, now=now,
        )  # fmt: skip
    with acting(fiona):
        answer_rules(rules=row, agree=True, by=fiona, now=now)
        answer_lead_cost(lead_cost=cost, agree=True, by=fiona, now=now)
    with acting(colin):
        propose_rules(contract=contract, terms=later, why="ZZRULESWHY", by=colin, now=now)
        propose_lead_cost(
            partnership=partnership, starts_on=now.date(), yearly_pence=7_300_000, shares=weights, why="ZZLEADWHY",
            by=colin, now=now,
        )  # fmt: skip
    with acting(every):
        agreed = ContractRules.objects.select_related("contract__host").get(pk=row.pk)
        accept_rules(rules=agreed, by=every, now=now)
        stay = Booking.objects.select_related("home").get(child_ref="PPBLOCKREF")
        first_night = stay.arrived_on + dt.timedelta(days=2)
        record_absence(
            booking=stay, kind="holiday", starts_on=first_night, ends_before=first_night + dt.timedelta(days=3), by=every,
            now=now,
        )  # fmt: skip
        ask_funder(booking=stay, funder=cast.kent, starts_on=first_night, why="PPFUNDERWHY", by=every, now=now)
