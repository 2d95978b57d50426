"""What would every price be after an uplift, and what would it cost whom?

Money is whole pence a week; percentages are Decimal (1.5 is 1.5 %). Each new price is rounded once, to the penny, half up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

NONE, FIXED, ADDITION, LOWER_OF, COLLAR, NEGOTIATED = "none", "fixed", "addition", "lower_of", "collar", "negotiated"
NEW, ALL = "new", "all"
RULE_WORDS = {
    NONE: "No change",
    FIXED: "A fixed percentage",
    ADDITION: "A fixed amount",
    LOWER_OF: "The lower of the index and a cap",
    COLLAR: "The index, between a floor and a cap",
    NEGOTIATED: "A price agreed for each line",
}
MOST_PERCENT = Decimal(50)


@dataclass(frozen=True, slots=True)
class UpliftRule:
    """How prices change. Only what the rule needs may be given.

    `percent`: for fixed. `addition_pence`: for addition. `index_percent`, `cap_percent`, `floor_percent`: for lower_of
    and collar. `agreed`: for negotiated, the new pence of each line.
    """

    rule: str
    percent: Decimal | None = None
    addition_pence: int | None = None
    index_percent: Decimal | None = None
    cap_percent: Decimal | None = None
    floor_percent: Decimal | None = None
    agreed: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PriceLine:
    """A price that might change: its row, whose it is in words, what it is for, pence a week, and since when it stands."""

    line_id: int
    whose: str
    what: str
    weekly_price_pence: int
    starts_on: date


@dataclass(frozen=True, slots=True)
class Change:
    """One price before and after, pence a week."""

    line: PriceLine
    after_pence: int

    @property
    def more_pence(self) -> int:
        """What a week costs more; less than zero where it costs less."""
        return self.after_pence - self.line.weekly_price_pence


@dataclass(frozen=True, slots=True)
class Kept:
    """A line that stays as it is, and why, in a sentence."""

    line: PriceLine
    why: str


@dataclass(frozen=True, slots=True)
class Bought:
    """Weeks a year an authority buys; of one line where that is known, else of any."""

    authority: str
    weeks: int
    line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a year costs an authority more, in pence, for so many weeks."""

    authority: str
    weeks: int
    more_pence: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Every line that changes, every line that stays with its reason, and the cost of a year by authority."""

    percent: Decimal | None
    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    costs: tuple[Cost, ...]

    @property
    def total_more_pence(self) -> int:
        """The cost of a year to all of them."""
        return sum(one.more_pence for one in self.costs)


_NEEDS = {
    NONE: (),
    FIXED: ("percent",),
    ADDITION: ("addition_pence",),
    LOWER_OF: ("index_percent", "cap_percent"),
    COLLAR: ("index_percent", "floor_percent", "cap_percent"),
    NEGOTIATED: (),
}
_NAMES = {
    "percent": "the percentage",
    "addition_pence": "the amount",
    "index_percent": "the published value of the index",
    "cap_percent": "the cap",
    "floor_percent": "the floor",
}


def rule_problem(rule: UpliftRule) -> str:
    """What is wrong with a rule, with the mend; empty if it says one thing and nothing else.

    A factor or an addition, never both. Percentages lie between -50 and 50; a floor is not above its cap.
    """
    if rule.rule not in _NEEDS:
        return "Choose how prices change."
    given = {name: getattr(rule, name) for name in _NAMES}
    if given["addition_pence"] is not None and any(
        given[name] is not None for name in _NAMES if name.endswith("percent")
    ):
        return "A price changes by a percentage or by an amount, never by both. Leave one of them empty."
    for name, value in given.items():
        if (value is not None) != (name in _NEEDS[rule.rule]):
            verb = "Give" if value is None else "Leave out"
            return f"{verb} {_NAMES[name]}: the rule is “{RULE_WORDS[rule.rule].lower()}”."
    for name in _NEEDS[rule.rule]:
        if name != "addition_pence" and abs(given[name]) > MOST_PERCENT:
            return f"A percentage must lie between -{MOST_PERCENT} and {MOST_PERCENT}. Check {_NAMES[name]}."
    if rule.rule == COLLAR and given["floor_percent"] > given["cap_percent"]:
        return "The floor is above the cap. Give a floor that is not above the cap."
    return ""


def percent_of(rule: UpliftRule) -> Decimal | None:
    """The one percentage that the rule comes to; None where it has none. Raises ValueError for a rule that is wrong.

    lower_of: the smaller of index and cap, taken at its word: an index below zero lowers prices. A collar with a floor
    of 0 does not.
    """
    problem = rule_problem(rule)
    if problem:
        raise ValueError(problem)
    if rule.rule == NONE:
        return Decimal(0)
    if rule.rule == FIXED:
        return rule.percent
    index, cap, floor = rule.index_percent, rule.cap_percent, rule.floor_percent
    if rule.rule == LOWER_OF and index is not None and cap is not None:
        return min(index, cap)
    if rule.rule == COLLAR and index is not None and cap is not None and floor is not None:
        return min(max(index, floor), cap)
    return None


def uplifted(pence: int, percent: Decimal) -> int:
    """A weekly price after a percentage, to the penny, half up. 455,700 pence and 1.5 % → 462,536 (from 462,535.5)."""
    exact = Decimal(pence) * (100 + percent) / 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def preview(
    lines: Iterable[PriceLine],
    rule: UpliftRule,
    *,
    effective_on: date,
    firm_until: date | None = None,
    applies_to: str = NEW,
    bought: Iterable[Bought] = (),
) -> Preview:
    """Every price after the round, in the order given, and what a year costs whom.

    Raises ValueError where the rule is wrong, prices are firm on that day, a line comes twice, or a price would not be
    above zero. A line whose price begins on or after the day stays: no change before the change before it.
    Cost: weeks of a known line × its increase; other weeks × the mean increase of all lines, those that stay with zero.
    Placements that stand are only counted where the round is for all; for new ones the weeks are those to come.
    """
    rows = tuple(lines)
    percent = percent_of(rule)
    if firm_until is not None and effective_on < firm_until:
        raise ValueError(f"Prices are firm until {firm_until:%-d %B %Y}. Choose that day or a later one.")
    if applies_to not in (NEW, ALL):
        raise ValueError("Choose whether it is for new placements or for all.")
    if len({line.line_id for line in rows}) != len(rows):
        raise ValueError("A line changes at most once in a round.")
    changes, kept = [], []
    for line in rows:
        after, why = _after(line, rule, percent, effective_on)
        if why:
            kept.append(Kept(line, why))
        else:
            changes.append(Change(line, after))
    costs = _costs(rows, {one.line.line_id: one.more_pence for one in changes}, bought)
    return Preview(percent, tuple(changes), tuple(kept), costs)


def _after(line: PriceLine, rule: UpliftRule, percent: Decimal | None, effective_on: date) -> tuple[int, str]:
    """The new price; or 0 and the reason it stays."""
    if line.starts_on >= effective_on:
        return 0, f"Its price stands since {line.starts_on:%-d %B %Y}: a change comes after the change before it."
    if rule.rule == NEGOTIATED and line.line_id not in rule.agreed:
        return 0, "No price was agreed for it."
    after = rule.agreed[line.line_id] if rule.rule == NEGOTIATED else _by_rule(line.weekly_price_pence, rule, percent)
    if after <= 0:
        raise ValueError(f"The price of {line.whose} ({line.what}) would not be above £0.00. Change the rule.")
    if after == line.weekly_price_pence:
        return 0, "The price comes out the same."
    return after, ""


def _by_rule(pence: int, rule: UpliftRule, percent: Decimal | None) -> int:
    return uplifted(pence, percent) if percent is not None else pence + (rule.addition_pence or 0)


def _costs(lines: tuple[PriceLine, ...], more: Mapping[int, int], bought: Iterable[Bought]) -> tuple[Cost, ...]:
    mean = Fraction(sum(more.values()), len(lines)) if lines else Fraction(0)
    weeks: dict[str, int] = {}
    exact: dict[str, Fraction] = {}
    for one in bought:
        if one.weeks < 0:
            raise ValueError(f"The weeks of {one.authority} are below zero. Enter 0 or more.")
        each = mean if one.line_id is None else Fraction(more.get(one.line_id, 0))
        weeks[one.authority] = weeks.get(one.authority, 0) + one.weeks
        exact[one.authority] = exact.get(one.authority, Fraction(0)) + one.weeks * each
    return tuple(Cost(name, weeks[name], _half_up(exact[name])) for name in weeks)


def _half_up(exact: Fraction) -> int:
    sign = -1 if exact < 0 else 1
    return sign * int(abs(exact) + Fraction(1, 2))
