"""How the register has a home: registered, suspended, closed, and its last judgement."""

from collections.abc import Iterable
from datetime import date

from nearhome.market.models import Home, Inspection
from nearhome.matching.calculations.candidates import Registration

_IN_USE = ("", "active", "registered", "open", "proposed to change")


def latest_judgements(registrations: Iterable[int], day: date) -> dict[int, Inspection]:
    """The last judgement of each registration up to a day."""
    rows = Inspection.objects.filter(registration_id__in=list(registrations), inspected_on__lte=day)
    return {row.registration_id: row for row in rows.order_by("registration_id", "inspected_on")}


def registration_of(home: Home, day: date, judged: Inspection | None) -> Registration:
    """How the register has a home on a day, with its latest judgement."""
    row = home.registration
    suspended = row.suspended_on is not None and row.suspended_on <= day
    opens = [day for day in (row.registered_on, home.opens_on) if day]
    closes = [day for day in (row.closed_on, home.closes_before) if day]
    return Registration(
        urn=row.urn or None,
        status=_status(row.status),
        registered_on=max(opens, default=None),
        closed_on=min(closes, default=None),
        suspended=suspended or "suspend" in row.status.casefold(),
        judgement=judged.judgement if judged else None,
        scale=judged.scale if judged else None,
        judged_on=judged.inspected_on if judged else None,
    )


def _status(words: str) -> str:
    """The register's word as the rules know it. A suspended home is still registered; a rule of its own says more."""
    said = words.strip().casefold()
    if said in _IN_USE or "suspend" in said:
        return "registered"
    if "accepted" in said or said == "applied":
        return "application_accepted"
    return "unregistered" if "unregistered" in said else "closed"
