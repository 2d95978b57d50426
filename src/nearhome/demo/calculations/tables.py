"""The return's tables, row by row, from a child's story: header, episodes, reviews and the rest. Text, as in the CSV files."""

from collections.abc import Sequence
from math import exp

from nearhome.demo.calculations.chains import Stay, Story
from nearhome.demo.calculations.chance import Chance, one_of, pick, spread
from nearhome.demo.calculations.children import Child
from nearhome.demo.calculations.days import Year, birthday, written
from nearhome.demo.calculations.homes import FOREVER

Row = list[str]

COLUMNS: dict[str, Row] = {
    "header": ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"],
    "episodes": [
        "CHILD",
        "DECOM",
        "RNE",
        "LS",
        "CIN",
        "PLACE",
        "PLACE_PROVIDER",
        "DEC",
        "REC",
        "REASON_PLACE_CHANGE",
        "HOME_POST",
        "PL_POST",
        "URN",
    ],
    "reviews": ["CHILD", "DOB", "REVIEW", "REVIEW_CODE"],
    "uasc": ["CHILD", "SEX", "DOB", "DUC"],
    "oc2": [
        "CHILD",
        "DOB",
        "SDQ_SCORE",
        "SDQ_REASON",
        "CONVICTED",
        "HEALTH_CHECK",
        "IMMUNISATIONS",
        "TEETH_CHECK",
        "HEALTH_ASSESSMENT",
        "SUBSTANCE_MISUSE",
        "INTERVENTION_RECEIVED",
        "INTERVENTION_OFFERED",
    ],
    "oc3": ["CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"],
    "ad1": ["CHILD", "DOB", "DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"],
    "placed_adoption": ["CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"],
    "previous_permanence": ["CHILD", "DOB", "PREV_PERM", "LA_PERM", "DATE_PERM"],
    "missing": ["CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"],
    "sw_episodes": ["CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"],
}

SDQ_RECEIVED = 0.78  # DfE 2025
_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def rows_of(story: Story, score: int | None, goes_missing: bool, year: Year, rng: Chance) -> dict[str, list[Row]]:
    """Every table's rows for one child; `score` is the strengths and difficulties score, if one was received."""
    decided = _decided_on(story, rng)
    return {
        "header": [header_row(story.child, year, rng)],
        "episodes": episode_rows(story),
        "reviews": _reviews(story.child, year, rng),
        "uasc": _uasc(story.child),
        "oc2": _oc2(story.child, score, year, rng),
        "ad1": _ad1(story, decided, rng),
        "placed_adoption": _placed(story.child, decided),
        "previous_permanence": _previous(story.child, year, rng),
        "missing": _missing(story, year, rng) if goes_missing else [],
        "sw_episodes": _social_workers(story.child, year, rng),
    }


def header_row(child: Child, year: Year, rng: Chance) -> Row:
    """The child's row of the Header table as it stands at the end of the year."""
    if child.age(year.last) < 4:
        upn = "UN1"
    elif child.unaccompanied and rng.random() < 0.5:
        upn = "UN2"
    else:
        upn = rng.choice(_LETTERS) + "".join(str(rng.randrange(0, 10)) for _ in range(12))
    mother, child_born = ("0", "") if child.sex == "F" else ("", "")
    until = min(year.last, child.ended or year.last)
    if child.sex == "F" and birthday(child.born, 16) < until - 30 and rng.random() < 0.03:
        mother, child_born = "1", written(rng.randrange(birthday(child.born, 16), until - 20))
    return [child.child_id, child.sex, written(child.born), child.ethnicity, upn, mother, child_born]


def episode_rows(story: Story) -> list[Row]:
    """The child's rows of the Episodes table."""
    child = story.child
    return [
        [
            child.child_id,
            written(one.started),
            one.reason,
            one.legal,
            child.need,
            one.code,
            one.provider,
            written(one.ended),
            one.end_reason if one.ended else "",
            one.change_reason,
            "" if child.unaccompanied else story.home.postcode,  # their distance is blank in the statistics
            one.spot.postcode,
            one.urn,
        ]
        for one in story.episodes
    ]


