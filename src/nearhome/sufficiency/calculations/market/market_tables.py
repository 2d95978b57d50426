"""The tables of the market: places and children by area, authority, owner, judgement and distance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column
from nearhome.sufficiency.calculations.market.concentration import hhi, reading
from nearhome.sufficiency.calculations.market.market import FOUND, KINDS, NO_URN, NOT_IN_REGISTER
from nearhome.sufficiency.calculations.market.market_reach import WITHIN, places_within_reach

UNKNOWN_OWNER: Final = "Not in the register"
THE_REST: Final = "Other authorities’ children, or empty"
OTHER_OWNERS: Final = "All others"
_MOST: Final = 20  # owners named in a table; the others are one row
_BANDS: Final = ("5 miles or less", "Over 5 to 10", "Over 10 to 20", "Over 20 to 50", "Over 50 to 100", "Over 100")
_CHILDREN: Final = Column("children", "Children", "count")
_OWN_SHARES: Final = Chart("bars", "area", ("own_share",), words="Share of each area’s places with its own children.")
_PLACES: Final = Column("places", "Places", "number")


@dataclass(frozen=True, slots=True)
class Scene:
    """What every table looks at: the open places (MARKET), the children with their registration, the areas shown.

    `names` are the names of authorities by DfE code; an authority without one is shown by its code.
    """

    market: pl.DataFrame
    children: pl.DataFrame
    areas: tuple[str, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, code: str) -> str:
        """What an authority or area is called."""
        return self.names.get(code, code) or "Not known"

    def places_of(self, kind: str) -> pl.DataFrame:
        """The open places of this kind in the areas shown."""
        return self.market.filter(pl.col("kind") == kind, pl.col("area").is_in(self.areas))

    def children_of(self, kind: str) -> pl.DataFrame:
        """The children who live in a place of this kind, anywhere."""
        return self.children.filter(pl.col("kind") == kind)

    def children_in(self, kind: str) -> pl.DataFrame:
        """Those of them whose home is in the register and in the areas shown."""
        return self.children_of(kind).filter(pl.col("register") == FOUND, pl.col("area").is_in(self.areas))


def places_by_area(scene: Scene, kind: str) -> Breakdown:
    """How many places has each area, and how many of them do its own and other authorities' children fill?"""
    places = scene.places_of(kind).group_by("area").agg(homes=pl.col("urn").n_unique(), places=pl.col("places").sum())
    own = pl.col("authority") == pl.col("area")
    inside = scene.children_in(kind).group_by("area").agg(own=own.sum(), others=(~own).sum())
    outside = scene.children_of(kind).filter(pl.col("register") != FOUND).group_by("area").agg(unmatched=pl.len())
    everywhere = scene.children_of(kind).group_by(pl.col("authority").alias("area")).agg(anywhere=pl.len())
    table = pl.DataFrame({"area": sorted(scene.areas, key=scene.name)}, schema={"area": pl.String()})
    for one in (places, inside, outside, everywhere):
        table = table.join(one, on="area", how="left", maintain_order="left")
    rows = [_area_row(scene, row) for row in table.fill_null(0).iter_rows(named=True)]
    return Breakdown(
        f"places_by_area_{kind}",
        f"{KINDS[kind]}: places and children by area",
        "Registered places open on the day in each area. Its own children are those of the authority of that name, "
        "others those of the other authorities in these data; both only where their home is in the register. Children "
        "placed in the area in a home that is not in the register are counted apart and are in no share. Places per "
        "child divides the places by all of the authority’s own children in this kind of place, wherever they live.",
        (
            Column("area", "Area"),
            Column("homes", "Registrations", "number"),
            _PLACES,
            Column("own", "Its own children", "count"),
            Column("own_share", "Share of the places", "share", "own"),
            Column("others", "Children of others", "count"),
            Column("others_share", "Share of the places, others", "share", "others"),
            Column("unmatched", "Home not in the register", "count"),
            Column("anywhere", "Own children anywhere", "count"),
            Column("places_per_child", "Places per child", "number", "anywhere"),
        ),
        tuple(rows),
        chart=_OWN_SHARES if places["places"].sum() else None,
    )


def _area_row(scene: Scene, row: Mapping[str, int | str]) -> tuple[Cell, ...]:
    places, own, others, anywhere = (int(row[key]) for key in ("places", "own", "others", "anywhere"))
    return (
        scene.name(str(row["area"])), int(row["homes"]), places or None,
        own, _part(own, places), others, _part(others, places),
        int(row["unmatched"]), anywhere, _part(places, anywhere) if places else None,
    )  # fmt: skip


