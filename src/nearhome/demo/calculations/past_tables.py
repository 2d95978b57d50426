"""One past year's return from children's lives: what was true on its 31 March, in the codes of that year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nearhome.demo.calculations.chains import Episode, Stay, Story
from nearhome.demo.calculations.chance import Chance, pick
from nearhome.demo.calculations.days import Year, birthday, written
from nearhome.demo.calculations.figures import AuthorityFigures
from nearhome.demo.calculations.homes import FOREVER
from nearhome.demo.calculations.lives import Life
from nearhome.demo.calculations.shares import day_of
from nearhome.demo.calculations.tables import (
    COLUMNS,
    Row,
    draw_scores,
    episode_rows,
    header_row,
    leaver_facts,
    may_go_missing,
    rows_of,
)

SUPPORTED_REGISTERED = 2025  # from this return K3, before it H5 or P2
OTHER_SPLIT = 2026  # from this return Z11 to Z14, before it Z1
SEX_IN_LETTERS = 2025
SOCIAL_WORKERS = 2024  # the first return with social workers
URN_OF_SEMI_INDEPENDENT = 2024  # H5 has a URN since supported accommodation registers
INDEPENDENT_LIVING = 0.25  # of those in supported accommodation, living alone: P2
_SEX = {"M": "1", "F": "2"}
Tables = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays the same for a child from year to year beside the episodes: the Header row and the social workers.

    `workers` are (number, from, to or None, why), oldest first.
    """

    header: Row
    workers: Sequence[tuple[str, int, int | None, str]]


def kept_of(life: Life, newest: Mapping[str, Mapping[str, Sequence[Row]]], since: int, rng: Chance) -> Kept:
    """Taken from the newest return for a child who is in it (`newest` by table and child), else drawn."""
    child = life.child
    header = newest["header"].get(child.child_id)
    known = [_worker(row) for row in newest["sw_episodes"].get(child.child_id, ())]
    if not known:
        last = max(child.started, (child.ended or since) - 1 - int(rng.expovariate(1 / 300)))
        known = [(_number(child.authority, rng), last, None, _why(last == child.started, rng))]
    workers = list(known)
    while workers[0][1] > max(child.started, since - 500):
        start = max(child.started, workers[0][1] - 40 - int(rng.expovariate(1 / 400)))
        workers.insert(0, (_number(child.authority, rng), start, workers[0][1], _why(start == child.started, rng)))
    at_end = Year(_year_of_end(child.ended, since))
    return Kept(list(header[0]) if header else header_row(child, at_end, rng), workers)


def _year_of_end(ended: int | None, since: int) -> int:
    return next(year for year in range(1990, 2100) if Year(year).last >= (ended or since))


def _worker(row: Row) -> tuple[str, int, int | None, str]:
    return row[2], day_of(row[3]), day_of(row[4]) if row[4] else None, row[5]


def _number(authority: str, rng: Chance) -> str:
    return f"SW{authority}{rng.randrange(1, 200):03d}"


def _why(first: bool, rng: Chance) -> str:
    return "FCONTA" if first else rng.choice(("LEFTRL", "LEFTRL", "ORGRST", "TSPROC", "MANAGE"))


def view(life: Life, year: Year) -> Story | None:
    """The life as it stood at the end of the year; None if the child was not in care in it."""
    supported = _supported(life, year)
    episodes = [
        _as_it_stood(one, year, supported)
        for one in life.episodes
        if one.started <= year.last and (one.ended is None or one.ended >= year.first)
    ]
    if not episodes:
        return None
    child, last = life.child, episodes[-1]
    child = replace(child, ended=last.ended, ending=last.end_reason)
    stays = [
        Stay(one.started, one.ended or FOREVER, one.code, one.provider, one.spot, one.urn, None) for one in episodes
    ]
    return Story(child, life.home, tuple(stays), tuple(episodes))


def _supported(life: Life, year: Year) -> str:
    """The code of supported accommodation: independent living only if none of it goes on into the year of the change."""
    if year.year >= SUPPORTED_REGISTERED:
        return "K3"
    last = Year(SUPPORTED_REGISTERED - 1).last
    goes_on = any(one.code == "K3" and (one.ended is None or one.ended > last) for one in life.episodes)
    alone = int(life.child.child_id[-2:]) < 100 * INDEPENDENT_LIVING
    return "P2" if alone and not goes_on else "H5"