def _reviews(child: Child, year: Year, rng: Chance) -> list[Row]:
    """First within 20 working days, second within 3 months, then every 6 (regulation 33)."""
    steps = [rng.randrange(17, 27), rng.randrange(75, 91)]
    stop = min(child.ended or year.last, year.last)
    day = child.started + steps.pop(0)
    if child.started < year.first - 130:
        day, steps = year.first + rng.randrange(0, 180), []
    rows = []
    while day <= stop:
        if day >= year.first:
            rows.append([child.child_id, written(child.born), written(day), _taking_part(child, day, rng)])
        day += steps.pop(0) if steps else rng.randrange(165, 182)
    return rows


def _taking_part(child: Child, day: int, rng: Chance) -> str:
    if child.age(day) < 4:
        return "PN0"
    return one_of({"PN1": 55, "PN2": 6, "PN3": 3, "PN4": 4, "PN5": 7, "PN6": 20, "PN7": 5}, rng)


def _uasc(child: Child) -> list[Row]:
    if not child.unaccompanied:
        return []
    ceased = child.ended and (child.ending == "E15" or child.ended == birthday(child.born, 18))
    return [[child.child_id, child.sex, written(child.born), written(child.ended) if ceased else ""]]


def _oc2(child: Child, received_score: int | None, year: Year, rng: Chance) -> list[Row]:
    """Only children looked after for the whole year (rules 185, 190, 198)."""
    if child.ended or child.started > year.first:
        return []
    age = child.age(year.last)
    score, reason = "" if received_score is None else str(received_score), ""
    if not score and age >= 4:
        reason = one_of(_WHY_NO_SCORE, rng) if score_expected(child, year) else "SDQ1"
    misuse = age >= 10 and rng.random() < 0.05
    received = ("1" if rng.random() < 0.6 else "0") if misuse else ""
    offered = ("1" if rng.random() < 0.8 else "0") if received == "0" else ""
    convicted = "" if age < 10 else "1" if rng.random() < 0.02 else "0"
    checked = ("1" if rng.random() < 0.88 else "0") if age < 5 else ""
    seen = ["1" if rng.random() < share else "0" for share in (0.84, 0.81, 0.90)]
    misused = "1" if misuse else "0"
    return [[child.child_id, written(child.born), score, reason, convicted, checked, *seen, misused, received, offered]]


_WHY_NO_SCORE = {"SDQ2": 30, "SDQ3": 8, "SDQ4": 42, "SDQ5": 20}


def score_expected(child: Child, year: Year) -> bool:
    """Looked after all year, 4 or over at its start and under 17 at its end (rule 186)."""
    all_year = not child.ended and child.started <= year.first
    return all_year and child.age(year.first) >= 4 and child.age(year.last) < 17


def draw_scores(children: Sequence[Child], mean: float, year: Year, rng: Chance) -> dict[str, int]:
    """Scores by child id for the share received: half bell, half skewed, so that a mean of 15.4 has about 42% at 17 or more."""
    due = [child.child_id for child in children if score_expected(child, year)]
    received = pick(due, [1.0] * len(due), round(SDQ_RECEIVED * len(due)), rng)
    tail, width = mean / 4.0, 7.0
    bell = {score: exp(-((score - mean) ** 2) / (2 * width**2)) / (width * 2.5066) for score in range(41)}
    skew = {score: score**3 * exp(-score / tail) / (6 * tail**4) for score in range(41)}
    scores = spread(len(received), {score: bell[score] + skew[score] for score in range(41)}, rng)
    return dict(zip(received, scores, strict=True))


def _adoptive_start(story: Story) -> Stay | None:
    return next((stay for stay in story.stays if stay.code in ("A5", "A6")), None)


def _decided_on(story: Story, rng: Chance) -> int | None:
    """The day it was decided the child should be placed for adoption: before the placement order (rules 553, 554)."""
    order = next((one.started for one in story.episodes if one.legal == "E1"), None)
    return max(story.child.started, order - rng.randrange(20, 90)) if order else None


def _ad1(story: Story, decided: int | None, rng: Chance) -> list[Row]:
    stay, child = _adoptive_start(story), story.child
    if stay is None or decided is None or child.ending not in ("E11", "E12"):
        return []
    matched = max(decided, stay.start - rng.randrange(5, 20))
    couple = rng.random() < 0.85
    adopters = ["2", "MF", "L11"] if couple else ["1", rng.choice(("M1", "F1", "F1")), "L0"]
    carer = "1" if stay.code == "A5" else "0"
    return [[child.child_id, written(child.born), written(decided), written(matched), carer, *adopters]]


