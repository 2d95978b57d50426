"""The homes in the order other weights would give them, beside the order of the published ones. Nothing is kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models.fields.json import KT

from nearhome.design.tables import Column, Table
from nearhome.matching.calculations.feasibility import NotPossible
from nearhome.matching.calculations.near_misses import nearest_misses
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.ranked import RankedHome, Ranking
from nearhome.matching.calculations.sensitivity import Deciding, deciding, reweighed
from nearhome.matching.models import SavedRanking
from nearhome.matching.queries.masking import unmasked
from nearhome.matching.queries.policy import CRITERION_WORDS
from nearhome.people.models import Person
from nearhome.referrals.calculations.plain import from_plain
from nearhome.referrals.models import Referral
from nearhome.referrals.queries.inviting import referral_of

_NEAREST_MISSES, _SHOWN, _COMPARED = 5, 20, 60


@dataclass(frozen=True)
class Slider:
    """One weight: what was asked for, and what the policy publishes."""

    name: str
    words: str
    weight: str
    published: str
    error: str = ""


@dataclass(frozen=True)
class DecidesShown:
    """What decides between the first and the second home, in sentences."""

    first: str
    second: str
    words: str
    tells: Sequence[str]
    nearest: str
    ranges: Table


@dataclass(frozen=True)
class WeightsPage:
    """The sliders and both orders; `saved` is None until homes have been looked for."""

    referral: Referral
    saved: SavedRanking | None = None
    sliders: Sequence[Slider] = ()
    order: Table | None = None
    said: str = ""
    decides: DecidesShown | None = None
    left_out: int = 0

    @property
    def errors(self) -> list[dict[str, str]]:
        """The mistakes, as an error summary takes them."""
        return [{"text": one.error, "href": f"#weight-{one.name}"} for one in self.sliders if one.error]


def weights_page(person: Person, key: UUID, asked: Mapping[str, str]) -> WeightsPage:
    """The order by the weights asked for. Raises Http404 when the referral is not the person's to see."""
    referral = referral_of(person, str(key))
    saved = last_with_policy(referral)
    if saved is None:
        return WeightsPage(referral)
    ranking, policy = kept_ranking(saved.result), kept_policy(saved)
    sliders = tuple(_slider(name, weight, asked) for name, weight in policy.weights)
    wanted = {} if any(one.error for one in sliders) else {one.name: float(one.weight) for one in sliders}
    changed = reweighed(ranking, policy, wanted)
    left_out = len(saved.result["rest"])
    return WeightsPage(
        referral,
        saved,
        sliders,
        _order(changed, ranking),
        _said(changed, ranking),
        decides_shown(ranking, policy),
        left_out,
    )


def last_with_policy(referral: Referral) -> SavedRanking | None:
    """The last ranking with only the policy of its inputs, which are large; `kept_policy` reads it."""
    rows = SavedRanking.objects.filter(referral=referral).select_related("made_by").defer("inputs")
    return rows.annotate(policy_kept=KT("inputs__policy")).order_by("made_at", "pk").last()


def kept_policy(saved: SavedRanking) -> Policy:
    """The policy a ranking was made by."""
    return from_plain(Policy, json.loads(saved.policy_kept))  # type: ignore[attr-defined]


def kept_ranking(result: Mapping[str, Any]) -> Ranking:
    """The homes that are kept in full, as a ranking; those further down are kept in short and are not in it."""
    return Ranking(
        result["policy_version"],
        tuple((one, version) for one, version in result["rule_versions"]),
        tuple(from_plain(RankedHome, home) for home in result["ranked"]),
        tuple(from_plain(NotPossible, home) for home in result["nearest"]),
    )


def nearly_possible(result: Mapping[str, Any], behind: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The homes nearest to being possible: name, and what would have to be so."""
    found = nearest_misses(kept_ranking({**result, "ranked": []}), _NEAREST_MISSES)
    return tuple((one.home_name, unmasked(one.words, behind)) for one in found)


def decides_shown(ranking: Ranking, policy: Policy) -> DecidesShown | None:
    """What decides between the first and the second; None where fewer than two are possible."""
    compared = Ranking(ranking.policy_version, (), ranking.ranked[:_COMPARED], ())
    found = deciding(compared, policy)
    if found is None:
        return None
    names = {home.home_ref: home.home_name for home in ranking.ranked[:2]}
    tells = tuple(
        f"{CRITERION_WORDS[one.criterion]}: {abs(one.points):.1f} points more for the"
        f" {'first' if one.points > 0 else 'second'}"
        for one in found.tells
        if round(abs(one.points), 1) > 0
    )
    return DecidesShown(
        names[found.first_ref], names[found.second_ref], found.words, tells, _nearest(found), _ranges(found)
    )


def _nearest(found: Deciding) -> str:
    swing = found.nearest
    if swing is None or swing.change is None:
        return "No change of a single weight would put the second home first."
    return (
        f"The smallest change of one weight that would swap them: “{CRITERION_WORDS[swing.criterion]}”"
        f" {swing.swaps_at:g} instead of {swing.weight:g}."
    )


def _ranges(found: Deciding) -> Table:
    columns = (
        Column("Criterion"), Column("Weight", "number"), Column("First stays first from", "number"), Column("To", "number"),
        Column("Second comes before it at"),
    )  # fmt: skip
    rows = tuple(
        (
            CRITERION_WORDS[one.criterion], one.weight, one.lowest, one.highest,
            "No weight" if one.swaps_at is None else f"{one.swaps_at:g}",
        )
        for one in found.swings
    )  # fmt: skip
    return Table("How far each weight could move", columns, rows, slug="ranges")


def _slider(name: str, published: float, asked: Mapping[str, str]) -> Slider:
    said, words = asked.get(f"weight_{name}", "").strip(), CRITERION_WORDS[name]
    if not said:
        return Slider(name, words, f"{published:g}", f"{published:g}")
    lowest = 0.5 if name == "essential_needs" else 0.0
    try:
        is_good = lowest <= float(said) <= 100
    except ValueError:
        is_good = False
    error = "" if is_good else f"The weight of “{words.lower()}” must be a number from {lowest:g} to 100"
    return Slider(name, words, said, f"{published:g}", error)


def _order(changed: Ranking, published: Ranking) -> Table:
    before = {home.home_ref: home.position for home in published.ranked}
    columns = (
        Column("Place with these weights", "number"), Column("Published place", "number"), Column("Home"),
        Column("Essential needs not met", "number"), Column("Need fit", "number"), Column("Score", "number"),
        Column("Contract"),
    )  # fmt: skip
    rows = tuple(
        (
            home.position, before[home.home_ref], home.home_name, home.unmet_essential, round(home.need_fit, 2),
            round(home.total, 1), home.route.words,
        )
        for home in changed.ranked[:_SHOWN]
    )  # fmt: skip
    return Table("The order with these weights", columns, rows, slug="order")


def _said(changed: Ranking, published: Ranking) -> str:
    if not changed.ranked:
        return "No home is possible."
    first, was = changed.ranked[0], published.ranked[0]
    moved = sum(one.home_ref != other.home_ref for one, other in zip(changed.ranked, published.ranked, strict=True))
    if not moved:
        return f"The order is the published one: {first.home_name} is first."
    again = "still first" if first.home_ref == was.home_ref else f"first instead of {was.home_name}"
    return f"{first.home_name} is {again}; {moved} homes stand in another place."
