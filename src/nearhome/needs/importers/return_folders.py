"""Which returns lie in these folders: of whom, and of which collection year?

Folders may be a return or hold returns, in any arrangement: `886/2024`, `2023-24/Kent`, `2024/25/E10000016`, or one
folder whose file names tell the years apart.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path

from nearhome.geography.authorities import all_authorities, authority_by_dfe, gss_codes_of
from nearhome.needs.calculations.standard import POOLED_COLUMNS, recognise, year_label
from nearhome.needs.importers.standard import LAST_YEAR, all_tables
from nearhome.tables.csv_files import SentFile, UnreadableFileError, csv_headings

_RANGE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_/ ]((?:19|20)?\d\d)(?![-_.]?\d)")
_YEAR = re.compile(r"(?<!\d)(?<!\d[-_.])(20\d\d)(?!\d)(?![-_.]\d\d?(?!\d))")
_DATE = re.compile(rb"(?<!\d)(\d\d)/(\d\d)/(\d{4})(?!\d)")
# So many, and so large a share, of the dates in so much of a file is no slip.
_FEW, _MANY, _LOOKED_AT = 20, 0.1, 1 << 18
_ANCESTORS = 2  # how far above a given folder its own place is still taken as saying something of it


class ReturnFolderError(ValueError):
    """The folders cannot be understood as returns; the message names the folder and says how to mend it."""


@dataclass(frozen=True, slots=True)
class FoundReturn:
    """The files of one return. `authority` is empty and `year` None if the files are pooled and say it row by row.

    `assumption` says in a sentence what was taken from the data because no name said it.
    """

    folder: Path
    files: tuple[Path, ...]
    authority: str
    year: int | None
    assumption: str = ""

    @property
    def is_pooled(self) -> bool:
        """Do the rows themselves say whose they are?"""
        return not self.authority


def find_returns(paths: Sequence[Path], authorities: Sequence[str] = ()) -> tuple[FoundReturn, ...]:
    """Every return in these folders, in the order of authority and year; of these authorities (DfE codes) if any given.

    Raises ReturnFolderError if a folder is missing or has no return, if it is not clear whose a return is, if a year is
    there twice or is not known yet.
    """
    for code in authorities:
        _check_authority(code)
    found = [one for given, folders in _sources(paths) for one in _in_folders(given, folders, tuple(authorities))]
    once = {one.files: one for one in found}.values()
    wanted = [one for one in once if one.is_pooled or not authorities or one.authority in authorities]
    if not wanted:
        raise ReturnFolderError(_none_of(authorities, found))
    _check_years(wanted)
    return tuple(sorted(wanted, key=lambda one: (one.authority, one.year or 0, str(one.folder))))


def passed_over(paths: Sequence[Path], found: Sequence[FoundReturn]) -> tuple[Path, ...]:
    """The folders with CSV files, none of which was taken as part of a return, and such files of other folders."""
    taken = {file for one in found for file in one.files}
    used = {file.parent for file in taken}
    here = [(folder, _csv(files)) for _, folders in _sources(paths) for folder, files in folders]
    left = [(folder, [file for file in files if file not in taken]) for folder, files in here]
    return tuple(one for folder, files in left if files for one in (files if folder in used else [folder]))


def _check_authority(code: str) -> None:
    try:
        authority_by_dfe(code)
    except KeyError as error:
        message = f"{code} is not an English authority with children's services; give its three-digit DfE code"
        raise ReturnFolderError(f"{message}, such as 886 for Kent") from error


def _none_of(authorities: Sequence[str], found: Sequence[FoundReturn]) -> str:
    wanted, there = (", ".join(_name(code) for code in codes) for codes in (authorities, _authorities(found)))
    folders = ", ".join(sorted({str(one.folder) for one in found}))
    return f"There is no return of {wanted} in {folders}, only of {there}; check the authority and the folders"


def _authorities(found: Iterable[FoundReturn]) -> list[str]:
    return sorted({one.authority for one in found})


def _name(code: str) -> str:
    return f"{authority_by_dfe(code).name} ({code})"


def _check_years(found: Sequence[FoundReturn]) -> None:
    by_key: dict[tuple[str, int | None], FoundReturn] = {}
    for one in found:
        if one.is_pooled:
            continue
        if one.year is not None and one.year > LAST_YEAR:
            raise ReturnFolderError(
                f"The return in {one.folder} is of {year_label(one.year)} ({one.year}), whose rules are not known yet; "
                f"the newest year that can be read is {year_label(LAST_YEAR)} ({LAST_YEAR})"
            )
        other = by_key.setdefault((one.authority, one.year), one)
        if other is not one:
            raise ReturnFolderError(
                f"{_name(one.authority)} has two returns of {year_label(one.year or 0)}, in {other.folder} and in "
                f"{one.folder}; give one of them, or name the folders by their years"
            )


def _sources(paths: Sequence[Path]) -> Iterator[tuple[Path, list[tuple[Path, list[Path]]]]]:
    """Each folder given with those inside it and their files; files given one by one count as their folder's only ones."""
    given: dict[Path, list[Path]] = defaultdict(list)
    for path in paths:
        if not path.exists():
            raise ReturnFolderError(f"There is no file or folder {path}; check where it is")
        if path.is_file():
            given[path.parent].append(path)
        else:
            yield path, list(_folders(path))
    for folder, files in given.items():
        yield folder, [(folder, sorted(set(files)))]


