"""``nearhome settle``: what a case says twice, or not at all, is refused with the rows and the mend, never charged in silence."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from nearhome.cli.main import app

RUN = CliRunner()
Rows = dict[str, Any]


def stay(
    ref: str, place: str = "P1", arrived_on: str = "2026-06-01", departed_on: str | None = None, **more: Any
) -> Rows:
    row = {"ref": ref, "child": f"Test child {ref}", "authority": "WSX", "place": place, "arrived_on": arrived_on}
    return row | {"departed_on": departed_on} | more


def stage(name: str, arrived_on: str, departed_on: str | None, element: str = "accommodation") -> Rows:
    priced = {"name": element, "prices": [{"starts_on": "2026-01-01", "weekly_pence": 70_000}]}
    row = {"name": name, "provider": "Madeup Home", "place": "Room 1", "arrived_on": arrived_on}
    return row | {"departed_on": departed_on, "elements": [priced]}


def placement(*stages: Rows, **more: Any) -> Rows:
    return {"ref": "I1", "child": "Test child of its own", "authority": "KEN", "stages": list(stages)} | more


@pytest.fixture
def case() -> Rows:
    """One place at £700.00 a week (£100.00 a night), Kent the host, January to March 2027."""
    contract = {
        "ref": "B", "provider": "Madeup Care", "host": "KEN", "agreement": [{"starts_on": "2020-01-01", "empty_bearer": "host"}],
        "places": [{"ref": "P1", "available_from": "2026-01-01"}], "stays": [], "closed": [], "guarantee": [],
        "prices": [{"starts_on": "2020-01-01", "weekly_pence": 70_000}],
    }  # fmt: skip
    return {
        "title": "Made up", "period": {"starts_on": "2027-01-01", "ends_before": "2027-04-01"},
        "authorities": [{"ref": ref, "name": ref.title()} for ref in ("KEN", "WSX", "POR")],
        "contracts": [contract], "placements": [], "lead_costs": [], "closes": [],
    }  # fmt: skip


def run(folder: Path, case: Rows, *words: str) -> Any:
    path = folder / "case.json"
    path.write_text(json.dumps(case))
    return RUN.invoke(app, ["settle", str(path), *words])


def answer(folder: Path, case: Rows) -> Rows:
    done = run(folder, case, "--json")
    assert done.exit_code == 0, done.stderr
    found: Rows = json.loads(done.stdout)
    return found


def refused(folder: Path, case: Rows) -> str:
    done = run(folder, case)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    said: str = " ".join(done.stderr.split())
    return said


def costs(found: Rows) -> dict[str, int]:
    return {one["authority"]: one["own_cost_pence"] for one in found["authorities"] if one["own_cost_pence"]}


A, B = "2027-02-01", "2027-02-10"
TWICE: list[tuple[str, list[Rows], str]] = [
    ("agreement", [{"starts_on": A, "empty_bearer": "host"}, {"starts_on": A, "empty_bearer": "nominated"}], "both begin on 2027-02-01"),
    ("prices", [{"starts_on": A, "weekly_pence": 1}, {"starts_on": A, "weekly_pence": 2}], "both begin on 2027-02-01"),
    ("guarantee", [{"starts_on": A, "basis_points": 1}, {"starts_on": A, "basis_points": 2}], "both begin on 2027-02-01"),
    (
        "closed",
        [{"place": "P1", "starts_on": A, "ends_before": B, "by": "host"}, {"place": "P1", "starts_on": "2027-02-05"}],
        "“P1” is closed by the host and by the provider on 2027-02-05; mend the days",
    ),
    ("stays", [stay("S1", departed_on=A), stay("S1", arrived_on=B)], "both are “S1”; give each its own ref"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rows", "words"), TWICE)
def test_two_rows_of_one_thing_are_refused_whichever_comes_first(
    tmp_path: Path, case: Rows, name: str, rows: list[Rows], words: str
) -> None:
    before = case["contracts"][0][name]
    at = len(before)
    for told in (rows, rows[::-1]):
        case["contracts"][0][name] = [*before, *told]
        said = refused(tmp_path, case)
        assert f"contracts[0].{name}[{at}]" in said
        assert f"contracts[0].{name}[{at + 1}]" in said
        assert words in said
    first, second = rows
    case["contracts"][0][name] = [*before, first | {"superseded_on": "2027-03-01"}, second | {"known_on": "2027-03-01"}]
    answer(tmp_path, case)


INSIDE: list[tuple[Rows, str]] = [
    (
        {"absences": [{"kind": "missing", "starts_on": A}, {"kind": "hospital", "starts_on": B}]},
        "stays[0].absences[0] and contracts[0].stays[0].absences[1]: the child is away twice on 2027-02-10",
    ),
    (
        {"funders": [{"starts_on": A, "authority": "KEN"}, {"starts_on": A, "authority": "POR"}]},
        "stays[0].funders[0] and contracts[0].stays[0].funders[1]: both begin on 2027-02-01",
    ),
]


@pytest.mark.parametrize(("more", "words"), INSIDE)
def test_a_stay_that_says_two_things_of_one_day_is_refused(tmp_path: Path, case: Rows, more: Rows, words: str) -> None:
    case["contracts"][0]["stays"] = [stay("S1", **more)]
    assert words in refused(tmp_path, case)


def test_two_nominations_and_two_rules_of_one_absence_are_refused(tmp_path: Path, case: Rows) -> None:
    named = [{"starts_on": A, "authority": "POR"}, {"starts_on": A, "authority": "WSX"}]
    case["contracts"][0]["places"][0]["nominations"] = named
    kept = [{"kind": "missing", "full_nights": 3}, {"kind": "missing", "full_nights": 4}]
    case["contracts"][0]["agreement"][0]["absences"] = kept
    said = refused(tmp_path, case)
    assert "places[0].nominations[0] and contracts[0].places[0].nominations[1]: both begin on 2027-02-01" in said
    assert "agreement[0].absences[0] and contracts[0].agreement[0].absences[1]: both are about “missing”" in said


def test_a_child_in_two_beds_on_the_same_nights_is_refused(tmp_path: Path, case: Rows) -> None:
    case["contracts"][0]["places"].append({"ref": "P2", "available_from": "2026-01-01"})
    case["contracts"][0]["stays"] = [stay("S1", child="X"), stay("S2", "P2", A, child="X")]
    said = refused(tmp_path, case)
    assert (
        "contracts[0].stays[0] and contracts[0].stays[1]: the child “X” is in both on the night of 2027-02-01" in said
    )
    case["contracts"][0]["stays"][1] = stay("S2", "P2", A)
    case["placements"] = [placement(stage("short break", "2027-03-01", None), child="X")]
    assert "contracts[0].stays[0] and placements[0].stages[0]" in refused(tmp_path, case)


def test_a_child_away_from_its_bed_may_sleep_in_another(tmp_path: Path, case: Rows) -> None:
    away = [{"kind": "short break", "starts_on": A, "ends_before": B}]
    case["contracts"][0]["stays"] = [stay("S1", child="X", absences=away)]
    case["placements"] = [placement(stage("short break", A, B), child="X")]
    assert costs(answer(tmp_path, case)) == {"WSX": 900_000, "KEN": 90_000}
    case["placements"][0]["stages"][0]["departed_on"] = "2027-02-11"
    assert "is in both on the night of 2027-02-10" in refused(tmp_path, case)


def test_stages_that_overlap_are_refused(tmp_path: Path, case: Rows) -> None:
    case["placements"] = [
        placement(stage("residential", "2027-01-05", "2027-02-12"), stage("foster", "2027-01-20", None))
    ]
    assert "placements[0].stages[0] and placements[0].stages[1]" in refused(tmp_path, case)


def test_the_leads_costs_twice_are_refused_and_one_after_the_other_are_not(tmp_path: Path, case: Rows) -> None:
    cost = {
        "ref": "L",
        "lead": "KEN",
        "yearly_pence": 36_500,
        "starts_on": "2027-01-01",
        "shares": {"KEN": 1, "WSX": 1},
    }
    case["lead_costs"] = [cost, cost]
    assert "lead_costs[0] and lead_costs[1]: both charge “L” on 2027-01-01" in refused(tmp_path, case)
    case["lead_costs"] = [cost | {"ends_before": A}, cost | {"starts_on": A}]
    assert costs(answer(tmp_path, case))["WSX"] == 90 * 50


@pytest.mark.parametrize(
    ("closes", "words"),
    [
        (
            [("2027-01-01", "2027-06-08"), ("2027-02-01", "2027-03-08")],
            "closes[0] and closes[1]: February 2027 is closed on 2027-03-08, before January 2027 on 2027-06-08",
        ),
        (
            [("2027-03-01", "2027-04-08"), ("2027-01-01", "2027-02-08")],
            "closes: March 2027 is closed and February 2027 is not; close every month up to the last closed one",
        ),
        ([("2027-01-01", "2027-01-31")], "closes[0].closed_on: the month is not over on 2027-01-31"),
    ],
)
def test_months_are_closed_in_order_and_without_a_gap(
    tmp_path: Path, case: Rows, closes: list[tuple[str, str]], words: str
) -> None:
    case["closes"] = [{"month": month, "closed_on": day} for month, day in closes]
    assert words in refused(tmp_path, case)


def test_months_that_are_not_closed_are_named_in_words_and_in_the_answer(tmp_path: Path, case: Rows) -> None:
    case["closes"] = [{"month": "2027-01-01", "closed_on": "2027-02-08"}]
    said = run(tmp_path, case).stdout
    assert "Posted, and in the sums below: January 2027\n" in said
    assert "Not closed, so not posted and in no sum below: February 2027 to March 2027" in said
    found = answer(tmp_path, case)
    assert (found["months_posted"], found["months_not_posted"]) == (["2027-01-01"], ["2027-02-01", "2027-03-01"])
    assert found["total_pence"] == 310_000
    case["closes"] = []
    assert answer(tmp_path, case)["months_not_posted"] == []
    assert "Not closed" not in run(tmp_path, case).stdout


def test_nights_after_the_contract_ends_are_listed_not_skipped(tmp_path: Path, case: Rows) -> None:
    case["contracts"][0]["places"][0]["ends_before"] = "2027-02-15"
    case["contracts"][0]["stays"] = [stay("S1", arrived_on="2027-01-10", departed_on="2027-03-20")]
    found = answer(tmp_path, case)
    assert found["total_pence"] == 450_000
    february, march = found["problems"]
    assert "Stay S1 is in P1 on 14 nights from 15 February 2027 to 28 February 2027" in february
    assert (
        "on 19 nights from 1 March 2027 to 19 March 2027 on which the contract does not pay for the place any more"
        in march
    )


@pytest.mark.parametrize("name", ["Accommodation", "accomodation", "education "])
def test_an_element_by_another_name_is_refused(tmp_path: Path, case: Rows, name: str) -> None:
    case["placements"] = [placement(stage("residential", "2027-01-05", None, element=name))]
    said = refused(tmp_path, case)
    assert "placements[0].stages[0].elements[0].name: invalid enum value" in said
    assert "name it one of: accommodation, extra staffing, education" in said


def test_a_stage_without_the_price_of_its_nights_is_refused(tmp_path: Path, case: Rows) -> None:
    case["placements"] = [placement(stage("residential", "2027-01-05", None, element="therapy"))]
    assert "placements[0].stages[0].elements: none is called accommodation" in refused(tmp_path, case)
    case["placements"][0]["stages"][0]["elements"] = stage("x", A, B)["elements"] * 2
    assert "placements[0].stages[0].elements: 2 are called accommodation" in refused(tmp_path, case)


@pytest.mark.parametrize(("on", "listed"), [("2027-01-05", 0), ("2027-01-12", 0), ("2027-03-03", 1), ("2027-01-02", 1)])
def test_an_amount_outside_the_stay_is_charged_and_listed(tmp_path: Path, case: Rows, on: str, listed: int) -> None:
    amount = {"name": "School coat", "on": on, "pence": 5_000}
    case["placements"] = [placement(stage("residential", "2027-01-05", "2027-01-12"), one_offs=[amount])]
    found = answer(tmp_path, case)
    assert costs(found) == {"KEN": 900_000 + 70_000 + 5_000}
    assert (
        len([words for words in found["problems"] if "School coat" in words and "charged all the same" in words])
        == listed
    )


def test_one_amount_told_twice_is_refused_and_two_that_differ_are_charged(tmp_path: Path, case: Rows) -> None:
    coat = {"name": "School coat", "on": "2027-01-06", "pence": 5_000}
    case["placements"] = [placement(stage("residential", "2027-01-05", "2027-01-12"), one_offs=[coat, coat])]
    said = refused(tmp_path, case)
    assert "placements[0].one_offs[0] and placements[0].one_offs[1]: both are “School coat, 5000 on 2027-01-06”" in said
    case["placements"][0]["one_offs"][1] = coat | {"name": "Second coat"}
    assert costs(answer(tmp_path, case)) == {"KEN": 900_000 + 70_000 + 10_000}


@pytest.mark.parametrize(
    ("where", "day"),
    [
        ("period.ends_before", "9999-12-31"), ("contracts[0].places[0].available_from", "1066-10-14"),
        ("contracts[0].stays[0].absences[0].starts_on", "9995-01-01"), ("contracts[0].prices[0].known_on", "2200-01-01"),
        ("placements[0].stages[0].elements[0].prices[0].starts_on", "0001-01-01"), ("closes[0].closed_on", "9999-12-31"),
    ],
)  # fmt: skip
def test_a_day_outside_the_years_that_make_sense_is_named(tmp_path: Path, case: Rows, where: str, day: str) -> None:
    kept = [{"kind": "hospital", "full_nights": 3660}]
    case["contracts"][0]["agreement"][0]["absences"] = kept
    case["contracts"][0]["stays"] = [stay("S1", absences=[{"kind": "hospital", "starts_on": "2027-01-01"}])]
    case["placements"] = [placement(stage("residential", "2027-01-05", None))]
    case["closes"] = [{"month": "2027-01-01", "closed_on": "2027-02-08"}]
    answer(tmp_path, case)
    at: Any = case
    *path, last = where.replace("[", ".").replace("]", "").split(".")
    for step in path:
        at = at[int(step)] if step.isdecimal() else at[step]
    at[last] = day
    assert f"{where}: {day} is not a day from 1990-01-01 to 2199-12-31" in refused(tmp_path, case)


@pytest.mark.parametrize("first", ["2026-04-01", "2027-01-01", "2027-03-01"])
def test_a_share_in_the_saving_is_of_the_whole_contract_year_whatever_period_is_asked(
    tmp_path: Path, case: Rows, first: str
) -> None:
    """A year of nights at £200.00 against £100.00, half the saving the provider's: £18,250.00 in March."""
    case["period"]["starts_on"] = first
    contract = case["contracts"][0]
    contract["places"][0]["available_from"] = "2026-04-01"
    contract["stays"] = [stay("S1", arrived_on="2026-04-01")]
    contract["gain_share"] = {"benchmark_weekly_pence": 140_000, "basis_points": 5_000}
    (gain,) = [
        line for one in answer(tmp_path, case)["posted"] for line in one["lines"] if line["kind"] == "gain_share"
    ]
    assert (gain["payer"], gain["pence"], gain["starts_on"]) == ("WSX", 1_825_000, "2026-04-01")


