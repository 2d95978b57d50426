"""A month with made-up children under given terms, so that one sees what the terms mean in pounds.

June 2027, four places at £5,600.00 a week (£800.00 a night): one with a child all month, one that a child leaves, one long
empty, one whose child is away for a time. The same functions work it out that work out real months.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from nearhome.settlement.calculations.charges import Charge, block_charges
from nearhome.settlement.calculations.guarantees import Piece, guarantee_charges
from nearhome.settlement.calculations.nights import (
    Absence,
    BlockContract,
    BlockPlace,
    NightSpan,
    Period,
    PriceSpan,
    Stay,
)
from nearhome.settlement.calculations.place_nights import block_nights
from nearhome.settlement.calculations.rules.terms import Terms, ruled

MONTH = Period(date(2027, 6, 1), date(2027, 7, 1))
WEEKLY_PENCE = 560_000
_LONG_AGO, _OPENED = date(2020, 1, 1), date(2027, 4, 1)


@dataclass(frozen=True, slots=True)
class WorkedMonth:
    """The lines of the made-up month; what each authority bears in pence, by name; and the nights that cost nothing."""

    facts: tuple[str, ...]
    lines: tuple[Charge, ...]
    borne: tuple[tuple[str, int], ...]
    free: tuple[NightSpan, ...]

    @property
    def total_pence(self) -> int:
        """What the provider is paid: all that is borne."""
        return sum(pence for _, pence in self.borne)


def worked_month(terms: Terms, host: str, partner: str, names: Mapping[str, str]) -> WorkedMonth:
    """The made-up month under these terms, between a host and one partner (refs; the same ref where there is no partner)."""
    always = replace(terms, starts_on=_LONG_AGO)
    contract = ruled(_contract(host, partner), always, (always,))
    away = terms.rule.absences[0].kind if terms.rule.absences else "hospital"
    stays = (
        Stay("child-1", "Child 1", host, "place-a", _OPENED),
        Stay("child-2", "Child 2", partner, "place-b", _OPENED, date(2027, 6, 11)),
        Stay(
            "child-3",
            "Child 3",
            partner,
            "place-d",
            _OPENED,
            None,
            (),
            (Absence(away, date(2027, 6, 8), date(2027, 6, 25)),),
        ),
    )
    spans = block_nights(contract, stays, MONTH)
    said = dict(names) | {f"place-{letter}": f"Place {letter.upper()}" for letter in "abcd"}
    lines = block_charges(contract, spans, said)
    lines += guarantee_charges([Piece(contract, spans, lines)], MONTH, said)
    borne: dict[str, int] = {}
    for line in lines:
        borne[line.payer] = borne.get(line.payer, 0) + line.pence
    charged = {(line.place_ref, line.starts_on) for line in lines}
    free = tuple(span for span in spans if (span.place_ref, span.starts_on) not in charged)
    return WorkedMonth(_facts(host, partner, away, names), lines, tuple(sorted(borne.items())), free)


def _contract(host: str, partner: str) -> BlockContract:
    nominated = {"place-a": host, "place-b": partner, "place-c": partner, "place-d": host}
    places = tuple(BlockPlace(ref, _OPENED, None, name) for ref, name in nominated.items())
    return BlockContract("example", "provider", host, places, (PriceSpan(_LONG_AGO, None, WEEKLY_PENCE),))


def _facts(host: str, partner: str, away: str, names: Mapping[str, str]) -> tuple[str, ...]:
    mine, theirs = names.get(host, host), names.get(partner, partner)
    return (
        f"Place A, nominated to {mine}: a child of {mine} all month.",
        f"Place B, nominated to {theirs}: a child of {theirs} leaves on 11 June, and nobody follows.",
        f"Place C, nominated to {theirs}: empty since it opened on 1 April.",
        f"Place D, nominated to {mine}: a child of {theirs} all month, away from 8 to 24 June ({away}).",
    )
