"""Matters on their way up the escalation ladder."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from nearhome.partnership.models import Matter, Partnership, PartnershipAgreement, usual_ladder
from nearhome.partnership.permissions import require_can_read
from nearhome.people.models import Person


def matters_of(partnership: Partnership) -> QuerySet[Matter]:
    """Its matters: open ones first, by when they are due."""
    return partnership.matters.select_related("raised_for").order_by("-resolved_at", "due_on", "pk")


def matter_for(person: Person, key: UUID) -> Matter:
    """One matter. Raises PermissionDenied for another role and Http404 for a partnership of others."""
    require_can_read(person)
    rows = Matter.objects.filter(key=key).select_related("partnership__lead", "raised_for")
    found = rows.prefetch_related("steps").first()
    if found is None:
        raise Http404("No such matter")
    return found


def level_name(matter: Matter) -> str:
    """Who has to settle it now."""
    return str(matter.levels[matter.level]["name"])


def next_level(matter: Matter) -> str:
    """Who has to settle it after them; empty at the top."""
    above = matter.levels[matter.level + 1 :]
    return str(above[0]["name"]) if above else ""


def ladder_in_words(agreement: PartnershipAgreement | None) -> list[str]:
    """Each level with its working days, as the agreement has them; the usual ones before the first agreement."""
    levels = agreement.escalation if agreement else usual_ladder()
    return [f"{level['name']}: {level['working_days']} working days" for level in levels]
