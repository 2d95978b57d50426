"""How long may a framework run, under which rule, and when must it reopen?

Every rule carries its source and how far it can be trusted, so that a lawyer can correct it. Not legal advice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

PA23, PCR2015, PSR2023 = "PA23", "PCR2015", "PSR2023"
FORMS = {
    PA23: ("closed", "open", "flexible", "market", "list"),
    PCR2015: ("pcr_framework", "pcr_dps", "list"),
    PSR2023: ("closed", "list"),
}
FORM_WORDS = {
    "closed": "Closed framework",
    "open": "Open framework",
    "flexible": "Light-touch framework that reopens",
    "market": "Dynamic market",
    "pcr_framework": "Framework of the 2015 Regulations",
    "pcr_dps": "Dynamic purchasing system of the 2015 Regulations",
    "list": "Approved or qualified list",
}
END_OF_PCR_SYSTEMS = date(2029, 2, 24)  # the first day on which none runs any more


@dataclass(frozen=True, slots=True)
class TermRule:
    """A limit with an id to cite, its words, where it is written and how far that was checked."""

    rule_id: str
    words: str
    source: str
    standing: str
    years: int | None = None


RULES = {
    rule.rule_id: rule
    for rule in (
        TermRule("FT-1", "A closed framework lasts at most 4 years", "Procurement Act 2023 s47; gov.uk guidance on frameworks", "stated by the source", 4),
        TermRule("FT-2", "A framework for light-touch services has no longest term", "Procurement Act 2023 s47(5); gov.uk guidance on frameworks", "stated by the source"),
        TermRule("FT-3", "An open framework ends 8 years after its first award", "Procurement Act 2023 s49", "stated by the source", 8),
        TermRule("FT-4", "An open framework with a single supplier lasts at most 4 years", "Procurement Act 2023 s49", "stated by the source", 4),
        TermRule("FT-5", "No longest term of a dynamic market was found", "Procurement Act 2023 ss34 to 39", "nothing found; not proof that there is none"),
        TermRule("FT-6", "A framework of the 2015 Regulations lasts at most 4 years", "Public Contracts Regulations 2015 reg 33", "stated by the source", 4),
        TermRule("FT-7", "Longer than 4 years in an exceptional case, with the justification on record", "Public Contracts Regulations 2015 reg 33", "stated by the source"),
        TermRule("FT-8", "A dynamic purchasing system runs to its expiry or 23 February 2029, whichever is first", "NHS East of England procurement hub, questions and answers on the transition", "stated by the source"),
        TermRule("FT-9", "A list has no longest term of its own; its legal cover is weak", "comparison of instruments in the project's reference", "derived"),
        TermRule("FT-10", "No limit is on record here for the Provider Selection Regime: take advice", "none", "unverified"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides the limit. Days; `ends_before` is the end first agreed, None if none was.

    `justification`: why a framework of the 2015 Regulations lasts longer than usual; empty if it does not.
    """

    regime: str
    form: str
    starts_on: date
    light_touch: bool = True
    ends_before: date | None = None
    single_supplier: bool = False
    justification: str = ""


@dataclass(frozen=True, slots=True)
class TermLimit:
    """The rule that applies, and the latest day on which the framework may have ended (half-open); None if no limit."""

    rule: TermRule
    ends_before: date | None


def anniversary(day: date, years: int) -> date:
    """The same day so many years on; 29 February becomes 1 March where the year has none, so no day is lost."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def form_problem(regime: str, form: str, *, light_touch: bool) -> str:
    """What is wrong with this form under this regime, with the mend; empty if it can be."""
    if regime not in FORMS:
        return "Choose the law it was procured under: PA23, PCR2015 or PSR2023."
    if form not in FORMS[regime]:
        allowed = ", ".join(FORM_WORDS[one].lower() for one in FORMS[regime])
        return f"{FORM_WORDS.get(form, form)} is no form of {regime}. Choose one of: {allowed}."
    if form == "flexible" and not light_touch:
        return (
            "A framework that reopens as its notice says is for light-touch services."
            " Say that it is light touch, or choose an open framework."
        )
    return ""


def term_limit(terms: Terms) -> TermLimit:
    """The latest end the law allows. Raises ValueError where the form is none of the regime's."""
    problem = form_problem(terms.regime, terms.form, light_touch=terms.light_touch)
    if problem:
        raise ValueError(problem)
    if terms.form == "pcr_dps":
        return TermLimit(RULES["FT-8"], min(terms.ends_before or END_OF_PCR_SYSTEMS, END_OF_PCR_SYSTEMS))
    rule = RULES[_rule_id(terms)]
    return TermLimit(rule, anniversary(terms.starts_on, rule.years) if rule.years else None)


def _rule_id(terms: Terms) -> str:
    if terms.form == "list":
        return "FT-9"
    if terms.regime == PSR2023:
        return "FT-10"
    if terms.form == "open":
        return "FT-4" if terms.single_supplier else "FT-3"
    if terms.form == "pcr_framework":
        return "FT-7" if terms.justification.strip() else "FT-6"
    if terms.form == "market":
        return "FT-5"
    return "FT-2" if terms.light_touch else "FT-1"


def term_problem(terms: Terms, ends_before: date | None) -> str:
    """What is wrong with an end, in a sentence with the mend; empty if the framework may run until then."""
    limit = term_limit(terms)
    if ends_before is not None and ends_before <= terms.starts_on:
        return f"The end must be after {_day(terms.starts_on)}. Choose a later day."
    if limit.ends_before is None or (ends_before is not None and ends_before <= limit.ends_before):
        return ""
    last = _day(limit.ends_before - timedelta(days=1))
    said = f"{limit.rule.words} ({limit.rule.rule_id}, {limit.rule.source})."
    if ends_before is None:
        return f"{said} Give a last day, {last} at the latest."
    return f"{said} Choose a last day no later than {last}."


def next_reopening_due(form: str, starts_on: date, awards: Iterable[date], ends_before: date | None) -> date | None:
    """The day before which an open framework must have made its next award; None where no rule asks for one.

    Section 49: a new award in the first 3 years, then one in each 5 years from the second award. `awards` are the days
    of awards after the first, in any order. None too where the scheme ends before that day.
    """
    if form != "open":
        return None
    later = sorted(day for day in awards if day > starts_on)
    due = anniversary(later[-1], 5) if later else anniversary(starts_on, 3)
    return None if ends_before is not None and ends_before <= due else due


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
