"""Telling partners who waits, and working out the plan for all of them. A plan is advice: nothing is placed by it."""

import hashlib
import json
from datetime import datetime
from time import monotonic
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from nearhome.audit.record import record
from nearhome.design.wording import LONDON, plural
from nearhome.matching.calculations.region.records import Region
from nearhome.matching.calculations.region.regional_advice import advise
from nearhome.matching.calculations.stability import StabilityEvidence
from nearhome.matching.models import RegionalPlan, SharedSearch
from nearhome.matching.permissions import require_can_plan
from nearhome.matching.queries.later_arrivals import as_told, later_arrivals
from nearhome.matching.queries.moving import Leaving, leaving_of
from nearhome.matching.queries.regional_plans import (
    digest_of,
    newest_of,
    partnership_of,
    places_missing,
    plan_policy,
    region_of,
)
from nearhome.matching.queries.searching import dfe_code_of
from nearhome.matching.queries.stability import stability_evidence
from nearhome.matching.queries.told_searches import apart_tokens, token_of, waiting_of, who_waits
from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation
from nearhome.referrals.calculations.plain import as_plain
from nearhome.referrals.models import Referral
from nearhome.sufficiency.actions.places_wanted import keep_places_wanted

_LOCK = 412  # one plan of a partnership is worked out at a time, so that a double click makes one
SECONDS = 12.0


@transaction.atomic
def tell_searches(*, authority_id: int, by: Any, now: datetime) -> int | None:
    """Tell the partners who waits now: afresh where anything changed, and no longer where a search has ended.

    The partnership told, by its id; None where the authority is in none, and nothing is told. Raises PermissionDenied.
    """
    require_can_plan(by, authority_id)
    authority = Organisation.objects.get(pk=authority_id)
    partnership = partnership_of(authority, now.astimezone(LONDON).date())
    if partnership is None:
        return None
    _only_one_at_a_time(authority_id)
    standing = {
        row.referral_id: row
        for row in SharedSearch.objects.select_for_update().filter(authority=authority, withdrawn_at__isnull=True)
    }
    waiting = who_waits(authority_id)
    leaving = leaving_of(authority_id, waiting, now=now)
    evidence = stability_evidence(authority_id, dfe_code_of(authority_id)) if waiting else None
    for referral in waiting:
        _tell(referral, standing.pop(referral.pk, None), (leaving, evidence), by, now)
    for row in standing.values():
        _withdraw(row, by, now)
    return partnership.pk


@transaction.atomic
def make_plan(*, authority: Organisation, by: Any, now: datetime) -> RegionalPlan:
    """The plan for every child who waits in the authority's partnership, from what each partner has told.

    The authority's own children are told afresh first. Where no fact has changed since the last plan, that one stands.
    Raises PermissionDenied, and ValidationError where the authority is in no partnership or nobody waits.
    """
    require_can_plan(by, authority.pk)
    partnership = partnership_of(authority, now.astimezone(LONDON).date())
    if partnership is None:
        raise ValidationError("Your authority is in no partnership yet, so there is nobody to plan with.")
    tell_searches(authority_id=authority.pk, by=by, now=now)
    _only_one_at_a_time(-partnership.pk)
    region = region_of(partnership, now=now)
    if not region.waiting:
        raise ValidationError("No child of any partner waits for a home now, so there is nothing to plan.")
    digest, last = digest_of(region), newest_of(partnership)
    if last is None or last.digest != digest or last.policy_version != plan_policy().version:
        last = _keep_plan(partnership, authority, region, digest, by, now)
    keep_what_is_missing(authority=authority, plan=last, by=by, now=now)
    return last


@transaction.atomic
def keep_what_is_missing(*, authority: Organisation, plan: RegionalPlan, by: Any, now: datetime) -> int:
    """Keep, for one partner, what the plan found another place would be worth; how many kinds. Twice changes nothing."""
    return keep_places_wanted(authority=authority, plan_key=plan.key, places=places_missing(plan), by=by, now=now)


@transaction.atomic
def plan_if_changed(*, authority_id: int, by: Any, now: datetime) -> int:
    """A plan on a timer: 1 if the facts had changed and a new one was made, else 0."""
    authority = Organisation.objects.get(pk=authority_id)
    before = RegionalPlan.objects.count()
    try:
        make_plan(authority=authority, by=by, now=now)
    except ValidationError:
        return 0
    return RegionalPlan.objects.count() - before


@transaction.atomic
def keep_newest_missing(*, authority_id: int, by: Any, now: datetime) -> int:
    """`keep_what_is_missing` of the newest plan of the authority's partnership; 0 where there is none."""
    authority = Organisation.objects.get(pk=authority_id)
    partnership = partnership_of(authority, now.astimezone(LONDON).date())
    newest = newest_of(partnership) if partnership else None
    return keep_what_is_missing(authority=authority, plan=newest, by=by, now=now) if newest else 0


def _keep_plan(
    partnership: Partnership, authority: Organisation, region: Region, digest: str, by: Any, now: datetime
) -> RegionalPlan:
    later = later_arrivals(partnership, region, plan_policy(), digest, now=now)
    advice = advise(region, plan_policy(), clock=monotonic, seconds=SECONDS, later=later)
    kept = RegionalPlan.objects.create(
        partnership=partnership, authority=authority, made_at=now, made_by=str(by), made_for=region.on,
        policy_version=plan_policy().version, digest=digest,
        inputs={"region": as_plain(region), "later": as_told(later)}, result=as_plain(advice),
    )  # fmt: skip
    waiting, placed = len(region.waiting), len(advice.plan.lines)
    words = f"Planned for {plural(waiting, 'child', 'children')} of all partners together: a place for {placed}."
    record("plan.made", words, about=kept, by=by, at=now, thread=kept.key, policy=kept.policy_version)
    return kept


def _tell(
    referral: Referral,
    standing: SharedSearch | None,
    known: tuple[Leaving, StabilityEvidence | None],
    by: Any,
    now: datetime,
) -> None:
    leaving, evidence = known
    waiting = waiting_of(referral, plan_policy(), leaving, now=now, evidence=evidence)
    facts = {"waiting": as_plain(waiting), "apart": apart_tokens(referral)}
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    if standing is not None:
        if standing.digest == digest:
            return
        standing.withdrawn_at = now
        standing.save(update_fields=["withdrawn_at"])
    told = SharedSearch.objects.create(
        authority_id=referral.authority_id, referral=referral, child_token=token_of(referral.child.key), facts=facts,
        digest=digest, shared_at=now, shared_by=str(by),
    )  # fmt: skip
    if standing is None:
        words = (
            f"Partners were told that a child waits: an age, a sex and how good each of"
            f" {plural(len(waiting.options), 'home')} would be. No name, no need, no address."
        )
        record("search.told", words, about=told, by=by, at=now, thread=referral.key)


def _withdraw(row: SharedSearch, by: Any, now: datetime) -> None:
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    words = "Partners are no longer told of this search: it has ended."
    record("search.no_longer_told", words, about=row, by=by, at=now, thread=row.referral.key)


def _only_one_at_a_time(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, number])
