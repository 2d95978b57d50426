"""The episodes of a return against those on record: what would be added, changed and left alone."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from nearhome.design.wording import date as written
from nearhome.geography.calculations.distance import is_postcode_shaped, sector
from nearhome.geography.postcodes import Postcodes
from nearhome.needs.actions.return_children import ChildPlan
from nearhome.needs.calculations.placement import was_recently_uasc
from nearhome.needs.calculations.problems import Problem, Severity
from nearhome.needs.calculations.rows import EpisodeRow
from nearhome.needs.calculations.standard import year_bounds
from nearhome.needs.importers.placement_places import derive_facts
from nearhome.needs.importers.return_files import ReturnReading
from nearhome.needs.models import Child, Episode
from nearhome.people.models import Organisation
from nearhome.tables.tally import Tally

EPISODES = "Episodes"
_BATCH = 1000
# What a placement made here decides; the return must not contradict it unnoticed.
_SAID_BY_PLACEMENT = {"ends_before": "DEC", "reason_ceased": "REC", "place_type": "PLACE", "urn": "URN"}
_FIELDS = (
    "ends_before", "reason_new", "legal_status", "need", "place_type", "place_provider", "reason_ceased",
    "reason_place_change", "urn", "home_sector", "place_sector", "place_postcode", "place_authority_code",
    "place_location", "miles", "return_year",
)  # fmt: skip


@dataclass(slots=True)
class EpisodePlan:
    """Episodes to write, those on record by child, and what the comparison found wrong."""

    added: list[Episode] = field(default_factory=list)
    changed: list[Episode] = field(default_factory=list)
    on_record: dict[int, list[Episode]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What every row of one return is compared with."""

    code: str
    is_pooled: bool
    postcodes: Postcodes
    tally: Tally
    plan: EpisodePlan


def episodes_on_record(authority: Organisation, reading: ReturnReading) -> dict[int, list[Episode]]:
    """Episodes of the children in the return, and those an earlier version of it brought, by child."""
    named = Q(child__return_ref__in=list(reading.headers)) | Q(return_year=reading.year)
    found: dict[int, list[Episode]] = defaultdict(list)
    rows = Episode.objects.filter(named, authority=authority).select_related("child").order_by("starts_on")
    for row in rows:
        found[row.child_id].append(row)
    return found


def plan_episodes(
    reading: ReturnReading, children: ChildPlan, on_record: dict[int, list[Episode]], code: str, tally: Tally
) -> EpisodePlan:
    """Compare each episode by the day it starts; placements made here and later returns hold."""
    plan = EpisodePlan(on_record=on_record)
    compared = Comparison(code, reading.form == "pooled", Postcodes.open(), tally, plan)
    for ref, rows in reading.episodes.items():
        child = children.children.get(ref)
        if child is not None:
            known = on_record.get(child.pk, []) if child.pk else []
            _compare_chain(compared, child, rows, known)
    return plan


def write_episodes(plan: EpisodePlan) -> None:
    """Save what is new or changed."""
    Episode.objects.bulk_create(plan.added, batch_size=_BATCH)
    if plan.changed:
        Episode.objects.bulk_create(
            plan.changed, batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=list(_FIELDS)
        )


def _compare_chain(compared: Comparison, child: Child, rows: Iterable[EpisodeRow], known: list[Episode]) -> None:
    by_start = {row.starts_on: row for row in known}
    placed = [row for row in known if row.source == Episode.Source.PLACEMENT]
    for row in rows:
        found = by_start.get(row.starts_on)
        if found is None:
            _compare_new(compared, child, row, placed)
        elif found.source == Episode.Source.PLACEMENT:
            _compare_placed(compared, row, found)
        else:
            _compare_known(compared, child, row, found)


