"""The file of `nearhome settle`: decoded into typed records, checked as a whole, and made the case that is settled.

A fault names where it is (`contracts[0].stays[3].authority`) and the mend. All faults of a sound file are told at once.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from nearhome.settlement.calculations.cases import Agreed, Block, Case, Close, Dated, Known
from nearhome.settlement.calculations.elements import Element, OneOff, Placement, Split, Stage
from nearhome.settlement.calculations.nights import (
    Absence,
    AbsenceRule,
    AwayTerms,
    BlockContract,
    BlockPlace,
    Period,
    Stay,
    Unavailable,
    VoidRule,
    price_spans,
)
from nearhome.settlement.calculations.shared_costs import GainShare, LeadCost
from nearhome.settlement.calculations.templates import template
from nearhome.settlement.importers import settle_rows as rows
from nearhome.settlement.importers.settle_faults import faults_of

MOST_MEGABYTES = 512
Row = TypeVar("Row", bound=rows.FactRow)
ELEMENT_NAME = re.compile(r"\.elements\[\d+\]\.name$")


class SettleFileError(Exception):
    """What is wrong with a file: its name, and a sentence for each fault."""

    def __init__(self, name: str, sentences: tuple[str, ...]) -> None:
        super().__init__(name, sentences)
        self.name, self.sentences = name, sentences


def read_case(path: Path) -> Case:
    """The case in a file (`-`: standard input). Raises SettleFileError with every sentence needed to mend it."""
    return case_from(_content(path), path.name)


def case_from(content: bytes, name: str) -> Case:
    """The case in these bytes. Raises SettleFileError."""
    try:
        file = msgspec.json.decode(content, type=rows.SettleFile)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as refused:
        raise SettleFileError(name, (_in_words(refused),)) from None
    faults = tuple(faults_of(file))
    if faults:
        raise SettleFileError(name, faults[:50])
    try:
        return _case(file)
    except ValueError as refused:
        raise SettleFileError(name, (str(refused),)) from None


def example_case() -> bytes:
    """A worked case: the regional block of decision 21/00094, as it might have run. All children are made up."""
    return files("nearhome.settlement").joinpath("reference", "example_settle_case.json").read_bytes()


def _content(path: Path) -> bytes:
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except IsADirectoryError:
        raise SettleFileError(str(path), ("this is a folder; give the file itself",)) from None
    except FileNotFoundError:
        raise SettleFileError(str(path), ("there is no such file",)) from None
    except (OSError, ValueError) as error:
        raise SettleFileError(str(path), (f"it cannot be read: {getattr(error, 'strerror', error)}",)) from None
    if not content.strip():
        raise SettleFileError(path.name, ("the file is empty; `nearhome settle --example` prints a whole case",))
    if len(content) > MOST_MEGABYTES * 2**20:
        raise SettleFileError(path.name, (f"it is larger than {MOST_MEGABYTES} MB; settle fewer years at once",))
    return content.removeprefix(b"\xef\xbb\xbf")


def _in_words(refused: Exception) -> str:
    """The decoder's own sentence, with the place in the file before it."""
    what, _, where = str(refused).partition(" - at `$")
    place = where.rstrip("`").lstrip(".") or "the file"
    low = what if what[1:2].isupper() else what[:1].lower() + what[1:]
    named = f"; name it one of: {', '.join(get_args(rows.ElementName))}" if ELEMENT_NAME.search(place) else ""
    return f"{place}: {low}{named}"


def _case(file: rows.SettleFile) -> Case:
    names = tuple((one.ref, one.name) for one in (*file.authorities, *file.providers))
    return Case(
        title=file.title,
        period=Period(file.period.starts_on, file.period.ends_before),
        names=names,
        authorities=tuple(one.ref for one in file.authorities),
        blocks=tuple(_block(one, tuple(a.ref for a in file.authorities)) for one in file.contracts),
        placements=tuple(version for one in file.placements for version in _placements(one)),
        lead_costs=tuple(
            LeadCost(one.ref, one.lead, one.yearly_pence, one.starts_on, one.ends_before, _weights(one.shares))
            for one in file.lead_costs
        ),
        closes=tuple(Close(one.month, one.closed_on) for one in file.closes),
    )


def _known(fact: rows.FactRow) -> Known:
    return Known(fact.known_on, fact.superseded_on)


def _versions(row: rows.FactRow, parts: Iterable[rows.FactRow]) -> Iterator[tuple[Known, date]]:
    """The days between which the same of a row's parts were known, each with a day that stands for them."""
    known = _known(row)
    days = {day for part in parts for day in (part.known_on, part.superseded_on) if day and known.stands(day)}
    turns = sorted(days - {row.known_on})
    for first, before in pairwise([row.known_on, *turns, row.superseded_on]):
        yield Known(first, before), first or date.min


