"""Which better-ranked homes were passed over, and what were they better at? For the record of the decision."""

from dataclasses import dataclass

from nearhome.matching.calculations.measured import pounds
from nearhome.matching.calculations.ranked import Contribution, RankedHome, Ranking


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A home that stood above the chosen one, and each thing it was better at, in words."""

    home_ref: str
    home_name: str
    position: int
    better_at: tuple[str, ...]


def passed_over(ranking: Ranking, chosen_ref: str) -> tuple[PassedOver, ...]:
    """The homes ranked above the chosen one, in order. Raises ValueError if the chosen home was not ranked."""
    chosen = ranking.home(chosen_ref)
    above = (home for home in ranking.ranked if home.position < chosen.position)
    return tuple(PassedOver(home.home_ref, home.home_name, home.position, _better_at(home, chosen)) for home in above)


def _better_at(home: RankedHome, chosen: RankedHome) -> tuple[str, ...]:
    theirs, ours = _by_criterion(home), _by_criterion(chosen)
    better = tuple(
        f"{part.words}; the chosen home: {_words(ours.get(key))}"
        for key, part in theirs.items()
        if part.scale is not None and part.scale > _scale(ours.get(key))
    )
    return better + _route_and_price(home, chosen)


def _route_and_price(home: RankedHome, chosen: RankedHome) -> tuple[str, ...]:
    words = []
    if home.group == chosen.group and (home.route.kind, home.route.tier) != (chosen.route.kind, chosen.route.tier):
        words.append(f"{home.route.words}; the chosen home: {chosen.route.words}")
    cheaper = _cheaper_by(home, chosen)
    if cheaper > 0:
        words.append(f"{pounds(cheaper)} a week less")
    return tuple(words)


def _cheaper_by(home: RankedHome, chosen: RankedHome) -> int:
    if home.weekly_price_pence is None or chosen.weekly_price_pence is None:
        return 0
    return chosen.weekly_price_pence - home.weekly_price_pence


def _by_criterion(home: RankedHome) -> dict[tuple[str, int], Contribution]:
    # Wishes share one criterion, so each is known by its place among them; price has its own line.
    parts = [part for part in home.contributions if part.criterion != "price"]
    return {(part.criterion, _count_before(parts, index)): part for index, part in enumerate(parts)}


def _count_before(parts: list[Contribution], index: int) -> int:
    return sum(1 for part in parts[:index] if part.criterion == parts[index].criterion)


def _scale(part: Contribution | None) -> float:
    return part.scale if part is not None and part.scale is not None else -1.0


def _words(part: Contribution | None) -> str:
    return part.words[0].lower() + part.words[1:] if part is not None else "does not apply"
