"""Which of very many homes are nearly possible: as `nearest_misses`, looking only at those that can be among the first."""

from collections.abc import Iterator

import numpy as np

from nearhome.matching.calculations.at_once.asked import Asked
from nearhome.matching.calculations.at_once.columns import Rows
from nearhome.matching.calculations.at_once.rules_at_once import REFUSES, Verdicts
from nearhome.matching.calculations.feasibility import NotPossible, assess_home
from nearhome.matching.calculations.near_misses import EFFORT, NearMiss, nearest_misses
from nearhome.matching.calculations.ranked import Ranking
from nearhome.matching.calculations.rule_book import RuleBook

_MOST_REASONS = 2
_USUAL_EFFORT = 3
_FREE_PLACES = ("C01", "1")  # how near a home is to it depends on its free places only


def nearest_misses_at_once(asked: Asked, book: RuleBook, verdicts: Verdicts, count: int) -> tuple[NearMiss, ...]:
    """The homes nearest to being possible, exactly as `nearest_misses` orders them.

    Homes refused by as many rules, of as much effort in all, are looked at together, the least first, until there
    are enough. Only the rules that refuse a home are asked about it.
    """
    found: list[NearMiss] = []
    for rows in _equally_near(book, verdicts):
        if len(found) >= count:
            break
        enough = _enough(asked, book, verdicts, rows, count)
        refused = tuple(_refused(asked, book, verdicts, row) for row in enough.tolist())
        found += nearest_misses(Ranking(asked.policy.version, (), (), refused), count)
    return tuple(found[:count])


def _equally_near(book: RuleBook, verdicts: Verdicts) -> Iterator[Rows]:
    refuses = verdicts == REFUSES
    reasons = refuses.sum(axis=0)
    near = np.flatnonzero((reasons > 0) & (reasons <= _MOST_REASONS))
    efforts = np.array([EFFORT.get(rule.id, _USUAL_EFFORT) for rule in book.rules], dtype=np.int64)
    effort = efforts @ refuses[:, near].astype(np.int64)
    key = reasons[near] * (_MOST_REASONS * int(efforts.max(initial=0)) + 1) + effort
    for one in np.unique(key).tolist():
        yield near[key == one]


def _enough(asked: Asked, book: RuleBook, verdicts: Verdicts, rows: Rows, count: int) -> Rows:
    """Most homes want only a place. Those with as many free are as near, so the first by reference are enough."""
    full = [number for number, rule in enumerate(book.rules) if (rule.id, rule.version) == _FREE_PLACES]
    if not full:
        return rows
    refuses = verdicts[:, rows] == REFUSES
    only_full = refuses[full[0]] & (refuses.sum(axis=0) == 1)
    free = asked.columns.facts["free_places"][rows]
    order = np.lexsort((free, only_full))
    alike = only_full[order].astype(np.float64) * (1 + free.max(initial=0)) + free[order]
    place = np.empty(len(rows), dtype=np.int64)
    place[order] = np.arange(len(rows)) - np.searchsorted(alike, alike)
    enough: Rows = rows[~only_full | (place < count)]
    return enough


def _refused(asked: Asked, book: RuleBook, verdicts: Verdicts, row: int) -> NotPossible:
    rules = [book.rules[number] for number in np.flatnonzero(verdicts[:, row] == REFUSES).tolist()]
    found = assess_home(asked.search, asked.columns.homes[row], asked.policy.limits, rules)
    if not isinstance(found, NotPossible):
        raise ValueError(f"home {found.home_ref} is refused at once but not by itself: a rule and its twin disagree")
    return found
