"""The panel of a tender, who may be asked to join, and which authorities look on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from nearhome.people.models import Organisation, Person
from nearhome.tendering.models import ConflictDeclaration, Lot, PanelMember, Procurement, ProcurementParty
from nearhome.tendering.permissions.evaluation import buys, can_read_evaluation


@dataclass(frozen=True, slots=True)
class Interest:
    """What a member declared of a lot: None is nothing yet."""

    lot: Lot
    has_interest: bool | None
    words: str = ""
    at: datetime | None = None


def evaluated_for(person: Person, key: UUID) -> Procurement:
    """A procurement whose evaluation the person may read. Http404 for others' or none, PermissionDenied for another role."""
    procurement = Procurement.objects.select_related("lead").filter(key=key).first()
    if procurement is None or not buys(person, procurement):
        raise Http404("No such tender")
    if not can_read_evaluation(person, procurement):
        raise PermissionDenied("Only the panel and people who commission, approve, pay, analyse or place read this.")
    return procurement


def lot_for(person: Person, key: UUID, number: int) -> Lot:
    """A lot of it."""
    procurement = evaluated_for(person, key)
    lot = Lot.objects.filter(procurement=procurement, number=number).first()
    if lot is None:
        raise Http404("No such lot")
    lot.procurement = procurement
    return lot


def buyers_of(procurement: Procurement) -> tuple[int, ...]:
    """The lead and the authorities that buy with it."""
    parties = ProcurementParty.objects.filter(procurement=procurement).values_list("organisation_id", flat=True)
    return (procurement.lead_id, *parties)


def panel_of(procurement: Procurement) -> QuerySet[PanelMember]:
    """Everybody who is or was on it, the chair first."""
    rows = PanelMember.objects.filter(procurement=procurement).select_related("person__organisation", "procurement")
    return rows.order_by("left_at", "-is_chair", "person__name")


def seat_for(person: Person, key: UUID, number: int) -> PanelMember:
    """One seat of a panel. Http404 if there is none."""
    seat = panel_of(evaluated_for(person, key)).filter(pk=number).first()
    if seat is None:
        raise Http404("No such member")
    return seat


def may_join(procurement: Procurement) -> list[Person]:
    """Whoever could still be asked: active people of the lead and of those that buy, not yet on the panel."""
    seated = PanelMember.objects.filter(procurement=procurement).values("person_id")
    rows = Person.objects.filter(
        ~Q(pk__in=seated), organisation_id__in=buyers_of(procurement), is_active=True,
        organisation__kind=Organisation.Kind.AUTHORITY,
    )  # fmt: skip
    return list(rows.exclude(roles=["provider"]).select_related("organisation").order_by("organisation__name", "name"))


def interests_of(person: Person, procurement: Procurement) -> list[Interest]:
    """What the person last declared of each lot."""
    newest = {row.lot_id: row for row in ConflictDeclaration.objects.filter(lot__procurement=procurement, person=person).order_by("pk")}  # fmt: skip
    found = []
    for lot in procurement.lots.all():
        row = newest.get(lot.pk)
        found.append(Interest(lot, row.has_conflict, row.words, row.at) if row else Interest(lot, None))
    return found


def interests_in(lot: Lot) -> dict[int, ConflictDeclaration]:
    """The last declaration of each member, by person."""
    return {row.person_id: row for row in ConflictDeclaration.objects.filter(lot=lot).order_by("pk")}


def declarations_of(person: Person, lot: Lot) -> list[ConflictDeclaration]:
    """Everything declared of a person's interest in a lot, in the order in which it came in."""
    return list(ConflictDeclaration.objects.filter(lot=lot, person=person).select_related("cleared_by").order_by("pk"))
