"""Small made-up plans, and the slow and obvious way to solve them: try everything."""

from itertools import product
from typing import Any

from hypothesis import strategies as st

Plan = dict[str, Any]


def plan_of(children: str, homes: str, options: str, **more: Any) -> Plan:
    """A plan in few words: children "c1:A c2:B:g" (authority, group), homes "h1:A:2", options "c1-h1:5"."""
    rows = [[*word.split(":"), None][:3] for word in children.split()]
    return {
        "children": [{"id": name, "authority": authority, "group": group} for name, authority, group in rows],
        "homes": [
            {"id": name, "authority": authority, "capacity": int(places)}
            for name, authority, places in (word.split(":") for word in homes.split())
        ],
        "options": [
            {"child": pair.split("-")[0], "home": pair.split("-")[1], "value": float(value)}
            for pair, value in (word.split(":") for word in options.split())
        ],
    } | more


@st.composite
def small_plans(draw: st.DrawFn, *, promise: bool | None = None) -> Plan:
    """Up to five children, three homes and two authorities, with groups (of several authorities too) and conflicts."""
    owner, group = st.sampled_from("AB"), st.sampled_from([None, None, None, "g", "k"])
    value = st.one_of(st.integers(0, 9), st.sampled_from([0.1, 0.25, 1 / 3, 7.7]))
    children = [{"id": f"c{n}", "authority": draw(owner), "group": draw(group)} for n in range(draw(st.integers(0, 5)))]
    homes = [
        {"id": f"h{n}", "authority": draw(owner), "capacity": draw(st.integers(0, 3))}
        for n in range(draw(st.integers(0, 3)))
    ]
    pairs = [(child["id"], home["id"]) for child in children for home in homes]
    options = [
        {"child": child, "home": home, "value": draw(value)} for child, home in pairs if draw(st.integers(0, 9)) < 7
    ]
    apart = [
        [one["id"], other["id"]]
        for one in children
        for other in children
        if str(one["id"]) < str(other["id"])
        and (one["group"] is None or one["group"] != other["group"])
        and draw(st.integers(0, 9)) < 2
    ]
    is_promised = draw(st.booleans()) if promise is None else promise
    return {"children": children, "homes": homes, "options": options, "conflicts": apart, "promise": is_promised}


def best_by_trying(plan: Plan) -> tuple[float, dict[str, float]]:
    """The greatest total of any plan that keeps every rule, and what each authority could reach alone."""
    authorities = {row["authority"] for row in [*plan["children"], *plan["homes"]]}
    alone = {name: max(map(sum_of, every_plan(_own(plan, name)))) for name in authorities}
    kept = (
        values for values in every_plan(plan)
        if not plan.get("promise") or all(_got(plan, values, name) >= alone[name] - 1e-9 for name in authorities)
    )  # fmt: skip
    return max(map(sum_of, kept)), alone


def every_plan(plan: Plan) -> list[dict[str, float]]:
    """All plans that keep the rules, each as the value of each child placed."""
    value = {(row["child"], row["home"]): row["value"] for row in plan["options"]}
    names = [row["id"] for row in plan["children"]]
    where = [[None, *(home["id"] for home in plan["homes"] if (name, home["id"]) in value)] for name in names]
    found = []
    for homes in product(*where):
        placed = dict(zip(names, homes, strict=True))
        if keeps_the_rules(plan, placed):
            found.append({name: value[name, home] for name, home in placed.items() if home})
    return found


def keeps_the_rules(plan: Plan, placed: dict[str, Any]) -> bool:
    """Capacities, groups whole and together, conflicts apart, each at an option. `placed` may leave children out."""
    options = {(row["child"], row["home"]) for row in plan["options"]}
    homes = list(placed.values())
    together: dict[str, set[Any]] = {}
    for row in plan["children"]:
        if row.get("group") is not None:
            together.setdefault(row["group"], set()).add(placed.get(row["id"]))
    return (
        all((child, home) in options for child, home in placed.items() if home)
        and all(homes.count(home["id"]) <= home["capacity"] for home in plan["homes"])
        and all(len(where) == 1 for where in together.values())
        and not any(
            placed.get(one) and placed.get(one) == placed.get(other) for one, other in plan.get("conflicts", [])
        )
    )


def sum_of(values: dict[str, float]) -> float:
    """The total of a plan."""
    return sum(values.values())


def _got(plan: Plan, values: dict[str, float], authority: str) -> float:
    return sum(values.get(row["id"], 0.0) for row in plan["children"] if row["authority"] == authority)


def _own(plan: Plan, authority: str) -> Plan:
    """An authority's own children and homes; a group of several authorities is nobody's own."""
    foreign = {row["group"] for row in plan["children"] if row["authority"] != authority} - {None}
    mine = [row for row in plan["children"] if row["authority"] == authority and row["group"] not in foreign]
    homes = [row for row in plan["homes"] if row["authority"] == authority]
    ids = {row["id"] for row in [*mine, *homes]}
    options = [row for row in plan["options"] if row["child"] in ids and row["home"] in ids]
    return {"children": mine, "homes": homes, "options": options, "conflicts": plan["conflicts"]}
