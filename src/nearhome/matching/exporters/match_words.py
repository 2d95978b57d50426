"""The answer of `nearhome match` in plain English, for somebody at a terminal."""

from collections.abc import Mapping
from datetime import date

from nearhome.matching.calculations.region.advised import Advice, AlternativeTold, WhyThisPlace
from nearhome.matching.calculations.region.answered import Answer, ChildAnswer
from nearhome.matching.calculations.region.records import Parts, PlanLine
from nearhome.matching.calculations.region.worth import PART_WORDS
from nearhome.matching.calculations.rule import plural

SHOWN, MISSES = 5, 3


def in_words(answer: Answer, seconds: float) -> str:
    """Everything a person needs first; the rest is in the JSON."""
    case = answer.case
    parts = [
        f"On {_day(case.on)}: {plural(len(case.children), 'child', 'children')}, {plural(len(case.homes), 'home')}. Worked out in {seconds:.2f} seconds"
        f" ({1000 * answer.ranking_seconds:.0f} ms a child for the ranking, the slowest)."
    ]
    if answer.advice is None:
        parts += [_child(one) for one in answer.children]
        parts.append(
            "Who goes where, all at once: --plan. Every contribution: --json; of every home, not only the first: --json --all."
        )
    elif answer.explained_child:
        parts.append(_explained(answer.explained_child, answer.explained, answer.advice, case.names))
    else:
        parts += _plan(answer.advice, case.names)
    return "\n\n".join(part for part in parts if part) + "\n"


def _child(child: ChildAnswer) -> str:
    lines = [
        f"{child.child_ref} (authority {child.authority}): {plural(child.possible, 'home')} possible, {child.refused} not"
    ]
    for home in child.ranked[:SHOWN]:
        day = child.free_from.get(home.home_ref)
        free = f"from {_day(day)}" if day else "if a planned move frees a place"
        price = "" if home.weekly_price_pence is None else f", £{home.weekly_price_pence / 100:,.0f} a week"
        lines.append(
            f"  {home.position}. {home.home_name}: score {home.total:.1f}, need fit {home.need_fit:.2f}, {free}; "
            f"{home.route.words}{price}"
        )
        asks = "; ".join(ask.words for ask in home.asks)
        lines += [f"     To judge: {asks}"] if asks else []
    if child.possible > SHOWN:
        lines.append(f"  and {child.possible - SHOWN} more (--json has them all)")
    lines.append(f"  {child.decided_by}")
    if not child.possible and child.refused_by:
        rules = (f"{one.name.lower()} ({plural(one.count, 'home')})" for one in child.refused_by)
        lines.append(f"  Refused by: {', '.join(rules)}")
    for miss in child.nearest[:MISSES]:
        lines.append(f"  Not {miss.home_name}: {miss.would_be_possible_if or miss.would_be_possible_if_both}")
    return "\n".join(lines)


def _plan(advice: Advice, names: Mapping[str, str]) -> list[str]:
    plan = advice.plan
    children = len(plan.lines) + len(plan.unplaced)
    sure = (
        "No other plan is worth more: this is proven."
        if plan.status == "optimal"
        else f"The best plan found in the time: another may be worth up to {plan.bound - plan.worth:.1f} points more ({plan.gap:.3%})."
    )
    heading = [
        f"{len(plan.lines)} of {children} children have a home; the plan is worth {plan.worth:,.1f} points.",
        sure,
    ]
    heading += _promise(advice)
    heading.append("This is advice to work through. Nobody is placed by it.")
    return [
        "\n".join(heading),
        "\n".join(_line(line, names) for line in plan.lines),
        "\n".join(f"{one.child_ref} has no place: {one.why}" for one in plan.unplaced),
        "\n".join(
            f"Authority {one.authority}: {one.placed} of {one.children} placed, {one.worth:,.1f} points; alone in its own homes {one.alone:,.1f}"
            for one in advice.by_authority
        ),
        _moves(advice, names),
        "\n".join(f"Note: {note}" for note in plan.notes),
    ]


