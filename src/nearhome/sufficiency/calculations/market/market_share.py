"""What share of the market do the children of these authorities make up, and in whose hands is it?"""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import polars as pl

from nearhome.market.calculations.register import JUDGEMENTS, Scale
from nearhome.sufficiency.calculations.figures import Breakdown, Indicator, Section, count, share
from nearhome.sufficiency.calculations.market.concentration import hhi
from nearhome.sufficiency.calculations.market.market import (
    KINDS,
    NOT_IN_REGISTER,
    open_on,
    with_registration,
)
from nearhome.sufficiency.calculations.market.market_tables import (
    Scene,
    concentration,
    distances,
    holders,
    judgements,
    places_by_area,
    reach,
    shares_of_places,
    unmatched,
)

_OPENING: Final = (
    "How much of the market the children of these authorities make up, and whose it is. A buyer of few of the places in "
    "its area has little say in how they are used."
)
_LIMITS: Final = (
    "The register says how many places are registered, not how many are staffed, free or would take a child.",
    "Children of authorities that are not in these data are not seen: the rest of an area’s places are theirs or empty.",
    "Fostering services and family homes: the register often says no places, so shares of places are empty there.",
    "Concentration is measured among owners as the register names them; companies of one group with different names "
    "count as different owners, so the true index may be higher. Area borders are not the borders of a market.",
    "A judgement is the latest in the register, not today’s quality; places not yet inspected have none.",
)
_SCALES: Final = {
    Scale.SOCIAL_CARE: "Places by judgement: children’s homes and fostering services",
    Scale.SUPPORTED: "Places by judgement: supported accommodation",
}


def market_share(
    placed: pl.DataFrame,
    market: pl.DataFrame,
    *,
    on: dt.date,
    areas: tuple[str, ...] = (),
    homes: pl.DataFrame | None = None,
    names: Mapping[str, str] | None = None,
) -> Section:
    """The market of `areas` (DfE codes; those of the children's authorities if none are given) on a day.

    `placed` has the columns of PLACED (see `placed_on`), `market` those of MARKET, `homes` those of HOMES; without
    `homes` the tables of places within reach are left out. Shares are fractions of one.
    """
    there = open_on(market, on)
    shown = areas or tuple(sorted(placed["authority"].unique()))
    scene = Scene(there, with_registration(placed, there), shown, names or {})
    return Section(
        "market", "The market", _OPENING, _indicators(scene), _tables(scene, homes), _LIMITS,
    )  # fmt: skip


def _tables(scene: Scene, homes: pl.DataFrame | None) -> tuple[Breakdown, ...]:
    with_places = [kind for kind in KINDS if scene.places_of(kind)["places"].sum()]
    used = [kind for kind in KINDS if scene.places_of(kind).height or scene.children_of(kind).height]
    return (
        *(places_by_area(scene, kind) for kind in used),
        *(shares_of_places(scene, kind) for kind in with_places),
        *(holders(scene, kind, by) for kind in used for by in ("owner", "provider")),
        concentration(scene),
        *(judgements(scene, scale.value, title, JUDGEMENTS[scale]) for scale, title in _SCALES.items()),
        *(distances(scene, kind) for kind in used),
        *(reach(scene, kind, homes) for kind in with_places if homes is not None),
        unmatched(scene),
    )


def _indicators(scene: Scene) -> tuple[Indicator, ...]:
    with_urn = scene.children.filter(pl.col("register") == NOT_IN_REGISTER).height
    return (
        *(one for kind in KINDS if scene.places_of(kind)["places"].sum() for one in _of_kind(scene, kind)),
        count(
            "urn_not_in_register",
            "Children with a URN that is not in the register",
            with_urn,
            "Children looked after on the day whose recorded URN the register does not hold as open on that day. They "
            "are in no share of the places.",
        ),
    )


def _of_kind(scene: Scene, kind: str) -> tuple[Indicator, ...]:
    title, places = KINDS[kind], int(scene.places_of(kind)["places"].sum())
    there = scene.children_in(kind).height
    by_owner = scene.places_of(kind).group_by("owner").agg(n=pl.col("places").sum())
    index = hhi(by_owner["n"].to_list())
    return (
        count(
            f"places_{kind}", f"{title}: places", places, "Registered places open on the day in these areas.", "places"
        ),
        share(
            f"share_of_places_{kind}",
            f"{title}: share of the places",
            there,
            places,
            "Children of these authorities whose home is in the register and in these areas, as a share of the places.",
        ),
        Indicator(
            f"concentration_{kind}",
            f"{title}: concentration among owners",
            None if index is None else round(index),
            "number",
            "Sum of the owners’ squared percentages of the places in these areas (Herfindahl-Hirschman index): 10,000 "
            "is one owner with everything.",
        ),
    )
