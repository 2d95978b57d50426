"""Which children in residential care have circumstances like those of children living well in foster care?

And which children in foster care have circumstances like those of children in residential care? A list to look at,
never a decision.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children.groups import PLACE_TITLES
from nearhome.sufficiency.calculations.children.survival import Z_95
from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column, Indicator, Section, count, share
from nearhome.sufficiency.calculations.resemblance.calibration import Estimate, calibration
from nearhome.sufficiency.calculations.resemblance.circumstances import CIRCUMSTANCES, circumstances
from nearhome.sufficiency.calculations.resemblance.resemblance_model import (
    Alike,
    Learnt,
    learn,
    like_foster,
    like_residential,
    newer_like_residential,
)
from nearhome.sufficiency.calculations.resemblance.ridge_logistic import spread_of

FEWEST: Final = 50  # of either group; with fewer a model learns single children by heart
BINS: Final = 10
WORTH_SAYING: Final = 0.2  # a circumstance that changes the odds by less than about a fifth is not named
NEVER_A_DECISION: Final = (
    "This is a list of children to look at, never a decision: it says nothing about where a child should live. Only "
    "people who know the child, with the child, can say that."
)
WHO: Final = (
    "Compared are children aged 5 or over, looked after for 12 months or more on the day, short breaks left out: those "
    "in the same foster placement for 12 months or more (“living well in foster care”) and those in children’s homes, "
    "residential schools and care homes (K2, S1, R1; secure homes, K1, are left out because a court decides)."
)
_LIMITS: Final = (
    NEVER_A_DECISION,
    "“Living well” means no more than a year or more in the same foster placement. It leaves out how the child feels, "
    "school, health, friends, safety and progress, children who lived well and have left, and those newly placed.",
    "The returns hold few circumstances, and none of the child’s wishes, strengths, brothers and sisters, risks, plans or "
    "the reasons for the placement. Two children who look alike here can need very different homes.",
    "SDQ scores, convictions and times missing are recorded while the child lives in the placement and may come from it. "
    "What goes with foster care is not what caused it.",
    "The past is learnt as it was: if some children were offered foster homes less often, the model repeats it. Sex, "
    "ethnicity, disability (also as the main need, N2) and other protected characteristics are not used. Age is, because homes and carers are "
    "approved for ages and hardly anything differs as much; without it other circumstances would stand in for it.",
    "Time in care and earlier placements are used only where the data reach back to the start of care for at least half "
    "of each group; a child for whom they do not is pulled neither way by them.",
)


def section(records: CareRecords, on: dt.date, *, seed: int = 1) -> Section:
    """Section 5 of the picture. The same records, day and seed give the same figures."""
    children = circumstances(records, on)
    settled = int((children["group"] == "settled").sum())
    residential = int((children["group"] == "residential").sum())
    indicators = _counts(settled, residential)
    if min(settled, residential) < FEWEST:
        return _section(_TOO_FEW, indicators)
    learnt = learn(children, seed)
    tables = (_quality(learnt), _calibration(learnt), _coefficients(learnt))
    if not learnt.beats_chance:
        return _section(_NO_BETTER, (*indicators, *_judged(learnt)), tables)
    towards, settled_back, newer_back = (
        like_foster(learnt), like_residential(learnt), newer_like_residential(learnt, children)
    )  # fmt: skip
    return _section(
        f"Recorded circumstances tell the two groups apart better than chance. {_beside_age(learnt)}{NEVER_A_DECISION}",
        (*indicators, *_judged(learnt), *_shares(towards, settled_back)),
        (*tables, _list_towards(learnt, towards), _list_back(learnt, settled_back, newer_back)),
    )


def _beside_age(learnt: Learnt) -> str:
    if learnt.area.low > learnt.area_by_age.value:
        return ""
    return "But age alone tells them apart almost as well: the lists mostly say who is younger or older. "


_TOO_FEW: Final = (
    f"There are fewer than {FEWEST} children in one of the two groups. A model of so few would learn single children by "
    "heart, so there is no list. Look at several authorities together, or at each child."
)
_NO_BETTER: Final = (
    "The recorded circumstances do not tell the two groups apart any better than chance when tried on children the model "
    "has not seen. So there is no list: it would be no better than drawing lots."
)


def _section(opening: str, indicators: Sequence[Indicator], tables: Sequence[Breakdown] = ()) -> Section:
    title = "Circumstances alike in foster and residential care"
    return Section("resemblance", title, opening, tuple(indicators), tuple(tables), _LIMITS)


def _counts(settled: int, residential: int) -> tuple[Indicator, ...]:
    return (
        count("living_well_in_foster", "Living well in foster care", settled, f"Children in the first group. {WHO}"),
        count("in_residential_compared", "In residential care", residential, f"Children in the second group. {WHO}"),
    )


def _judged(learnt: Learnt) -> tuple[Indicator, ...]:
    return (
        Indicator("resemblance_area", "Telling the groups apart", learnt.area.value, "number",
                  "How often, of one child of each group, the one living well in foster care has the higher "
                  "probability from a model that saw neither (area under the curve): 0.5 is chance, 1 perfect."),
        Indicator("resemblance_brier", "Error of the probabilities", learnt.brier.value, "number",
                  "The mean squared distance between the out-of-fold probability and the group the child is in (Brier "
                  "score): 0 is best."),
    )  # fmt: skip


def _shares(towards: Alike, back: Alike) -> tuple[Indicator, ...]:
    return (
        share("residential_like_foster", "In residential care with circumstances like foster care",
              towards.children.height, towards.of,
              "Of the children in residential care compared, those whose probability is at least that of the middle "
              f"child living well in foster care. {WHO}"),
        share("foster_like_residential", "In foster care with circumstances like residential care",
              back.children.height, back.of,
              "Of the children living well in foster care, those whose probability is at most that of the middle child "
              f"in residential care. {WHO}"),
    )  # fmt: skip


def _quality(learnt: Learnt) -> Breakdown:
    chance = Estimate(0.5, 0.5, 0.5)
    judged = (
        ("Recorded circumstances", learnt.area, learnt.brier),
        ("Age alone", learnt.area_by_age, learnt.brier_by_age),
        ("No model: everyone the same", chance, learnt.chance),
    )
    numbers = [
        Column(f"{key}{part}", f"{title}{words}", "number")
        for key, title in (("area", "Telling apart"), ("brier", "Error"))
        for part, words in (("", ""), ("_low", ": at least"), ("_high", ": at most"))
    ]
    return Breakdown(
        "resemblance_quality",
        "How well the model does on children it has not seen",
        "Each child’s probability comes from a model of the other four fifths of the children. Telling apart is the area "
        "under the curve (0.5 chance, 1 perfect), error the Brier score (0 best), each with a 95 % interval. A model "
        "worth more than age alone tells apart better and errs less.",
        (Column("model", "Model"), *numbers),
        tuple(
            (title, area.value, area.low, area.high, brier.value, brier.low, brier.high) for title, area, brier in judged
        ),
    )  # fmt: skip


def _calibration(learnt: Learnt) -> Breakdown:
    bins = calibration(learnt.outcome, learnt.model.probability, BINS)
    return Breakdown(
        "resemblance_calibration",
        "Do the probabilities come true?",
        "Children of both groups sorted by the out-of-fold probability of living well in foster care, in up to ten groups "
        "of about the same size. Where the model can be trusted, the share that does is near the mean probability. "
        "Interval: Wilson, 95 %.",
        (
            Column("group", "Group by probability"),
            Column("children", "Children", "count"),
            Column("predicted", "Mean probability", "share", "children"),
            Column("observed", "Share living well in foster care", "share", "children"),
            Column("observed_low", "At least", "share", "children"),
            Column("observed_high", "At most", "share", "children"),
        ),
        tuple(
            (f"{place} of {len(bins)}", one.people, one.predicted, one.observed, one.low, one.high)
            for place, one in enumerate(bins, start=1)
        ),
        chart=Chart(
            "lines", "group", ("predicted", "observed"),
            words="What was predicted and what was observed; the closer the two lines, the better the calibration.",
        ),
    )  # fmt: skip


def _coefficients(learnt: Learnt) -> Breakdown:
    return Breakdown(
        "resemblance_circumstances",
        "Which circumstances go with living well in foster care",
        "For each circumstance, beside the one it is compared with: how many times the odds of living well in foster care "
        "rather than residential care, all other recorded circumstances being the same (ridge logistic regression of all "
        f"children compared, penalty {learnt.model.penalty:g}; 95 % interval). {WHO}",
        (
            Column("circumstance", "Circumstance"),
            Column("compared_with", "Compared with"),
            Column("foster", "Living well in foster care", "count"),
            Column("residential", "In residential care", "count"),
            Column("odds_ratio", "Times the odds", "number"),
            Column("odds_ratio_low", "At least", "number"),
            Column("odds_ratio_high", "At most", "number"),
            Column("meaning", "In words"),
        ),
        tuple(_coefficient_rows(learnt)),
    )


def _coefficient_rows(learnt: Learnt) -> Iterator[tuple[Cell, ...]]:
    trials = np.ones(len(learnt.outcome))
    spread = spread_of(learnt.design, trials, learnt.model.whole, learnt.model.penalty)[1:]
    for (one, level), about, within in zip(learnt.columns, learnt.model.whole[1:], spread, strict=True):
        at_level = learnt.compared.filter(pl.col(one.key) == level)["group"]
        there = set(learnt.compared[one.key].drop_nulls().unique())
        first = one.levels[next(name for name in one.levels if name in there)]
        foster = int((at_level == "settled").sum())
        low, ratio, high = (float(np.exp(about + way * Z_95 * within)) for way in (-1, 0, 1))
        yield (
            one.levels[level],
            first,
            foster,
            len(at_level) - foster,
            ratio,
            low,
            high,
            _in_words(low, ratio, high, first),
        )


def _in_words(low: float, ratio: float, high: float, first: str) -> str:
    if low <= 1 <= high:
        return f"No clear difference from children {_who(first)}"
    if ratio > 1:
        return f"Goes with foster care: {ratio:.1f} times the odds of children {_who(first)}"
    return f"Goes with residential care: {1 / ratio:.1f} times the odds of children {_who(first)}"


def _who(words: str) -> str:
    return (
        words if words.startswith(("aged", "never", "missing", "in ", "on ", "convicted", "cared")) else f"with {words}"
    )


def _list_towards(learnt: Learnt, alike: Alike) -> Breakdown:
    return Breakdown(
        "residential_like_foster",
        "Children in residential care to look at",
        f"{NEVER_A_DECISION} Listed are the children in residential care whose probability of living well in foster care, "
        "from a model that has not seen them, is at least that of the middle child who does "
        f"({alike.bar:.0%}): {alike.children.height} of {alike.of}. {WHO}",
        _list_columns(),
        tuple(_list_rows(learnt, alike, descending=True)),
        about_single_children=True,
        when_empty="No child in residential care reaches the mark.",
    )


def _list_back(learnt: Learnt, settled: Alike, newer: Alike) -> Breakdown:
    rows = [*_list_rows(learnt, settled, descending=False), *_list_rows(learnt, newer, descending=False)]
    return Breakdown(
        "foster_like_residential",
        "Children in foster care to look at",
        f"{NEVER_A_DECISION} Listed are the children in foster care whose probability, from a model that has not seen them, "
        f"is at most that of the middle child in residential care ({settled.bar:.0%}): {settled.children.height} of "
        f"{settled.of} living well in foster care, then {newer.children.height} of {newer.of} in the placement for less "
        "than 12 months. It may be right to ask whether these families have the support they need.",
        _list_columns(),
        tuple(rows),
        about_single_children=True,
        when_empty="No child in foster care reaches the mark.",
    )


def _list_columns() -> tuple[Column, ...]:
    return (
        Column("authority", "Authority"),
        Column("child", "Child"),
        Column("place", "Lives in"),
        Column("since", "Since", "date"),
        Column("probability", "Like those living well in foster care", "share"),
        Column("towards", "Towards foster care"),
        Column("away", "Away from it"),
    )


def _list_rows(learnt: Learnt, alike: Alike, *, descending: bool) -> list[tuple[Cell, ...]]:
    """The children, those who stand out most first. Only those listed are put in words."""
    order = np.argsort(-alike.probability if descending else alike.probability, kind="stable")
    keys = [one.key for one, _ in learnt.columns]
    starts = [place for place, key in enumerate(keys) if place == 0 or keys[place - 1] != key]
    pulls = np.add.reduceat(alike.pulls, starts, axis=1) if len(alike.probability) else np.zeros((0, len(starts)))
    named = {one.key: one.levels for one in CIRCUMSTANCES}
    shown = [keys[place] for place in starts]
    children = alike.children.rows(named=True)
    return [
        (
            children[place]["authority"], children[place]["child"],
            PLACE_TITLES.get(children[place]["place_type"], children[place]["place_type"]),
            children[place]["placement_starts_on"], float(alike.probability[place]),
            *_pulling([named[key].get(children[place][key], "") for key in shown], pulls[place]),
        )
        for place in order
    ]  # fmt: skip


def _pulling(words: Sequence[str], pulls: np.ndarray) -> tuple[str, str]:
    """What pulls towards foster care and what away, the strongest first."""
    strongest = sorted(zip(pulls.tolist(), words, strict=True), key=lambda one: -abs(one[0]))
    towards = [what for pull, what in strongest if what and pull >= WORTH_SAYING]
    away = [what for pull, what in strongest if what and pull <= -WORTH_SAYING]
    return "; ".join(towards) or "nothing recorded", "; ".join(away) or "nothing recorded"
