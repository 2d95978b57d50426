"""`nearhome settle` on ten years of made-up blocks, beside a plain account that looks at every night.

Claim: ten years × 1,000 places × 19 authorities are settled in under 10 s of calculation, and growth follows the facts.
"""

import gc
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from nearhome.settlement.calculations.settling import settle_case
from nearhome.settlement.importers.settle_files import case_from

CLAIM_S = 10
AUTHORITIES = [f"A{number:02}" for number in range(19)]
FIRST, BEFORE = date(2026, 4, 1), date(2036, 4, 1)
PLACES, PLACES_EACH, GRACE = (250, 500, 1_000), 20, 7


def measure_settling() -> str:
    """A table: size, seconds of calculation and of the whole command, and the plain account's."""
    lines = [
        "## Ten years settled (`nearhome settle CASE.json --json`)\n",
        f"Made-up blocks of {PLACES_EACH} places of 19 authorities, {FIRST:%B %Y} to {BEFORE - timedelta(days=1):%B %Y}, a"
        f" new price every year, stays of four months on average, {GRACE} grace nights. The plain account does the same sums"
        " night by night, without lines, reasons, postings or months; both agree to the penny for every authority. Seconds of"
        f" processor time, of the whole command by the clock; the machine's load was {os.getloadavg()[0]:.1f} on"
        f" {os.cpu_count()} cores.\n",
        "| Places | stays | nights | lines | calculation, s | whole command, s | night by night, s | night by night ÷"
        " calculation | times the places | times the seconds |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    before, met = None, False
    for places in PLACES:
        row = _measured(places)
        grown = f"{places / before[0]:.2f} | {row['calculation'] / before[1]:.2f}" if before else "– | –"
        lines.append(
            f"| {places:,} | {row['stays']:,} | {places * (BEFORE - FIRST).days:,} | {row['lines']:,} |"
            f" {row['calculation']:.2f} | {row['command']:.2f} | {row['nightly']:.2f} |"
            f" {row['nightly'] / row['calculation']:.1f} | {grown} |"
        )
        before = places, row["calculation"]
        met = met or (places == 1_000 and row["calculation"] < CLAIM_S)
    lines.append(
        f"\nClaim: ten years × 1,000 places × 19 authorities in under {CLAIM_S} s of calculation:"
        f" {'met' if met else 'not met'}."
    )
    return "\n".join(lines) + "\n"


def _measured(places: int) -> dict[str, Any]:
    file = drawn_case(places, seed=2026)
    content = json.dumps(file, default=str).encode()
    case = case_from(content, "bench")
    gc.disable()  # as the command does
    began = time.process_time()
    settled = settle_case(case)
    calculation = time.process_time() - began
    began = time.process_time()
    plain = nightly(file)
    nights = time.process_time() - began
    gc.enable()
    costs = {one.authority: one.own_cost_pence for one in settled.settlement.statements}
    assert costs == {name: plain[name] for name in AUTHORITIES}, "the two accounts differ"
    return {
        "stays": sum(len(one["stays"]) for one in file["contracts"]), "lines": sum(len(one.lines) for one in settled.posted),
        "calculation": calculation, "nightly": nights, "command": _command(content),
    }  # fmt: skip


def _command(content: bytes) -> float:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.json"
        path.write_bytes(content)
        began = time.perf_counter()
        command = [sys.executable, "-m", "nearhome.cli", "settle", str(path), "--json"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began


def drawn_case(places: int, seed: int) -> dict[str, Any]:
    """The file of a case; the same for the same size and seed."""
    drawn = random.Random(seed)
    return {
        "title": f"Ten years of {places} places, made up",
        "period": {"starts_on": FIRST, "ends_before": BEFORE},
        "authorities": [{"ref": name, "name": f"Madeup {name}"} for name in AUTHORITIES],
        "providers": [{"ref": "MADEUP", "name": "Madeup Care Ltd"}],
        "contracts": [_contract(drawn, number) for number in range(places // PLACES_EACH)],
    }


def _contract(drawn: random.Random, number: int) -> dict[str, Any]:
    refs = [f"B{number}P{place}" for place in range(PLACES_EACH)]
    weekly = drawn.randint(400_000, 600_000)
    return {
        "ref": f"B{number}", "provider": "MADEUP", "host": AUTHORITIES[number % len(AUTHORITIES)],
        "agreement": [{"starts_on": FIRST, "empty_bearer": "nominated", "grace_nights": GRACE}],
        "places": [{"ref": ref, "available_from": FIRST, "nominated": drawn.choice(AUTHORITIES)} for ref in refs],
        "prices": [
            {"starts_on": date(year, 4, 1), "weekly_pence": weekly + 13_579 * (year - 2026)} for year in range(2026, 2036)
        ],
        "stays": [stay for ref in refs for stay in _stays(drawn, ref)],
    }  # fmt: skip


def _stays(drawn: random.Random, place: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    day = FIRST + timedelta(days=drawn.randint(0, 60))
    while day < BEFORE:
        ends = day + timedelta(days=drawn.randint(20, 220))
        found.append({
            "ref": f"{place}-{len(found)}", "child": f"C{place}-{len(found)}", "authority": drawn.choice(AUTHORITIES),
            "place": place, "arrived_on": day, "departed_on": ends,
        })  # fmt: skip
        day = ends + timedelta(days=drawn.randint(0, 40))
    return found


def nightly(file: dict[str, Any]) -> Counter[str]:
    """Pence by authority, one night after the other: who is there, what the night costs, who bears it."""
    sums: Counter[str] = Counter()
    for contract in file["contracts"]:
        by_place: dict[str, list[dict[str, Any]]] = {}
        for stay in contract["stays"]:
            by_place.setdefault(stay["place"], []).append(stay)
        costs = _nights_of(contract["prices"])
        for place in contract["places"]:
            _count_place(place["nominated"], by_place.get(place["ref"], []), costs, sums)
    return sums


def _nights_of(prices: list[dict[str, Any]]) -> list[int]:
    """What each night of the period costs at a contract's prices: the running total rounded, less the one before."""
    costs: list[int] = []
    for price, following in zip(prices, [*prices[1:], {"starts_on": BEFORE}], strict=True):
        weekly = price["weekly_pence"]
        totals = [
            (2 * weekly * nights + 7) // 14 for nights in range((following["starts_on"] - price["starts_on"]).days + 1)
        ]
        costs += [after - before for before, after in pairwise(totals)]
    return costs


def _count_place(nominated: str, stays: list[dict[str, Any]], costs: list[int], sums: Counter[str]) -> None:
    waiting = iter(stays)
    stay, empty, night = next(waiting, None), 0, FIRST
    for cost in costs:
        while stay and stay["departed_on"] <= night:
            stay = next(waiting, None)
        if stay and stay["arrived_on"] <= night:
            sums[stay["authority"]] += cost
            empty = 0
        else:
            empty += 1
            if empty > GRACE:
                sums[nominated] += cost
        night += timedelta(days=1)