def _as_it_stood(one: Episode, year: Year, supported: str) -> Episode:
    if one.code == "K3":
        one = replace(one, code=supported)
    if one.ended is None or one.ended <= year.last:
        return one
    return replace(one, ended=None, end_reason="", change_reason="")


def episodes_in(lives: Sequence[Life], year: Year) -> list[Row]:
    """The rows of the Episodes table alone."""
    return [row for life in lives if (story := view(life, year)) for row in episode_rows(story)]


def tables_of(
    one: AuthorityFigures, lives: Sequence[Life], kept: Mapping[str, Kept], year: Year, rng: Chance
) -> Tables:
    """The authority's return of a year before the newest."""
    stories = [(life, story) for life in lives if (story := view(life, year))]
    able = [story.child.child_id for _, story in stories if may_go_missing(story, year)]
    away = set(pick(able, [1.0] * len(able), round(one.pct_missing * len(stories) / 100), rng))
    scores = draw_scores([story.child for _, story in stories], one.sdq_mean, year, rng)
    tables: Tables = {table: [] for table in COLUMNS}
    for life, story in stories:
        child_id = story.child.child_id
        rows = rows_of(story, scores.get(child_id), child_id in away, year, rng)
        rows |= _kept_rows(life, kept[child_id], rows, year)
        for table, some in rows.items():
            tables[table] += some
    return tables


def _kept_rows(life: Life, kept: Kept, rows: Mapping[str, list[Row]], year: Year) -> dict[str, list[Row]]:
    workers = [
        [life.child.child_id, written(life.child.born), number, written(start), _by(end, year), why]
        for number, start, end, why in kept.workers
        if start <= year.last and (end is None or end >= year.first)
    ]
    decided = life.decided if life.decided and life.decided <= year.last else None
    placed = [[*row[:2], written(decided), *row[3:]] for row in rows["placed_adoption"] if decided]
    matched = [
        [*row[:2], written(decided), written(max(decided, day_of(row[3]))), *row[4:]] for row in rows["ad1"] if decided
    ]
    header = _header_then(kept.header, year)
    return {"sw_episodes": workers, "placed_adoption": placed, "ad1": matched, "header": [header]}


def _by(day: int | None, year: Year) -> str:
    return written(day) if day and day <= year.last else ""


def _header_then(row: Row, year: Year) -> Row:
    child_id, sex, born, ethnicity, upn, mother, mothers_child = row
    if birthday(day_of(born), 4) > year.last:
        upn = "UN1"
    if mothers_child and day_of(mothers_child) > year.last:
        mother, mothers_child = "0", ""
    return [child_id, sex, born, ethnicity, upn, mother, mothers_child]


def leavers_then(after: Tables, year: Year, first_number: int, authority: str, rng: Chance) -> Tables:
    """Header and OC3 rows of care leavers who turned 19, 20 or 21: those of the year after who had, and the oldest."""
    seen = {row[0] for row in after["oc3"]}
    headers = [row for row in after["header"] if row[0] in seen]
    then = [row for row in headers if birthday(day_of(row[2]), 19) <= year.last]
    for at in range(len(headers) - len(then)):
        born = birthday(rng.randrange(year.first, year.last + 1), -21)
        sex = rng.choice(("M", "F"))
        then.append([f"M{authority}{first_number + at:05d}", sex, written(born), "WBRI", "UN3", "", ""])
    return {"header": then, "oc3": [[row[0], row[2], *leaver_facts(rng)] for row in then]}


def in_codes_of(tables: Mapping[str, Sequence[Row]], year: Year) -> Tables:
    """The tables in the codes of their year; a table the year did not have is left out."""
    coded: Tables = {table: [list(row) for row in rows] for table, rows in tables.items()}
    if year.year < SEX_IN_LETTERS:
        for table in ("header", "uasc"):
            for row in coded[table]:
                row[1] = _SEX[row[1]]
    for row in coded["episodes"]:
        _code_episode(row, year)
    if year.year < SOCIAL_WORKERS:
        del coded["sw_episodes"]
    return coded


def _code_episode(row: Row, year: Year) -> None:
    if year.year < OTHER_SPLIT and row[5].startswith("Z1"):
        row[5] = "Z1"
    if row[5] == "P2" or (row[5] == "H5" and year.year < URN_OF_SEMI_INDEPENDENT):
        row[12] = ""
