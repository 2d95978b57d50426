"""What `nearhome settle --json` prints: the settled case as plain records, in an order of its own."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from nearhome.settlement.calculations.charges import Charge
from nearhome.settlement.calculations.settling import Due, Posted, Settled
from nearhome.settlement.calculations.transfers import MOST_POSITIONS, net_transfers

PAYMENTS = (
    f"The fewest payments that settle the net positions, where at most {MOST_POSITIONS} positions are open once those that"
    " cancel exactly are paired; else payments that settle them, but fewer might do."
)


class LineGiven(msgspec.Struct, kw_only=True):
    contract: str
    payer: str
    payee: str
    via: str | None
    place: str
    stay: str | None
    kind: str
    element: str
    starts_on: date
    ends_before: date
    nights: int
    weekly_pence: int
    pence: int
    reason: str


class MonthGiven(msgspec.Struct, kw_only=True):
    starts_on: date
    ends_before: date
    nights: dict[str, int]
    charged_pence: int
    budgets: dict[str, int]


class PostedGiven(msgspec.Struct, kw_only=True):
    month: date
    closed_on: date | None
    lines: list[LineGiven]
    corrections: list[LineGiven]
    pence: int


class PayableGiven(msgspec.Struct, kw_only=True):
    payer: str
    provider: str
    contract: str
    pence: int


class RechargeGiven(msgspec.Struct, kw_only=True):
    owed_by: str
    owed_to: str
    pence: int


class TransferGiven(msgspec.Struct, kw_only=True):
    paid_by: str
    paid_to: str
    pence: int


class AuthorityGiven(msgspec.Struct, kw_only=True):
    authority: str
    own_cost_pence: int
    paid_to_providers_pence: int
    recharged_to_others_pence: int
    recharged_by_others_pence: int
    net_pence: int


class AnswerGiven(msgspec.Struct, kw_only=True):
    title: str
    months: list[MonthGiven]
    months_posted: list[date]
    months_not_posted: list[date]
    posted: list[PostedGiven]
    authorities: list[AuthorityGiven]
    payables: list[PayableGiven]
    recharges: list[RechargeGiven]
    net_positions: dict[str, int]
    transfers: Annotated[list[TransferGiven], Meta(description=PAYMENTS)]
    problems: list[str]
    total_pence: int


def answer_given(settled: Settled) -> AnswerGiven:
    """The settled case, in pence."""
    found = settled.settlement
    return AnswerGiven(
        title=settled.case.title,
        months=[_month(one) for one in settled.due],
        months_posted=[one.month.starts_on for one in settled.posted],
        months_not_posted=[month.starts_on for month in settled.unposted],
        posted=[_posted(one) for one in settled.posted],
        authorities=[
            AuthorityGiven(
                authority=one.authority, own_cost_pence=one.own_cost_pence,
                paid_to_providers_pence=one.paid_to_providers_pence,
                recharged_to_others_pence=one.recharged_to_others_pence,
                recharged_by_others_pence=one.recharged_by_others_pence, net_pence=one.net_pence,
            )
            for one in found.statements
        ],
        payables=[
            PayableGiven(payer=one.payer, provider=one.provider, contract=one.contract_ref, pence=one.pence)
            for one in found.payables
        ],
        recharges=[RechargeGiven(owed_by=one.owed_by, owed_to=one.owed_to, pence=one.pence) for one in found.recharges],
        net_positions=dict(found.net_positions),
        transfers=[
            TransferGiven(paid_by=one.paid_by, paid_to=one.paid_to, pence=one.pence)
            for one in net_transfers(found.net_positions)
        ],
        problems=list(settled.problems),
        total_pence=sum(one.own_cost_pence for one in found.statements),
    )  # fmt: skip


def _month(due: Due) -> MonthGiven:
    nights: Counter[str] = Counter()
    for _, span in due.nights:
        nights[span.kind] += span.nights
    budgets: Counter[str] = Counter()
    for share in due.budgets:
        budgets[share.funder] += share.pence
    return MonthGiven(
        starts_on=due.month.starts_on, ends_before=due.month.ends_before, nights=dict(sorted(nights.items())),
        charged_pence=sum(one.pence for one in due.charges), budgets=dict(sorted(budgets.items())),
    )  # fmt: skip


def _posted(posted: Posted) -> PostedGiven:
    lines, corrections = _lines(posted.lines), _lines(posted.corrections)
    return PostedGiven(
        month=posted.month.starts_on, closed_on=posted.closed_on, lines=lines, corrections=corrections,
        pence=sum(one.pence for one in (*lines, *corrections)),
    )  # fmt: skip


def _lines(charges: Iterable[Charge]) -> list[LineGiven]:
    return [
        LineGiven(
            contract=one.contract_ref, payer=one.payer, payee=one.payee, via=one.via, place=one.place_ref,
            stay=one.stay_ref, kind=one.kind, element=one.element, starts_on=one.starts_on,
            ends_before=one.ends_before, nights=one.nights, weekly_pence=one.weekly_pence, pence=one.pence,
            reason=one.reason,
        )
        for one in charges
    ]  # fmt: skip
