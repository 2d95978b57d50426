"""Results as rows and as points to draw. Drawings are for looking at; what counts is in the tables."""

from nearhome.tendering.calculations.evaluation.effect_words import called, per_cent
from nearhome.tendering.calculations.evaluation.formulas import FORMULAS
from nearhome.tendering.calculations.evaluation.whole_numbers import as_marks, rounded, weights_of
from nearhome.tendering.queries.results import ShownResult

MOST_BARS, MOST_LINES, STEP = 20, 5, 10
Rows = list[tuple[object, ...]]


def totals(shown: ShownResult) -> tuple[list[str], list[float]]:
    """Names and totals of the first bids that stand."""
    standing = [row for row in shown.ranking.ranking if row.passed][:MOST_BARS]
    return [shown.bids[row.bid].registration.name for row in standing], [float(row.total or 0) for row in standing]


def split_lines(shown: ShownResult) -> tuple[list[str], list[tuple[str, list[float]]]]:
    """The marks of the first five bids at every split from all price to all quality; none where there is no split."""
    if not shown.effects.splits:
        return [], []
    quality = float(100 * (1 - shown.case.price_share))
    price = 100 - quality
    lines = []
    for row in [row for row in shown.ranking.ranking if row.passed][:MOST_LINES]:
        of_quality, of_price = float(row.quality or 0) / quality, float(row.price or 0) / price
        values = [part * of_quality + (100 - part) * of_price for part in range(0, 101, STEP)]
        lines.append((shown.bids[row.bid].registration.name, values))
    return [str(part) for part in range(0, 101, STEP)], lines


def marks_by_question(shown: ShownResult) -> tuple[list[str], Rows]:
    """Columns and rows: each question's marks for every bid that stands, best first."""
    standing = [row for row in shown.ranking.ranking if row.passed]
    scores = {bid.key: bid.agreed for bid in shown.case.bids}
    weights = weights_of(shown.case)
    rows: Rows = []
    for place, question in enumerate(shown.case.questions):
        marks = [
            as_marks(rounded(20 * weights.each[place] * (scores[row.bid][place] or 0), weights.whole, shown.case.places), shown.case.places)
            for row in standing
        ]  # fmt: skip
        rows.append((question.title, per_cent(question.share * 100), *marks))
    if shown.case.formula != "quality_per_pound":
        rows.append(("Price", per_cent(shown.case.price_share * 100), *(row.price for row in standing)))
    return [shown.bids[row.bid].registration.name for row in standing], rows


def other_rules(shown: ShownResult) -> Rows:
    """Each other formula, and means of individual scores: who would be first, and how many ranks change."""
    rows: Rows = [
        (FORMULAS[one.choice].title, called(one.first, shown.names), one.ranks_changed)  # type: ignore[index]
        for one in shown.effects.formulas
    ]
    for one in shown.effects.evaluators:
        what = f"Means without {one.choice}" if one.choice else "Means of individual scores"
        rows.append((what, called(one.first, shown.names), one.ranks_changed))
    return rows


def splits(shown: ShownResult) -> Rows:
    """From one per cent of quality to another, who is first."""
    return [
        (per_cent(one.from_quality), per_cent(one.to_quality), called(one.first, shown.names))
        for one in shown.effects.splits
    ]


def overtakes(shown: ShownResult) -> Rows:
    """The split at which each other bid would equal the first."""
    return [(shown.names[bid], per_cent(share)) for bid, share in shown.effects.overtakes]


def weight_rooms(shown: ShownResult) -> Rows:
    """For each question, between which weights the first stays first."""
    titles = {one.key: one.title for one in shown.case.questions}
    return [
        (titles[one.question], per_cent(one.weight), per_cent(one.least), per_cent(one.most))
        for one in shown.effects.weights
    ]


def single_changes(shown: ShownResult) -> Rows:
    """Every agreed score that, one higher or lower, would change who is first."""
    titles = {one.key: one.title for one in shown.case.questions}
    found = shown.effects.single.change_first if shown.effects.single else ()
    return [(shown.names[one.bid], titles[one.question], one.score, one.would_be, called(one.first, shown.names) if one.first else "Nobody") for one in found]  # fmt: skip
