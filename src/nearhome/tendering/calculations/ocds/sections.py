"""The parts of a release: tender, bids, awards, contracts. Each takes only what the case has, which names no child."""

from collections.abc import Sequence
from decimal import Decimal

from nearhome.tendering.calculations.notices.facts import PublishedNotice
from nearhome.tendering.calculations.ocds.case import AwardFacts, BidsCounted, CriterionFacts, MetricFacts, OcdsCase
from nearhome.tendering.calculations.ocds.values import (
    Json,
    document,
    given,
    moment,
    period,
    reference,
    value,
    value_with_tax,
)

LIGHT_TOUCH = "lightTouch"
_GONE = ("UK12", "UK16")


def tender(case: OcdsCase, notice: PublishedNotice | None, status: str) -> Json:
    """The tender section. `competitive` and `techniques` are said of every lot at once: they do not differ by lot."""
    return given(
        id=case.number,
        title=case.title,
        description=case.description,
        status=status,
        value=value_with_tax(case.value_pence),
        procurementMethod=case.method.value,
        competitive=case.method != "direct",
        mainProcurementCategory="services",
        aboveThreshold=case.is_above_threshold,
        specialRegime=[LIGHT_TOUCH] if case.is_light_touch and case.regime == "PA23" else None,
        procuringEntity=reference(case.lead),
        tenderPeriod=period(case.tendered_at, case.deadline_at),
        enquiryPeriod=period(case.tendered_at, case.questions_until_at),
        contractPeriod=period(case.starts_on, months=case.months),
        techniques=techniques(case, is_over=bool(notice and notice.code in _GONE)),
        lots=[_lot(case, number, status) for number in range(len(case.lots))],
        items=[
            {"id": str(lot.number), "description": lot.kind, "relatedLot": str(lot.number)}
            for lot in case.lots
            if lot.kind
        ],
        documents=[document(notice)] if notice else None,
    )


def techniques(case: OcdsCase, *, is_over: bool = False) -> Json | None:
    """Framework agreement, or dynamic market under the standard's older name for it."""
    if case.is_dynamic_market:
        status = "terminated" if is_over else "active"
        return {"hasDynamicPurchasingSystem": True, "dynamicPurchasingSystem": {"type": "closed", "status": status}}
    if case.framework is None:
        return None
    facts = case.framework
    agreement = given(
        method=facts.method,
        type="closed",  # only the authorities named in the process may use it
        isOpenFrameworkScheme=facts.is_open_scheme,
        openFrameworkSchemeEndDate=moment(facts.scheme_ends_on, last=True),
        period=period(facts.starts_on, months=facts.months),
        maximumParticipants=facts.most_suppliers,
    )
    return {"hasFrameworkAgreement": True, "frameworkAgreement": agreement}


def _lot(case: OcdsCase, position: int, status: str) -> Json:
    lot = case.lots[position]
    return given(
        id=str(lot.number),
        title=lot.title,
        description=lot.description,
        status=status,
        contractPeriod=period(case.starts_on, months=case.months),
        awardCriteria=given(criteria=[_criterion(one) for one in case.criteria]),
    )


def _criterion(facts: CriterionFacts) -> Json:
    numbers = [{"number": _number(facts.weight), "weight": "percentageExact"}]
    if facts.least_score is not None:
        numbers.append({"number": _number(facts.least_score), "threshold": "minimumScore"})
    return given(type=facts.kind, name=facts.name, numbers=numbers)


def _number(amount: Decimal) -> int | Decimal:
    return int(amount) if amount == amount.to_integral_value() else amount.normalize()


def bids(counted: Sequence[BidsCounted]) -> Json | None:
    """How many came and how many stood, by lot."""
    statistics = [
        {"id": f"{measure}-{one.lot}", "measure": measure, "value": count, "relatedLot": str(one.lot)}
        for one in counted
        for measure, count in (("bids", one.received), ("validBids", one.valid))
    ]
    return {"statistics": statistics} if statistics else None


def award(
    facts: AwardFacts, status: str, *, above_threshold: bool | None, notice: PublishedNotice | None = None
) -> Json:
    """One award per lot and supplier: shared ids lose all but the last when releases are merged."""
    return given(
        id=facts.number,
        status=status,
        date=moment(facts.decided_on),
        value=value(facts.value_pence),
        suppliers=[reference(facts.supplier)],
        relatedLots=[str(facts.lot)],
        aboveThreshold=above_threshold,
        standstillPeriod=period(facts.standstill_starts_on, facts.standstill_ends_on),
        contractPeriod=period(facts.starts_on, facts.ends_on),
        documents=[document(notice)] if notice else None,
    )


def contract(facts: AwardFacts, status: str, notice: PublishedNotice | None = None, *, reached: bool = False) -> Json:
    """The contract of an award; with `reached`, also how its indicators came out."""
    return given(
        id=facts.number,
        awardID=facts.number,
        status=status,
        dateSigned=moment(facts.signed_on),
        value=value(facts.value_pence),
        period=period(facts.starts_on, facts.ended_on or facts.ends_on),
        agreedMetrics=[_metric(one, "target", one.target) for one in facts.metrics],
        documents=[document(notice)] if notice and not reached else None,
        implementation=_implementation(facts.metrics, notice) if reached else None,
    )


def _implementation(metrics: Sequence[MetricFacts], notice: PublishedNotice | None) -> Json:
    known = [one for one in metrics if one.reached or one.rating]
    return given(
        metrics=[_metric(one, "actual", one.reached) for one in known],
        documents=[document(notice)] if notice else None,
    )


def _metric(facts: MetricFacts, which: str, measure: str) -> Json:
    rating = {"scheme": "UK", "id": facts.rating.value} if facts.rating and which == "actual" else None
    observation = given(id=f"{which}-{facts.number}", measure=measure, measureClassification=rating)
    return {"id": f"metric-{facts.number}", "title": facts.title, "observations": [observation]}
