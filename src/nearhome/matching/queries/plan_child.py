"""One child in the regional plan: why this place and not the best one, and what else there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nearhome.design.tables import Column, Table
from nearhome.design.wording import nice_list
from nearhome.matching.calculations.region.advised import AlternativeTold, WhyThisPlace
from nearhome.matching.calculations.region.records import PlanLine
from nearhome.matching.calculations.region.worth import PART_WORDS
from nearhome.matching.models import RegionalPlan
from nearhome.matching.queries.plan_names import NO_HOME, Named, named_for
from nearhome.matching.queries.plan_shown import advice_of, holder_in_words, lines_of, why_of
from nearhome.matching.queries.told_searches import token_of
from nearhome.people.models import Person
from nearhome.referrals.models import Referral

# What a partner's plan adds up from what was told of the child.
PARTS = {
    **PART_WORDS,
    "rest": "contract route, confidence and essential needs not shown to be met",
    "need_fit": "how well it fits",
}


@dataclass(frozen=True)
class ChildInPlan:
    """Everything on the page; `plan` None while there is none with this child."""

    referral: Referral
    plan: RegionalPlan | None
    line: PlanLine | None = None
    home: str = ""
    best: str = ""
    difference: float = 0.0
    holders: Sequence[str] = ()
    why_not: str = ""
    points: Table | None = None
    alternatives: Table | None = None
    is_proven: bool = True

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables there are."""
        return tuple(table for table in (self.points, self.alternatives) if table)


def child_in_plan(person: Person, referral: Referral, plan: RegionalPlan | None) -> ChildInPlan:
    """The child of a referral one may see, in a plan of one's partnership."""
    token = str(token_of(referral.child.key))
    advice = advice_of(plan) if plan else None
    if plan is None or advice is None or not any(token in one.children for one in advice.why):
        return ChildInPlan(referral, None)
    named, why, line = named_for(person, plan, advice), why_of(advice, token), lines_of(advice).get(token)
    return ChildInPlan(
        referral=referral,
        plan=plan,
        line=line,
        home=named.home(line.home_ref) if line else NO_HOME,
        best=nice_list([named.home(home) for home in why.best_homes]),
        difference=round(why.difference, 1),
        holders=[holder_in_words(held, named) for held in why.holders],
        why_not=named.in_words(why.why_not_placed),
        points=_points(line) if line else None,
        alternatives=_alternatives(why, named),
        is_proven=why.is_proven,
    )


def _points(line: PlanLine) -> Table:
    rows = [(PARTS.get(name, name).capitalize(), round(points, 1)) for name, points in line.parts]
    columns = (Column("What counts"), Column("Points", "number"))
    return Table("What this place is worth to the child", columns, rows, totals=("In all", round(line.worth, 1)))


def _alternatives(why: WhyThisPlace, named: Named) -> Table:
    columns = (
        Column("Home"), Column("From", "date"), Column("Worth to the child" if len(why.children) == 1 else "Worth to them together", "number"),
        Column("The whole plan would lose", "number"), Column("Who else would live elsewhere"),
    )  # fmt: skip
    rows = [
        (
            nice_list([named.home(home) for home in one.homes]), date.fromisoformat(one.starts_on), round(one.worth, 1),
            round(one.regret, 1), _others(one, why, named),
        )
        for one in why.alternatives
    ]  # fmt: skip
    nothing = (
        "There is no other place for this child." if why.is_proven else "No other place was worked out in the time."
    )
    return Table("The nearest other places", columns, rows, when_empty=nothing)


def _others(one: AlternativeTold, why: WhyThisPlace, named: Named) -> str:
    others = [shift for shift in one.shifts if shift.children != why.children]
    words = [f"{named.children(shift.children, shift.authority)} ({_gained(shift.gain)})" for shift in others]
    said = nice_list(words) or "Nobody"
    return said[:1].upper() + said[1:]


def _gained(points: float) -> str:
    if abs(points) < 0.5:
        return "as well off"
    return f"{abs(points):.0f} points {'more' if points > 0 else 'less'}"
