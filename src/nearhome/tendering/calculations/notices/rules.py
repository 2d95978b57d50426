"""The rules of notices as records, made from the table that a lawyer keeps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from nearhome.tendering.calculations.notices.counting import Counting
from nearhome.tendering.calculations.notices.facts import CONDITIONS, EVENTS

COUNTED = (Counting.BEGINNING_WITH, Counting.AFTER, Counting.QUARTER, Counting.HALF_YEAR)


class Standing(StrEnum):
    """How far a statement of law can be trusted."""

    VERIFIED = "verified"
    STATED = "stated"
    DERIVED = "derived"
    UNVERIFIED = "unverified"


class Effect(StrEnum):
    """What a rule does to a notice."""

    DUE = "due"
    OPTIONAL = "optional"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One notice: its code, its name, and whether it is of a procurement or of the authority as a whole."""

    code: str
    name: str
    of: str = "procurement"


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """One row: for which notices and when it decides, what it decides, and on what authority."""

    id: str
    code: str
    words: str
    source: str
    standing: Standing
    effect: Effect = Effect.DUE
    event: str = ""
    counting: Counting = Counting.PROMPTLY
    days: int = 0
    when: tuple[tuple[str, bool], ...] = ()
    regimes: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_before: date | None = None
    commenced_before: date | None = None

    def is_about(self, code: str) -> bool:
        """Whether the row speaks of this notice; `*` stands for any ending."""
        return fnmatchcase(code, self.code)

    def is_in_force(self, on: date) -> bool:
        """Whether the row applies to an event on this day."""
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_before is None or on < self.ends_before)


@dataclass(frozen=True, slots=True)
class Threshold:
    """The value, with VAT, from which the full rules apply, to procurements that commenced in a period."""

    kind: str
    pounds: int
    source: str
    starts_on: date | None = None
    ends_before: date | None = None


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """The whole table."""

    kinds: tuple[NoticeKind, ...]
    rules: tuple[NoticeRule, ...]
    thresholds: tuple[Threshold, ...]

    def threshold(self, *, light_touch: bool, commenced_on: date) -> Threshold:
        """The threshold for a service that commenced on a day. Raises ValueError where the table has none."""
        kind = "light_touch" if light_touch else "services"
        for row in self.thresholds:
            begins, ends = row.starts_on or date.min, row.ends_before or date.max
            if row.kind == kind and begins <= commenced_on < ends:
                return row
        raise ValueError(f"The table of notices has no threshold “{kind}” for {commenced_on.isoformat()}.")


def rules_from_mapping(table: Mapping[str, Any]) -> NoticeRules:
    """The table as `reference/notices.toml` writes it. Raises ValueError naming the row that is wrong and its mend."""
    kinds = tuple(NoticeKind(**row) for row in table.get("notice", ()))
    rules = tuple(_rule(row) for row in table.get("rule", ()))
    thresholds = tuple(Threshold(**row) for row in table.get("threshold", ()))
    _require_each_decided(kinds, rules)
    return NoticeRules(kinds, rules, thresholds)


_NAMES = frozenset(one.name for one in fields(NoticeRule))


def _rule(row: Mapping[str, Any]) -> NoticeRule:
    name = f"{row.get('id', 'a row without id')} of {row.get('code', 'no notice')}"
    unknown = set(row) - _NAMES | set(row.get("when", {})) - CONDITIONS
    if unknown:
        raise ValueError(f"Rule {name} has “{sorted(unknown)[0]}”, which means nothing here. Check its spelling.")
    try:
        made = NoticeRule(
            **{
                **row,
                "standing": Standing(row["standing"]),
                "effect": Effect(row.get("effect", "due")),
                "counting": Counting(row.get("counting", "promptly")),
                "when": tuple(row.get("when", {}).items()),
                "regimes": tuple(row.get("regimes", ())),
            }
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise ValueError(f"Rule {name} cannot be read: {wrong}.") from None
    _require_whole(made, name)
    return made


def _require_whole(rule: NoticeRule, name: str) -> None:
    if rule.event and rule.event not in EVENTS:
        raise ValueError(f"Rule {name} waits for “{rule.event}”, which is no event. There are: {', '.join(EVENTS)}.")
    if rule.effect is Effect.DUE and not rule.event:
        raise ValueError(f"Rule {name} makes a notice due but names no event to count from.")
    if rule.effect is Effect.DUE and (rule.days < 1) is (rule.counting in COUNTED):
        raise ValueError(f"Rule {name} counts “{rule.counting}”, which does not fit with days = {rule.days}.")


def _require_each_decided(kinds: Sequence[NoticeKind], rules: Iterable[NoticeRule]) -> None:
    """Every notice ends with a row that asks nothing more, so that none is ever left undecided."""
    rows = tuple(rules)
    for kind in kinds:
        if not any(rule.is_about(kind.code) and _asks_nothing(rule) for rule in rows):
            raise ValueError(f"Notice {kind.code} has no rule without conditions, so it could be left undecided.")


def _asks_nothing(rule: NoticeRule) -> bool:
    return not (rule.when or rule.regimes or rule.commenced_before)
