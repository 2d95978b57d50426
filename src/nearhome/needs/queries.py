"""Every read of returns: loads, what they changed, what was wrong with them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.urls import reverse

from nearhome.audit.queries import as_entries, history_of
from nearhome.design.waiting import Waiting
from nearhome.needs.calculations.rechecking import Known, Recheck, recheck
from nearhome.needs.calculations.standard import year_label
from nearhome.needs.importers.standard import FIRST_YEAR, LAST_YEAR
from nearhome.needs.models import ReturnLoad, ReturnProblem, UploadedReturn
from nearhome.needs.permissions import can_load_returns, require_can_load_returns
from nearhome.people.models import AuthorityCode, Organisation, Person
from nearhome.tables.tally import Counted, counted


def collection_years() -> list[tuple[int, str]]:
    """The years whose return can be read, newest first, as people write them."""
    return [(year, year_label(year)) for year in range(LAST_YEAR, FIRST_YEAR - 1, -1)]


def loads_of(person: Person) -> QuerySet[ReturnLoad]:
    """The authority's loads, newest first. Raises PermissionDenied unless the person loads returns."""
    require_can_load_returns(person)
    waits = Exists(UploadedReturn.objects.filter(load=OuterRef("pk")))
    return (
        ReturnLoad.objects.filter(authority_id=person.organisation_id).annotate(waits=waits).order_by("-read_at", "-pk")
    )


def load_for(person: Person, key: UUID) -> ReturnLoad:
    """One load by its key. Raises PermissionDenied for another role and Http404 for another authority's."""
    found = loads_of(person).select_related("authority").filter(key=key).first()
    if found is None:
        raise Http404("No such load")
    return found


def state_of(load: ReturnLoad) -> str:
    """Loaded, waiting or set aside; `load` comes from `loads_of`."""
    if load.confirmed_at:
        return "Loaded"
    return "Waiting to be confirmed" if getattr(load, "waits", False) else "Set aside"


def problems_of(load: ReturnLoad, child: str = "") -> QuerySet[ReturnProblem]:
    """Every problem of a load, in the order of the files; with a child's number only that child's."""
    rows = ReturnProblem.objects.filter(load=load).order_by("id")
    return rows.filter(child_ref=child) if child else rows


def recheck_of(load: ReturnLoad) -> tuple[ReturnLoad, Recheck] | None:
    """The reading of the same year before this one, and what was mended since; None for the first reading."""
    before = (
        ReturnLoad.objects.filter(authority_id=load.authority_id, year=load.year, read_at__lt=load.read_at)
        .order_by("-read_at", "-pk")
        .first()
    )
    return (before, recheck(_known(before), _known(load))) if before else None


def _known(load: ReturnLoad) -> Iterable[Known]:
    return problems_of(load).values_list("file", "child_ref", "field", "rule")


def problems_by(load: ReturnLoad, name: str) -> list[Counted]:
    """Problems grouped by "rule" or by "child_ref", most errors first."""
    return counted(list(problems_of(load)), name)


def history_shown(load: ReturnLoad) -> list[dict[str, Any]]:
    """Who did what with the load, newest first."""
    lines = reversed(history_of(load.key))
    return as_entries(lines)


def authority_with_code(code: str) -> Organisation | None:
    """The authority with this DfE code; None if it is not in the records."""
    found = AuthorityCode.objects.filter(scheme="dfe", code=code).select_related("organisation").first()
    return found.organisation if found else None


def authorities_known() -> list[tuple[str, str]]:
    """(DfE code, name) of every authority in the records."""
    rows = AuthorityCode.objects.filter(scheme="dfe").select_related("organisation").order_by("code")
    return [(row.code, row.organisation.name) for row in rows]


def person_with_email(email: str) -> Person | None:
    """Somebody who may sign in, by their address."""
    return Person.objects.select_related("organisation").filter(email__iexact=email, is_active=True).first()


def waiting_for(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """Previews that nobody has confirmed or set aside yet."""
    if not can_load_returns(person):
        return ()
    rows = loads_of(person).filter(confirmed_at__isnull=True, files__isnull=False).distinct()
    return tuple(
        Waiting(
            "Confirm a return, or set it aside",
            f"{year_label(row.year)} return read by {row.read_by}",
            reverse("needs:load", args=[row.key]),
        )
        for row in rows
    )
