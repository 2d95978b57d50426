"""Kept analyses, read by their own authority; what changed on record since."""

from typing import Any
from uuid import UUID

import polars as pl
from django.db.models import QuerySet
from django.http import Http404

from nearhome.audit.queries import as_entries, history_of
from nearhome.needs.models import ReturnLoad
from nearhome.people.models import Person
from nearhome.privacy.sealed import unseal
from nearhome.sufficiency.calculations.figures import Analysis, Section
from nearhome.sufficiency.calculations.stored import restored
from nearhome.sufficiency.exporters.kept_records import tables_kept
from nearhome.sufficiency.exporters.words import said
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.permissions import require_can_read_analyses

# What a list of analyses shows; the sealed inputs and the figures are read only when one is opened.
_HEAVY = ("inputs", "result")


def analyses_of(person: Person, kind: str = "") -> QuerySet[KeptAnalysis]:
    """The authority's kept analyses, newest first. Raises PermissionDenied for another role."""
    require_can_read_analyses(person)
    rows = KeptAnalysis.objects.filter(authority_id=person.organisation_id).order_by("-worked_out_at", "-pk")
    return (rows.filter(kind=kind) if kind else rows).defer(*_HEAVY)


def analysis_for(person: Person, key: UUID) -> KeptAnalysis:
    """One of them by its key. Raises PermissionDenied for another role and Http404 for another authority's."""
    require_can_read_analyses(person)
    found = KeptAnalysis.objects.filter(authority_id=person.organisation_id, key=key).defer("inputs").first()
    if found is None:
        raise Http404("No such analysis")
    return found


def latest_of(person: Person, kind: str) -> KeptAnalysis | None:
    """The newest kept analysis of a kind, with its figures; None before the first."""
    require_can_read_analyses(person)
    rows = KeptAnalysis.objects.filter(authority_id=person.organisation_id, kind=kind)
    return rows.order_by("-worked_out_at", "-pk").defer("inputs").first()


def figures_of(kept: KeptAnalysis) -> Analysis:
    """The analysis as it was worked out."""
    return restored(kept.result)


def tables_of_kept(kept: KeptAnalysis) -> dict[str, pl.DataFrame]:
    """The tables a kept analysis ran over, exactly as they stood."""
    inputs = KeptAnalysis.objects.values_list("inputs", flat=True).get(pk=kept.pk)
    return tables_kept(unseal(bytes(inputs)).encode("latin-1"))


def section_of(analysis: Analysis, name: str) -> Section:
    """One of its sections. Raises Http404 if there is none of that name."""
    found = next((section for section in analysis.sections if section.name == name), None)
    if found is None:
        raise Http404("No such part of the analysis")
    return found


def rests_on_in_words(analysis: Analysis) -> list[tuple[str, str]]:
    """What its figures rest on, name and words."""
    return [(str(name).replace("_", " ").capitalize(), said(value)) for name, value in analysis.data.items()]


def loaded_since(kept: KeptAnalysis) -> bool:
    """Was a return of the authority loaded after the analysis was worked out?"""
    return ReturnLoad.objects.filter(authority_id=kept.authority_id, confirmed_at__gt=kept.worked_out_at).exists()


def history_shown(kept: KeptAnalysis) -> list[dict[str, Any]]:
    """Who did what with the analysis, newest first."""
    return as_entries(reversed(history_of(kept.key)))
