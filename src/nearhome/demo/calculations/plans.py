"""What kind of home each child has, whose and where: by count, so that the published splits come out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nearhome.demo.calculations import assumptions
from nearhome.demo.calculations.chance import Chance, apportion, one_of, pick
from nearhome.demo.calculations.children import Child
from nearhome.demo.calculations.days import Year, birthday
from nearhome.demo.calculations.figures import PLACES_GROWTH, SUPPRESSED_GUESS, AuthorityFigures, Figures


@dataclass(frozen=True, slots=True)
class Plan:
    """A placement to find: the return's PLACE and PLACE_PROVIDER codes, the market's kind, and the cell of area and distance."""

    code: str
    provider: str
    kind: str
    cell: str = "in_near"


_KINDS = {"U": "foster", "K2": "K2", "K3": "K3", "R3": "R3", "S1": "S1", "A": "adoption"}
_YOUNGEST = {"K3": 16, "R5": 10, "S1": 4}
# How strongly a kind of placement is drawn to each cell of area and distance.
_PULL = {
    "in_far": {
        "own": 1.5,
        "kinship": 1.0,
        "agency": 1.0,
        "K2": 1.6,
        "K3": 1.0,
        "none": 0.6,
        "adoption": 0.3,
        "P1": 0.2,
    },
    "out_far": {
        "own": 0.25,
        "kinship": 0.5,
        "agency": 2.2,
        "K2": 3.0,
        "K3": 1.0,
        "none": 2.0,
        "adoption": 3.0,
        "P1": 0.2,
    },
    "out_near": {
        "own": 0.6,
        "kinship": 0.8,
        "agency": 2.2,
        "K2": 2.0,
        "K3": 0.8,
        "none": 1.0,
        "adoption": 1.5,
        "P1": 0.3,
    },
}


def make_plan(code: str, provider: str, cell: str = "in_near", kinship: bool = False) -> Plan:
    """A plan for a placement code; codes the market does not know are placed at a bare postcode."""
    kind = "kinship" if kinship else _KINDS.get(code, _KINDS.get(code[0], "none"))
    return Plan(code, provider, kind, cell)


def earliest(code: str, child: Child) -> int:
    """The first day a child may have this placement code (rules 371 to 374)."""
    age = _YOUNGEST.get(code)
    return birthday(child.born, age) + 1 if age else child.born


def plan_stock(
    one: AuthorityFigures, children: Sequence[Child], figures: Figures, year: Year, rng: Chance
) -> dict[str, Plan]:
    """The placement on the last day of the year of every child still in care, by child id."""
    groups = _placement_groups(one, children, figures, year, rng)
    plans: dict[str, Plan] = {}
    by_id = {child.child_id: child for child in children}
    foster = [by_id[child] for child, group in groups.items() if group == "foster"]
    homes = [by_id[child] for child, group in groups.items() if group == "homes"]
    for child_id, group in groups.items():
        if group not in ("foster", "homes"):
            plans[child_id] = _other_plan(group, by_id[child_id], year, rng)
    voluntary = one.voluntary if one.voluntary is not None else SUPPRESSED_GUESS
    voluntary_homes = (
        min(round(0.06 * len(homes)), round(0.4 * voluntary)) if one.homes_voluntary or len(homes) > 60 else 0
    )
    own_homes = min(round(0.12 * len(homes)), round(0.35 * one.places_la * PLACES_GROWTH))
    plans |= _home_plans(homes, own_homes, voluntary_homes, rng)
    elsewhere = sum(plan.provider == "PR1" for plan in plans.values())
    plans |= _foster_plans(foster, _own(one, figures) - elsewhere, voluntary - voluntary_homes, rng)
    return _with_cells(one, children, plans, rng)


def _placement_groups(
    one: AuthorityFigures, children: Sequence[Child], figures: Figures, year: Year, rng: Chance
) -> dict[str, str]:
    counts = _placement_counts(one, figures, rng)
    groups: dict[str, str] = {}
    left = list(children)
    for group in ("supported", "adoption", "parents", "school", "other residential", "other", "homes"):
        chosen = pick(left, [_weight(group, child, year) for child in left], counts[group], rng)
        groups |= {child.child_id: group for child in chosen}
        left = [child for child in left if child.child_id not in groups]
    return groups | {child.child_id: "foster" for child in left}


def _placement_counts(one: AuthorityFigures, figures: Figures, rng: Chance) -> dict[str, int]:
    supported = SUPPRESSED_GUESS if one.supported is None else one.supported
    rest = one.stock - one.foster - one.homes - supported
    published = figures.shares["stock", "placement"]
    split = apportion(max(0, rest), {group: published[group] for group in assumptions.REST_OF_PLACEMENTS}, rng)
    return split | {"supported": supported, "homes": one.homes}


def _weight(group: str, child: Child, year: Year) -> float:
    """How likely is this child to live in this kind of placement? 0 where a rule of the return forbids it."""
    age, alone = child.age(year.last), child.unaccompanied
    if group == "supported":
        old_enough = birthday(child.born, 16) + 20 < year.last
        return (1.9 if alone else 1.0) if old_enough and child.legal in ("V2", "C2") else 0.0
    if group == "adoption":
        return 1.0 if child.legal == "E1" and child.started < year.first - 120 else 0.0
    if group == "parents":
        return 1.0 if child.legal in ("C1", "C2") and not alone else 0.0
    if group == "school":
        return (6.0 if child.need == "N2" else 0.3) if age >= 8 and not alone and child.legal != "J1" else 0.0
    if group == "other residential":
        baby = 3.0 if age < 1 and child.legal in ("C1", "V2") else 0.0
        return 30.0 if child.legal == "J1" else baby or (2.0 if child.need == "N2" and age >= 8 else 1e-6)
    if group == "other":
        return (2.0 if alone else 1.0 if age >= 16 else 0.6) if age >= 13 else 0.05
    by_age = 0.02 if age < 5 else 0.5 if age < 10 else 3.0 if age < 16 else 2.2
    return (0.0 if child.legal == "E1" else by_age) * (0.15 if alone else 1.0) * (2.0 if child.need == "N2" else 1.0)


def _other_plan(group: str, child: Child, year: Year, rng: Chance) -> Plan:
    if group == "supported":
        return make_plan("K3", "PR4")
    if group == "adoption":
        return make_plan("A6" if rng.random() < 0.85 else "A5", "PR1")
    if group == "parents":
        return make_plan("P1", "PR0")
    if group == "school":
        return make_plan("S1", "PR4")
    if group == "other":
        return make_plan(one_of({"Z11": 3, "Z12": 3, "Z13": 2, "Z14": 2}, rng), "")
    if child.legal == "J1" and earliest("R5", child) < child.started:
        return make_plan("R5", "PR3")
    if child.age(year.last) < 1:
        return make_plan("R3", "PR4")
    return make_plan("R1", "PR4") if rng.random() < 0.75 else make_plan("R2", "PR3")


def _own(one: AuthorityFigures, figures: Figures) -> int:
    if one.own is not None:
        return one.own
    shares = figures.shares["stock", "provider"]
    neither = round(one.stock * (shares["parents"] + shares["not reported"] + shares["other public"]) / 11050)
    return one.stock - (one.private or 0) - (one.voluntary or 0) - neither


def _home_plans(homes: Sequence[Child], own: int, voluntary: int, rng: Chance) -> dict[str, Plan]:
    shuffled = pick(homes, [1.0] * len(homes), len(homes), rng)
    plans = {}
    for at, child in enumerate(shuffled):
        provider = "PR1" if at < own else "PR5" if at < own + voluntary else "PR4"
        plans[child.child_id] = make_plan("K2", provider)
    return plans


def _foster_plans(foster: Sequence[Child], own: int, voluntary: int, rng: Chance) -> dict[str, Plan]:
    relatives = round(assumptions.KINSHIP_OF_FOSTER * len(foster))
    weights = [0.02 if child.unaccompanied else 1.0 for child in foster]
    kin = {child.child_id for child in pick(foster, weights, min(relatives, max(0, own - 2)), rng)}
    others = [child for child in foster if child.child_id not in kin]
    rng.shuffle(others)
    other_authority = round(0.012 * len(foster))
    in_house = max(0, min(own - len(kin), len(others) - other_authority - voluntary))
    plans = {child_id: make_plan(_foster_code(True, rng), "PR1", kinship=True) for child_id in sorted(kin)}
    for at, child in enumerate(others):
        bounds = (in_house, in_house + other_authority, in_house + other_authority + max(0, voluntary))
        provider = "PR1" if at < bounds[0] else "PR2" if at < bounds[1] else "PR5" if at < bounds[2] else "PR4"
        plans[child.child_id] = make_plan(_foster_code(False, rng), provider)
    return plans


def _foster_code(kin: bool, rng: Chance) -> str:
    long_term = rng.random() < assumptions.LONG_TERM_OF_FOSTER
    if kin:
        return "U1" if long_term else "U3"
    return "U4" if long_term else "U5" if rng.random() < 0.06 else "U6"


def _with_cells(
    one: AuthorityFigures, children: Sequence[Child], plans: Mapping[str, Plan], rng: Chance
) -> dict[str, Plan]:
    """Gives every plan its area and distance, so many of each as published."""
    alone = [child.child_id for child in children if child.unaccompanied]
    measured = [child.child_id for child in children if not child.unaccompanied]
    inside_alone = round(len(alone) * 0.87 * one.inside / one.stock)
    placed = {child_id: replace(plans[child_id], cell="out") for child_id in alone}
    inside = pick(alone, [_inside_pull(plans[child_id]) for child_id in alone], inside_alone, rng)
    placed |= {child_id: replace(plans[child_id], cell="in") for child_id in inside}
    out_far = round(one.pct_far_outside * one.stock / 100)
    in_far = max(0, one.over_20_miles - out_far)
    out_near = len(measured) - (one.inside - inside_alone) - out_far
    crowded = _crowded_out(one, plans, measured, rng)
    for cell, count in (("out_far", out_far), ("out_near", out_near), ("in_far", in_far)):
        weights = [_pull(cell, plans[child_id], child_id in crowded) for child_id in measured]
        chosen = pick(measured, weights, count, rng)
        placed |= {child_id: replace(plans[child_id], cell=cell) for child_id in chosen}
        measured = [child_id for child_id in measured if child_id not in placed]
    return placed | {child_id: plans[child_id] for child_id in measured}


def _crowded_out(one: AuthorityFigures, plans: Mapping[str, Plan], ids: Sequence[str], rng: Chance) -> set[str]:
    """Children in homes for whom their own area has too few places of that sector."""
    crowded: set[str] = set()
    for provider, places in (("PR4", one.places_private), ("PR5", one.places_voluntary)):
        mine = [child_id for child_id in ids if plans[child_id].kind == "K2" and plans[child_id].provider == provider]
        room = int(0.45 * places * PLACES_GROWTH)
        crowded |= set(pick(mine, [1.0] * len(mine), len(mine) - room, rng))
    return crowded


def _inside_pull(plan: Plan) -> float:
    if plan.provider == "PR2":
        return 0.0
    return 1e6 if plan.kind == "K2" and plan.provider == "PR1" else 1.0


def _pull(cell: str, plan: Plan, crowded: bool) -> float:
    outside = cell.startswith("out")
    if plan.provider == "PR2" or crowded:
        return 1e6 if cell == "out_near" else 2.0 if outside else 0.0
    if plan.kind == "K2" and plan.provider == "PR1":
        return 0.0 if outside else 1.0
    kind = plan.kind
    if kind == "foster":
        kind = "own" if plan.provider == "PR1" else "agency"
    kind = {"S1": "K2", "R3": "none"}.get(kind, kind)
    return _PULL[cell]["P1" if plan.code == "P1" else kind]
