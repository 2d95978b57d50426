"""Whose planned move would free a place, and the homes a plan may look at: free now, free within days, freed by a move."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from nearhome.design.wording import LONDON
from nearhome.market.models import Occupancy
from nearhome.market.models import Resident as Occupant
from nearhome.matching.calculations.candidates import Candidate, Resident, Search
from nearhome.matching.calculations.region.records import Waiting
from nearhome.matching.models import SharedSearch
from nearhome.matching.queries.regional_plans import plan_policy
from nearhome.matching.queries.searching import candidates_for
from nearhome.matching.queries.told_to_us import believe, movers_there
from nearhome.referrals.calculations.released import age_on
from nearhome.referrals.models import Referral


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where one's own children who wait live now, and who would leave each home if every planned move were made."""

    own: Mapping[UUID, str]
    by_home: Mapping[str, tuple[Resident, ...]]

    def home_of(self, child_key: UUID) -> str:
        """The home one's own child lives in now; empty if none is on record."""
        return self.own.get(child_key, "")


def leaving_of(authority_id: int, waiting: Iterable[Referral], *, now: datetime) -> Leaving:
    """Planned moves of one's own children, and of partners' as they told them. An emergency frees no place."""
    today = now.astimezone(LONDON).date()
    keys = [referral.child.key for referral in waiting if not referral.is_emergency]
    rows = Occupant.objects.filter(
        child_key__in=keys, authority=authority_id, occupancy__freed_at__isnull=True,
        occupancy__kind=Occupancy.Kind.BOOKING, occupancy__days__contains=today,
    )  # fmt: skip
    own: dict[UUID, str] = {}
    by_home: dict[str, list[Resident]] = defaultdict(list)
    for key, home, born_month, sex in rows.order_by("pk").values_list(
        "child_key", "occupancy__place__home__key", "born_month", "sex"
    ):
        if key is not None:
            own[key] = str(home)
        by_home[str(home)].append(Resident(age_on(born_month, today), sex))
    for told in _told_by_partners(authority_id, today):
        by_home[told.moves_from].append(Resident(told.age_years or 0, told.sex))
    return Leaving(own, {home: tuple(rows) for home, rows in by_home.items()})


def homes_for_plan(
    referral: Referral, search: Search, leaving: Leaving, *, days: int, now: datetime
) -> tuple[Candidate, ...]:
    """The homes of the search, those without a place today as they stand once one opens or a planned move frees it."""
    found = {home.home_ref: home for home in candidates_for(referral, search, now=now).candidates}
    last = search.starts_on + timedelta(days=days)
    later = {ref for ref, home in found.items() if not home.free_places and _opens_by(home.free_from, last)}
    if later:
        then = candidates_for(referral, replace(search, starts_on=last), now=now).candidates
        found |= {home.home_ref: home for home in then if home.home_ref in later}
    here = leaving.home_of(referral.child.key)
    return tuple(
        _without(home, leaving.by_home[ref], is_own=ref == here) if ref in leaving.by_home else home
        for ref, home in found.items()
    )


def _told_by_partners(authority_id: int, today: date) -> list[Waiting]:
    """Partners' children who do live in the home they are said to move from."""
    rows = SharedSearch.objects.filter(pk__in=movers_there(today)).exclude(authority_id=authority_id)
    told = (
        believe(row, "", today=today, policy=plan_policy(), lives_there=True) for row in rows.order_by("child_token")
    )
    return [one.waiting for one in told if one is not None and one.waiting.moves_from]


def _opens_by(free_from: date | None, last: date) -> bool:
    return free_from is not None and free_from <= last


def _without(home: Candidate, leaving: Iterable[Resident], *, is_own: bool) -> Candidate:
    """The home once these have moved on; a child's own home takes no referral to stay in."""
    there, freed = list(home.residents), 0
    for one in leaving:
        freed += 1
        nearest = min(
            there, key=lambda other: (other.sex != one.sex, abs(other.age_years - one.age_years)), default=None
        )
        if nearest is not None:
            there.remove(nearest)
    return replace(
        home,
        free_places=home.free_places + freed,
        residents=tuple(there),
        fostered_children=len(there) if home.fostered_children is not None else None,
        alone_needed_there=home.alone_needed_there if there else False,
        open_to_referrals=None if is_own else home.open_to_referrals,
    )
