"""What Kent and its partners agreed about the beds of Kent's block, and a child who keeps one while in hospital."""

import datetime as dt
from dataclasses import dataclass, replace

from nearhome.demo.contracts import BLOCK_BEGAN_ON, KENT_BLOCK
from nearhome.demo.story.players import KENT, PORTSMOUTH, Players
from nearhome.design.wording import LONDON
from nearhome.placements.calculations.dates import add_months
from nearhome.placements.models import Booking
from nearhome.privacy.acting import acting
from nearhome.procurement.models import BlockContract
from nearhome.settlement.actions.consenting import accept_rules
from nearhome.settlement.actions.proposing import answer_rules, propose_rules
from nearhome.settlement.actions.staying import record_absence
from nearhome.settlement.calculations.nights import AbsenceRule
from nearhome.settlement.calculations.rules.terms import Terms
from nearhome.settlement.calculations.templates import template
from nearhome.settlement.models import ContractRules
from nearhome.settlement.queries.periods import last_month_over

NOMINATED = "nominated"
FIRST_REFUSAL_DAYS = 5
AWAY = (AbsenceRule("hospital", 2, 8_000), AbsenceRule("holiday", 7, 5_000))
IN_HOSPITAL = (5, 10)  # first night away and the night of return, days of the last month that is over


@dataclass(frozen=True)
class _Version:
    """Rules from a day, proposed some weeks before it and agreed a week later."""

    starts_on: dt.date
    absences: tuple[AbsenceRule, ...]
    why: str


VERSIONS = (
    _Version(BLOCK_BEGAN_ON, (), "Made up: as the partners agreed when the block began."),
    _Version(
        add_months(BLOCK_BEGAN_ON, 2), AWAY,
        "Made up: the provider asked what is paid while a child who keeps the bed sleeps elsewhere.",
    ),
)  # fmt: skip


def agree_rules(players: Players) -> None:
    """Two versions of the rules of Kent's block: its commissioner proposes, a finance officer agrees."""
    colin, fiona = players.person(KENT, "colin"), players.person(KENT, "fiona")
    for one in VERSIONS:
        terms = Terms(
            one.starts_on,
            replace(template(NOMINATED).rule, absences=one.absences),
            first_refusal_days=FIRST_REFUSAL_DAYS,
        )
        with acting(colin):
            contract = BlockContract.objects.get(host=colin.organisation, name=KENT_BLOCK)
            row = propose_rules(
                contract=contract, terms=terms, template=NOMINATED, why=one.why, by=colin, now=_before(one, 21)
            )
        with acting(fiona):
            answer_rules(rules=row, agree=True, by=fiona, now=_before(one, 14))
        _accept(players, row, one)


def _accept(players: Players, row: ContractRules, version: _Version) -> None:
    """Every other party accepts the first version; of the second Portsmouth still waits to be persuaded."""
    with acting(players.person(KENT, "colin")):
        parties = set(row.contract.parties.values_list("organisation_id", flat=True)) - {row.host_id}
    for code in players.codes:
        person = players.person(code, "fiona")
        if person.organisation_id not in parties or (version is not VERSIONS[0] and code == PORTSMOUTH):
            continue
        with acting(person):
            rules = ContractRules.objects.select_related("contract__host").get(pk=row.pk)
            accept_rules(rules=rules, by=person, now=_before(version, 7))


def in_hospital(players: Players) -> None:
    """Portsmouth's child kept its bed in Kent's block for five nights in hospital."""
    olive = players.person(PORTSMOUTH, "olive")
    month = last_month_over(players.today)
    first, back = (month.replace(day=day) for day in IN_HOSPITAL)
    with acting(olive):
        stay = Booking.objects.get(authority=olive.organisation, route="block", arrived_on__isnull=False)
        now = dt.datetime(back.year, back.month, back.day, 15, tzinfo=LONDON)
        record_absence(booking=stay, kind="hospital", starts_on=first, ends_before=back, by=olive, now=now)


def _before(version: _Version, days: int) -> dt.datetime:
    day = version.starts_on - dt.timedelta(days=days)
    return dt.datetime(day.year, day.month, day.day, 10, tzinfo=LONDON)
