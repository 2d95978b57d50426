"""What partners have told, read before anybody plans by it: each child once, by its own authority, within the scale."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5

from django.db import connection

from nearhome.design.wording import plural
from nearhome.geography.authorities import authority_by_dfe
from nearhome.matching.calculations.region.believing import Told, believed
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.records import Waiting
from nearhome.matching.models import SharedSearch
from nearhome.matching.queries.openings import authority_codes

UNREADABLE, HELD, TWICE, TOO_MANY = "unreadable", "held", "twice", "too many"
MOST = 1000  # children of one authority who wait at once: far more than any has, so that none can stop everybody's plan


@dataclass(frozen=True, slots=True)
class ToldToUs:
    """The children who wait, the pairs who must live apart, and in sentences what was held to the scale or left out."""

    waiting: tuple[Waiting, ...]
    apart: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


def told_to_us(authorities: Iterable[int], *, today: date, policy: PlanPolicy) -> ToldToUs:
    """Everything these authorities tell now, in order of the child's token."""
    rows = SharedSearch.objects.filter(authority__in=list(authorities), withdrawn_at__isnull=True)
    codes, living = authority_codes(), movers_there(today)
    once, twice = _each_once(list(rows.order_by("child_token", "shared_at", "pk")))
    kept, beyond = _not_too_many(once)
    strange = Counter((TWICE, codes.get(row.authority_id, "")) for row in twice)
    strange.update((TOO_MANY, codes.get(row.authority_id, "")) for row in beyond)
    read: list[Told] = []
    for row in kept:
        authority = codes.get(row.authority_id, "")
        told = believe(row, authority, today=today, policy=policy, lives_there=row.pk in living)
        if told is None or told.is_held:
            strange[UNREADABLE if told is None else HELD, authority] += 1
        if told is not None:
            read.append(told)
    waiting = _groups_by_authority([told.waiting for told in read])
    return ToldToUs(waiting, _pairs(read), tuple(_note(*one, count) for one, count in sorted(strange.items())))


def believe(row: SharedSearch, authority: str, *, today: date, policy: PlanPolicy, lives_there: bool) -> Told | None:
    """One told search within the scale, by the authority that told it. A child moves from a home only if it lives there."""
    told = believed(row.facts, child_ref=str(row.child_token), authority=authority, today=today, policy=policy)
    if told is None or lives_there or not told.waiting.moves_from:
        return told
    return replace(told, waiting=replace(told.waiting, moves_from=""))


def movers_there(today: date) -> set[int]:
    """The told searches whose child does live in the home it is said to move from, as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT told_id FROM matching_movers_there(%s)", [today])
        return {told for (told,) in cursor.fetchall()}


def _each_once(rows: Sequence[SharedSearch]) -> tuple[list[SharedSearch], list[SharedSearch]]:
    """One row for each token: the newest of the authority that was first to tell of it; and the rows left out."""
    by_token: dict[UUID, list[SharedSearch]] = defaultdict(list)
    for row in rows:
        by_token[row.child_token].append(row)
    kept = [_of_its_own(same) if len(same) > 1 else same[0] for same in by_token.values()]
    chosen = {row.pk for row in kept}
    return kept, [row for row in rows if row.pk not in chosen]


def _of_its_own(same: Sequence[SharedSearch]) -> SharedSearch:
    """Nobody can know a token before it was told, so the child is of the authority that told it first."""
    ever = SharedSearch.objects.filter(child_token=same[0].child_token).order_by("pk")
    first = ever.values_list("authority_id", flat=True)[0]
    return ([row for row in same if row.authority_id == first] or list(same))[-1]


def _not_too_many(rows: Sequence[SharedSearch]) -> tuple[list[SharedSearch], list[SharedSearch]]:
    """The rows, of each authority those told longest, and the rows beyond the most."""
    counted: Counter[int] = Counter()
    kept: list[SharedSearch] = []
    beyond: list[SharedSearch] = []
    for row in sorted(rows, key=lambda one: (one.shared_at, one.pk)):
        counted[row.authority_id] += 1
        (kept if counted[row.authority_id] <= MOST else beyond).append(row)
    return kept, beyond


def _groups_by_authority(waiting: Sequence[Waiting]) -> tuple[Waiting, ...]:
    """Brothers and sisters are of one authority: nobody joins a child of theirs to a partner's group."""
    of: Mapping[str, set[str]] = defaultdict(set)
    for one in waiting:
        of[one.group].add(one.authority)
    return tuple(
        replace(one, group=str(uuid5(UUID(one.group), one.authority))) if one.group and len(of[one.group]) > 1 else one
        for one in sorted(waiting, key=lambda one: one.child_ref)
    )


def _pairs(read: Sequence[Told]) -> tuple[tuple[str, str], ...]:
    tokens = {told.waiting.child_ref for told in read}
    pairs = {tuple(sorted((told.waiting.child_ref, other))) for told in read for other in told.apart if other in tokens}
    return tuple((one, other) for one, other in sorted(pairs))


def _note(what: str, authority: str, count: int) -> str:
    who, children = authority_by_dfe(authority).name if authority else "A partner", plural(count, "child", "children")
    return {
        UNREADABLE: f"What {who} told of {children} cannot be read, and is left out until it is told afresh.",
        HELD: f"Some of what {who} told of {children} lies outside the published scale, and was held to it or left out.",
        TOO_MANY: f"{who} told of {children} beyond the {MOST} of one authority that a plan looks at.",
        TWICE: f"{who} told of {children} whom another search already tells of; each child counts once.",
    }[what]
