"""A partnership's plans: what the next is worked out from, and those that were."""

import hashlib
import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Q
from django.http import Http404

from nearhome.design.wording import LONDON
from nearhome.market.models import Home
from nearhome.matching.calculations.region.plan_policy import PlanPolicy, plan_policy_from_mapping
from nearhome.matching.calculations.region.records import NEAR, Entitlement, Region, SiblingRule, Waiting
from nearhome.matching.models import RegionalPlan, SharedSearch
from nearhome.matching.permissions import require_can_see_plans
from nearhome.matching.queries.openings import authority_codes, on_the_market
from nearhome.matching.queries.told_to_us import told_to_us
from nearhome.partnership.models import Membership, Partnership
from nearhome.people.models import Organisation, Person
from nearhome.referrals.calculations.plain import from_plain
from nearhome.sufficiency.calculations.requirements.place_worth import PlaceWorth

A_YEAR = timedelta(days=365)
_IS_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@cache
def plan_policy() -> PlanPolicy:
    """The plan policy in force: the file that comes with Nearhome. Raises PolicyError naming the line that is wrong."""
    text = (files("nearhome.matching") / "reference" / "plan_policy.toml").read_text(encoding="utf-8")
    return plan_policy_from_mapping(tomllib.loads(text))


def partnership_of(organisation: Organisation, on: date) -> Partnership | None:
    """The partnership an authority plans in on a day; the first by name if it is in several."""
    rows = Partnership.objects.filter(
        Q(memberships__ends_before__isnull=True) | Q(memberships__ends_before__gt=on),
        memberships__organisation=organisation,
        memberships__starts_on__lte=on,
    )
    return rows.order_by("name").first()


def members_of(partnership: Partnership, on: date) -> dict[int, int]:
    """The authorities of a partnership on a day, members and allies, with their shares of what is contributed."""
    rows = Membership.objects.filter(
        Q(ends_before__isnull=True) | Q(ends_before__gt=on), partnership=partnership, starts_on__lte=on
    )
    return dict(rows.values_list("organisation_id", "contribution_weight"))


def region_of(partnership: Partnership, *, now: datetime) -> Region:
    """Everything the partners' plan is made from at a moment: who waits, as their authorities tell it, and free places."""
    today, policy = now.astimezone(LONDON).date(), plan_policy()
    members = members_of(partnership, today)
    told = told_to_us(members, today=today, policy=policy)
    waiting = told.waiting
    keys = {option.home_ref for one in waiting for option in one.options} | {one.moves_from for one in waiting} - {""}
    market = on_the_market(keys, partnership, today=today, policy=policy, now=now)
    groups = sorted({one.group for one in waiting if one.group})
    return Region(
        on=today,
        waiting=_at_homes(waiting, {home.home_ref for home in market.homes}),
        openings=market.openings,
        homes=market.homes,
        groups=tuple(SiblingRule(group, NEAR, policy.near_miles) for group in groups),
        apart=told.apart,
        entitlements=_entitlements(partnership, members, today),
        at=now.replace(second=0, microsecond=0),
        notes=told.notes,
    )


def digest_of(region: Region) -> str:
    """A mark of the facts a plan rests on. The moment is left out: an hour alone changes nothing."""
    return hashlib.sha256(msgspec.json.encode(replace(region, at=None))).hexdigest()


def region_from(inputs: dict[str, Any]) -> Region:
    """The region a stored plan was worked out from, exactly."""
    return from_plain(Region, inputs["region"])


def latest_plan(person: Person, *, now: datetime) -> RegionalPlan | None:
    """The newest plan of the person's partnership; None before the first, or without a partnership."""
    require_can_see_plans(person)
    partnership = partnership_of(person.organisation, now.astimezone(LONDON).date())
    if partnership is None:
        return None
    return newest_of(partnership)


def newest_of(partnership: Partnership) -> RegionalPlan | None:
    """The newest plan of a partnership."""
    return RegionalPlan.objects.filter(partnership=partnership).order_by("made_at", "pk").last()


def places_missing(plan: RegionalPlan) -> list[PlaceWorth]:
    """What the plan says another place would be worth, the most for each kind of home in each area."""
    missing = [one for one in plan.result["missing"] if _IS_KEY.fullmatch(one["home_ref"])]
    homes = {
        str(key): (area, kind)
        for key, area, kind in Home.objects.filter(key__in=[one["home_ref"] for one in missing]).values_list(
            "key", "area_code", "kind"
        )
    }
    found: dict[tuple[str, str], PlaceWorth] = {}
    for one in sorted(missing, key=lambda place: (place["worth"], place["children"])):
        if one["home_ref"] in homes:
            area, kind = homes[one["home_ref"]]
            found[area, kind] = PlaceWorth(area, kind, one["worth"], one["children"])
    return list(found.values())


def plan_with(person: Person, key: UUID) -> RegionalPlan:
    """One plan by its key. Raises PermissionDenied for another role, Http404 for another partnership's."""
    require_can_see_plans(person)
    found = RegionalPlan.objects.filter(key=key).select_related("partnership").first()
    if found is None:
        raise Http404("No such plan")
    return found


def own_searches(organisation_id: int, tokens: Sequence[str] = ()) -> dict[str, SharedSearch]:
    """The authority's own told searches by the child's token, live or not, with their referrals."""
    rows = SharedSearch.objects.filter(authority_id=organisation_id).select_related("referral__child")
    rows = rows.filter(child_token__in=tokens) if tokens else rows
    return {str(row.child_token): row for row in rows.order_by("shared_at", "pk")}


def arrivals_told(partnership: Partnership, *, now: datetime, days: int) -> list[SharedSearch]:
    """The first telling of each search of the partners in the last days: the past that later arrivals are drawn from."""
    today = now.astimezone(LONDON).date()
    rows = SharedSearch.objects.filter(
        authority__in=list(members_of(partnership, today)), shared_at__gt=now - timedelta(days=days)
    )
    first: dict[UUID, SharedSearch] = {}
    for row in rows.order_by("shared_at", "pk"):
        first.setdefault(row.child_token, row)
    return list(first.values())


def _at_homes(waiting: Sequence[Waiting], on_record: Collection[str]) -> tuple[Waiting, ...]:
    """The children with those of their options that are at a home on record."""
    return tuple(
        replace(one, options=tuple(option for option in one.options if option.home_ref in on_record)) for one in waiting
    )


def _entitlements(partnership: Partnership, members: dict[int, int], today: date) -> tuple[Entitlement, ...]:
    codes, used = authority_codes(), _nights_used(partnership, today)
    return tuple(
        sorted(
            (
                Entitlement(codes[pk], float(weight), float(used.get(pk, 0)))
                for pk, weight in members.items()
                if pk in codes
            ),
            key=lambda one: one.authority,
        )
    )


def _nights_used(partnership: Partnership, today: date) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, nights FROM matching_nights_used(%s, %s, %s)",
            [partnership.pk, today - A_YEAR, today],
        )
        return dict(cursor.fetchall())
