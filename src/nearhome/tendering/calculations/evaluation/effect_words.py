"""The effect of each choice in plain sentences, for the people who made it."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from nearhome.tendering.calculations.evaluation.case import LotCase
from nearhome.tendering.calculations.evaluation.effects import Effects, OtherRanking
from nearhome.tendering.calculations.evaluation.formulas import FORMULAS

_SHOWN = 5


def effect_sentences(case: LotCase, effects: Effects, names: Mapping[str, str]) -> tuple[str, ...]:
    """What each choice did, in the order rule, split, weights, evaluators, single scores. `names` gives words for bids."""
    if not effects.first:
        return ("No bid stands, so there is no first to change.",)
    said = [
        *_of_formulas(effects, names),
        *_of_split(case, effects, names),
        *_of_weights(case, effects),
        *_of_evaluators(effects, names),
        *_of_single_scores(effects),
    ]
    leans = FORMULAS[case.formula].leans_on_others
    return (*said, *([f"About the formula used: {leans}"] if leans else []))


def per_cent(share: Fraction) -> str:
    """A per cent to two decimals, half up, without noughts at the end: 33.33."""
    exact = Decimal(share.numerator) / Decimal(share.denominator)
    text = f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".")


def called(bids: Iterable[str], names: Mapping[str, str]) -> str:
    """Bids by name: one, or several that share."""
    words = [names.get(bid, bid) for bid in bids]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]} together"


def _of_formulas(effects: Effects, names: Mapping[str, str]) -> list[str]:
    if not effects.formulas:
        return []
    same = [FORMULAS[one.choice].title for one in effects.formulas if not one.changes_first]  # type: ignore[index]
    said = [
        f"Under “{FORMULAS[one.choice].title}” {called(one.first, names)} would be first."  # type: ignore[index]
        for one in effects.formulas
        if one.changes_first
    ]
    return ([f"The first would be the same under: {', '.join(same)}."] if same else []) + said


def _of_split(case: LotCase, effects: Effects, names: Mapping[str, str]) -> list[str]:
    if not effects.splits:
        return ["Quality and price are not weighed against each other here, so no split could change the first."]
    published = per_cent((1 - case.price_share) * 100)
    if len(effects.splits) == 1:
        return [f"{called(effects.splits[0].first, names)} is first at every split of quality and price (published: {published} per cent quality)."]  # fmt: skip
    parts = "; ".join(
        f"{called(one.first, names)} from {per_cent(one.from_quality)} to {per_cent(one.to_quality)} per cent quality"
        for one in effects.splits
    )
    return [f"The first depends on the split of quality and price (published: {published} per cent quality): {parts}."]


def _of_weights(case: LotCase, effects: Effects) -> list[str]:
    if not effects.weights:
        return []
    titles = {one.key: one.title for one in case.questions}
    tight = [one for one in effects.weights if one.least > 0 or one.most < 100]
    if not tight:
        return ["No weight of any one question, from none to all of the quality marks, would change the first."]
    tight.sort(key=lambda one: min(one.weight - one.least if one.least else 100, one.most - one.weight if one.most < 100 else 100))  # fmt: skip
    said = [
        f"“{titles[one.question]}” carries {per_cent(one.weight)} per cent of the quality marks; the first stays first while"
        f" it carries {per_cent(one.least)} to {per_cent(one.most)}."
        for one in tight[:_SHOWN]
    ]
    return said + (
        [f"{len(tight) - _SHOWN} more questions have such bounds, all wider."] if len(tight) > _SHOWN else []
    )


def _of_evaluators(effects: Effects, names: Mapping[str, str]) -> list[str]:
    if not effects.evaluators:
        return []
    mean, *left_out = effects.evaluators
    said = [_mean_words(mean, names)]
    changed = [one for one in left_out if one.changes_first]
    said += [f"By means without {one.choice} {called(one.first, names)} would be first." for one in changed]
    if left_out and not changed:
        said.append("Leaving out any one evaluator’s scores would not change who is first by means.")
    return said


def _mean_words(mean: OtherRanking, names: Mapping[str, str]) -> str:
    if not mean.changes_first:
        return "The means of individual scores put the same bid first as the agreed scores."
    return f"The means of individual scores, without moderation, would put {called(mean.first, names)} first."


def _of_single_scores(effects: Effects) -> list[str]:
    if effects.single is None or not effects.single.tried:
        return []
    tried, changing = effects.single.tried, len(effects.single.change_first)
    if not changing:
        return [f"No single agreed score, one higher or one lower, would change the first ({tried:,} tried)."]
    return [f"Of {tried:,} agreed scores tried one higher or one lower, {changing:,} would change the first."]
