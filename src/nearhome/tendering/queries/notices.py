"""The checklist of notices: of one procurement, of the authority, of everything by due date; and what waits for a person."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse

from nearhome.audit.queries import as_entries, history_of
from nearhome.calendars.bank_holidays import bank_holidays_anywhere
from nearhome.calendars.calculations.working_days import LONDON, london_date
from nearhome.design.waiting import Waiting
from nearhome.people.models import Person
from nearhome.tendering.calculations.notices.counting import last_working_day_beginning_with
from nearhome.tendering.calculations.notices.due import OPEN, ExpectedNotice, NoticeState, expected_notices
from nearhome.tendering.calculations.notices.facts import EVENTS
from nearhome.tendering.models import Notice, NoticeFact, Procurement
from nearhome.tendering.permissions.cases import can_read_procurements, require_can_read_procurements
from nearhome.tendering.permissions.notices import can_record
from nearhome.tendering.queries.notice_facts import READ_WITH_IT, facts_of, facts_of_authority, notice_rules

KINDS_OF_FACT = tuple(NoticeFact.Kind.choices)
SOON_DAYS = 14
STANDSTILL_DAYS = 8
WORDS_OF_EVENTS = EVENTS  # for pages, which do not reach into calculations
_ORDER = [
    NoticeState.LATE, NoticeState.DUE, NoticeState.WAITING, NoticeState.OPTIONAL, NoticeState.DONE_LATE, NoticeState.DONE,
    NoticeState.NOT_APPLICABLE,
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One notice of the checklist and what it is of; None where it is the authority's own."""

    procurement: Procurement | None
    notice: ExpectedNotice

    @property
    def is_open(self) -> bool:
        return self.notice.state in OPEN


def procurements_of(person: Person) -> QuerySet[Procurement]:
    """Those the person's authority leads or buys with. Raises PermissionDenied for another role."""
    require_can_read_procurements(person)
    own = person.organisation_id
    rows = Procurement.objects.filter(Q(lead_id=own) | Q(parties__organisation_id=own)).distinct()
    return rows.select_related("lead").order_by("name", "pk")


def procurement_for(person: Person, key: UUID) -> Procurement:
    """One of them. Raises PermissionDenied for another role and Http404 for another authority's."""
    found = procurements_of(person).filter(key=key).first()
    if found is None:
        raise Http404("No such procurement")
    return found


def checklist_of(procurement: Procurement, today: date) -> list[Line]:
    """Every notice of a procurement: what is open first, by due date; what is not applicable last."""
    found = expected_notices(facts_of(procurement, today), notice_rules(), today)
    return in_order([Line(procurement, one) for one in found])


def own_checklist(person: Person, today: date) -> list[Line]:
    """The notices the person's authority publishes for itself. Raises PermissionDenied for another role."""
    require_can_read_procurements(person)
    found = expected_notices(facts_of_authority(person.organisation, today), notice_rules(), today, of="authority")
    return in_order([Line(None, one) for one in found])


def all_notices(person: Person, today: date) -> list[Line]:
    """Of every procurement that the authority leads, and its own: what is due, waiting or done, by due date."""
    lines = own_checklist(person, today)
    for procurement in procurements_of(person).filter(lead_id=person.organisation_id).prefetch_related(*READ_WITH_IT):
        lines += checklist_of(procurement, today)
    hidden = (NoticeState.NOT_APPLICABLE, NoticeState.OPTIONAL, NoticeState.WAITING)
    return in_order([line for line in lines if line.notice.state not in hidden])


def in_order(lines: list[Line]) -> list[Line]:
    """Open ones by due date, then the rest as they stand."""
    return sorted(lines, key=lambda line: (_ORDER.index(line.notice.state), line.notice.due_on or date.max))


def line_of(lines: list[Line], code: str, about: str) -> Line:
    """One line of a checklist. Raises Http404 where there is none."""
    found = next((one for one in lines if (one.notice.code, one.notice.about) == (code, about)), None)
    if found is None:
        raise Http404("No such notice")
    return found


