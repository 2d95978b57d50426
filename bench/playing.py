"""A made-up region played forward under each way of placing children, with the same seeds: who fares how, at what cost."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nearhome.matching.calculations.playing.day import Policy
    from nearhome.matching.calculations.playing.play import Region
    from nearhome.sufficiency.calculations.figures import Analysis, Cell, Kind

REPLICATIONS = 10
AGAINST = "sequential officers"
PLAN = "regional plan"
Outcomes = dict[str, list[dict[str, float]]]
ByAuthority = dict[str, list[list[dict[str, float]]]]


def measure_playing() -> str:
    """Every policy over the replications, as tables with 95 % intervals, and in words where the plan does not win."""
    from nearhome.matching.calculations.playing.comparing import compared

    outcomes, by_authority, seconds = _played(range(1, REPLICATIONS + 1))
    analysis = compared(outcomes, AGAINST, by_authority)
    return "\n".join([
        "## A region played forward (`nearhome.matching.calculations.playing`)\n",
        _opening(),
        *_means(analysis),
        *_differences(analysis),
        *_authorities(analysis),
        *_against_the_plan(outcomes),
        f"\n{_seconds(seconds)}\n",
    ])  # fmt: skip


def _policies() -> dict[str, "Callable[[Region], Policy]"]:
    from nearhome.matching.calculations.playing import policies
    from nearhome.matching.calculations.playing.keeping_back import regional_plan_keeping_back

    clock = time.perf_counter
    return {
        AGAINST: lambda region: policies.sequential_officers,
        "one by one, all seen": lambda region: policies.one_by_one_over_all,
        "each authority alone": lambda region: policies.each_alone(clock),
        PLAN: lambda region: policies.regional_plan(clock),
        "plan with promise": lambda region: policies.regional_plan_with_promise(clock),
        "plan keeping back": lambda region: regional_plan_keeping_back(region, clock),
    }


def _played(seeds: range) -> tuple[Outcomes, ByAuthority, dict[str, float]]:
    from nearhome.matching.calculations.playing.assumptions import RegionSettings
    from nearhome.matching.calculations.playing.measures import measures_of
    from nearhome.matching.calculations.playing.play import make_region, play

    made = _policies()
    outcomes: Outcomes = {name: [] for name in made}
    by_authority: ByAuthority = {name: [] for name in made}
    seconds = dict.fromkeys(made, 0.0)
    settings = RegionSettings()
    for seed in seeds:
        region = make_region(settings, seed)
        for name, policy_in in made.items():
            began = time.perf_counter()
            played = play(region, policy_in(region))
            seconds[name] += time.perf_counter() - began
            outcomes[name].append(measures_of(played))
            by_authority[name].append([measures_of(played, only=one) for one in range(len(settings.sizes))])
    return outcomes, by_authority, seconds


def _opening() -> str:
    from nearhome.matching.calculations.playing.assumptions import RegionSettings

    settings = RegionSettings()
    return (
        f"{len(settings.sizes)} made-up authorities, {settings.homes} homes under contract and {settings.spot_homes} of "
        f"the spot market, about {settings.children:,} children in care; {settings.warm_up_days} days to settle, then "
        f"{settings.days} days counted; {REPLICATIONS} regions (seeds 1 to {REPLICATIONS}), every policy in each of "
        "them. Means with 95 % intervals. What the region assumes is ours: docs/methods/played-forward.md.\n"
    )


def _means(analysis: "Analysis") -> list[str]:
    from nearhome.matching.calculations.playing.measures import MEASURES

    table = analysis.sections[0].breakdowns[0]
    names = [str(row[0]) for row in table.rows]
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for number, one in enumerate(MEASURES):
        at = 1 + 3 * number
        cells = [
            f"{_said(row[at], one.kind)} ({_said(row[at + 1], one.kind)} to {_said(row[at + 2], one.kind)})"
            for row in table.rows
        ]
        lines.append(f"| {one.title} | {' | '.join(cells)} |")
    return lines


def _said(value: "Cell", kind: "Kind") -> str:
    if not isinstance(value, int | float):
        return "–"
    if kind == "money":
        return f"£{value / 1e8:,.2f} m"
    return f"{value:.1%}" if kind == "share" else f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"


def _differences(analysis: "Analysis") -> list[str]:
    table = analysis.sections[0].breakdowns[1]
    return [
        f"\n{table.title}, region by region (percentage points, pounds, days, nights, children):\n",
        *_rows(table.rows),
    ]


def _rows(rows: "Sequence[tuple[Cell, ...]]") -> list[str]:
    lines = ["| Measure | Policy | Difference | from | to | |", "|---|---|---|---|---|---|"]
    for measure, policy, *figures, word in rows:
        lines.append(f"| {measure} | {policy} | {' | '.join(_said(one, 'number') for one in figures)} | {word} |")
    return lines


def _authorities(analysis: "Analysis") -> list[str]:
    """How often the children of an authority fared better or worse, counted over authorities and measures."""
    rows = analysis.sections[0].breakdowns[2].rows
    lines = ["\nAuthority by authority, against the same policy (near, needs met, days waited, spend; of so many):\n",
             "| Policy | better | no difference seen | worse | worse in |", "|---|---|---|---|---|"]  # fmt: skip
    for policy in dict.fromkeys(str(row[0]) for row in rows):
        words = [str(row[6]) for row in rows if row[0] == policy]
        worse = [f"{row[1]} ({str(row[2]).lower()})" for row in rows if row[0] == policy and row[6] == "worse"]
        counts = " | ".join(str(words.count(word)) for word in ("better", "no difference seen", "worse"))
        lines.append(f"| {policy} | {counts} | {', '.join(worse) or '–'} |")
    return lines


def _against_the_plan(outcomes: Mapping[str, Sequence[Mapping[str, float]]]) -> list[str]:
    """In which measures the regional plan is clearly better than each other policy, and in which it is not."""
    from nearhome.matching.calculations.playing.comparing import paired, word_for
    from nearhome.matching.calculations.playing.measures import MEASURES

    lines = [f"\nWhere the {PLAN} wins, and where it does not:\n"]
    for other in (name for name in outcomes if name != PLAN):
        words = {one.title: word_for(one, paired(outcomes[PLAN], outcomes[other], one.key)) for one in MEASURES}
        said = [f"{word}: {', '.join(t.lower() for t, w in words.items() if w == word) or 'nothing'}"
                for word in ("better", "worse", "no difference seen")]  # fmt: skip
        lines.append(f"- Against {other}: {'; '.join(said)}.")
    return lines


def _seconds(seconds: dict[str, float]) -> str:
    each = ", ".join(f"{name} {taken / REPLICATIONS:.1f}" for name, taken in seconds.items())
    return f"Seconds a replication (one core, shared machine): {each}; {sum(seconds.values()):.0f} in all."


if __name__ == "__main__":
    print(measure_playing())