def shares_of_places(scene: Scene, kind: str) -> Breakdown:
    """What share of each area's places does each authority fill? The shares of an area sum to 1 with the rest."""
    counted = scene.children_in(kind).group_by("area", "authority").agg(children=pl.len())
    places = dict(scene.places_of(kind).group_by("area").agg(pl.col("places").sum()).iter_rows())
    rows: list[tuple[Cell, ...]] = []
    for area in sorted((one for one in scene.areas if places.get(one)), key=scene.name):
        there = counted.filter(pl.col("area") == area).sort("children", "authority", descending=[True, False])
        named = [(scene.name(who), how_many) for who, how_many in there.select("authority", "children").iter_rows()]
        rest = max(0, places[area] - sum(how_many for _, how_many in named))
        rows += [(scene.name(area), who, n, _part(n, places[area])) for who, n in [*named, (THE_REST, rest)]]
    return Breakdown(
        f"shares_of_places_{kind}",
        f"{KINDS[kind]}: whose children fill the places of each area",
        "Children of each authority in these data whose home is in the register and in the area, as a share of the "
        "area’s registered places. The rest are places with children of authorities that are not in these data, and "
        "empty places: a register does not say which. If more children than places are recorded, the rest is 0.",
        (Column("area", "Area"), Column("authority", "Authority"), _CHILDREN,
         Column("share", "Share of the places", "share", "children")),
        tuple(rows),
    )  # fmt: skip


def holders(scene: Scene, kind: str, by: str) -> Breakdown:
    """What share of the places and of the children has each provider or owner (`by`)? Each sums to 1."""
    table = _holdings(scene, kind, by)
    places, children = int(table["places"].sum()), int(table["children"].sum())
    unmatched = scene.children_of(kind).filter(pl.col("register") != FOUND).height
    everyone = children + unmatched
    rows = [_holder_row(row, places, everyone) for row in table.head(_MOST).iter_rows()]
    others = table.slice(_MOST)
    if others.height:
        sums = (OTHER_OWNERS, *(int(others[name].sum()) for name in ("homes", "places", "children")))
        rows.append(_holder_row(sums, places, everyone))
    rows.append((UNKNOWN_OWNER, None, None, None, unmatched, _part(unmatched, everyone)))
    return Breakdown(
        f"{by}s_{kind}",
        f"{KINDS[kind]}: by {by}",
        f"Registered places of each {by} in the areas shown, and the children of these authorities who live with it, "
        f"wherever that is. The {_MOST} largest are named. Children whose home is not in the register are a row of "
        "their own.",
        (Column(by, by.capitalize()), Column("homes", "Registrations", "number"), _PLACES,
         Column("places_share", "Share of places", "share"), _CHILDREN,
         Column("children_share", "Share of children", "share", "children")),
        tuple(rows),
        ("All", int(table["homes"].sum()), places or None, 1.0 if places else None, everyone, _part(everyone, everyone)),
        Chart("bars", by, ("children_share",), words=f"Share of the children who live with each {by}."),
    )  # fmt: skip


def _holdings(scene: Scene, kind: str, by: str) -> pl.DataFrame:
    """Holder, homes, places, children; the largest first."""
    places = scene.places_of(kind).group_by(by).agg(homes=pl.col("urn").n_unique(), places=pl.col("places").sum())
    children = scene.children_of(kind).filter(pl.col("register") == FOUND).group_by(by).agg(children=pl.len())
    return (
        places.join(children, on=by, how="full", coalesce=True)
        .with_columns(pl.col("homes", "places", "children").fill_null(0).cast(pl.Int64()))
        .sort("places", "children", by, descending=[True, True, False])
    )


def _holder_row(row: Sequence[Any], places: int, children: int) -> tuple[Cell, ...]:
    name, homes, its_places, its_children = row
    return (
        name, homes, int(its_places) or None, _part(int(its_places), places) if its_places else None,
        its_children, _part(int(its_children), children),
    )  # fmt: skip


def concentration(scene: Scene) -> Breakdown:
    """Is the market of each area in few hands, by places and by children placed?"""
    rows = [
        _concentration_row(scene, kind, area)
        for kind in KINDS
        for area in sorted(scene.areas, key=scene.name)
        if scene.places_of(kind).filter(pl.col("area") == area).height
    ]
    return Breakdown(
        "concentration",
        "Concentration among owners",
        "The Herfindahl-Hirschman index of each area: the sum of the owners’ squared percentages of its places, and of "
        "these authorities’ children who live there. 10,000 is one owner with everything. Above 1,000 is usually "
        "called concentrated, above 2,000 highly concentrated; the reading is by places, or by children where the "
        "register says no places.",
        (Column("kind", "Kind"), Column("area", "Area"), Column("owners", "Owners", "number"), _PLACES,
         Column("by_places", "Index by places", "number"), _CHILDREN,
         Column("by_children", "Index by children", "number", "children"), Column("reading", "Usual reading")),
        tuple(rows),
    )  # fmt: skip


def _concentration_row(scene: Scene, kind: str, area: str) -> tuple[Cell, ...]:
    there = scene.places_of(kind).filter(pl.col("area") == area)
    children = scene.children_in(kind).filter(pl.col("area") == area)
    by_places = _index(there.group_by("owner").agg(n=pl.col("places").sum()))
    by_children = _index(children.group_by("owner").agg(n=pl.len()))
    return (
        KINDS[kind], scene.name(area), there["owner"].n_unique(), int(there["places"].sum()) or None, by_places,
        children.height, by_children, reading(by_children if by_places is None else by_places),
    )  # fmt: skip


