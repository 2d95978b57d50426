"""`nearhome match`: a region's case as one file, without a server or a database."""

import json
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from nearhome.cli.main import app
from nearhome.matching.exporters.match_schemas import answer_schema, problem_schema

SCHEMAS = files("nearhome.matching").joinpath("reference", "schemas")
Problem = dict[str, Any]
Run = Callable[..., Any]


@pytest.fixture
def problem() -> Problem:
    """The shipped example, to change."""
    told: Problem = json.loads(run("match", "--example").stdout)
    return told


@pytest.fixture
def match(tmp_path: Path) -> Run:
    """Run the command on a problem; extra words are its options."""

    def made(told: Problem | str, *words: str) -> Any:
        path = tmp_path / "case.json"
        path.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
        return run("match", str(path), *words)

    return made


def run(*words: str) -> Any:
    return CliRunner().invoke(app, list(words))


def answer(result: Any) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def child(problem: Problem, ref: str) -> Problem:
    return next(one for one in problem["children"] if one["id"] == ref)


def home(problem: Problem, ref: str) -> Problem:
    return next(one for one in problem["homes"] if one["id"] == ref)


def test_the_schemas_printed_are_those_of_the_records_and_the_example_keeps_to_them(problem: Problem) -> None:
    for name, made in (("match-problem", problem_schema()), ("match-answer", answer_schema())):
        printed = json.loads(run("schema", name).stdout)
        assert printed == json.loads(json.dumps(made))
        jsonschema.Draft202012Validator.check_schema(printed)
    jsonschema.validate(problem, problem_schema())


def test_each_child_has_homes_in_order_with_contributions_that_add_up(problem: Problem, match: Run) -> None:
    told = answer(match(problem, "--json"))
    jsonschema.validate(told, answer_schema())
    assert [one["child"] for one in told["children"]] == sorted(one["id"] for one in problem["children"])
    first = told["children"][0]["ranked"][0]
    assert first["home"] == "oak"
    assert sum(part["points"] for part in first["contributions"]) == pytest.approx(first["total"], abs=0.01)
    nearest = told["children"][0]["nearest_misses"]
    assert nearest[0]["possible_if"].startswith("This home would be possible if")
    assert "Second is Madeup Ash House" in told["children"][0]["decided_by"]


def test_the_plan_places_every_child_and_says_it_is_proven(problem: Problem, match: Run) -> None:
    told = answer(match(problem, "--plan", "--json"))
    jsonschema.validate(told, answer_schema())
    plan = told["advice"]["plan"]
    assert (plan["status"], plan["gap"], plan["unplaced"]) == ("optimal", 0.0, [])
    there = {line["child_ref"]: line["home_ref"] for line in plan["lines"]}
    assert there["kite-04"] == there["kite-05"]  # brother and sister
    assert there["kite-01"] != there["kite-02"]  # must not live together
    assert [ref for ref, at in there.items() if at == "yew"] == ["kite-08"]  # needs to be alone
    assert (there["kite-09"], there["kite-10"]) == ("foster-5", "bay")  # a planned move frees a place
    assert sum(line["worth"] for line in plan["lines"]) == pytest.approx(plan["worth"])
    for share in told["advice"]["by_authority"]:
        assert share["worth"] >= share["alone"] - 1e-6
    assert [move["child_ref"] for move in told["advice"]["moves"]].index("kite-09") < [
        move["child_ref"] for move in told["advice"]["moves"]
    ].index("kite-10")


def test_the_plan_without_the_promise_names_no_price(problem: Problem, match: Run) -> None:
    told = answer(match(problem | {"promise": False}, "--plan", "--json"))
    assert told["advice"]["price_of_promise"] is None
    assert len(told["advice"]["plan"]["lines"]) == 11


