"""Asking the stored plan: what if a child went there, a home closed, another opened, another child came?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import BoundedSemaphore
from time import monotonic
from uuid import UUID

from nearhome.design.tables import Column, Table
from nearhome.design.wording import nice_list, plural
from nearhome.geography.authorities import authority_by_dfe
from nearhome.matching.calculations.planning.what_if import WhatIf
from nearhome.matching.calculations.region.asking import CLOSES, COMES, GOES, NOT_THERE, OPENS, Question, asked_of
from nearhome.matching.calculations.region.regional_advice import PosedPlan, plan_region
from nearhome.matching.models import RegionalPlan
from nearhome.matching.queries.later_arrivals import later_from
from nearhome.matching.queries.plan_names import NO_HOME, Named
from nearhome.matching.queries.plan_shown import advice_of
from nearhome.matching.queries.regional_plans import plan_policy, region_from

SECONDS = 2.0
_AT_ONCE = BoundedSemaphore(2)  # a question takes a processor for seconds: those who ask leave some for everybody else
BUSY = "Others are asking the plan now. Wait a few seconds, then ask again."
KINDS = (
    (GOES, "This child went to this home"),
    (NOT_THERE, "This child did not go to this home"),
    (CLOSES, "This home took nobody"),
    (OPENS, "Another home like this one opened"),
    (COMES, "Another child like this one needed a home"),
)
__all__ = ["CLOSES", "COMES", "GOES", "KINDS", "NOT_THERE", "OPENS", "Answered", "Question", "answered", "choices_of"]


@dataclass(frozen=True)
class Answered:
    """What was asked, and what would change: in a sentence and in tables."""

    asked: str
    words: str
    moved: Table
    by_authority: Table


def choices_of(plan: RegionalPlan, named: Named) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """One's own children and the homes one may ask about, each as (reference, words)."""
    advice = advice_of(plan)
    children = sorted(
        ((ref, row.referral.ref) for ref, row in named.own.items() if any(ref in one.children for one in advice.why)),
        key=lambda one: one[1],
    )
    return children, sorted(named.homes.items(), key=lambda one: one[1])


@dataclass(frozen=True)
class _Stored:
    """A stored plan, which never changes: the same key is the same plan."""

    key: UUID
    plan: RegionalPlan = field(compare=False)


@lru_cache(maxsize=4)
def _planned_again(stored: _Stored) -> PosedPlan:
    """The stored plan worked out again from its own inputs, so that questions can be asked of it, one after another."""
    plan = stored.plan
    return plan_region(
        region_from(plan.inputs), plan_policy(), clock=monotonic, seconds=SECONDS, later=later_from(plan.inputs)
    )


@lru_cache(maxsize=16)
def _asked_once(stored: _Stored, questions: tuple[Question, ...]) -> tuple[PosedPlan, WhatIf]:
    """The answer, kept for the same question of the same plan. Raises ValueError also while too many ask at once."""
    if not _AT_ONCE.acquire(blocking=False):
        raise ValueError(BUSY)
    try:
        planned = _planned_again(stored)
        return planned, asked_of(planned, questions, clock=monotonic, seconds=SECONDS)
    finally:
        _AT_ONCE.release()


def answered(plan: RegionalPlan, questions: Sequence[Question], named: Named) -> Answered:
    """What the plan would be after the changes. Raises ValueError with a sentence for a change that cannot be."""
    try:
        planned, found = _asked_once(_Stored(plan.key, plan), tuple(questions))
    except ValueError as refused:
        raise ValueError(named.in_words(str(refused))) from None
    if not found.proven:
        _asked_once.cache_clear()  # with more time at another moment the answer may be better
    names = _Names(named, planned, found)
    rows = [
        (names.unit(one.unit), names.homes(one.before), names.homes(one.after), round(one.gain, 1))
        for one in found.moved
    ]
    moved = Table(
        "Who would live elsewhere", (Column("Child"), Column("In the plan"), Column("Then"), Column("Points", "number")), rows,
        when_empty="Nobody: the plan would stay as it is.",
    )  # fmt: skip
    by_authority = Table(
        "What each authority would gain or lose", (Column("Authority"), Column("Points", "number")),
        [(names.authority(code), round(change, 1)) for code, change in found.by_authority.items()],
    )  # fmt: skip
    return Answered(_asked(questions, named), _in_words(found), moved, by_authority)


def _asked(questions: Sequence[Question], named: Named) -> str:
    return nice_list([_question(one, named) for one in questions])


def _question(one: Question, named: Named) -> str:
    child, home = named.children([one.child_ref], ""), named.home(one.home_ref)
    return {
        GOES: f"{child} went to {home}",
        NOT_THERE: f"{child} did not go to {home}",
        CLOSES: f"{home} took nobody",
        OPENS: f"another home like {home} opened, with {plural(one.places, 'place')}",
        COMES: f"another child like {child} needed a home",
    }[one.kind]


def _in_words(found: WhatIf) -> str:
    worth, placed = found.worth_change, found.placed_change
    words = "The whole plan would be worth the same" if abs(worth) < 0.05 else (
        f"The whole plan would be worth {_points(abs(worth))} {'more' if worth > 0 else 'less'}"
    )  # fmt: skip
    if placed:
        words += f", and {abs(placed)} {'more' if placed > 0 else 'fewer'} would have a place"
    proof = "" if found.proven else f" Time ran out: up to {found.worth_missing:,.0f} points more may be possible."
    return f"{words}.{proof}"


def _points(worth: float) -> str:
    if worth < 1:
        return "under 1 point"
    return "1 point" if worth < 1.5 else f"{worth:,.0f} points"


class _Names:
    """What units, homes and authorities of the changed plan are called."""

    def __init__(self, named: Named, planned: PosedPlan, found: WhatIf) -> None:
        self._named = named
        at = found.instance.authority_of.tolist()
        self._units = {
            unit: (members, found.instance.authorities[at[number]] if at[number] >= 0 else "")
            for number, (unit, members) in enumerate(zip(found.instance.units, found.instance.members, strict=True))
        }

    def unit(self, name: str) -> str:
        members, authority = self._units[name]
        if name.startswith("another like "):
            return f"Another child of {self.authority(authority)}"
        words = self._named.children(members, authority)
        return words[:1].upper() + words[1:]

    def homes(self, refs: Sequence[str]) -> str:
        return nice_list([self._home(ref) for ref in refs]) or NO_HOME

    def authority(self, code: str) -> str:
        return authority_by_dfe(code).name if code else "Children of several authorities"

    def _home(self, ref: str) -> str:
        like = "a home like "
        return (
            f"The new home, like {self._named.home(ref.removeprefix(like))}"
            if ref.startswith(like)
            else self._named.home(ref)
        )