@pytest.mark.parametrize("name", ["prices", "agreement"])
def test_a_share_in_the_saving_of_a_year_the_file_does_not_tell_of_is_refused(
    tmp_path: Path, case: Rows, name: str
) -> None:
    contract = case["contracts"][0]
    contract["places"][0]["available_from"] = "2026-04-01"
    contract["gain_share"] = {"benchmark_weekly_pence": 140_000, "basis_points": 5_000}
    contract[name][0]["starts_on"] = "2027-01-01"
    said = refused(tmp_path, case)
    assert "B: the share in the saving counts every night since 1 April 2026, where the contract year begins" in said
    del contract["gain_share"]
    answer(tmp_path, case)


def test_a_guarantee_may_begin_within_the_period(tmp_path: Path, case: Rows) -> None:
    """January's empty nights are the host's at the whole price, February's and March's at 90 % of it."""
    case["contracts"][0]["guarantee"] = [{"starts_on": A, "basis_points": 9_000}]
    assert costs(answer(tmp_path, case)) == {"KEN": 310_000 + 252_000 + 279_000}
    case["contracts"][0]["guarantee"].append({"starts_on": "2027-02-15", "basis_points": 5_000})
    assert costs(answer(tmp_path, case)) == {"KEN": 310_000 + 126_000 + 70_000 + 155_000}