def _standing(found: Iterable[Row], on: date) -> Iterator[Row]:
    return (one for one in found if _known(one).stands(on))


def _dated(found: Iterable[rows.PriceRow]) -> tuple[Dated, ...]:
    return tuple(Dated(one.starts_on, one.weekly_pence, _known(one)) for one in found)


def _weights(shares: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """By name, so that the last penny does not hang on the order in the file."""
    return tuple(sorted(shares.items()))


def _block(row: rows.ContractRow, authorities: tuple[str, ...]) -> Block:
    contract = BlockContract(row.ref, row.provider, row.host, tuple(_place(one) for one in row.places), ())
    gain = row.gain_share
    return Block(
        contract,
        tuple(Agreed(one.starts_on, _rule(one, authorities), _known(one)) for one in row.agreement),
        tuple(version for one in row.stays for version in _stays(one)),
        tuple((Unavailable(one.place, one.starts_on, one.ends_before, one.by), _known(one)) for one in row.closed),
        GainShare(gain.benchmark_weekly_pence, gain.basis_points, gain.most_pence) if gain else None,
        _dated(row.prices),
        _dated(row.variable_prices),
        tuple(Dated(one.starts_on, one.basis_points, _known(one)) for one in row.guarantee),
    )


def _place(row: rows.PlaceRow) -> BlockPlace:
    changes = tuple((one.starts_on, one.authority) for one in row.nominations)
    return BlockPlace(row.ref, row.available_from, row.ends_before, row.nominated, changes)


def _rule(row: rows.AgreementRow, authorities: tuple[str, ...]) -> VoidRule:
    """The template's terms, and over them whatever the row says itself; shares unsaid: one each."""
    base = template(row.template).rule if row.template else VoidRule()
    said: dict[str, Any] = {
        "empty_bearer": row.empty_bearer, "grace_nights": row.grace_nights, "released_after": row.released_after,
        "released_bearer": row.released_bearer,
    }  # fmt: skip
    terms = {name: getattr(base, name) if value is None else value for name, value in said.items()}
    shares = _weights(row.shares or dict.fromkeys(authorities, 1))
    return VoidRule(shares=shares, absences=_absence_rules(row.absences), **terms)


def _absence_rules(found: Iterable[rows.AbsenceRuleRow]) -> tuple[AbsenceRule, ...]:
    return tuple(AbsenceRule(one.kind, one.full_nights, one.then_basis_points, one.most_nights) for one in found)


def _stays(row: rows.StayRow) -> Iterator[tuple[Stay, Known]]:
    for known, on in _versions(row, row.funders):
        yield Stay(
            row.ref, row.child, row.authority, row.place, row.arrived_on, row.departed_on, _funders(row.funders, on),
            _absences(row.absences),
        ), known  # fmt: skip


def _absences(found: Iterable[rows.AbsenceRow]) -> tuple[Absence, ...]:
    return tuple(Absence(one.kind, one.starts_on, one.ends_before) for one in found)


def _away_terms(found: Iterable[rows.AwayTermsRow]) -> tuple[AwayTerms, ...]:
    return tuple(
        AwayTerms(
            one.starts_on, _absence_rules(one.absences), None if one.kept_elements is None else tuple(one.kept_elements)
        )
        for one in found
    )


def _funders(found: Iterable[rows.FunderRow], on: date) -> tuple[tuple[date, str], ...]:
    return tuple((one.starts_on, one.authority) for one in _standing(found, on))


def _placements(row: rows.PlacementRow) -> Iterator[tuple[Placement, Known]]:
    prices = (price for stage in row.stages for element in stage.elements for price in element.prices)
    for known, on in _versions(row, (*row.funders, *prices)):
        stages = tuple(_stage(row, number, stage, on) for number, stage in enumerate(row.stages, start=1))
        one_offs = tuple(
            OneOff(one.name, one.on, one.pence, tuple(_splits(one.funding)), one.ledger_code) for one in row.one_offs
        )
        yield Placement(row.ref, row.route, stages, one_offs, _away_terms(row.away)), known


def _stage(row: rows.PlacementRow, number: int, stage: rows.StageRow, on: date) -> Stage:
    stay = Stay(
        f"{row.ref}/{number}", row.child, row.authority, stage.place, stage.arrived_on, stage.departed_on,
        _funders(row.funders, on), _absences(stage.absences),
    )  # fmt: skip
    return Stage(stage.name, stage.provider, stay, tuple(_element(one, on) for one in stage.elements))


def _element(row: rows.ElementRow, on: date) -> Element:
    prices = price_spans(((one.starts_on, one.weekly_pence) for one in _standing(row.prices, on)), row.ends_before)
    return Element(row.name, prices, tuple(_splits(row.funding)), row.ledger_code)


def _splits(found: Iterable[rows.SplitRow]) -> Iterator[Split]:
    return (Split(one.starts_on, _weights(one.shares)) for one in found)