def _in_folders(
    given: Path, folders: list[tuple[Path, list[Path]]], authorities: tuple[str, ...]
) -> Iterator[FoundReturn]:
    with_csv = [(folder, files) for folder, files in folders if _csv(files)]
    if not with_csv:
        raise ReturnFolderError(f"There is no CSV file in {given} or its sub-folders; give the folder with the return")
    with_tables = [(folder, files) for folder, files in with_csv if any(_is_of_return(file) for file in _csv(files))]
    # Where no file is recognised, the careful reading says of each what is wrong with it.
    for folder, files in with_tables or with_csv:
        yield from _in_folder(given, folder, files, authorities)


def _folders(path: Path) -> Iterator[tuple[Path, list[Path]]]:
    inside = sorted(one for one in path.iterdir() if not one.name.startswith("."))
    yield path, [one for one in inside if one.is_file()]
    for folder in inside:
        if folder.is_dir():
            yield from _folders(folder)


def _csv(files: Iterable[Path]) -> list[Path]:
    return [file for file in files if file.suffix.lower() == ".csv"]


def _headings(file: Path) -> tuple[str, ...]:
    try:
        return csv_headings(SentFile(file.name, file.stat().st_size, lambda: file.open("rb")))
    except UnreadableFileError:
        return ()


def _is_of_return(file: Path) -> bool:
    found = recognise(_headings(file), all_tables())
    return found.table is not None or bool(found.nearest)


def _is_pooled(file: Path) -> bool:
    return {"LA", "YEAR"} <= set(_headings(file)) - (POOLED_COLUMNS - {"LA", "YEAR"})


def _in_folder(given: Path, folder: Path, files: list[Path], authorities: tuple[str, ...]) -> Iterator[FoundReturn]:
    pooled = tuple(file for file in _csv(files) if _is_pooled(file))
    if pooled:
        yield FoundReturn(folder, pooled, "", None)
    own = [file for file in files if file not in pooled]
    if not _csv(own):
        return
    year = _year_of(given, folder)
    for named, theirs in _by_authority(own):
        authority = named or _authority_of(given, folder, authorities, own)
        for told, part in _by_file_names(theirs):
            yield _with_year(FoundReturn(folder, tuple(part), authority, told or year))


def _by_authority(files: list[Path]) -> Iterator[tuple[str, list[Path]]]:
    """The files by the authority their names tell, if they tell several; tables that name none are the folder's."""
    by_code: dict[str, list[Path]] = defaultdict(list)
    for file in files:
        by_code[_named_by_file(file)].append(file)
    rest = by_code.pop("", [])
    if len(by_code) < 2:
        yield "", files
        return
    yield from sorted(by_code.items())
    if any(_is_of_return(file) for file in _csv(rest)):
        yield "", rest


def _named_by_file(file: Path) -> str:
    return next(_named_within(file.stem), "") if _csv([file]) and _is_of_return(file) else ""


def _by_file_names(files: list[Path]) -> Iterator[tuple[int | None, list[Path]]]:
    """The files by the year their names tell; if they tell one only, all are of that year."""
    by_year: dict[int | None, list[Path]] = defaultdict(list)
    for file in files:
        by_year[_year_in(file.stem) if file.suffix.lower() == ".csv" else None].append(file)
    told = sorted(year for year in by_year if year)
    if len(told) <= 1:
        yield told[0] if told else None, files
        return
    rest = by_year.get(None, [])
    for year in told:
        yield year, by_year[year]
    if _csv(rest):
        yield None, rest


def _with_year(found: FoundReturn) -> FoundReturn:
    if found.year and _goes_on_after(found.year, found.files):
        said = f"The folder {found.folder} is named {found.year}, but many of its dates lie in {year_label(found.year + 1)}"
        return replace(found, year=found.year + 1, assumption=f"{said}, so it was taken as the {found.year + 1} return")
    if found.year:
        return found
    if not any("DECOM" in _headings(file) for file in _csv(found.files)):
        there = ", ".join(file.name for file in found.files[:8])
        raise ReturnFolderError(f"There is no Episodes table in {found.folder}; found {there}. Add it")
    year = _year_in_data(found.files)
    if year is None:
        raise ReturnFolderError(
            f"It is not clear of which year the return in {found.folder} is: no name says it and its episodes have no "
            "date; put it in a folder named by its collection year, such as 2026"
        )
    said = f"No name says of which year the return in {found.folder} is; its latest date lies in {year_label(year)}"
    return replace(found, year=year, assumption=f"{said}, so it was taken as the {year} return")


