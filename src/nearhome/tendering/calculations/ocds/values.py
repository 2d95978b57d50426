"""The small forms that repeat: moments, amounts, periods, organisations, documents."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from nearhome.calendars.calculations.working_days import LONDON
from nearhome.tendering.calculations.notices.facts import PublishedNotice
from nearhome.tendering.calculations.ocds.case import Party

Json = dict[str, Any]
THOUSAND_POUNDS = 100_000  # pence


def given(**fields: Any) -> Json:
    """The fields that have something in them: the standard has no use for empty ones."""
    return {
        name: value
        for name, value in fields.items()
        if value is not None and value != "" and value != [] and value != {}
    }


def moment(at: date | datetime | None, *, last: bool = False) -> str | None:
    """RFC 3339 on the London clock. A day is its first second, or its last. Raises ValueError for a moment without a zone."""
    if at is None:
        return None
    if not isinstance(at, datetime):
        at = datetime.combine(at, time(23, 59, 59) if last else time(), LONDON)
    if at.tzinfo is None:
        raise ValueError(f"The time {at.isoformat()} has no time zone: give one, for example UTC.")
    return at.astimezone(LONDON).isoformat(timespec="seconds")


def pounds(pence: int) -> int | Decimal:
    """Pounds as a number of JSON: whole, or with pence. Never a float."""
    whole, odd = divmod(pence, 100)
    return Decimal(pence).scaleb(-2) if odd else whole


def value(pence: int | None) -> Json | None:
    """An amount whose tax is not told apart: no tax is charged on most welfare services."""
    return None if pence is None else {"amount": pounds(pence), "currency": "GBP"}


def value_with_tax(pence: int | None) -> Json | None:
    """An amount that is known to include VAT, as thresholds are compared."""
    return None if pence is None else {"amountGross": pounds(pence), "currency": "GBP"}


def to_thousand_pounds(pence: int) -> int:
    """Pence, to the nearest thousand pounds (half up), at least one thousand, so that nought is never said of a price."""
    return max((pence + THOUSAND_POUNDS // 2) // THOUSAND_POUNDS, 1) * THOUSAND_POUNDS


def first_of_month(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def period(
    starts_on: date | datetime | None, ends_on: date | datetime | None = None, months: int | None = None
) -> Json:
    """A period by its first and last moment, or its length in months."""
    return given(startDate=moment(starts_on), endDate=moment(ends_on, last=True), durationInMonths=months)


def reference(party: Party) -> Json:
    """How a release names a party it describes elsewhere."""
    return {"id": party.ref, "name": party.name}


def parties(roles: Iterable[tuple[Party, str]]) -> list[Json]:
    """Each party once with all its roles, in the order first named."""
    found: dict[str, Json] = {}
    for party, role in roles:
        made = found.setdefault(
            party.ref,
            {**reference(party), "identifier": {"scheme": party.scheme, "id": party.number, "legalName": party.name}, "roles": []},
        )  # fmt: skip
        if role not in made["roles"]:
            made["roles"].append(role)
    return list(found.values())


_DOCUMENT_TYPES: Mapping[str, str] = {
    "UK2": "marketEngagementNotice",
    "UK3": "plannedProcurementNotice",
    "UK4": "tenderNotice",
    "UK5": "awardNotice",
    "UK6": "awardNotice",
    "UK7": "contractNotice",
    "UK9": "implementationNotice",
    "UK10": "contractNotice",
    "UK11": "contractTerminationNotice",
    "UK12": "tenderCancellationNotice",
    "UK13": "plannedProcurementNotice",
    "UK14": "tenderNotice",
    "UK15": "tenderNotice",
    "UK16": "tenderCancellationNotice",
    "PCR-CN": "tenderNotice",
    "PCR-CAN": "awardNotice",
}


def document(notice: PublishedNotice) -> Json:
    """The notice itself as a document. `noticeType` says which: several share a documentType."""
    return given(
        id=notice.reference or f"{notice.code}-{notice.on.isoformat()}",
        documentType=_DOCUMENT_TYPES.get(notice.code),
        noticeType=notice.code if notice.code.startswith("UK") else None,
        datePublished=moment(notice.on),
    )
