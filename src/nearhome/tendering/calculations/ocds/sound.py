"""Whether a case holds together, and whether its few free words look as if they were about a child."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from nearhome.tendering.calculations.ocds.case import AwardFacts, CallOffFacts, OcdsCase
from nearhome.tendering.calculations.ocds.words import suspicion, word_faults

MOST_PENCE = 10**15
HUNDRED = Decimal(100)
MOST_MONTHS = 1200
MOST_SUPPLIERS = 100_000
REGIMES = ("PA23", "PCR2015", "PSR2023")
CODES = (*(f"UK{number}" for number in range(1, 18)), "UK7-copy", "PCR-CN", "PCR-CAN", "PCR-MOD")
KINDS = ("quality", "price", "cost")
FRAMEWORK_METHODS = ("withReopeningCompetition", "withoutReopeningCompetition", "withAndWithoutReopeningCompetition")


def faults(case: OcdsCase) -> tuple[str, ...]:
    """Every fault in a sentence that says the mend; () if there is none."""
    return (
        *_of_the_whole(case), *_of_times(case), *_of_lots(case), *_of_awards(case), *_of_call_offs(case),
        *_of_notices(case), *word_faults(case),
    )  # fmt: skip


def _of_the_whole(case: OcdsCase) -> Iterator[str]:
    for name, text in (("ocid", case.ocid), ("number", case.number), ("title", case.title)):
        if not text.strip():
            yield f"{name} must not be empty"
    yield from _amount("value_pence", case.value_pence)
    if case.regime not in REGIMES:
        yield f"regime must be one of {', '.join(REGIMES)}"
    if case.framework and case.framework.method not in FRAMEWORK_METHODS:
        yield f"framework.method must be one of {', '.join(FRAMEWORK_METHODS)}"
    most = case.framework.most_suppliers if case.framework else None
    if most is not None and not 0 < most <= MOST_SUPPLIERS:
        yield f"framework.most_suppliers must be from 1 to {MOST_SUPPLIERS:,}, not {most}"
    yield from _unique("party", [*(one.ref for one in case.buyers), case.lead.ref])


def _of_times(case: OcdsCase) -> Iterator[str]:
    moments = ("tendered_at", "questions_until_at", "deadline_at")
    for first, last in combinations(moments, 2):
        begins, ends = getattr(case, first), getattr(case, last)
        if begins and ends and begins > ends:
            yield f"{first} must not lie after {last}"
    framework = case.framework
    for name, months in (("months", case.months), ("framework.months", framework.months if framework else None)):
        if months is not None and not 0 < months <= MOST_MONTHS:
            yield f"{name} must be from 1 to {MOST_MONTHS:,}, not {months}"
    if (
        framework
        and framework.starts_on
        and framework.scheme_ends_on
        and framework.scheme_ends_on < framework.starts_on
    ):
        yield "framework.scheme_ends_on must not lie before framework.starts_on"


def _of_lots(case: OcdsCase) -> Iterator[str]:
    if not case.lots:
        yield "lots must have one lot at least: a procurement that is not divided has one"
    yield from _unique("lot", [lot.number for lot in case.lots])
    for one in case.criteria:
        if one.kind not in KINDS:
            yield f"criterion “{one.name}” must be of kind quality, price or cost"
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
        ("decided_on", "signed_on"),
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


def _of_notices(case: OcdsCase) -> Iterator[str]:
    """Of the procurement and of each call-off: a code there is, of the law it was bought under."""
    rows = [("notices", one) for one in case.notices]
    rows += [
        (f"call-off {place}: notices", one)
        for place, call_off in enumerate(case.call_offs, 1)
        for one in call_off.notices
    ]
    for where, one in rows:
        if one.code not in CODES:
            yield f"{where} name a code that is none. Give one of {', '.join(CODES)}"
        elif one.code.startswith("PCR-") is not (case.regime == "PCR2015"):
            yield f"{where}: {one.code} is no notice of {case.regime}. Give one of the law it was bought under"


def without_suspect_words(case: OcdsCase) -> OcdsCase:
    """The case without those free words that look as if they were about a child: better unsaid than said."""

    def safe(words: str, otherwise: str = "") -> str:
        return otherwise if suspicion(words) else words

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