def _goes_on_after(year: int, files: Iterable[Path]) -> bool:
    """Do many dates lie in the year after this one, as where folders are named by the year in which a return begins?"""
    dates = [
        (int(of), int(month))
        for file in _csv(files)
        if {"DECOM", "DEC"} <= set(_headings(file))
        for _, month, of in _DATE.findall(_beginning(file))
    ]
    after = sum((year, 4) <= date < (year + 1, 4) for date in dates)
    return after > max(_FEW, len(dates) * _MANY) and year < LAST_YEAR


def _beginning(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_LOOKED_AT)


def _year_in_data(files: Iterable[Path]) -> int | None:
    """The collection year of the latest date in the files with episodes; dates in years not known yet are slips."""
    latest = max(
        (
            (int(year), int(month), int(day))
            for file in _csv(files)
            if {"DECOM", "DEC"} <= set(_headings(file))
            for day, month, year in set(_DATE.findall(file.read_bytes()))
            if (int(year), int(month)) < (LAST_YEAR, 4) and 1 <= int(month) <= 12
        ),
        default=None,
    )
    return latest and latest[0] + (latest[1] >= 4)


def _places(given: Path, folder: Path) -> tuple[list[str], list[str]]:
    """Names from the folder up to the one given, and of a few above that; the nearest first."""
    below, above = folder.relative_to(given).parts, given.resolve().parts[1:]
    return [*reversed(below), *above[-1:]], list(reversed(above[-1 - _ANCESTORS : -1]))


def _year_of(given: Path, folder: Path) -> int | None:
    near, far = _places(given, folder)
    names = near + far
    for name, parent in zip(names, [*names[1:], ""], strict=True):
        # "2024/25": two folders, one within the other.
        year = _year_in(f"{parent}/{name}") if re.fullmatch(r"\d\d", name) else None
        year = year or (_year_in(name) if name in near else _year_in(name) if re.fullmatch(r"[\d_-]+", name) else None)
        if year:
            return year
    return None


def _year_in(name: str) -> int | None:
    for first, last in _RANGE.findall(name):
        if (int(first) + 1) % 100 == int(last) % 100 and (len(last) == 2 or int(last) == int(first) + 1):
            return int(first) + 1
    years = _YEAR.findall(_RANGE.sub(" ", name))
    return int(years[-1]) if years else None


def _authority_of(given: Path, folder: Path, authorities: tuple[str, ...], files: Iterable[Path]) -> str:
    near, far = _places(given, folder)
    whole = next((code for name in near + far if (code := _named(name))), "")
    if whole and (whole in authorities or not authorities or any(_named(name) for name in near)):
        return whole
    within = [code for name in near for code in _named_within(name) if not authorities or code in authorities]
    if within:
        return within[0]
    if len(authorities) == 1:
        return authorities[0]
    if told := {code for file in files if (code := _named_by_file(file))}:
        return told.pop()  # of several, each would have its own return
    raise ReturnFolderError(
        f"It is not clear whose return {folder} is; name the folder by the authority's DfE code (886/2026, say), or give "
        "one --authority"
    )


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", name.casefold().replace("&", " and ")).split())


def _named(name: str) -> str:
    """The DfE code of the authority that this name is, as a code or in words; empty if it is none."""
    return _names().get(_plain(name), "")


def _named_within(name: str) -> Iterator[str]:
    """The authorities whose code or name is a part of this one: "Kent 2024", "903 return 886"."""
    words, names = _plain(name).split(), _names()
    for size in range(len(words), 0, -1):
        for start in range(len(words) - size + 1):
            code = names.get(" ".join(words[start : start + size]))
            if code:
                yield code


@cache
def _names() -> dict[str, str]:
    known: dict[str, str] = {}
    for one in all_authorities():
        known.update({_plain(gss): one.dfe_code for gss in gss_codes_of(one.dfe_code)})
        known.update({one.dfe_code: one.dfe_code, _plain(one.name): one.dfe_code})
    return known


def missing_years(found: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """The authorities and collection years of which there is no return though there is one before and one after."""
    gaps = []
    for authority, group in groupby(sorted(set(found)), key=lambda one: one[0]):
        years = [year for _, year in group]
        gaps += [(authority, year) for year in range(years[0], years[-1]) if year not in years]
    return gaps
