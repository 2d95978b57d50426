"""Who may come later: possible futures drawn from the children whom the partners told of in the last half year."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np

from nearhome.matching.calculations.planning.bare import LaterArrivals
from nearhome.matching.calculations.planning.futures import POOL_DAYS, sample_futures
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.posing import posed_once
from nearhome.matching.calculations.region.records import Region, Waiting
from nearhome.matching.calculations.region.who_came import expected_a_day, pool_of
from nearhome.matching.models import SharedSearch
from nearhome.matching.queries.openings import authority_codes
from nearhome.matching.queries.regional_plans import arrivals_told
from nearhome.matching.queries.told_to_us import believe
from nearhome.partnership.models import Partnership

FEWEST = 12
FEWEST_DAYS = 28
AHEAD_DAYS = 28
FUTURES = 20
ARRAYS = ("trajectory", "unit", "home", "takes")


def later_arrivals(
    partnership: Partnership, region: Region, policy: PlanPolicy, digest: str, *, now: datetime
) -> LaterArrivals | None:
    """Sampled futures of the next weeks, as the beds of the posed region; None where too few came before to draw from.

    The digest of the facts is the seed: the same facts give the same plan. A bed taken today is taken for longer than
    the weeks looked at, so every arrival in them competes for it.
    """
    rows = arrivals_told(partnership, now=now, days=POOL_DAYS)
    if len(rows) < FEWEST:
        return None
    came = _who_came(rows, region.on, policy)
    posed = posed_once(region, policy)
    futures = sample_futures(
        pool_of(posed, came, policy), expected_a_day(posed, came, _days_told(came, region.on)), AHEAD_DAYS, FUTURES,
        np.random.default_rng(int(digest[:12], 16)),
    )  # fmt: skip
    return futures.later if futures.later.count else None


def _who_came(rows: Sequence[SharedSearch], today: date, policy: PlanPolicy) -> list[Waiting]:
    codes = authority_codes()
    told = (believe(row, codes.get(row.authority_id, ""), today=today, policy=policy, lives_there=True) for row in rows)
    return [one.waiting for one in told if one is not None]


def _days_told(came: Sequence[Waiting], today: date) -> int:
    """For how many days the partners have told, half a year at most; fewer than a month count as a month."""
    since = min((child.waiting_since for child in came if child.waiting_since), default=today)
    return max(FEWEST_DAYS, min(POOL_DAYS, (today - since).days))


def as_told(later: LaterArrivals | None) -> dict[str, Any] | None:
    """Futures as plain values, to be stored."""
    if later is None:
        return None
    arrays = {name: getattr(later, name).tolist() for name in ARRAYS}
    return {"count": later.count, "value": later.value.tolist()} | arrays


def later_from(inputs: dict[str, Any]) -> LaterArrivals | None:
    """The futures a stored plan looked at, exactly."""
    told = inputs["later"]
    if told is None:
        return None
    arrays = {name: np.array(told[name], dtype=np.int32) for name in ARRAYS}
    return LaterArrivals(count=told["count"], value=np.array(told["value"], dtype=np.float64), **arrays)
