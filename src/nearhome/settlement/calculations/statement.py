"""Who owes whom what, line by line, and what does a period come to for each authority?

Every charge is borne by one authority. Where the host of a block pays the provider first, the others owe the host: a
recharge. Net positions (what an authority is owed by others minus what it owes them) always sum to nought.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.charges import CORRECTION, Charge
from nearhome.settlement.calculations.moved_nights import LATE, moved_nights
from nearhome.settlement.calculations.transfers import Transfer, net_transfers

__all__ = [
    "Payable",
    "Recharge",
    "Settlement",
    "Statement",
    "Subject",
    "Transfer",
    "difference_to_post",
    "net_transfers",
    "settle",
    "subject_of",
]


@dataclass(frozen=True, slots=True)
class Payable:
    """What one authority pays one provider under one contract."""

    payer: str
    provider: str
    contract_ref: str
    pence: int


@dataclass(frozen=True, slots=True)
class Recharge:
    """What one authority owes another, before setting off what it is owed."""

    owed_by: str
    owed_to: str
    pence: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One authority's month. Its own cost = paid to providers − recharged to others + recharged by others.

    A lead's own work is paid to nobody outside: what it recharges of that is not paid to a provider first.
    """

    authority: str
    lines: tuple[Charge, ...]
    recharged_lines: tuple[Charge, ...]
    own_cost_pence: int
    paid_to_providers_pence: int
    recharged_to_others_pence: int
    recharged_by_others_pence: int
    net_pence: int

    @property
    def lead_work_pence(self) -> int:
        """What the lead's own work adds: own cost = paid + this − recharged to others + recharged by others."""
        rest = self.recharged_to_others_pence - self.recharged_by_others_pence
        return self.own_cost_pence - self.paid_to_providers_pence + rest


@dataclass(frozen=True, slots=True)
class Settlement:
    """Everything a period's charges come to, between authorities and providers."""

    statements: tuple[Statement, ...]
    payables: tuple[Payable, ...]
    recharges: tuple[Recharge, ...]
    net_positions: tuple[tuple[str, int], ...]


def settle(charges: Iterable[Charge], authorities: Iterable[str] = ()) -> Settlement:
    """Statements, provider payables, recharges and net positions from a period's charges.

    `authorities` adds those without a charge, with an empty statement. Everything is ordered by name.
    """
    charges = tuple(charges)
    recharges = _recharges(charges)
    lines, recharged = defaultdict[str, list[Charge]](list), defaultdict[str, list[Charge]](list)
    for charge in charges:
        lines[charge.payer].append(charge)
        if charge.is_recharge and charge.via is not None:
            recharged[charge.via].append(charge)
    everyone = sorted({*authorities, *lines, *(charge.via for charge in charges if charge.via)})
    statements = tuple(_statement(name, tuple(lines[name]), tuple(recharged[name])) for name in everyone)
    positions = tuple((statement.authority, statement.net_pence) for statement in statements)
    return Settlement(statements, _payables(charges), recharges, positions)


def difference_to_post(due_now: Iterable[Charge], posted: Iterable[Charge]) -> tuple[Charge, ...]:
    """What a late fact adds to an open period: what is due now minus what was posted, as correction lines.

    Give all charges of the closed period as they would be today, and all lines posted for it so far, corrections
    included. Lines are compared by who pays whom for which place and stay and for which part of what is due, so that a
    guarantee, a gain share and a variable part are each corrected as themselves; nothing changed makes no line. Where
    the same money is due for other nights, the nights are moved (`moved_nights`).
    """
    now, then = _by_subject(due_now), _by_subject(posted)
    found: list[Charge] = []
    for key in sorted(now.keys() | then.keys()):
        due, before = now.get(key, ()), then.get(key, ())
        correction = _correction(due, before)
        found += [correction] if correction.pence else moved_nights(due, before)
    return tuple(found)


def _statement(authority: str, lines: tuple[Charge, ...], recharged: tuple[Charge, ...]) -> Statement:
    by_others = sum(charge.pence for charge in lines if charge.is_recharge)
    to_others = sum(charge.pence for charge in recharged)
    own = sum(charge.pence for charge in lines)
    straight = (one for one in lines if not one.is_recharge)
    paid = sum(one.pence for one in (*straight, *recharged) if not one.covers_lead)
    return Statement(authority, lines, recharged, own, paid, to_others, by_others, to_others - by_others)


def _payables(charges: tuple[Charge, ...]) -> tuple[Payable, ...]:
    sums: dict[tuple[str, str, str], int] = defaultdict(int)
    for charge in charges:
        if not charge.covers_lead:
            sums[charge.via or charge.payer, charge.payee, charge.contract_ref] += charge.pence
    return tuple(Payable(*key, pence) for key, pence in sorted(sums.items()))


def _recharges(charges: tuple[Charge, ...]) -> tuple[Recharge, ...]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for charge in charges:
        if charge.is_recharge and charge.via is not None:
            sums[charge.payer, charge.via] += charge.pence
    return tuple(Recharge(*key, pence) for key, pence in sorted(sums.items()))


Subject = tuple[str, str, str, str, str, str, str]


def subject_of(line: Charge) -> Subject:
    """Which lines are the same thing due: who pays whom for which place and stay, and which part of what is due."""
    return (
        line.contract_ref, line.place_ref, line.payer, line.payee, line.via or "", line.stay_ref or "", line.element,
    )  # fmt: skip


def _by_subject(charges: Iterable[Charge]) -> dict[Subject, tuple[Charge, ...]]:
    groups: dict[Subject, tuple[Charge, ...]] = defaultdict(tuple)
    for line in charges:
        groups[subject_of(line)] += (line,)
    return dict(groups)


def _reasons(lines: tuple[Charge, ...]) -> str:
    """What the lines charge for, without earlier corrections of the same."""
    return "; ".join(line.reason for line in lines if line.kind not in LATE) or "no nights"


def _correction(now: tuple[Charge, ...], then: tuple[Charge, ...]) -> Charge:
    both = now + then
    first, before = min(line.starts_on for line in both), max(line.ends_before for line in both)
    due, posted = sum(line.pence for line in now), sum(line.pence for line in then)
    when = f"{in_words(first)} to {in_words(before - timedelta(days=1))}"
    latest = next((line for line in (*reversed(now), *reversed(then)) if line.kind not in LATE), both[0])
    what = f"Now due: {_reasons(now)}" if now else f"Nothing is due now. Posted was: {_reasons(then)}"
    reason = f"Correction for {when}: {pounds(due)} is due, {pounds(posted)} was posted. {what}"
    return replace(latest, kind=CORRECTION, starts_on=first, ends_before=before, pence=due - posted, reason=reason)