def test_words_for_a_person_say_who_goes_where_and_that_nobody_is_placed_by_it(problem: Problem, match: Run) -> None:
    words = match(problem, "--plan").stdout
    assert "11 of 11 children have a home" in words
    assert "No other plan is worth more: this is proven." in words
    assert "kite-10 to Madeup Bay House (bay) from 4 December 2026" in words
    assert "Nobody is placed by it." in words
    ranked = match(problem).stdout
    assert "1. Madeup Oak House: score" in ranked
    assert "Not Madeup" in ranked


def test_explaining_a_child_names_who_has_the_better_place_and_what_they_would_lose(
    problem: Problem, match: Run
) -> None:
    problem["homes"] = [one for one in problem["homes"] if one["id"] != "ash"]
    told = answer(match(problem, "--explain", "kite-10", "--json"))
    jsonschema.validate(told, answer_schema())
    assert told["explained"]["children"] == ["kite-10"]
    home(problem, "oak")["places"][0] = {"count": 1}
    child(problem, "kite-02")["answers"] = {"risk_missing": "Risk present", "foster_care_suitability": "Unsuitable"}
    problem["conflicts"] = []
    why = answer(match(problem, "--explain", "kite-02", "--json"))["explained"]
    assert why["best_homes"] == ["oak"]
    assert why["planned_homes"] != ["oak"]
    assert why["difference"] == pytest.approx(why["best_worth"] - why["planned_worth"], abs=0.01)
    assert why["holders"][0]["children"] == ["kite-01"]
    words = match(problem, "--explain", "kite-02").stdout
    assert "Best on its own: Madeup Oak House (oak)" in words
    assert "kite-01 has a place there; would lose" in words


def test_weights_change_the_plan_and_its_version(problem: Problem, match: Run) -> None:
    told = answer(match(problem, "--plan", "--json"))
    assert all(version.endswith(", changed") for version in told["policies"].values())
    problem["weights"]["plan"]["placed"] = 10
    assert "it must be at least" in match(problem, "--plan").stderr


def test_a_later_place_is_said_with_its_day(problem: Problem, match: Run) -> None:
    told = answer(match(problem, "--json"))
    tenth = next(one for one in told["children"] if one["child"] == "kite-10")
    days = {one["home"]: one["free_from"] for one in tenth["ranked"]}
    assert days["foster-5"] == "2026-12-04"
    assert days["oak"] == "2026-12-08"  # kept for A01 until then
    assert days["bay"] is None  # only if a planned move is made


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda told: told["homes"][0].update(min_age="8"), "homes[0].min_age"),
        (lambda told: told["children"][0].update(agee=3), "agee"),
        (lambda told: told["children"][0].update(age=18), "children[0].age"),
        (lambda told: told["children"][0].update(age=-1), "children[0].age"),
        (lambda told: told["weights"]["plan"].update(placed=-5), "weights.plan"),
        (lambda told: told["weights"]["plan"].update(plaaced=5), "plaaced"),
        (lambda told: told["weights"]["ranking"].update(nearness=5), "nearness"),
        (lambda told: told["children"].append(dict(told["children"][0])), "“kite-01” is there 2 times"),
        (lambda told: told["homes"].append(dict(told["homes"][0])), "“oak” is there 2 times"),
        (lambda told: told["children"][0].update(authority="Z99"), "there is no authority “Z99”"),
        (lambda told: told["children"][0].update(group="nobody"), "there is no group “nobody”"),
        (lambda told: told["children"][8].update(moves_from="nowhere"), "there is no home “nowhere”"),
        (lambda told: told["groups"].append({"id": "lonely"}), "it has 0 children; a group has 2 or more"),
        (lambda told: told["conflicts"].append(["kite-04", "kite-05"]), "group finch is to be in the same home"),
        (lambda told: told["conflicts"].append(["kite-01", "kite-01"]), "cannot be kept apart from itself"),
        (lambda told: told["conflicts"].append(["kite-01", "ghost"]), "there is no child or resident “ghost”"),
        (lambda told: told["children"][0].update(waiting_since="2027-01-01"), "is after the day of the case"),
        (lambda told: told["homes"][0].update(min_age=17, max_age=3), "min_age 17 is above max_age 3"),
        (lambda told: told["homes"][0].update(skills=["juggling"]), "“juggling” is no skill"),
        (lambda told: told["children"][0]["answers"].update(risk_missing="perhaps"), "“perhaps” is not an answer"),
        (lambda told: told["children"][0]["answers"].update(rusk_missing="Risk present"), "rusk_missing"),
        (lambda told: told.pop("on"), "missing required field `on`"),
    ],
)
def test_bad_input_names_the_place_and_the_mend(
    problem: Problem, match: Run, change: Callable[[Problem], object], words: str
) -> None:
    change(problem)
    result = match(problem)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "case.json" in result.stderr