def _placed(child: Child, decided: int | None) -> list[Row]:
    """DATE_PLACED is the day of the decision, not of the move (rule 523)."""
    return [[child.child_id, written(child.born), written(decided), "", ""]] if decided else []


def _previous(child: Child, year: Year, rng: Chance) -> list[Row]:
    if child.started < year.first:
        return []
    before, authority, on = "Z1", "", ""
    if not child.unaccompanied and child.started - child.born > 1200 and rng.random() < 0.06:
        before = one_of({"P1": 3, "P2": 6, "P3": 1}, rng)
        authority, on = child.authority, written(rng.randrange(child.born + 300, child.started - 100))
    return [[child.child_id, written(child.born), before, authority, on]]


def _missing(story: Story, year: Year, rng: Chance) -> list[Row]:
    """Times away, each inside one stay, none overlapping."""
    stay = max(story.stays, key=lambda one: min(one.end, year.last) - max(one.start, year.first))
    day, stop = max(stay.start, year.first) + 2, min(stay.end, year.last) - 3
    child = story.child
    rows: list[Row] = []
    times = 1 + int(rng.expovariate(1 / 5))
    gap = max(4, (stop - day) // (times + 1))
    while day < stop and len(rows) < times:
        start = min(stop - 1, day + rng.randrange(0, max(1, gap - 3)))
        kind = "M" if rng.random() < 0.8 else "A"
        end = start + one_of({1: 8, 2: 2}, rng)
        rows.append([child.child_id, written(child.born), kind, written(start), written(end)])
        day += gap
        day = max(day, end + 1)
    return rows


def may_go_missing(story: Story, year: Year) -> bool:
    """Old enough, and here for long enough in one place to have times away."""
    longest = max(min(stay.end, year.last) - max(stay.start, year.first) for stay in story.stays)
    return story.child.age(year.last) >= 11 and longest >= 12


def _social_workers(child: Child, year: Year, rng: Chance) -> list[Row]:
    begins = child.started
    if begins < year.first:
        begins = max(begins, year.first - rng.randrange(1, 500))
    stop = min(child.ended or FOREVER, year.last)
    bounds = [begins]
    low = max(begins, year.first) + 20
    if stop - low > 20 and rng.random() < 0.4:
        bounds.append(rng.randrange(low, stop - 5))
    ends = [*bounds[1:], None]  # the last worker stays with the child after care
    rows = []
    for at, (start, end) in enumerate(zip(bounds, ends, strict=True)):
        reason = "FCONTA" if not at and start == child.started else one_of(_WHY_NEW_WORKER, rng)
        worker = f"SW{child.authority}{rng.randrange(1, 200):03d}"
        rows.append([child.child_id, written(child.born), worker, written(start), written(end), reason])
    return rows


_WHY_NEW_WORKER = {"LEFTRL": 45, "ORGRST": 20, "TSPROC": 15, "MANAGE": 12, "ABSENC": 6, "CHCHAN": 2}


def care_leavers(authority: str, number: int, first_number: int, year: Year, rng: Chance) -> dict[str, list[Row]]:
    """Header and OC3 rows of young people who left care and turned 19, 20 or 21 in the year."""
    header, oc3 = [], []
    for at in range(number):
        born = birthday(rng.randrange(year.first, year.last + 1), -rng.choice((19, 20, 21)))
        child_id = f"M{authority}{first_number + at:05d}"
        sex = rng.choice(("M", "F"))
        header.append([child_id, sex, written(born), "WBRI", "UN3", "", ""])
        oc3.append([child_id, written(born), *leaver_facts(rng)])
    return {"header": header, "oc3": oc3}


def leaver_facts(rng: Chance) -> Sequence[str]:
    """In touch, activity and accommodation of a care leaver."""
    if rng.random() < 0.09:
        return rng.choice(("NO", "REFU", "NREQ")), "0", "0"
    activity = one_of({"F1": 6, "F2": 18, "F4": 18, "F5": 5, "P2": 5, "P5": 5, "G4": 14, "G5": 20, "G6": 9}, rng)
    accommodation = one_of(
        {"U1": 34, "B1": 11, "D1": 17, "Z1": 9, "E1": 4, "K1": 3, "Y1": 6, "X2": 3, "S2": 2, "W2": 1}, rng
    )
    return "YES", activity, accommodation
