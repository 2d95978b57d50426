"""Is a case within the rules: the regime of its day, the limits of its instrument, and the threshold? With every reason."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from nearhome.tendering.calculations.instruments.rules import Limit, Rule, Rules, Threshold

REFUSED, KEPT, SAID = "refused", "kept", "said"


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be bought how. `commences_on` is the day it commenced, or today if it has not; money in pence with VAT."""

    instrument: str
    regime: str
    light_touch: bool
    commences_on: date
    starts_on: date | None = None
    months: int | None = None
    extension_months: int = 0
    value_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of a case: `refused` with the mend, `kept`, or only `said` because it limits nothing here."""

    rule: Rule
    outcome: str
    words: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class AgainstThreshold:
    """The threshold of the day a case commences, and whether its value is at or above it (None while it has no value)."""

    threshold: Threshold
    rule: Rule
    is_above: bool | None
    words: str


def regime_on(day: date, rules: Rules) -> str:
    """The regime of a procurement that commences on this day; for social care, not health care.

    Raises ValueError for a day before the first regime known.
    """
    begun = [regime for regime, starts_on in rules.regimes if starts_on <= day]
    if not begun:
        raise ValueError(f"No regime is known for {_said(day)}. The first begins on {_said(rules.regimes[0][1])}.")
    return begun[-1]


def last_day(starts_on: date, months: int) -> date:
    """The last day of a term of so many months from a day: 1 April for 48 months ends on 31 March four years later.

    A term that begins on a day its last month does not have ends with that month. Raises ValueError beyond the year 9999.
    """
    years, month = divmod(starts_on.month - 1 + months, 12)
    year = starts_on.year + years
    if year > date.max.year:
        raise ValueError("The term ends too far away. Enter fewer months.")
    after = date(year, month + 1, min(starts_on.day, monthrange(year, month + 1)[1]))
    ends_early = starts_on.day > after.day
    return after if ends_early else after - timedelta(days=1)


def check(case: Case, rules: Rules) -> tuple[Finding, ...]:
    """What every rule that applies says of the case, refusals first."""
    limits = [limit for limit in rules.limits if _applies(limit, case, rules)]
    found = [_regime_finding(case, rules), *(_finding(limit, case) for limit in limits)]
    order = {REFUSED: 0, KEPT: 1, SAID: 2}
    return tuple(sorted(found, key=lambda one: order[one.outcome]))


def refusals(case: Case, rules: Rules) -> tuple[str, ...]:
    """Why the case cannot be, each with its mend; () if no rule refuses it."""
    return tuple(f"{one.words} {one.mend}".strip() for one in check(case, rules) if one.outcome == REFUSED)


def against_threshold(case: Case, rules: Rules) -> AgainstThreshold | None:
    """The value held against the threshold of the day the case commences; None under another regime than the Act.

    A value equal to the threshold counts as above it.
    """
    kind = "light_touch" if case.light_touch else "services"
    rows = [one for one in rules.thresholds if one.kind == kind and _holds(one, case.commences_on)]
    if case.regime != "PA23" or not rows:
        return None
    row = rows[-1]
    is_above = None if case.value_pence is None else case.value_pence >= row.pence
    return AgainstThreshold(row, rules.threshold_rule, is_above, _threshold_words(case, row, is_above, rules))


def _threshold_words(case: Case, row: Threshold, is_above: bool | None, rules: Rules) -> str:
    amount = f"the threshold for {row.name[0].lower()}{row.name[1:]}, {_pounds(row.pence)} with VAT"
    if is_above is None:
        words = f"Enter the value of the whole term to hold it against {amount}."
    elif is_above:
        words = f"{_pounds(case.value_pence or 0)} is at or above {amount}: the Act applies in full."
    else:
        words = f"{_pounds(case.value_pence or 0)} is below {amount}: only Part 6 of the Act may apply."
    if case.commences_on >= rules.review_expected_on:
        words += f" Thresholds were expected to change on {_said(rules.review_expected_on)}: check the amount."
    return words


def _holds(row: Threshold, day: date) -> bool:
    return row.starts_on <= day and (row.last_on is None or day <= row.last_on)


def _applies(limit: Limit, case: Case, rules: Rules) -> bool:
    if limit.not_if_commenced_earlier and regime_on(case.commences_on, rules) == case.regime:
        return False
    return (
        (not limit.regimes or case.regime in limit.regimes)
        and (not limit.instruments or case.instrument in limit.instruments)
        and (limit.light_touch is None or limit.light_touch == case.light_touch)
    )


def _regime_finding(case: Case, rules: Rules) -> Finding:
    if case.regime == "PSR2023":
        return Finding(rules.health, SAID, rules.health.words)
    due = regime_on(case.commences_on, rules)
    if due == case.regime or case.regime == "PCR2015":  # the latter is refused by a rule of its own
        return Finding(rules.commencement, KEPT, rules.commencement.words)
    return Finding(
        rules.commencement,
        REFUSED,
        f"This procurement commenced on {_said(case.commences_on)}, before the Procurement Act 2023 applied.",
        "Choose the Public Contracts Regulations 2015, or correct the day on which it commenced.",
    )


def _finding(limit: Limit, case: Case) -> Finding:
    over = _over(limit, case)
    if over or (limit.refuses and limit.most_months is None and limit.last_day is None):
        return Finding(limit.rule, REFUSED, limit.rule.words, over or limit.mend)
    is_measured = limit.most_months is not None or limit.last_day is not None
    return Finding(limit.rule, KEPT if is_measured and case.months is not None else SAID, limit.rule.words)


def _over(limit: Limit, case: Case) -> str:
    """The mend where the term goes beyond the limit; "" where it does not or is not known yet."""
    if case.months is None:
        return ""
    months = case.months + case.extension_months
    if limit.most_months is not None and months > limit.most_months:
        return (
            f"{months} months are {months - limit.most_months} too many: make the term and its extensions at most"
            f" {limit.most_months} months together."
        )
    if limit.last_day is not None and case.starts_on is not None:
        ends = last_day(case.starts_on, months)
        if ends > limit.last_day:
            return f"This term would end on {_said(ends)}: make it end by {_said(limit.last_day)}."
    return ""


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _pounds(pence: int) -> str:
    return f"£{pence // 100:,}" if pence % 100 == 0 else f"£{pence // 100:,}.{pence % 100:02d}"