def test_a_price_a_rule_and_a_payer_put_right_late_are_corrections(tmp_path: Path, case: Rows) -> None:
    contract = case["contracts"][0]
    late, told = {"known_on": "2027-03-01"}, {"superseded_on": "2027-03-01"}
    contract["prices"] = [contract["prices"][0] | told, {"starts_on": "2020-01-01", "weekly_pence": 77_000} | late]
    paid = [{"starts_on": "2027-01-11", "authority": "POR"} | late]
    contract["stays"] = [stay("S1", departed_on="2027-01-21", funders=paid)]
    contract["agreement"].append({"starts_on": "2027-01-21", "empty_bearer": "shares", "shares": {"POR": 1}} | late)
    case["closes"] = [{"month": f"2027-0{n}-01", "closed_on": f"2027-0{n + 1}-08"} for n in (1, 2, 3)]
    found = answer(tmp_path, case)
    assert [sum(line["pence"] for line in one["lines"]) for one in found["posted"]] == [310_000, 308_000, 341_000]
    back = {(line["payer"], line["pence"]) for line in found["posted"][1]["corrections"]}
    assert back == {("WSX", -90_000), ("POR", 110_000), ("KEN", -110_000), ("POR", 121_000)}
    assert costs(found) == {"WSX": 110_000, "POR": 110_000 + 121_000 + 308_000 + 341_000}


def test_a_close_before_any_price_was_known_is_refused_with_its_day(tmp_path: Path, case: Rows) -> None:
    case["contracts"][0]["prices"][0]["known_on"] = "2027-03-01"
    case["closes"] = [{"month": "2027-01-01", "closed_on": "2027-02-08"}]
    assert "By what was known on 8 February 2027: B: no price for some nights" in refused(tmp_path, case)
    case["contracts"][0]["prices"][0]["superseded_on"] = "2027-02-01"
    assert "prices[0].superseded_on: it was replaced (2027-02-01) before it was known (2027-03-01)" in refused(
        tmp_path, case
    )
