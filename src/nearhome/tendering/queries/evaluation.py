"""What the panel of a tender has to do next, and what waits for each person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from nearhome.design.waiting import Waiting
from nearhome.design.wording import plural
from nearhome.people.models import Organisation, Person
from nearhome.tendering.models import PanelMember, Procurement
from nearhome.tendering.permissions.cases import can_begin, can_lead
from nearhome.tendering.permissions.evaluation import can_chair
from nearhome.tendering.queries.progress import LotProgress, is_open, progress_of
from nearhome.tendering.states import ProcurementState

_JUDGED = (ProcurementState.PUBLISHED, ProcurementState.EVALUATING)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a person can do next in a lot, or what is waited for ("" where to go)."""

    words: str
    href: str = ""


def steps_for(person: Person, procurement: Procurement, lots: list[LotProgress], now: datetime) -> list[Step]:
    """What the person does next, most urgent first; empty if nothing is theirs."""
    if not is_open(procurement, now) or procurement.state not in _JUDGED:
        return []
    panel = PanelMember.objects.filter(procurement=procurement, left_at__isnull=True)
    if can_lead(person, procurement) and not panel.filter(is_chair=True).exists():
        return [Step("Choose the panel and its chair", reverse("tendering:panel", args=[procurement.key]))]
    chairs, leads = can_chair(person, procurement), can_lead(person, procurement)
    return [step for lot in lots if lot.bids for step in _lot_steps(person, procurement, lot, (chairs, leads))]


def _lot_steps(person: Person, procurement: Procurement, lot: LotProgress, may: tuple[bool, bool]) -> Iterator[Step]:
    chairs, leads = may
    name, own, at = f"lot {lot.lot.number}", lot.of(person), [procurement.key, lot.lot.number]
    if own and own.has_interest is None and not lot.locked:
        yield Step(f"Declare whether you have an interest in {name}", reverse("tendering:interest", args=at))
    elif own and own.has_interest is False and not lot.closed and own.scored < lot.answers:
        left = plural(lot.answers - own.scored, "answer")
        yield Step(f"Score {left} of {name}", reverse("tendering:scores", args=at))
    if chairs and own and own.has_interest is False:
        yield from _chair_steps(lot, name, at)
    if (chairs or leads) and lot.locked and not lot.result:
        yield Step(f"Look at the prices of {name} and work out its results", reverse("tendering:lot_prices", args=at))


def _chair_steps(lot: LotProgress, name: str, at: list[object]) -> Iterator[Step]:
    if not lot.closed and not _owed(lot):
        yield Step(f"Close individual scoring of {name}", reverse("tendering:close_scoring", args=at))
    elif lot.closed and not lot.locked and lot.to_agree:
        yield Step(f"Moderate {plural(lot.to_agree, 'answer')} of {name}", reverse("tendering:moderation", args=at))
    elif lot.closed and not lot.locked:
        yield Step(
            f"Lock quality of {name}, so that its prices can be opened", reverse("tendering:lock_quality", args=at)
        )


def _owed(lot: LotProgress) -> bool:
    """Whether somebody who sits and has no interest still has answers to score."""
    return any(one.member.left_at is None and not one.has_interest and one.scored < lot.answers for one in lot.members)


def waiting_for(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """What the evaluation of tenders asks of the person: declare, score, close, moderate, lock, work out; as panel or lead."""
    if person.organisation.kind != Organisation.Kind.AUTHORITY:
        return ()
    seats = PanelMember.objects.filter(person=person, left_at__isnull=True).values("procurement_id")
    mine = Q(pk__in=seats)
    if can_begin(person):
        mine |= Q(lead_id=person.organisation_id)
    rows = Procurement.objects.filter(mine, state__in=_JUDGED, deadline_at__lte=now, published_at__isnull=False)
    found = []
    for procurement in rows.select_related("lead").order_by("deadline_at", "pk"):
        about = f"{procurement.name} ({procurement.ref})"
        for step in steps_for(person, procurement, progress_of(procurement), now):
            found.append(Waiting(step.words, about, step.href))
    return tuple(found)