def test_every_fault_is_told_at_once(problem: Problem, match: Run) -> None:
    child(problem, "kite-01")["authority"] = "Z99"
    child(problem, "kite-02")["group"] = "nobody"
    lines = match(problem).stderr.splitlines()
    assert len(lines) == 2


def test_what_is_no_json_no_number_or_no_file_is_said_plainly(problem: Problem, match: Run, tmp_path: Path) -> None:
    assert "malformed" in match("{oops").stderr
    assert match(json.dumps(problem).replace('"used_nights": 410', '"used_nights": NaN')).exit_code == 2
    assert "the file is empty" in match("").stderr
    assert "there is no such file" in run("match", str(tmp_path / "none.json")).stderr
    assert "--example" in run("match").stderr
    assert "there is no child “ghost”" in match(problem, "--explain", "ghost").stderr
    assert "--time-limit" in match(problem, "--plan", "--time-limit", "-1").stderr


def test_no_children_or_no_homes_is_an_answer_not_an_error(problem: Problem, match: Run) -> None:
    nobody = {"on": "2026-12-01", "authorities": [], "homes": [], "children": []}
    assert answer(match(nobody, "--plan", "--json"))["advice"]["plan"]["lines"] == []
    assert answer(match(nobody, "--json"))["children"] == []
    problem |= {"homes": [], "conflicts": []}
    problem["children"] = [one for one in problem["children"] if "moves_from" not in one]
    plan = answer(match(problem, "--plan", "--json"))["advice"]["plan"]
    assert len(plan["unplaced"]) == 10
    assert "no homes in the region" in plan["unplaced"][0]["why"]


def test_a_circle_of_planned_moves_is_answered_as_one(problem: Problem, match: Run) -> None:
    kinds = {"kind": "foster", "authority": "A01", "min_age": 0, "max_age": 17, "sexes": ["M", "F"], "skills": []}
    contract = {"kind": "own", "name": "Own", "weekly_price_pence": 60_000}
    told = {
        "on": "2026-12-01",
        "authorities": [{"code": "A01"}],
        "homes": [
            {"id": ref, "easting": east, "northing": 1000, "sector": "local_authority", "contracts": [contract], **kinds}
            for ref, east in (("h1", 1000), ("h2", 81_000))
        ],
        "children": [
            {
                "id": ref, "authority": "A01", "age": 9, "sex": "F", "moves_from": here,
                "important_places": [{"kind": "home", "label": "Home", "easting": east, "northing": 1000}],
            }
            for ref, here, east in (("m1", "h1", 81_000), ("m2", "h2", 1000))
        ],
    }  # fmt: skip
    advice = answer(match(told, "--plan", "--json"))["advice"]
    assert {line["child_ref"]: line["home_ref"] for line in advice["plan"]["lines"]} == {"m1": "h2", "m2": "h1"}
    assert "only be made at the same moment" in advice["circles"][0]


