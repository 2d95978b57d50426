"""The rules for buying, and what they say of one procurement, as tables."""

from collections.abc import Sequence

from nearhome.design.tables import Column, Table, Tag
from nearhome.design.wording import short_date
from nearhome.tendering.calculations.instruments.checking import AgainstThreshold, Finding
from nearhome.tendering.calculations.instruments.rules import STANDINGS, Rule, Rules

OUTCOMES = {"refused": ("Broken", "red"), "kept": ("Kept", "green"), "said": ("No limit here", "grey")}
COLOURS = {"verified": "green", "stated": "blue", "derived": "yellow", "unverified": "red"}
LEGEND = tuple((standing.capitalize(), words) for standing, words in STANDINGS.items())
REGIMES = {
    "PA23": "Procurement Act 2023",
    "PCR2015": "Public Contracts Regulations 2015",
    "PSR2023": "Provider Selection Regime",
}


def standing_of(rule: Rule) -> Tag:
    """How far a rule may be trusted; `LEGEND` says what the word means."""
    return Tag(rule.standing.capitalize(), COLOURS[rule.standing])


def _source(rule: Rule) -> str:
    return f"{rule.source} ({rule.id})"


def findings_table(findings: Sequence[Finding], threshold: AgainstThreshold | None) -> Table:
    """What each rule says of a procurement, with the reason it is believed."""
    rows = [
        (f"{one.words} {one.mend}".strip(), Tag(*OUTCOMES[one.outcome]), _source(one.rule), standing_of(one.rule))
        for one in findings
    ]
    if threshold is not None:
        answer = {True: ("Above", "blue"), False: ("Below", "yellow"), None: ("Not known yet", "grey")}[
            threshold.is_above
        ]
        rows.append((threshold.words, Tag(*answer), _source(threshold.rule), standing_of(threshold.rule)))
    columns = [Column("Rule"), Column("Here"), Column("Source"), Column("Standing")]
    return Table("Rules for this procurement", columns, rows)


def instruments_table(rules: Rules) -> Table:
    """The instruments side by side."""
    rows = [
        (
            one.name, f"Act of 2023: {one.create['PA23']}. Regulations of 2015: {one.create['PCR2015']}.", one.newcomers,
            one.direct, one.prices, one.complaint,
        )
        for one in rules.instruments
    ]  # fmt: skip
    columns = [
        Column("Instrument"), Column("Can it be begun today?"), Column("New suppliers"), Column("Direct call-off"),
        Column("Prices"), Column("Usual complaint"),
    ]  # fmt: skip
    return Table("Instruments", columns, rows)


def limits_table(rules: Rules) -> Table:
    """Every limit with what it is for, its source and its standing."""
    named = {one.key: one.name for one in rules.instruments}
    rows = [
        (one.words, "Everything", _source(one), standing_of(one))
        for one in (rules.commencement, rules.commenced_means, rules.health)
    ]
    for limit in rules.limits:
        applies = ", ".join(named[key] for key in limit.instruments) or "Any instrument"
        touch = {True: " (light touch)", False: " (not light touch)", None: ""}[limit.light_touch]
        laws = ", ".join(REGIMES[key] for key in limit.regimes) or "any law"
        rows.append((limit.rule.words, f"{applies}{touch}; {laws}", _source(limit.rule), standing_of(limit.rule)))
    columns = [Column("Rule"), Column("For"), Column("Source"), Column("Standing")]
    return Table("Limits", columns, rows)


def thresholds_table(rules: Rules) -> Table:
    """Thresholds with the days from and until which they hold."""
    rows = [
        (one.name, one.pence, one.starts_on, short_date(one.last_on) if one.last_on else "No end known")
        for one in rules.thresholds
    ]
    columns = [Column("Contract"), Column("Threshold, with VAT", "money"), Column("From", "date"), Column("Until")]
    return Table("Thresholds under the Procurement Act 2023", columns, rows)
