"""Comparing what placements cost, from files that an authority sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.needs.calculations.problems import Problem
from nearhome.people.models import Organisation
from nearhome.sufficiency.actions.analyses import keep_analysis
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.permissions import require_can_analyse
from nearhome.sufficiency.queries.comparing import compared_files


@dataclass(frozen=True, slots=True)
class PricesCompared:
    """What was kept, None if no row could be read; and every problem of the files."""

    kept: KeptAnalysis | None
    problems: tuple[Problem, ...]


@transaction.atomic
def compare_prices(
    *, files: Mapping[str, bytes], authority: Organisation, on: date | None = None, by: Any, now: datetime
) -> PricesCompared:
    """The prices in CSV files (bytes by name) compared, and kept. The same files for the same day are kept once.

    Raises PermissionDenied, and ValidationError for a day before every placement.
    """
    require_can_analyse(by)
    if by.organisation_id != authority.pk:
        raise ValidationError("An analysis is worked out by the authority whose children it is about.")
    found = compared_files(files, authority, on)
    if found.worked is None:
        return PricesCompared(None, found.problems)
    return PricesCompared(keep_analysis(worked=found.worked, authority=authority, by=by, now=now), found.problems)
