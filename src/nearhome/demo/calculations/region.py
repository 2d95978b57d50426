"""Draws a whole made-up region: every child's story and every home, from the figures, real postcodes and chance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nearhome.demo.calculations.chains import Story, moves_in_year, reasons_for_moving, tell_story
from nearhome.demo.calculations.chance import Chance, pick
from nearhome.demo.calculations.children import draw_children
from nearhome.demo.calculations.days import Year
from nearhome.demo.calculations.figures import AuthorityFigures, Figures, unaccompanied_flow
from nearhome.demo.calculations.homes import Market, Service, Setting, Spot
from nearhome.demo.calculations.placing import Placer
from nearhome.demo.calculations.plans import plan_stock
from nearhome.demo.calculations.profiles import Profile, draw_profiles, peak
from nearhome.demo.calculations.registers import provider_rows, supported_rows
from nearhome.demo.calculations.tables import COLUMNS, Row, care_leavers, draw_scores, may_go_missing, rows_of

FILLED_OF_FOSTER = 0.61  # of approved places (Ofsted 2024: about 60% and 62%)
LEAVERS_SHOWN = 0.25  # of care leavers who turned 19, 20 or 21: enough to see the table filled
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Place:
    """An authority as geography knows it: name, region, mean position (latitude, longitude)."""

    name: str
    region: str
    centre: tuple[float, float]


@dataclass(frozen=True, slots=True)
class MadeUpRegion:
    """Everything drawn: the return's rows by authority and table, the register's rows, the profiles, the identities.

    `stories` by authority and `placer` are what they were drawn from: earlier years go on from there.
    """

    tables: Mapping[str, Mapping[str, Sequence[Row]]]
    providers: Sequence[Row]
    supported: Sequence[Row]
    profiles: Sequence[Profile]
    identities: Sequence[Row]
    settings: Sequence[Setting]
    services: Sequence[Service]
    stories: Mapping[str, Sequence[Story]]
    placer: Placer


def draw_region(
    region: str,
    year: Year,
    figures: Figures,
    spots: Mapping[str, Sequence[Spot]],
    places: Mapping[str, Place],
    rng: Chance,
    step: Step = lambda doing: None,
) -> MadeUpRegion:
    """Draws `founders` or `south-east`. `spots` and `places` are by DfE code and cover the outside hosts too."""
    authorities = figures.of_region(region)
    market = Market(figures, [one.dfe_code for one in authorities], spots, rng)
    placer = Placer(market, figures, {code: place.centre for code, place in places.items()}, rng)
    flow = unaccompanied_flow(figures)
    stories: dict[str, list[Story]] = {}
    for one in authorities:
        step(f"children of {one.name}")
        stories[one.dfe_code] = _stories(one, flow[one.dfe_code], figures, placer, year, rng)
    _open_vacant_households(market, figures, year, rng)
    step("homes and the register")
    profiles = draw_profiles(market.settings, authorities, figures, year, rng)
    names = {code: (place.name, place.region) for code, place in places.items()}
    providers = provider_rows(market.services, profiles, _first_stays(stories), figures, year, names, rng)
    supported = supported_rows(market.settings, year, names, rng)
    step("the return's tables")
    tables = {one.dfe_code: _tables(one, stories[one.dfe_code], year, rng) for one in authorities}
    identities = _identities(tables, stories)
    return MadeUpRegion(
        tables, providers, supported, profiles, identities, market.settings, market.services, stories, placer
    )


def _stories(
    one: AuthorityFigures, flow: tuple[int, int], figures: Figures, placer: Placer, year: Year, rng: Chance
) -> list[Story]:
    children = draw_children(one, flow, figures, year, rng)
    plans = plan_stock(one, [child for child in children if not child.ended], figures, year, rng)
    moves = moves_in_year(one, children, plans, year, rng)
    reasons = reasons_for_moving(rng)
    return [
        tell_story(child, plans.get(child.child_id), moves[child.child_id], placer, year, reasons) for child in children
    ]


def _open_vacant_households(market: Market, figures: Figures, year: Year, rng: Chance) -> None:
    """Adds vacant mainstream households where there are too few vacancies, in the market's own proportions."""
    foster = [setting for setting in market.settings if setting.kind == "foster"]
    for setting in foster:  # approved for as many as they have had at once: the vacant places are added below
        setting.places = max(1, peak(setting))
    living = sum(1 for setting in foster for stay in setting.stays if stay[0] <= year.last < stay[1])
    missing = living / FILLED_OF_FOSTER - sum(setting.places for setting in foster)
    while missing > 0:
        like = rng.choice(foster)
        sector = "PR1-" + like.service.authority if like.service.kind == "fostering" else like.service.sector
        missing -= market.open("foster", sector, like.authority, market.free_spot_in(like.authority)).places


def _first_stays(stories: Mapping[str, Sequence[Story]]) -> dict[str, int]:
    """The first day a child is known to have lived with each registered service, by URN."""
    first: dict[str, int] = {}
    for story in (story for some in stories.values() for story in some):
        for stay in story.stays:
            first[stay.urn] = min(first.get(stay.urn, stay.start), stay.start)
    return first


def _tables(one: AuthorityFigures, stories: Sequence[Story], year: Year, rng: Chance) -> dict[str, list[Row]]:
    tables: dict[str, list[Row]] = {table: [] for table in COLUMNS}
    able = [story.child.child_id for story in stories if may_go_missing(story, year)]
    times = round(one.pct_missing * len(stories) / 100)
    away = set(pick(able, [1.0] * len(able), times, rng))
    scores = draw_scores([story.child for story in stories], one.sdq_mean, year, rng)
    for story in stories:
        child_id = story.child.child_id
        rows = rows_of(story, scores.get(child_id), child_id in away, year, rng)
        for table, some in rows.items():
            tables[table] += some
    adults = sum(1 for story in stories if story.child.ending in ("E17", "E5", "E6", "E7", "E8"))
    for table, some in care_leavers(
        one.dfe_code, round(3 * LEAVERS_SHOWN * adults), len(stories) + 1, year, rng
    ).items():
        tables[table] += some
    return tables


def _identities(tables: Mapping[str, Mapping[str, Sequence[Row]]], stories: Mapping[str, Sequence[Story]]) -> list[Row]:
    rows = []
    for code, some in tables.items():
        homes = {story.child.child_id: story.home.postcode for story in stories[code]}
        for header in some["header"]:
            child_id, _, born, _, upn, *_ = header
            rows.append([code, child_id, made_up_name(child_id), born, upn, homes.get(child_id, "")])
    return rows


IDENTITY_COLUMNS = ["authority", "child_id", "name", "date_of_birth", "upn", "home_postcode"]


def made_up_name(child_id: str) -> str:
    """A name no one could take for a child's: `Test Child Blue Kite 00042`."""
    number = int(child_id[-5:])
    colour = _COLOURS[number % len(_COLOURS)]
    return f"Test Child {colour} {_THINGS[number // len(_COLOURS) % len(_THINGS)]} {number:05d}"


_COLOURS = ("Blue", "Green", "Amber", "Silver", "Scarlet", "Violet", "Golden", "Teal", "Ivory", "Copper")
_THINGS = ("Kite", "Lantern", "Balloon", "Comet", "Feather", "Pinwheel", "Glider", "Ribbon", "Pebble", "Marble")
