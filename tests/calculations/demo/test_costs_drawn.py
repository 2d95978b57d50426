"""The made-up prices: obviously made up, plausible, and with causes that the benchmark finds again."""

import csv
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest

from nearhome.demo.calculations.costs import COST_COLUMNS, draw_costs
from nearhome.demo.costs import FOUNDERS, write_costs
from nearhome.sufficiency.calculations.prices.prices import benchmark
from nearhome.sufficiency.importers.costs import read_costs

ON = date(2026, 3, 31)


def test_prices_are_about_as_published() -> None:
    drawn = draw_costs(Random(1), authorities=FOUNDERS, placements=2000, on=ON)
    rows = [dict(zip(COST_COLUMNS, row, strict=True)) for row in drawn.rows]

    def weekly(*codes: str, own: bool = False) -> np.ndarray:
        some = [row for row in rows if row["placement_type"] in codes and (row["provider_type"] == "PR1") == own]
        return np.array([float(row["weekly_cost"].strip("£").replace(",", "")) for row in some])

    homes = weekly("K2", "S1")
    assert homes.mean() == pytest.approx(7315, rel=0.10) and 0.10 <= (homes >= 10_000).mean() <= 0.20
    assert weekly("U1", "U4", "U6", own=True).mean() == pytest.approx(500, rel=0.10)
    assert weekly("U4", "U6").mean() == pytest.approx(950, rel=0.12)
    assert weekly("K3").mean() == pytest.approx(1800, rel=0.12)


def test_the_file_is_read_without_any_problem_and_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "COSTS.csv", tmp_path / "b" / "COSTS.csv"
    assert write_costs(one, seed=3, on=ON) == write_costs(other, seed=3, on=ON) == 1600
    assert one.read_bytes() == other.read_bytes()
    found = read_costs([one])
    assert found.problems == () and found.costs.height == 1600


def test_nobody_and_no_provider_is_real(tmp_path: Path) -> None:
    write_costs(tmp_path / "COSTS.csv", seed=3, on=ON)
    with (tmp_path / "COSTS.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert all(row["child"].startswith("Test Child ") for row in rows)
    assert all(row["provider"].startswith("Madeup ") or row["provider_type"] == "PR1" for row in rows)


def test_the_benchmark_finds_what_authorities_truly_pay(tmp_path: Path) -> None:
    drawn = draw_costs(Random(7), authorities=FOUNDERS, placements=500, on=ON)
    path = tmp_path / "COSTS.csv"
    path.write_text("\n".join([",".join(COST_COLUMNS), *(",".join(f'"{cell}"' for cell in row) for row in drawn.rows)]))
    sections = benchmark(read_costs([path]).costs, seed=1)
    found = next(one for section in sections for one in section.breakdowns if one.name == "same_provider_residential")
    mean = sum(drawn.authority_effects.values()) / len(drawn.authority_effects)
    for code, low, high in zip(found.column("authority"), found.column("low"), found.column("high"), strict=True):
        true = float(np.exp(drawn.authority_effects[str(code)] - mean))
        assert float(low) - 0.01 <= true <= float(high) + 0.01  # type: ignore[arg-type]
