"""One release for each notice that was published: what that notice says, and no more.

A framework and each of its call-offs are processes of their own, related to one another (OCDS documentation). Payments
(UK8), pipelines (UK1) and returns on payments (UK17) are no part of a process here, so they make no release.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from nearhome.tendering.calculations.notices.facts import PublishedNotice
from nearhome.tendering.calculations.ocds.case import AwardFacts, CallOffFacts, Method, OcdsCase, Party
from nearhome.tendering.calculations.ocds.sections import award, bids, contract, tender
from nearhome.tendering.calculations.ocds.values import (
    Json,
    document,
    first_of_month,
    given,
    moment,
    parties,
    reference,
    to_thousand_pounds,
)

_LEGACY = {"PCR-CN": "UK4", "PCR-CAN": "UK7", "PCR-MOD": "UK10"}


def release_of(
    case: OcdsCase, notice: PublishedNotice, *, said: frozenset[str] = frozenset(), number: int = 1
) -> Json | None:
    """The release of one notice of a procurement; None for a notice that makes none.

    `said` are the tags of earlier releases: the same again is an update. `number` tells apart two notices of a code on
    one day.
    """
    code = _LEGACY.get(notice.code, notice.code)
    if code not in _PARTS:
        return None
    parts = _PARTS[code](case, notice)
    return given(
        ocid=case.ocid,
        id=f"{case.ocid}-{notice.code}-{notice.on.isoformat()}-{number}",
        date=moment(notice.on),
        tag=[_UPDATES.get(tag, tag) if tag in said else tag for tag in _TAGS[code]],
        initiationType="tender",
        language="en",
        parties=_parties(case, [one["suppliers"][0]["id"] for one in parts.get("awards", ())]),
        buyer=None if case.buyers else reference(case.lead),
        **parts,
    )


def _parties(case: OcdsCase, named: Sequence[str]) -> list[Json]:
    """The authorities, and the suppliers that the release names."""
    roles: list[tuple[Party, str]] = [(case.lead, "procuringEntity"), (case.lead, "buyer")]
    roles += [(buyer, "buyer") for buyer in case.buyers]
    for one in case.awards:
        if one.supplier.ref in named:
            roles += [(one.supplier, "supplier"), (one.supplier, "tenderer")]
    return parties(roles)


def _of(case: OcdsCase, notice: PublishedNotice) -> list[AwardFacts]:
    """The awards a notice is about: those of its own subject, or all where it names none."""
    return [one for one in case.awards if not notice.about or one.about == notice.about]


def _planned(case: OcdsCase, notice: PublishedNotice) -> Json:
    return {"planning": {"documents": [document(notice)]}, "tender": tender(case, None, "planned")}


def _tendered(case: OcdsCase, notice: PublishedNotice) -> Json:
    return {"tender": tender(case, notice, "active")}


def _given_up(case: OcdsCase, notice: PublishedNotice) -> Json:
    return {"tender": tender(case, notice, "cancelled")}


def _awarded(case: OcdsCase, notice: PublishedNotice) -> Json:
    """Pending: the contract is still to be made."""
    rows = [award(one, "pending", above_threshold=case.is_above_threshold, notice=notice) for one in _of(case, notice)]
    counted = bids(case.bids) if case.method != "direct" else None
    return given(tender=tender(case, None, "active"), bids=counted, awards=rows)


def _contracted(case: OcdsCase, notice: PublishedNotice) -> Json:
    """Only where nobody can join any more is the tender complete."""
    signed = [one for one in _of(case, notice) if one.signed_on]
    rows = [award(one, "active", above_threshold=case.is_above_threshold) for one in signed]
    status = "complete" if case.is_complete or case.framework is None else "active"
    contracts = [contract(one, "active", notice) for one in signed]
    return given(tender=tender(case, None, status), awards=rows, contracts=contracts)


def _performed(case: OcdsCase, notice: PublishedNotice) -> Json:
    signed = [one for one in case.awards if one.signed_on]
    return given(contracts=[contract(one, "active", notice, reached=True) for one in signed])


def _changed(case: OcdsCase, notice: PublishedNotice) -> Json:
    signed = [one for one in case.awards if one.signed_on]
    change = [{"id": f"{notice.code}-{notice.on.isoformat()}", "date": moment(notice.on)}]
    rows = [{**contract(one, "active", notice), "amendments": change} for one in signed]
    return given(contracts=rows)


def _ended(case: OcdsCase, notice: PublishedNotice) -> Json:
    signed = [one for one in case.awards if one.signed_on]
    rows = [
        {
            **contract(one, "terminated", notice),
            **given(implementation=contract(one, "", reached=True).get("implementation")),
        }
        for one in signed
    ]
    return given(contracts=rows)


_PARTS: Mapping[str, Callable[[OcdsCase, PublishedNotice], Json]] = {
    "UK2": _planned, "UK3": _planned, "UK13": _planned, "UK4": _tendered, "UK14": _tendered, "UK15": _tendered,
    "UK12": _given_up, "UK16": _given_up, "UK5": _awarded, "UK6": _awarded, "UK7": _contracted, "UK9": _performed,
    "UK10": _changed, "UK11": _ended,
}  # fmt: skip
_TAGS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("UK2", "UK3", "UK13"), ("planning",)), **dict.fromkeys(("UK4", "UK14", "UK15"), ("tender",)),
    **dict.fromkeys(("UK12", "UK16"), ("tenderCancellation",)), **dict.fromkeys(("UK5", "UK6"), ("award",)),
    "UK7": ("award", "contract"), "UK9": ("implementation",), "UK10": ("contractAmendment",), "UK11": ("contractTermination",),
}  # fmt: skip
# The tags that have a form for the same again.
_UPDATES = {tag: f"{tag}Update" for tag in ("planning", "tender", "award", "contract", "implementation")}


def releases(case: OcdsCase) -> Iterator[Json]:
    """Every release of the procurement in the order published, then those of each call-off."""
    yield from _in_order(case)
    for call_off in case.call_offs:
        yield from call_off_releases(case, call_off)


def _in_order(case: OcdsCase) -> Iterator[Json]:
    said: set[str] = set()
    numbers: Counter[tuple[str, date]] = Counter()
    for notice in sorted(case.notices, key=lambda one: one.on):
        numbers[notice.code, notice.on] += 1
        made = release_of(case, notice, said=frozenset(said), number=numbers[notice.code, notice.on])
        if made:
            said.update(_TAGS[_LEGACY.get(notice.code, notice.code)])
            yield made


def call_off_releases(case: OcdsCase, call_off: CallOffFacts) -> Iterator[Json]:
    """The releases of one call-off, a process of its own that names its framework: the month and the size, no more."""
    own = _as_case(case, call_off)
    related = [{"id": "1", "relationship": ["framework"], "scheme": "ocid", "identifier": case.ocid}]
    for made in _in_order(own):
        for section in filter(None, [made.get("tender")]):
            section["competitive"] = call_off.was_competed
            section.pop("specialRegime", None)
        for one in made.get("awards", ()):
            one.pop("relatedLots", None)
        yield {**made, "relatedProcesses": related}


def _as_case(case: OcdsCase, call_off: CallOffFacts) -> OcdsCase:
    month = first_of_month(call_off.starts_on)
    value_pence = None if call_off.weeks is None else to_thousand_pounds(call_off.weekly_pence * call_off.weeks)
    supplied = AwardFacts(
        number=call_off.number, lot=1, supplier=call_off.supplier, decided_on=month, value_pence=value_pence,
        signed_on=month, starts_on=month,
    )  # fmt: skip
    method = Method.SELECTIVE if call_off.was_competed else Method.DIRECT
    return OcdsCase(
        ocid=call_off.ocid or f"{case.ocid}-{call_off.number}", number=call_off.number, title=f"Call-off from {case.title}",
        lead=call_off.buyer, lots=(), regime=case.regime, is_light_touch=case.is_light_touch, method=method,
        is_above_threshold=call_off.is_above_threshold, awards=(supplied,), is_complete=True,
        notices=tuple(replace(one, about="") for one in call_off.notices),
    )  # fmt: skip
