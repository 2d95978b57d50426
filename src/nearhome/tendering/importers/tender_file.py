"""Reads a tender to be scored from JSON. What is wrong is told with the file, the place in it and how to mend it."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Literal

import msgspec

from nearhome.tendering.calculations.evaluation.case import MOST_SCORE, Band, Bid, Formula, LotCase, LowRule, TieBreak
from nearhome.tendering.calculations.evaluation.criteria import Criterion, Shares, shares_of, weight_faults
from nearhome.tendering.calculations.evaluation.faults import rule_faults

_SHOWN = 20
_MOST_NUMBER, _MOST_PLACES = 1_000_000, 6
Scores = dict[str, int]


class TenderFileError(ValueError):
    """A file that cannot be used, with one sentence for each fault."""

    def __init__(self, name: str, sentences: tuple[str, ...]) -> None:
        super().__init__(f"{name}: {'; '.join(sentences)}")
        self.name, self.sentences = name, sentences


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    note: str | None = msgspec.field(default=None, name="note")


class _Criterion(_Row, kw_only=True):
    id: str
    kind: Literal["section", "question", "pass", "price"]
    weight: Decimal
    title: str = ""
    least_score: int | None = None
    children: list["_Criterion"] = []


class _Band(_Row, kw_only=True):
    id: str
    title: str = ""
    weeks: Decimal = Decimal(1)
    cap_pence: int | None = None
    least_weeks: Decimal = Decimal(0)


class _Bid(_Row, kw_only=True):
    id: str
    agreed: Scores = {}
    prices: dict[str, int | None] = {}
    scores: dict[str, Scores] = {}
    out: str = ""


class _Low(_Row, kw_only=True):
    below_median: Decimal = Decimal(20)
    below_benchmark: Decimal = Decimal(30)


class _Lot(_Row, kw_only=True):
    id: str
    bids: list[_Bid]
    bands: list[_Band] = []
    formula: Formula = "lowest_ratio"
    least_quality: Decimal | None = None
    benchmark_pence: int | None = None


class _Tender(_Row, kw_only=True):
    criteria: list[_Criterion]
    lots: list[_Lot]
    evaluators: list[str] = []
    places: int = 2
    tie_break: tuple[TieBreak, ...] = ("quality", "price")
    low: _Low = msgspec.field(default_factory=_Low)


def read_tender(file: Path) -> tuple[LotCase, ...]:
    """The lots of a tender file. Raises TenderFileError with every fault found."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise TenderFileError(
            file.name, (f"it cannot be read: {error.strerror}; check the name and who may open it",)
        ) from None
    return tender_from(content, file.name)


