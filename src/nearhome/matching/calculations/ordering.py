"""In what order do homes stand that have been scored, and why does each stand where it does?"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.ranked import RankedHome
from nearhome.matching.calculations.routes import route_place

# Two shares that should be equal may differ in the last binary digit; this is far below any difference shown.
ROUNDING = 1e-9
_MOST_DECIMALS = 6
Key = tuple[tuple[int, int], float, bool, int, str]


def in_order(homes: Iterable[RankedHome], policy: Policy) -> tuple[RankedHome, ...]:
    """The homes with position, group and reason filled in.

    Fewest essential needs unmet; then groups about equal in need fit, best group first, each by contract route and
    tier, score, price, reference.
    """
    groups = _groups(list(homes), policy)
    flat = [(number, home) for number, group in enumerate(groups, start=1) for home in group]
    before = [None, *flat][: len(flat)]
    return tuple(
        replace(home, position=position, group=group, why_here=_why_here(previous, group, home, policy))
        for position, (previous, (group, home)) in enumerate(zip(before, flat, strict=True), start=1)
    )


def within_group(home: RankedHome, policy: Policy) -> Key:
    """By what a home is ordered among those that meet needs about equally."""
    price = home.weekly_price_pence
    return route_place(home.route, policy), -home.total, price is None, price or 0, home.home_ref


def told_apart(one: float, other: float, *, decimals: int) -> tuple[str, str]:
    """Two numbers with so many decimals, or as many more as it takes to see which is higher; at most six."""
    while decimals < _MOST_DECIMALS and one != other and f"{one:.{decimals}f}" == f"{other:.{decimals}f}":
        decimals += 1
    return f"{one:.{decimals}f}", f"{other:.{decimals}f}"


def _groups(homes: Sequence[RankedHome], policy: Policy) -> list[list[RankedHome]]:
    waiting = sorted(homes, key=lambda home: (home.unmet_essential, -home.need_fit, home.home_ref))
    groups: list[list[RankedHome]] = []
    for home in waiting:
        if groups and _about_equal(groups[-1][0], home, policy.margin):
            groups[-1].append(home)
        else:
            groups.append([home])
    return [sorted(group, key=lambda home: within_group(home, policy)) for group in groups]


def _about_equal(best: RankedHome, home: RankedHome, margin: float) -> bool:
    return best.unmet_essential == home.unmet_essential and best.need_fit - home.need_fit <= margin + ROUNDING


def _why_here(previous: tuple[int, RankedHome] | None, group: int, home: RankedHome, policy: Policy) -> str:
    if previous is None:
        return "First: fewest essential needs not met, then need fit, then contract route, score and price"
    group_before, above = previous
    if home.unmet_essential != above.unmet_essential:
        return f"After the home above because more essential needs are not met: {home.unmet_essential}"
    if group != group_before:
        return (
            f"After the homes above because its need fit is lower by more than the margin: {home.need_fit:.2f} out of 1"
        )
    return f"Meets needs about as well as the home above; {_decided_by(above, home, policy)}"


def _decided_by(above: RankedHome, home: RankedHome, policy: Policy) -> str:
    if route_place(home.route, policy) != route_place(above.route, policy):
        return f"its contract route comes later: {home.route.words}"
    if home.total != above.total:
        lower, higher = told_apart(home.total, above.total, decimals=1)
        return f"by the same route, its score is lower: {lower} against {higher}"
    if home.weekly_price_pence != above.weekly_price_pence:
        return "by the same route and with the same score, it costs more or its price is not known"
    return "equal in everything, so by its reference"
