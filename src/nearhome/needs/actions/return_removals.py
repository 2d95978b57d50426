"""What a corrected return no longer has: rows that an earlier version of the same year's return brought."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Model
from django.db.models.deletion import Collector, ProtectedError

from nearhome.design.wording import date as written
from nearhome.needs.actions.refused import Refused
from nearhome.needs.actions.return_children import HEADER, ChildPlan
from nearhome.needs.actions.return_episodes import EPISODES, EpisodePlan
from nearhome.needs.actions.return_records import tables_sent
from nearhome.needs.calculations.problems import Problem, Severity
from nearhome.needs.importers.return_files import ReturnReading
from nearhome.needs.models import Child, ChildIdentity, Episode, ReturnRecord
from nearhome.tables.tally import Tally


@dataclass(slots=True)
class RemovalPlan:
    """Episodes and children to remove, and children who stay because something else needs them."""

    episodes: list[Episode] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def plan_removals(
    reading: ReturnReading, children: ChildPlan, episodes: EpisodePlan, refused: Refused, tally: Tally
) -> RemovalPlan:
    """Only rows whose latest return was this year's, and none whose newer version was refused.

    A pooled file may have left rows out on purpose, so that it removes nothing.
    """
    plan = RemovalPlan()
    if reading.form == "pooled":
        return plan
    for row in (one for rows in episodes.on_record.values() for one in rows):
        if not _is_left_out(row, reading):
            continue
        if refused.keeps(EPISODES, row.child.return_ref):
            plan.problems.extend(_kept_across(row, reading))
        else:
            plan.episodes.append(row)
            tally.note(EPISODES, "removed", f"{row.child.return_ref} from {written(row.starts_on)}")
    gone = [child for ref, child in children.on_record.items() if _child_is_gone(ref, child, reading, refused)]
    needed = _still_needed(gone, plan, reading, refused)
    for child in gone:
        if child.pk in needed:
            plan.problems.append(_stays(child))
        else:
            plan.children.append(child)
            tally.note(HEADER, "removed", child.return_ref)
    return plan


def remove_episodes(plan: RemovalPlan) -> None:
    """Before others are written, so that a corrected start never meets the wrong one."""
    Episode.objects.filter(pk__in=[row.pk for row in plan.episodes]).delete()


def remove_children(plan: RemovalPlan) -> None:
    """Once nothing of theirs is left."""
    ids = [child.pk for child in plan.children]
    ChildIdentity.objects.filter(child_id__in=ids).delete()
    Child.objects.filter(pk__in=ids).delete()


def _is_left_out(row: Episode, reading: ReturnReading) -> bool:
    if row.source != Episode.Source.RETURN or row.return_year != reading.year:
        return False
    return all(sent.starts_on != row.starts_on for sent in reading.episodes.get(row.child.return_ref, ()))


def _kept_across(row: Episode, reading: ReturnReading) -> Iterator[Problem]:
    """An earlier version that stays for a refused row may not fit beside the newer ones; somebody must know."""
    for sent in reading.episodes.get(row.child.return_ref, ()):
        if sent.starts_on < (row.ends_before or date.max) and row.starts_on < (sent.ends_before or date.max):
            message = (
                f"It overlaps the episode from {written(row.starts_on)} of an earlier load, which stays because a row of"
                " this child was refused. Mend that row and load the return again"
            )
            yield Problem(
                sent.origin.file, sent.origin.row, sent.child, "DECOM", "kept", message, Severity.WARNING
            )  # fmt: skip


def _child_is_gone(ref: str, child: Child, reading: ReturnReading, refused: Refused) -> bool:
    if ref in reading.headers or child.return_year != reading.year:
        return False
    return not refused.keeps(HEADER, ref) and not refused.keeps(EPISODES, ref)


def _still_needed(gone: list[Child], plan: RemovalPlan, reading: ReturnReading, refused: Refused) -> set[int]:
    """Children whom earlier returns, referrals or placements still name, whichever stage they belong to."""
    leaving = {row.pk for row in plan.episodes}
    tables = tables_sent(reading) - refused.whole_tables
    needed: set[int] = set()
    for row, child_ids in _rows_naming(gone).items():
        goes = isinstance(row, ChildIdentity) or (isinstance(row, Episode) and row.pk in leaving)
        if isinstance(row, ReturnRecord):
            goes = row.year == reading.year and row.table_name in tables
        if not goes:
            needed |= child_ids
    return needed


def _rows_naming(children: list[Child]) -> dict[Model, set[int]]:
    found: dict[Model, set[int]] = defaultdict(set)
    try:
        Collector(using="default").collect(children)
    except ProtectedError as protected:
        for row in protected.protected_objects:
            for one in row._meta.concrete_fields:
                if one.related_model is Child:
                    found[row].add(getattr(row, one.attname))
    return found


def _stays(child: Child) -> Problem:
    message = (
        "This child is no longer in the return, but earlier returns, a referral or a placement name the child, who"
        " therefore stays on record. Correct the return if the child was left out by mistake"
    )
    return Problem("", 0, child.return_ref, "CHILD", "no longer there", message, Severity.WARNING)