def _compare_new(compared: Comparison, child: Child, row: EpisodeRow, placed: list[Episode]) -> None:
    across = next((one for one in placed if _overlap(row, one)), None)
    if across:
        message = (
            f"It overlaps the episode from {written(across.starts_on)} that a placement made here wrote. Correct the"
            " return, or the placement's dates"
        )
        compared.plan.problems.append(_problem(row, "DECOM", message, Severity.ERROR))
        compared.tally.note(EPISODES, "refused", _words(row))
        return
    made = Episode(
        child=child, authority_id=child.authority_id, starts_on=row.starts_on, **_facts(compared, child, row)
    )
    compared.plan.added.append(made)
    compared.tally.note(EPISODES, "added", _words(row))


def _compare_placed(compared: Comparison, row: EpisodeRow, found: Episode) -> None:
    """The placement's own record stays; somebody is told where the return says otherwise."""
    _, year_ends = year_bounds(row.origin.year)
    is_after = row.ends_before is None and (found.ends_before is None or found.ends_before > year_ends)
    names = [name for name in _SAID_BY_PLACEMENT if not (is_after and name in ("ends_before", "reason_ceased"))]
    differ = [_SAID_BY_PLACEMENT[name] for name in names if (getattr(row, name) or "") != (getattr(found, name) or "")]
    if differ:
        message = (
            f"A placement made here wrote this episode, and its {', '.join(differ)} differ from the return. The"
            " placement's record stays; correct whichever is wrong"
        )
        compared.plan.problems.append(_problem(row, differ[0], message, Severity.WARNING))
    compared.tally.note(EPISODES, "unchanged", _words(row))


def _compare_known(compared: Comparison, child: Child, row: EpisodeRow, found: Episode) -> None:
    if (found.return_year or 0) > row.origin.year:
        compared.tally.add(EPISODES, "unchanged", 1)
        return
    facts = _facts(compared, child, row)
    if row.ends_before is None and found.ends_before and found.ends_before > year_bounds(row.origin.year)[1]:
        # It ended after the year of this return did, which the return cannot know.
        for name in ("ends_before", "reason_ceased", "reason_place_change"):
            facts.pop(name)
    if compared.is_pooled:
        facts = {name: value for name, value in facts.items() if value not in ("", None)}
    differ = {name: value for name, value in facts.items() if getattr(found, name) != value}
    for name, value in differ.items():
        setattr(found, name, value)
    if differ:
        compared.plan.changed.append(found)
    compared.tally.note(EPISODES, "changed" if differ else "unchanged", _words(row))


def _facts(compared: Comparison, child: Child, row: EpisodeRow) -> dict[str, Any]:
    is_recent = child.is_uasc and was_recently_uasc(child.uasc_ceased_on, row.origin.year)
    known = derive_facts(row, compared.postcodes, is_recent_uasc=is_recent, authority=compared.code)
    is_full = is_postcode_shaped(row.place_postcode)
    return {
        "ends_before": row.ends_before,
        "reason_new": row.reason_new,
        "legal_status": row.legal_status,
        "need": row.need,
        "place_type": row.place_type,
        "place_provider": row.place_provider,
        "reason_ceased": row.reason_ceased,
        "reason_place_change": row.reason_place_change,
        "urn": row.urn,
        "home_sector": _sector(row.home_postcode),
        "place_sector": _sector(row.place_postcode),
        "place_postcode": row.place_postcode if is_full else None,
        "place_authority_code": known.pl_la,
        "place_location": known.location,
        # A pooled file has sectors only, from which no distance can be told.
        "miles": known.miles if is_full or not compared.is_pooled else None,
        "return_year": row.origin.year,
    }


def _sector(postcode: str) -> str:
    return sector(postcode) if is_postcode_shaped(postcode) else postcode


def _overlap(row: EpisodeRow, other: Episode) -> bool:
    return row.starts_on < (other.ends_before or date.max) and other.starts_on < (row.ends_before or date.max)


def _words(row: EpisodeRow) -> str:
    return f"{row.child} from {written(row.starts_on)}"


def _problem(row: EpisodeRow, name: str, message: str, severity: Severity) -> Problem:
    return Problem(row.origin.file, row.origin.row, row.child, name, "placement", message, severity)