def recorded(person: Person, procurement: Procurement | None, code: str, about: str) -> list[Notice]:
    """What was recorded of one notice, newest first, also what has been replaced."""
    rows = Notice.objects.filter(code=code, about=about).order_by("-recorded_at", "-pk")
    if procurement is None:
        return list(rows.filter(procurement__isnull=True, authority_id=person.organisation_id))
    return list(rows.filter(procurement=procurement))


def facts_recorded(person: Person, procurement: Procurement | None) -> list[NoticeFact]:
    """What somebody said that has happened and did not take back, oldest first."""
    rows = NoticeFact.objects.filter(taken_back_at__isnull=True)
    if procurement is None:
        return list(rows.filter(procurement__isnull=True, authority_id=person.organisation_id))
    return list(rows.filter(procurement=procurement))


def fact_for(person: Person, key: UUID) -> NoticeFact:
    """One of them, of the person's authority. Raises PermissionDenied for another role and Http404 for another's."""
    require_can_read_procurements(person)
    found = (
        NoticeFact.objects.select_related("procurement__lead")
        .filter(key=key, authority_id=person.organisation_id)
        .first()
    )
    if found is None:
        raise Http404("Nothing such is on record")
    return found


def history_shown(procurement: Procurement) -> list[dict[str, Any]]:
    """Who recorded what about its notices, newest first."""
    lines = [line for line in history_of(procurement.key) if line.name.startswith("notice.")]
    return as_entries(reversed(lines))


def standstill_last_day(procurement: Procurement, published_on: date) -> date | None:
    """The last of eight working days beginning with the award notice; None where a standstill is voluntary or has another rule."""
    if procurement.light_touch or procurement.regime != Procurement.Regime.PA23:
        return None
    holidays = bank_holidays_anywhere(published_on, published_on)
    return last_working_day_beginning_with(published_on, STANDSTILL_DAYS, holidays)


def waiting_for(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """Notices that a commissioner has to publish: late ones, and those due within a fortnight.

    The authority's own are named once it has said here what it spends: before, it may well keep them elsewhere.
    """
    if not can_read_procurements(person) or not can_record(person, None):
        return ()
    today = london_date(now)
    soon = today + timedelta(days=SOON_DAYS)
    asks_own = bool(facts_recorded(person, None))
    lines = [line for line in all_notices(person, today) if line.is_open and (line.procurement or asks_own)]
    return tuple(_waiting(line, today) for line in lines if line.notice.due_on and line.notice.due_on <= soon)


def _waiting(line: Line, today: date) -> Waiting:
    due_on = line.notice.due_on or today
    return Waiting(
        f"Publish the {line.notice.name.lower()}",
        str(line.procurement or "Your authority"),
        address_of(line),
        datetime.combine(due_on, datetime.max.time().replace(microsecond=0), LONDON),
        is_overdue=line.notice.state is NoticeState.LATE,
    )


def address_of(line: Line) -> str:
    """The page of one notice."""
    code, about = line.notice.code, line.notice.about
    if line.procurement is None:
        address = reverse("tendering:own_notice", args=[code])
    else:
        address = reverse("tendering:notice", args=[line.procurement.key, code])
    return f"{address}?{urlencode({'about': about})}" if about else address


def rule_shown(line: ExpectedNotice) -> list[tuple[str, Any]]:
    """What decided it, name and words."""
    if line.rule is None:
        return [("Why", "Published without a rule that asks for it")]
    standing = {
        "verified": "Verified: the statute’s own text was looked at",
        "stated": "Stated by the source",
        "derived": "Derived: worked out from stated facts",
        "unverified": "Unverified: confirm it before you rely on it",
    }
    return [
        ("Rule", line.rule.id),
        ("What it says", line.rule.words),
        ("Source", line.rule.source),
        ("How far it can be trusted", standing[line.rule.standing.value]),
    ]
