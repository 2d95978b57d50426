"""Where a child lived before, and where those lived whose care has ended: likely placements, drawn one at a time."""

from nearhome.demo.calculations.chance import Chance, one_of
from nearhome.demo.calculations.children import Child
from nearhome.demo.calculations.days import age_on
from nearhome.demo.calculations.plans import Plan, earliest, make_plan

_FOSTER = {"own": 0.42, "agency": 0.34, "kinship": 0.24}


def plan_of_the_gone(child: Child, port: bool, rng: Chance) -> Plan:
    """The last placement of a child whose care ended in the year."""
    ended = child.ended or child.started
    if child.ending in ("E11", "E12"):
        return make_plan("A6" if rng.random() < 0.85 else "A5", "PR1", _cell("adoption", rng))
    if child.ending == "E17":
        return _foster(child, rng)
    age = age_on(child.born, ended)
    can_have_own_flat = earliest("K3", child) < max(child.started, ended - 60)
    if child.unaccompanied and can_have_own_flat and rng.random() < (0.70 if port else 0.55):
        return make_plan("K3", "PR4", "in" if port or rng.random() < 0.6 else "out")
    if can_have_own_flat and age >= 17 and rng.random() < 0.5:
        return make_plan("K3", "PR4", _cell("K3", rng))
    if child.ending == "E4A" and child.legal in ("C1", "C2") and rng.random() < 0.4:
        return make_plan("P1", "PR0")
    if child.legal == "J1" and earliest("R5", child) <= child.started and rng.random() < 0.5:
        return make_plan("R5", "PR3", "out")
    if age >= 11 and rng.random() < (0.05 if child.unaccompanied else 0.22):
        return _home(rng)
    return _foster(child, rng)


def plan_before(child: Child, after: Plan, on: int, legal_allows_parents: bool, rng: Chance) -> Plan:
    """A likely placement before `after`, for someone who starts to live there on the day `on`."""
    age = age_on(child.born, on)
    if after.kind == "K2" and age >= 9 and rng.random() < 0.45:
        return _home(rng)
    if after.kind == "K3" and age >= 11:
        kind = one_of({"K2": 0.3, "K3": 0.4 if earliest("K3", child) <= on else 0.0, "foster": 0.3}, rng)
        if kind != "foster":
            return _home(rng) if kind == "K2" else make_plan("K3", "PR4", _cell("K3", rng))
    if after.kind == "none" and age >= 11 and rng.random() < 0.5:
        return _home(rng)
    if after.code not in ("P1", "A5", "A6") and legal_allows_parents and rng.random() < 0.05:
        return make_plan("P1", "PR0")
    return _foster(child, rng)


def _home(rng: Chance) -> Plan:
    return make_plan("K2", "PR4", _cell("K2", rng))


def _foster(child: Child, rng: Chance) -> Plan:
    whose = one_of(_FOSTER, rng) if not child.unaccompanied else rng.choice(("own", "agency"))
    code = {"own": "U6", "agency": "U6", "kinship": "U3"}[whose]
    if child.ending == "E17":
        code = {"U6": "U4", "U3": "U1"}[code]
    provider = "PR4" if whose == "agency" else "PR1"
    return make_plan(code, provider, _cell(whose, rng), kinship=whose == "kinship")


def _cell(kind: str, rng: Chance) -> str:
    """Area and distance of a new placement: England 2025, 46 near and 5 far inside, 20 near and 16 far outside."""
    if kind == "K2":
        return one_of({"in_near": 30, "out_near": 25, "out_far": 45}, rng)
    if kind in ("own", "K3"):
        return one_of({"in_near": 80, "out_near": 15, "out_far": 5}, rng)
    return one_of({"in_near": 50, "out_near": 27, "out_far": 23}, rng)