def tender_from(content: bytes, name: str) -> tuple[LotCase, ...]:
    """The lots in the content of a file. Raises TenderFileError with every fault found."""
    try:
        tender = msgspec.json.decode(content, type=_Tender)
    except msgspec.ValidationError as error:
        raise TenderFileError(name, (_where(str(error)),)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TenderFileError(
            name, (f"this is not JSON: {error}; mend it, or save it again as JSON in UTF-8",)
        ) from None
    except RecursionError:
        raise TenderFileError(name, ("its criteria are nested too deeply; keep to a few levels",)) from None
    unlike = list(_unlike_numbers(tender))
    if unlike:
        raise TenderFileError(name, _first_of(unlike))
    criteria = tuple(_criterion(one) for one in tender.criteria)
    faults = [
        *_twice("criterion", [one.id for one in _every(tender.criteria)]),
        *weight_faults(criteria),
        *_least_faults(criteria),
    ]
    faults += _nameless(tender)
    faults += _twice("lot", [lot.id for lot in tender.lots]) + _twice("evaluator", tender.evaluators)
    if faults:
        raise TenderFileError(name, _first_of(faults))
    shares = shares_of(criteria)
    faults = [fault for lot in tender.lots for fault in _lot_faults(tender, lot, shares)]
    if faults:
        raise TenderFileError(name, _first_of(faults))
    return tuple(_case(tender, lot, shares) for lot in tender.lots)


def _where(error: str) -> str:
    """`Expected …, got … - at `$.lots[0].bids`` in our order: the place first."""
    words, _, place = error.partition(" - at ")
    return f"{place.strip('`') or 'the file'}: {words[:1].lower()}{words[1:]}; `nearhome schema tender-case` says what goes there"


def _first_of(faults: list[str]) -> tuple[str, ...]:
    more = len(faults) - _SHOWN
    return (*faults[:_SHOWN], *([f"and {more:,} more"] if more > 0 else []))


def _unlike_numbers(tender: _Tender) -> Iterator[str]:
    """Text such as "NaN" passes for a decimal; so does 1e999."""
    told = [(f"the weight of “{one.id}”", one.weight) for one in _every(tender.criteria)]
    told += [(f"“low”: “{name}”", getattr(tender.low, name)) for name in ("below_median", "below_benchmark")]
    for lot in tender.lots:
        told += [
            (f"lot “{lot.id}”, band “{band.id}”", weeks)
            for band in lot.bands
            for weeks in (band.weeks, band.least_weeks)
        ]
        told += [(f"lot “{lot.id}”: “least_quality”", lot.least_quality or Decimal(0))]
    for where, number in told:
        if not number.is_finite() or abs(number) > _MOST_NUMBER or number.as_tuple().exponent < -_MOST_PLACES:  # type: ignore[operator]
            yield f"{where} is {number}, which cannot be used; give a number with at most {_MOST_PLACES} decimals"


def _every(rows: list[_Criterion]) -> Iterator[_Criterion]:
    for row in rows:
        yield row
        yield from _every(row.children)


def _twice(what: str, names: list[str]) -> list[str]:
    seen: set[str] = set()
    found = [name for name in names if name in seen or seen.add(name)]  # type: ignore[func-returns-value]
    return [f"{what} “{name}” is there twice; give each its own id" for name in dict.fromkeys(found)]


def _nameless(tender: _Tender) -> Iterator[str]:
    """What the answer could not name: no lot at all, or something without an id."""
    if not tender.lots:
        yield "there is no lot, so there is nothing to score; give at least one"
    named = [("a criterion", one.id) for one in _every(tender.criteria)]
    named += [("an evaluator", name) for name in tender.evaluators]
    for lot in tender.lots:
        named.append(("a lot", lot.id))
        named += [(f"a bid of lot “{lot.id}”", bid.id) for bid in lot.bids]
        named += [(f"a band of lot “{lot.id}”", band.id) for band in lot.bands]
    yield from (f"{what} has an empty id; give it one" for what, name in named if not name.strip())


def _criterion(row: _Criterion) -> Criterion:
    children = tuple(_criterion(one) for one in row.children)
    return Criterion(row.id, row.title or row.id, row.kind, row.weight, row.least_score, children)


def _least_faults(criteria: tuple[Criterion, ...]) -> Iterator[str]:
    for one in criteria:
        if one.least_score is not None and not 0 <= one.least_score <= MOST_SCORE:
            yield f"“{one.title}” has a least score of {one.least_score}; give 0 to {MOST_SCORE}"
        yield from _least_faults(one.children)


def _lot_faults(tender: _Tender, lot: _Lot, shares: Shares) -> Iterator[str]:
    where = f"lot “{lot.id}”"
    yield from (f"{where}: {one}" for one in _twice("bid", [bid.id for bid in lot.bids]))
    yield from (f"{where}: {one}" for one in _twice("band", [band.id for band in lot.bands]))
    yield from (f"{where}: {fault}" for fault in rule_faults(_case(tender, lot, shares, bids=False)))
    bands, questions = {band.id for band in lot.bands}, {one.key: one.is_pass for one in shares.questions}
    for bid in lot.bids:
        at = f"{where}, bid “{bid.id}”"
        yield from (f"{at}: there is no band “{key}”; mend its name" for key in bid.prices.keys() - bands)
        for who, scores in (("agreed", bid.agreed), *bid.scores.items()):
            if not _are_scores(scores, questions):
                yield from _score_faults(f"{at}, {who}", scores, questions)
        unknown = bid.scores.keys() - set(tender.evaluators)
        yield from (f"{at}: “{who}” is not among the evaluators; add or mend the name" for who in sorted(unknown))
        if not bid.out:
            missing = [key for key in questions if key not in bid.agreed]
            yield from (
                f"{at}: no agreed score for “{key}”; give 0 to {MOST_SCORE}, or say in “out” why it is out"
                for key in missing
            )


def _are_scores(scores: Scores, questions: dict[str, bool]) -> bool:
    """Quickly, for most: every score on the scale, for a question there is, none of them pass or fail."""
    return not scores or (
        min(scores.values()) >= 0 and max(scores.values()) <= MOST_SCORE and scores.keys() <= questions.keys()
        and not any(questions.values())
    )  # fmt: skip


def _score_faults(where: str, scores: Scores, questions: dict[str, bool]) -> Iterator[str]:
    for key, score in scores.items():
        if key not in questions:
            yield f"{where}: there is no question “{key}”; mend its name"
        elif questions[key] and score not in (0, MOST_SCORE):
            yield f"{where}: “{key}” is pass or fail, but has {score}; give 0 or {MOST_SCORE}"
        elif not 0 <= score <= MOST_SCORE:
            yield f"{where}: “{key}” has {score}; give a whole number from 0 to {MOST_SCORE}"


def _case(tender: _Tender, lot: _Lot, shares: Shares, *, bids: bool = True) -> LotCase:
    keys = [one.key for one in shares.questions]
    bands = tuple(Band(one.id, one.title or one.id, one.weeks, one.cap_pence, one.least_weeks) for one in lot.bands)
    return LotCase(
        lot.id, shares.questions, shares.price, bands,
        tuple(_bid(one, keys, bands, tender.evaluators) for one in lot.bids) if bids else (),
        lot.formula, tuple(tender.evaluators), lot.least_quality, tender.places, tender.tie_break,
        LowRule(tender.low.below_median, tender.low.below_benchmark), lot.benchmark_pence,
    )  # fmt: skip


def _bid(row: _Bid, keys: list[str], bands: tuple[Band, ...], evaluators: list[str]) -> Bid:
    nothing: Scores = {}
    scores = tuple(tuple(map(row.scores.get(who, nothing).get, keys)) for who in evaluators)
    return Bid(
        row.id, tuple(map(row.agreed.get, keys)), tuple(row.prices.get(band.key) for band in bands), scores, row.out
    )
