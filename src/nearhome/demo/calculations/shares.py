"""The made-up region's shares, worked out from its rows, and the published shares they should meet."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nearhome.demo.calculations import assumptions
from nearhome.demo.calculations.children import shares_for
from nearhome.demo.calculations.days import Year, age_on
from nearhome.demo.calculations.figures import AuthorityFigures, Figures, unaccompanied_flow

Shares = dict[str, dict[str, float]]
Cells = Mapping[str, str]
FarAndIn = Callable[[str, str, str], tuple[float, bool]]  # (authority, home, placement) to (miles, inside the area)


@dataclass(frozen=True, slots=True)
class CareYear:
    """One child's year as read back from the files; `last` is the last episode's row."""

    authority: str
    header: Cells
    unaccompanied: bool
    episodes: Sequence[Cells]

    @property
    def last(self) -> Cells:
        return self.episodes[-1]

    @property
    def in_care(self) -> bool:
        return not self.last["DEC"]


def day_of(text: str) -> int:
    """DD/MM/YYYY as a day number."""
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day)).toordinal()


def care_years(tables: Mapping[str, Mapping[str, Sequence[Cells]]]) -> list[CareYear]:
    """Joins header, episodes and UASC rows, by authority and child."""
    years = []
    for authority, some in tables.items():
        headers = {row["CHILD"]: row for row in some["header"]}
        alone = {row["CHILD"] for row in some["uasc"]}
        chains: dict[str, list[Cells]] = {}
        for row in some["episodes"]:
            chains.setdefault(row["CHILD"], []).append(row)
        years += [CareYear(authority, headers[child], child in alone, chain) for child, chain in chains.items()]
    return years


def achieved(tables: Mapping[str, Mapping[str, Sequence[Cells]]], year: Year, where: FarAndIn) -> Shares:
    """Percentages by measure and group, in the groups of the published tables."""
    every = care_years(tables)
    stock = [one for one in every if one.in_care]
    starts = [one for one in every if _started(one, year)]
    gone = [one for one in every if not one.in_care]
    result = _stock_shares(stock, year)
    result |= _place_shares(stock, where)
    result["starts: unaccompanied"] = _percent(_yes(one.unaccompanied) for one in starts)
    result["starts: age"] = _percent(_age_group(one, day_of(one.episodes[0]["DECOM"])) for one in starts)
    result["starts: legal"] = _percent(_legal_group(one.episodes[0]["LS"]) for one in starts)
    result["ceased: unaccompanied"] = _percent(_yes(one.unaccompanied) for one in gone)
    result["ceased: reason"] = _percent(_ending_group(one.last["REC"]) for one in gone)
    changes = [row["REASON_PLACE_CHANGE"] for one in every for row in one.episodes if row["REASON_PLACE_CHANGE"]]
    result["changes: reason"] = _percent(changes)
    several = [_placements(one, year) >= 3 for one in stock]
    result["three or more placements"] = {"yes": 100 * sum(several) / len(several)}
    scores = [int(row["SDQ_SCORE"]) for some in tables.values() for row in some["oc2"] if row["SDQ_SCORE"]]
    result["sdq"] = {"mean": sum(scores) / len(scores), "17 or more": 100 * sum(s >= 17 for s in scores) / len(scores)}
    alone_gone = sum(one.unaccompanied for one in gone)
    result["unaccompanied: years of stay"] = {"mean": sum(one.unaccompanied for one in stock) / alone_gone}
    return result


def flows(tables: Mapping[str, Mapping[str, Sequence[Cells]]], year: Year) -> dict[str, tuple[int, int, int]]:
    """Stock on the last day, starts and ends in the year, by authority."""
    counts: dict[str, list[int]] = {authority: [0, 0, 0] for authority in tables}
    for one in care_years(tables):
        counts[one.authority][0] += one.in_care
        counts[one.authority][1] += _started(one, year)
        counts[one.authority][2] += not one.in_care
    return {authority: (some[0], some[1], some[2]) for authority, some in counts.items()}


def _started(one: CareYear, year: Year) -> bool:
    return one.episodes[0]["RNE"] == "S" and day_of(one.episodes[0]["DECOM"]) >= year.first


def _stock_shares(stock: Sequence[CareYear], year: Year) -> Shares:
    return {
        "stock: unaccompanied": _percent(_yes(one.unaccompanied) for one in stock),
        "stock: age": _percent(_age_group(one, year.last) for one in stock),
        "stock: sex": _percent(one.header["SEX"] for one in stock),
        "stock: ethnic_group": _percent(_ETHNIC[one.header["ETHNIC"]] for one in stock),
        "stock: need": _percent(one.last["CIN"] for one in stock),
        "stock: legal": _percent(_legal_group(one.last["LS"]) for one in stock),
        "stock: placement": _percent(placement_group(one.last["PLACE"]) for one in stock),
        "stock: provider": _percent(_PROVIDERS[one.last["PLACE_PROVIDER"]] for one in stock),
    }


def _place_shares(stock: Sequence[CareYear], where: FarAndIn) -> Shares:
    distances, locations, far_outside = [], [], 0
    for one in stock:
        miles, inside = where(one.authority, one.last["HOME_POST"] or one.last["PL_POST"], one.last["PL_POST"])
        far = round(miles, 1) > 20
        distances.append("not known" if one.unaccompanied else "over 20 miles" if far else "20 miles or less")
        locations.append("inside" if inside else "outside")
        far_outside += far and not inside and not one.unaccompanied
    return {
        "stock: distance": _percent(distances),
        "stock: location": _percent(locations),
        "over 20 miles and outside": {"yes": 100 * far_outside / len(stock)},
    }


def _placements(one: CareYear, year: Year) -> int:
    moved = sum(row["RNE"] in ("P", "B") and day_of(row["DECOM"]) >= year.first for row in one.episodes[1:])
    return 1 + moved


def placement_group(code: str) -> str:
    """The published group of a placement code."""
    if code[0] == "U":
        return "foster"
    if code[0] == "Z":
        return "other"
    groups = {"K1": "homes", "K2": "homes", "K3": "supported", "P1": "parents", "S1": "school", "A5": "adoption"}
    return (groups | {"A6": "adoption"}).get(code, "other residential")


def _legal_group(code: str) -> str:
    return next(group for group, known in assumptions.LEGAL_CODES.items() if known == code)


def _age_group(one: CareYear, on: int) -> str:
    age = age_on(day_of(one.header["DOB"]), on)
    return next(group for group, (low, high) in assumptions.AGE_GROUPS.items() if low <= age < high)


def _ending_group(code: str) -> str:
    return next(group for group, codes in _ENDINGS.items() if code in codes)


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"


def _percent(groups: Iterable[str]) -> dict[str, float]:
    counts = Counter(groups)
    total = sum(counts.values())
    return {group: 100 * count / total for group, count in sorted(counts.items())}


def targets(region: Sequence[AuthorityFigures], figures: Figures) -> Shares:
    """What the shares should be for these authorities.

    Published by authority: their sum. Published for the South East only: its share among the unaccompanied and among
    everyone else, in the proportion these authorities have of them. For the whole South East both are the published figure.
    """
    flow = unaccompanied_flow(figures)
    alone = sum(one.unaccompanied for one in region)
    total = sum(one.stock for one in region)
    started = sum(one.started for one in region)
    started_alone = sum(flow[one.dfe_code][0] for one in region)
    result: Shares = {"stock: unaccompanied": {"yes": 100 * alone / total}}
    for measure in ("age", "sex", "ethnic_group", "need", "legal"):
        result[f"stock: {measure}"] = _mixed(figures, "stock", measure, alone / total)
    for measure in ("age", "legal"):
        result[f"starts: {measure}"] = _mixed(figures, "starts", measure, started_alone / started)
    result["starts: unaccompanied"] = {"yes": 100 * started_alone / started}
    result["changes: reason"] = dict(figures.shares["changes", "reason"])
    return result | _summed_targets(region, total, alone)


def _summed_targets(region: Sequence[AuthorityFigures], total: int, alone: int) -> Shares:
    far_outside = sum(one.pct_far_outside * one.stock for one in region) / total
    many = sum(one.pct_three_placements * one.stock for one in region) / total
    supported = sum(one.supported or 0 for one in region)
    return {
        "stock: placement": {
            "foster": 100 * sum(one.foster for one in region) / total,
            "homes": 100 * sum(one.homes for one in region) / total,
            "supported": 100 * supported / total,
        },
        "stock: provider": {
            "own": 100 * sum(one.own or 0 for one in region) / total,
            "private": 100 * sum(one.private or 0 for one in region) / total,
            "voluntary": 100 * sum(one.voluntary or 0 for one in region) / total,
        },
        "stock: location": {"inside": 100 * sum(one.inside for one in region) / total},
        "stock: distance": {
            "over 20 miles": 100 * sum(one.over_20_miles for one in region) / total,
            "not known": 100 * alone / total,
        },
        "over 20 miles and outside": {"yes": far_outside},
        "three or more placements": {"yes": many},
        "sdq": {"mean": sum(one.sdq_mean * one.stock for one in region) / total, "17 or more": 42.0},
    }


def _mixed(figures: Figures, population: str, measure: str, alone: float) -> dict[str, float]:
    ours, theirs = (shares_for(figures, population, measure, unaccompanied) for unaccompanied in (True, False))
    sums = sum(ours.values()), sum(theirs.values())
    groups = theirs | {group: theirs.get(group, 0.0) for group in ours}
    return {
        group: 100 * (alone * ours.get(group, 0.0) / sums[0] + (1 - alone) * share / sums[1])
        for group, share in groups.items()
    }


_ETHNIC = {code: group for group, codes in assumptions.ETHNIC_CODES.items() for code in codes}
_PROVIDERS = {
    "PR0": "parents",
    "PR1": "own",
    "PR2": "other authority",
    "PR3": "other public",
    "PR4": "private",
    "PR5": "voluntary",
    "": "not reported",
}
_ENDINGS = {
    "stayed with carers": ("E17",),
    "home planned": ("E4A",),
    "special guardianship": ("E45", "E46", "E47", "E48"),
    "independent supported": ("E5",),
    "adopted": ("E11", "E12"),
    "another authority": ("E3",),
    "other": ("E8",),
    "relatives": ("E13",),
    "independent": ("E6",),
    "child arrangements": ("E41",),
    "home unplanned": ("E4B",),
    "adult residential": ("E7",),
    "age assessed": ("E15",),
    "justice": ("E9", "E14"),
    "abroad or died": ("E16", "E2"),
}