def _index(sizes: pl.DataFrame) -> int | None:
    found = hhi(sizes["n"].to_list())
    return None if found is None else round(found)


def judgements(scene: Scene, scale: str, title: str, order: Sequence[str]) -> Breakdown:
    """How many places, and how many of the children, are under each judgement of one scale?"""
    on_scale = pl.col("scale") == scale
    there = scene.market.filter(on_scale, pl.col("area").is_in(scene.areas), pl.col("kind").is_in(list(KINDS)))
    places = there.group_by("judgement").agg(homes=pl.col("urn").n_unique(), places=pl.col("places").sum())
    children = scene.children.filter(on_scale, pl.col("register") == FOUND).group_by("judgement").agg(children=pl.len())
    table = pl.DataFrame({"judgement": [*order, ""]}, schema={"judgement": pl.String()})
    table = table.join(places, on="judgement", how="left", maintain_order="left")
    table = table.join(children, on="judgement", how="left", maintain_order="left").fill_null(0)
    whole, everyone = int(table["places"].sum()), int(table["children"].sum())
    return Breakdown(
        f"judgements_{scale}",
        title,
        "Registrations in the areas shown and their registered places by the latest judgement in the register, and "
        "these authorities’ children who live with a registration so judged, wherever it is. The scale of children’s "
        "homes and fostering services and that of supported accommodation are never put together.",
        (Column("judgement", "Judgement"), Column("homes", "Registrations", "number"), _PLACES,
         Column("places_share", "Share of places", "share"), _CHILDREN,
         Column("children_share", "Share of children", "share", "children")),
        tuple(
            ((name.capitalize() or "None in the register"), homes, sum_, _part(sum_, whole), n, _part(n, everyone))
            for name, homes, sum_, n in table.iter_rows()
        ),
        chart=Chart("bars", "judgement", ("places_share",), words="Share of the places under each judgement."),
    )  # fmt: skip


def distances(scene: Scene, kind: str) -> Breakdown:
    """How far from home do the children live who are in this kind of place?"""
    miles = scene.children_of(kind)["miles"]
    band = miles.cut([5, 10, 20, 50, 100], labels=list(_BANDS)).cast(pl.String())
    counted = dict(band.value_counts().iter_rows())
    known = miles.len() - miles.null_count()
    rows = [(name, counted.get(name, 0), _part(counted.get(name, 0), known)) for name in _BANDS]
    return Breakdown(
        f"distance_{kind}",
        f"{KINDS[kind]}: how far the children come",
        "Children of these authorities in this kind of place by the recorded straight-line distance from home "
        "(PL_DISTANCE). Unknown distances, and those left blank for unaccompanied children, are a row of their own and "
        "are in no share.",
        (Column("band", "Distance"), _CHILDREN, Column("share", "Share where known", "share", "children")),
        (*rows, ("Not known", miles.null_count(), None)),
        chart=Chart("bars", "band", ("share",), words="Share of the children in each band of distance."),
    )


def reach(scene: Scene, kind: str, homes: pl.DataFrame) -> Breakdown:
    """How many places of this kind, in any area, lie within reach of where each authority's children come from?"""
    found = places_within_reach(scene.children, scene.market.filter(pl.col("kind") == kind), homes)
    rows = sorted((scene.name(row[0]), *row[1:3], *(round(n, 1) for n in row[3:])) for row in found.iter_rows())
    return Breakdown(
        f"reach_{kind}",
        f"{KINDS[kind]}: places by distance from where children come from",
        "Registered places, in whatever area, within so many straight-line miles of a child’s home: the average over "
        "all children of the authority. Where the home is not known, the middle of the authority is taken. It counts "
        "places, not free places.",
        (Column("authority", "Authority"), _CHILDREN, Column("from_area", "Measured from the middle", "count"),
         *(Column(f"within_{miles}", f"Places within {miles} miles", "number") for miles in WITHIN)),
        tuple(rows),
        chart=Chart("bars", "authority", ("within_20",), words="Places within 20 miles of a child’s home, on average."),
    )  # fmt: skip


def unmatched(scene: Scene) -> Breakdown:
    """How many children live where the register knows the home, does not know it, or no home is named?"""
    titles = {**KINDS, "other": "Any other place"}
    rows = []
    for kind, title in titles.items():
        counted = dict(scene.children_of(kind)["register"].value_counts().iter_rows())
        rows.append((title, *(counted.get(state, 0) for state in (FOUND, NOT_IN_REGISTER, NO_URN))))
    return Breakdown(
        "in_the_register",
        "Children and the register",
        "Children looked after on the day by kind of place: those whose URN the register holds as open on that day, "
        "those whose URN it does not, and those recorded without a URN. The kind is the register’s, else that of the "
        "placement type.",
        (Column("kind", "Kind"), Column("found", "In the register", "count"),
         Column("not_in_register", "URN not in the register", "count"), Column("no_urn", "No URN", "count")),
        tuple(rows),
    )  # fmt: skip


def _part(one: int, whole: int) -> float | None:
    return one / whole if whole else None
