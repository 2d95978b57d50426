"""Whether a case holds together, and whether its few free words look as if they were about a child."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from nearhome.tendering.calculations.ocds.case import AwardFacts, CallOffFacts, OcdsCase

OCID = re.compile(r"ocds-[a-z0-9]{6}-\S{1,80}")
MOST_PENCE = 10**15
HUNDRED = Decimal(100)
KINDS = ("quality", "price", "cost")
FRAMEWORK_METHODS = ("withReopeningCompetition", "withoutReopeningCompetition", "withAndWithoutReopeningCompetition")
# A net with wide meshes behind the list of fields: what never belongs in published words.
_ABOUT_A_CHILD = (
    ("an NHS number", re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")),
    ("a unique pupil number", re.compile(r"\b[A-Z]\d{11}[0-9A-Z]\b")),
    ("a date of birth", re.compile(r"\b(d\.?o\.?b\.?|date of birth|born (on|in))\b", re.IGNORECASE)),
    ("a full postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")),
    ("one young person", re.compile(r"\b(young person|child|yp) ?#?\d+\b", re.IGNORECASE)),
)


def faults(case: OcdsCase) -> tuple[str, ...]:
    """Every fault in a sentence that says the mend; () if there is none."""
    return (*_of_the_whole(case), *_of_lots(case), *_of_awards(case), *_of_call_offs(case), *_of_words(case))


def _of_the_whole(case: OcdsCase) -> Iterator[str]:
    if not OCID.fullmatch(case.ocid):
        yield f"ocid “{case.ocid}” must look like ocds-h6vhtk-04fe75: ocds-, six letters or digits, and a number of its own"
    for name, text in (("number", case.number), ("title", case.title)):
        if not text.strip():
            yield f"{name} must not be empty"
    yield from _amount("value_pence", case.value_pence)
    if case.questions_until_at and case.deadline_at and case.questions_until_at > case.deadline_at:
        yield "questions_until_at must not lie after deadline_at"
    if case.months is not None and not 0 < case.months <= 1200:
        yield f"months must be from 1 to 1,200, not {case.months}"
    if case.framework and case.framework.method not in FRAMEWORK_METHODS:
        yield f"framework.method must be one of {', '.join(FRAMEWORK_METHODS)}"
    yield from _unique("party", [*(one.ref for one in case.buyers), case.lead.ref])


def _of_lots(case: OcdsCase) -> Iterator[str]:
    if not case.lots:
        yield "lots must have one lot at least: a procurement that is not divided has one"
    yield from _unique("lot", [lot.number for lot in case.lots])
    for one in case.criteria:
        if one.kind not in KINDS:
            yield f"criterion “{one.name}” must be of kind quality, price or cost, not “{one.kind}”"
        if not 0 <= one.weight <= HUNDRED:
            yield f"criterion “{one.name}” has the weight {one.weight}, which is not from 0 to 100"
    total = sum((one.weight for one in case.criteria), Decimal(0))
    if case.criteria and total != HUNDRED:
        yield f"the weights of the criteria sum to {total}; make them 100"
    for counted in case.bids:
        if not 0 <= counted.valid <= counted.received:
            said = f"lot {counted.lot} has {counted.valid} valid bids of {counted.received}"
            yield f"{said}: give numbers from 0, valid no more than received"
    yield from _known_lots("bids", (one.lot for one in case.bids), case)


def _of_awards(case: OcdsCase) -> Iterator[str]:
    yield from _unique("award", [one.number for one in case.awards])
    yield from _known_lots("award", (one.lot for one in case.awards), case)
    for one in case.awards:
        yield from _amount(f"award {one.number}: value_pence", one.value_pence)
        yield from _in_order(one)


def _in_order(one: AwardFacts) -> Iterator[str]:
    for first, last in (
        ("starts_on", "ends_on"),
        ("starts_on", "ended_on"),
        ("standstill_starts_on", "standstill_ends_on"),
    ):
        begins, ends = getattr(one, first), getattr(one, last)
        if begins and ends and ends < begins:
            yield f"award {one.number}: {last} must not lie before {first}"
    if one.ended_on and not one.signed_on:
        yield f"award {one.number}: a contract that ended was signed; give signed_on"
    yield from _unique(f"metric of award {one.number}", [metric.number for metric in one.metrics])


def _of_call_offs(case: OcdsCase) -> Iterator[str]:
    yield from _unique("call-off", [one.number for one in case.call_offs])
    for one in case.call_offs:
        yield from _of_call_off(one)


def _of_call_off(one: CallOffFacts) -> Iterator[str]:
    weeks = 1 if one.weeks is None else one.weeks
    if one.weekly_pence < 1 or weeks < 1 or one.weekly_pence * weeks > MOST_PENCE:
        yield f"call-off {one.number} must have a weekly price and weeks above nought, and no absurd total"
    if one.ocid and not OCID.fullmatch(one.ocid):
        yield f"call-off {one.number}: ocid “{one.ocid}” must look like ocds-h6vhtk-0666e4"


def _of_words(case: OcdsCase) -> Iterator[str]:
    for where, words in free_words(case):
        for what, pattern in _ABOUT_A_CHILD:
            if pattern.search(words):
                yield f"{where} looks as if it held {what}. Nothing that is published may point to a child: word it differently"


def free_words(case: OcdsCase) -> Iterator[tuple[str, str]]:
    """Every text that somebody typed and that an export would carry, with where it is from."""
    yield from (("title", case.title), ("description", case.description), ("number", case.number))
    for lot in case.lots:
        yield from ((f"lot {lot.number}: {name}", getattr(lot, name)) for name in ("title", "description", "kind"))
    yield from ((f"criterion {place}", one.name) for place, one in enumerate(case.criteria, start=1))
    for award in case.awards:
        for metric in award.metrics:
            for name in ("title", "target", "reached"):
                yield f"metric {metric.number} of award {award.number}: {name}", getattr(metric, name)


def without_suspect_words(case: OcdsCase) -> OcdsCase:
    """The case without those free words that look as if they were about a child: better unsaid than said."""

    def safe(words: str, otherwise: str = "") -> str:
        return otherwise if any(pattern.search(words) for _, pattern in _ABOUT_A_CHILD) else words

    lots = [
        replace(lot, title=safe(lot.title, f"Lot {lot.number}"), description=safe(lot.description), kind=safe(lot.kind))
        for lot in case.lots
    ]
    criteria = [replace(one, name=safe(one.name, f"Criterion {at}")) for at, one in enumerate(case.criteria, start=1)]
    title, description = safe(case.title, case.number), safe(case.description)
    return replace(case, title=title, description=description, lots=tuple(lots), criteria=tuple(criteria))


def _amount(name: str, pence: int | None) -> Iterator[str]:
    if pence is not None and not 0 < pence <= MOST_PENCE:
        yield f"{name} must be above nought and no absurd amount"


def _known_lots(what: str, lots: Iterable[int], case: OcdsCase) -> Iterator[str]:
    known = {lot.number for lot in case.lots}
    for number in sorted(set(lots) - known):
        yield f"{what}: there is no lot {number}"


def _unique(what: str, numbers: Iterable[object]) -> Iterator[str]:
    for number, times in Counter(numbers).items():
        if times > 1:
            yield f"{what} {number} is there {times} times; each needs a number of its own"
