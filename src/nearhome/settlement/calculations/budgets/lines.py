"""To which of an authority's service lines does a charge belong?

An authority names its own lines and says what goes to each: a contract, a way of buying, a kind of home, or everything else.
The most particular rule wins, a contract before a way of buying before a kind of home; of two equally particular ones the
one that began later, and of those the one given last. Rules begin on the first of a month, and no charge runs over the end of one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

OWN, BLOCK, BLOCK_EMPTY, FRAMEWORK, SPOT, OTHER = "own", "block", "block_empty", "framework", "spot", "other"
KINDS = {
    OWN: "In the authority’s own provision",
    BLOCK: "Block bed with a child",
    BLOCK_EMPTY: "Block bed empty",
    FRAMEWORK: "Framework",
    SPOT: "Spot",
    OTHER: "Money without nights",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """From a day on, what these say goes to `line`; "" means any."""

    line: int
    starts_on: date
    contract: str = ""
    route: str = ""
    home_kind: str = ""


@dataclass(frozen=True, slots=True)
class Bought:
    """What a charge is for, as rules look at it."""

    on: date
    contract: str
    route: str
    home_kind: str


def line_of(rules: Iterable[Rule], bought: Bought) -> int | None:
    """The line of the rule that wins; None where no rule fits."""
    fitting = [rule for rule in rules if _fits(rule, bought)]
    best = max(reversed(fitting), default=None, key=_rank)
    return best.line if best else None


def kind_of(*, in_block: bool, has_child: bool, route: str, is_nights: bool) -> str:
    """One of KINDS: how a charge counts when a variance is explained."""
    if in_block:
        return BLOCK if has_child else BLOCK_EMPTY if is_nights else OTHER
    return route if route in (OWN, FRAMEWORK, SPOT) else SPOT if has_child else OTHER


def _rank(rule: Rule) -> tuple[bool, bool, bool, date]:
    return bool(rule.contract), bool(rule.route), bool(rule.home_kind), rule.starts_on


def _fits(rule: Rule, bought: Bought) -> bool:
    wanted = (rule.contract, bought.contract), (rule.route, bought.route), (rule.home_kind, bought.home_kind)
    return rule.starts_on <= bought.on and all(not one or one == found for one, found in wanted)
