"""The one question that is answered before any large library is loaded: daily rates of one authority's plain files.

``nearhome forecast FOLDER --authority CODE --reference FROM TO --months N --method daily-rates --json``, in any order.
Everything else, and every file with anything unusual in it, goes the long way, which checks it and explains.
"""

import gc
import sys
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nearhome.needs.importers.plain_episodes import PlainEpisodes

VALUES = {"--authority": 1, "--reference": 2, "--months": 1, "--method": 1, "--json": 0}


class Question(NamedTuple):
    """What was asked, as typed."""

    folder: str
    authority: str
    window: tuple[date, date]
    months: int


def answered(arguments: list[str]) -> bool:
    """Whether the question was this one and its answer is printed; if not, nothing is."""
    question = _asked(arguments) if arguments[:1] == ["forecast"] else None
    if question is None:
        return False
    gc.disable()  # the command ends before collecting would have been worth it
    is_answered = _answer(question)
    gc.enable()
    return is_answered


def _answer(question: Question) -> bool:
    from nearhome.needs.importers.plain_episodes import plain_episodes

    found = plain_episodes(question.folder)
    if found is None or not _may_be_answered(question, found.years):
        return False
    return _print(question, found)


def _may_be_answered(question: Question, years: tuple[int, ...]) -> bool:
    """Is the window within the returns and long enough, and the authority one? Otherwise the long way says what is wrong."""
    from nearhome.geography.authorities import authority_called

    (first, last), begins, ends = question.window, date(years[0] - 1, 4, 1), date(years[-1], 3, 31)
    return begins <= first and last <= ends and (last - first).days >= 31 and bool(authority_called(question.authority))


def _print(question: Question, read: "PlainEpisodes") -> bool:
    import json

    from nearhome import __version__
    from nearhome.geography.authorities import authority_by_dfe
    from nearhome.sufficiency.calculations.forecasting.daily_rates_analysis import daily_rates_analysis
    from nearhome.sufficiency.calculations.forecasting.daily_rates_at_once import SentEpisode, projected_at_once
    from nearhome.sufficiency.calculations.forecasting.public_model import months_later
    from nearhome.sufficiency.exporters.plain import as_plain

    month_ends = tuple(months_later(question.window[1], month) for month in range(1, question.months + 1))
    days = (month_ends[-1] - question.window[1]).days
    try:
        found = projected_at_once(map(SentEpisode._make, read.episodes), read.born_on, question.window, days)
    except ValueError:
        return False
    if found.moves.without_age or float("inf") in found.changes.values():
        return False
    data = {
        "authorities": [f"{authority_by_dfe(question.authority).name} ({question.authority})"],
        "collection_years": list(read.years),
        "children": len(read.born_on),
        "episodes": found.moves.kept,
        "rows_read": {"Header": read.headers, "Episodes": found.moves.rows},
        "notes": ["Rows were counted as sent, without a check of one row against another"],
        "reference": list(question.window),
        "months": question.months,
        "method": "daily-rates",
        "files": read.digest,
        "version": __version__,
    }
    sys.stdout.write(
        json.dumps(as_plain(daily_rates_analysis(found, question.window, month_ends, data)), ensure_ascii=False)
    )
    sys.stdout.write("\n")
    return True


def _asked(arguments: list[str]) -> Question | None:
    given: dict[str, list[str]] = {}
    folders, rest = [], iter(arguments[1:])
    for word in rest:
        if word.startswith("-"):
            if word not in VALUES or word in given:
                return None
            given[word] = [next(rest, "") for _ in range(VALUES[word])]
        else:
            folders.append(word)
    if (
        len(folders) != 1
        or given.get("--method") != ["daily-rates"]
        or not given.keys() >= {"--authority", "--reference", "--json"}
    ):
        return None
    try:
        first, last = map(date.fromisoformat, given["--reference"])
        months = int(given.get("--months", ["12"])[0])
    except ValueError:
        return None
    authority = given["--authority"][0]
    plain = 1 <= months <= 60 and authority.isdecimal() and len(authority) == 3
    return Question(folders[0], authority, (first, last), months) if plain else None