def test_a_bed_is_kept_back_for_those_who_may_come_where_that_is_worth_it(problem: Problem, match: Run) -> None:
    before = answer(match(problem, "--plan", "--json"))["advice"]
    assert before["futures"] == 0
    there = {line["child_ref"]: line["home_ref"] for line in before["plan"]["lines"]}
    assert there["kite-07"] == "foster-2"
    someone = [
        {"child": f"later-{number}", "authority": "B02", "options": [{"home": "foster-2", "value": 1200}]}
        for number in range(2)
    ]
    problem["later"] = [someone, someone]
    after = answer(match(problem, "--plan", "--json"))["advice"]
    assert after["futures"] == 2
    assert after["expected_later"] > 0
    assert len(after["plan"]["lines"]) == 11  # nobody waits only because a bed is kept back
    assert {line["child_ref"]: line["home_ref"] for line in after["plan"]["lines"]}["kite-07"] != "foster-2"
    problem["later"][0][0]["options"][0]["home"] = "nowhere"
    assert "there is no home “nowhere”" in match(problem, "--plan").stderr


def test_it_runs_without_django_or_a_database(tmp_path: Path) -> None:
    path = tmp_path / "case.json"
    path.write_text(run("match", "--example").stdout, encoding="utf-8")
    code = (
        "import sys\nfrom nearhome.cli.main import app\n"
        f"try:\n    app(['match', {str(path)!r}, '--plan'])\nexcept SystemExit:\n    pass\n"
        "sys.exit(any(name.split('.')[0] in ('django', 'psycopg') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def crowded(problem: Problem) -> Problem:
    """The example with thirty homes more like the first, so that a child has more than are told in full."""
    oak = home(problem, "oak") | {"residents": []}
    contract = oak["contracts"][0]
    more = [
        oak | {"id": f"oak-{number}", "contracts": [contract | {"weekly_price_pence": 420_000 + 100 * number}]}
        for number in range(30)
    ]
    return problem | {"homes": [*problem["homes"], *more]}


def test_every_home_has_its_place_and_points_the_first_twenty_in_full(problem: Problem, match: Run) -> None:
    told = answer(match(crowded(problem), "--json"))
    jsonschema.validate(told, answer_schema())
    ranked = told["children"][0]["ranked"]
    assert len(ranked) > 30
    assert [one["position"] for one in ranked] == list(range(1, len(ranked) + 1))
    assert all("contributions" in one and "points" not in one for one in ranked[:20])
    for one in ranked[20:]:
        assert "contributions" not in one
        assert sum(one["points"].values()) == pytest.approx(one["total"], abs=0.01)
    assert f"and {len(ranked) - 5} more" in match(crowded(problem)).stdout


def test_every_home_in_full_says_the_same_of_each(problem: Problem, match: Run) -> None:
    short = answer(match(crowded(problem), "--json"))["children"]
    full = answer(match(crowded(problem), "--json", "--all"))["children"]
    for one, other in zip(short, full, strict=True):
        assert one["ranked"][:20] == other["ranked"][:20]
        for home_short, home_full in zip(one["ranked"], other["ranked"], strict=True):
            same = set(home_short) - {"points", "asks"}
            assert {name: home_short[name] for name in same} == {name: home_full[name] for name in same}
            assert len(home_short["asks"]) == len(home_full["asks"])
            assert home_full["contributions"]


def test_what_the_ranking_took_is_said_beside_what_the_whole_took(problem: Problem, match: Run) -> None:
    for words in (("--json",), ("--plan", "--json")):
        told = answer(match(problem, *words))
        assert 0 < told["ranking_seconds"] + told["reading_seconds"] <= told["seconds"] * len(problem["children"])
    assert "a child for the ranking" in match(problem).stdout


def test_how_long_placements_last_is_read_from_the_table_of_counts(problem: Problem, match: Run) -> None:
    def words(told: Problem) -> list[str]:
        parts = [part for home in told["children"][0]["ranked"] for part in home["contributions"]]
        return [part["words"] for part in parts if part["criterion"] == "stability"]

    assert any("of similar placements are expected to last" in one for one in words(answer(match(problem, "--json"))))
    without = words(answer(match(problem | {"stability": []}, "--json")))
    assert without and not any("expected to last" in one for one in without)
    problem["stability"][0]["lasted"] = 47
    refused = match(problem)
    assert refused.exit_code != 0
    assert "stability, row 1: 47 of 46 placements cannot have lasted" in refused.stderr