def _promise(advice: Advice) -> list[str]:
    if advice.price_of_promise is None:
        return []
    price = advice.price_of_promise
    costs = f"that costs the whole {price:.1f} points" if price > 0.0005 else "at no cost to the whole"
    return [f"No authority is worse off than alone: {costs}."]


def _line(line: PlanLine, names: Mapping[str, str]) -> str:
    home = _name(line.home_ref, names)
    if line.kind == "stays":
        return f"{line.child_ref} stays at {home}."
    words = [f"{line.child_ref} to {home} from {_day(line.starts_on)}, {line.worth:.1f} points"]
    if line.days_later:
        words.append(f"{plural(line.days_later, 'day')} later than wanted")
    if line.kind in ("together", "near"):
        near = "with" if line.kind == "together" else "near"
        words.append(f"{near} brothers and sisters (group {line.group})")
    words += [f"moves from {_name(line.moves_from, names)}"] if line.moves_from else []
    words += [f"the place {line.freed_by} leaves"] if line.freed_by else []
    words += [f"a place kept for {line.kept_for}"] if line.kept_for else []
    words += [f"to judge: {', '.join(line.asks)}"] if line.asks else []
    return "; ".join(words) + "."


def _moves(advice: Advice, names: Mapping[str, str]) -> str:
    if not advice.moves and not advice.circles:
        return ""
    freed = {line.home_ref for line in advice.plan.lines if line.freed_by}
    chain = [move for move in advice.moves if move.from_home or move.to_home in freed]
    steps = [
        f"  {number}. {move.child_ref} to {_name(move.to_home, names)}"
        + (f" from {_name(move.from_home, names)}" if move.from_home else "")
        for number, move in enumerate(chain, start=1)
    ]
    return "\n".join(["In this order each finds the place free:" if steps else "", *steps, *advice.circles]).strip()


def _explained(child: str, why: WhyThisPlace | None, advice: Advice, names: Mapping[str, str]) -> str:
    if why is None:
        return f"{child} is in no unit of the plan."
    who = " and ".join(why.children)
    planned = _homes(why.planned_homes, names)
    lines = [f"{who} in the plan: {planned}, {why.planned_worth:.1f} points."]
    line = next((one for one in advice.plan.lines if one.child_ref == child), None)
    lines += [f"  {_parts(line.parts)}"] if line else []
    if why.best_homes == why.planned_homes and not why.difference:
        lines.append("That is the best place there is on its own.")
    else:
        lines.append(
            f"Best on its own: {_homes(why.best_homes, names)}, {why.best_worth:.1f} points: {why.difference:.1f} more."
        )
    for held in why.holders:
        where = "has a place there" if held.because == "place" else "is there, and they must not live together"
        loss = "" if held.loss is None else f"; would lose {held.loss:.1f} points"
        lines.append(f"  {' and '.join(held.children)} {where}{loss}.")
    if why.best is not None:
        lines.append(f"  With it the whole plan would lose {why.best.regret:.1f} points.")
    lines += [why.why_not_placed] if why.why_not_placed else []
    lines += ["The nearest alternatives:"] if why.alternatives else []
    lines += [_alternative(one, names) for one in why.alternatives]
    return "\n".join(lines)


def _alternative(one: AlternativeTold, names: Mapping[str, str]) -> str:
    exact = "" if one.is_exact else "at most "
    moved = [" and ".join(shift.children) for shift in one.shifts[1:]]
    others = f"; changes for {', '.join(moved)}" if moved else ""
    return (
        f"  {_homes(one.homes, names)} from {_day(date.fromisoformat(one.starts_on))}: {one.worth:.1f} points for them, "
        f"the whole plan loses {exact}{one.regret:.1f}{others}"
    )


def _parts(parts: Parts) -> str:
    return ", ".join(f"{PART_WORDS.get(name, name)} {points:+.1f}" for name, points in parts)


def _homes(homes: tuple[str, ...], names: Mapping[str, str]) -> str:
    return " and ".join(_name(home, names) for home in homes) or "no home"


def _name(home: str, names: Mapping[str, str]) -> str:
    return f"{names[home]} ({home})" if home in names else home


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
