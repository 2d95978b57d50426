"""``nearhome plan``: exact plans from a file of children, homes and values, and clear words for a file that is wrong."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from nearhome.cli.main import app
from scenes_plan import Plan, best_by_trying, keeps_the_rules, plan_of, small_plans

SMALL = plan_of(
    "c1:A c2:A:g c3:A:g c4:B c5:B", "h1:A:2 h2:B:1", "c1-h1:5 c2-h1:4 c3-h1:4.5 c4-h2:3 c1-h2:9 c4-h1:1"
) | {"conflicts": [["c1", "c4"]]}  # fmt: skip


def said(content: object, *options: str, future: object = None) -> Any:
    """What the command does with a plan (an object, text or bytes)."""
    with TemporaryDirectory() as folder:
        words = ["plan", str(_written(Path(folder) / "plan.json", content)), *options]
        if future is not None:
            words += ["--future", str(_written(Path(folder) / "future.json", future))]
        return CliRunner().invoke(app, words)


def _written(path: Path, content: object) -> Path:
    if not isinstance(content, str | bytes):
        content = json.dumps(content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def answer_to(content: object, *options: str, future: object = None) -> dict[str, Any]:
    done = said(content, "--json", *options, future=future)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refusal_of(content: object, *options: str, future: object = None) -> str:
    """The words on standard error; nothing else may be said, and the exit code is 2."""
    done = said(content, *options, future=future)
    assert (done.exit_code, done.stdout) == (2, "")
    assert isinstance(done.exception, SystemExit)
    words: str = done.stderr
    return words


def schema(name: str) -> Any:
    return json.loads(CliRunner().invoke(app, ["schema", name]).stdout)


def changed(where: str, **change: object) -> Plan:
    """The small plan with the first row of a list changed."""
    plan: Plan = json.loads(json.dumps(SMALL))
    plan[where][0] |= change
    return plan


def test_a_plan_as_json_has_the_promised_keys_and_is_right() -> None:
    found = answer_to(SMALL)
    jsonschema.validate(SMALL, schema("plan"))
    jsonschema.validate(found, schema("plan-answer"))
    assert (found["status"], found["value"], found["bound"], found["gap"]) == ("optimal", 17.5, 17.5, 0.0)
    assert found["placements"] == [
        {"child": "c1", "home": "h2"}, {"child": "c2", "home": "h1"}, {"child": "c3", "home": "h1"}
    ]  # fmt: skip
    assert found["by_authority"] == {"A": {"value": 17.5, "alone": 8.5}, "B": {"value": 0, "alone": 3}}
    assert [one["child"] for one in found["unplaced"]] == ["c4", "c5"]
    assert found["seconds"] > 0
    assert "price_of_promise" not in found


def test_with_the_promise_no_authority_is_worse_off_and_the_price_is_said() -> None:
    found = answer_to(SMALL | {"promise": True})
    jsonschema.validate(found, schema("plan-answer"))
    assert found["by_authority"] == {"A": {"value": 8.5, "alone": 8.5}, "B": {"value": 3, "alone": 3}}
    assert (found["value"], found["price_of_promise"]) == (11.5, 6)


def test_the_plan_in_words_names_who_goes_where_who_does_not_and_how_sure_it_is() -> None:
    words = said(SMALL | {"promise": True}).stdout
    assert "3 of 5 children have a place; the plan is worth 11.50 in all." in words
    assert "this is proven" in words
    assert "No authority is worse off than alone; that costs the plan 6." in words
    assert "There is no option for this child: c5" in words
    assert [line.split() for line in words.splitlines() if line.startswith("c2 ")] == [["c2", "h1", "4", "g"]]


@settings(max_examples=100, deadline=None)
@given(small_plans())
def test_every_answer_equals_the_best_of_all_plans_tried(plan: Plan) -> None:
    found = answer_to(plan)
    best, alone = best_by_trying(plan)
    placed = {one["child"]: one["home"] for one in found["placements"]}
    assert (found["status"], found["gap"]) == ("optimal", 0)
    assert found["value"] == pytest.approx(best, abs=1e-7)
    assert keeps_the_rules(plan, placed)
    assert {name: one["alone"] for name, one in found["by_authority"].items()} == pytest.approx(alone, abs=1e-7)
    assert sum(one["value"] for one in found["by_authority"].values()) == pytest.approx(found["value"])
    assert sorted([*placed, *(one["child"] for one in found["unplaced"])]) == [row["id"] for row in plan["children"]]
    if plan["promise"]:
        assert all(one["value"] >= one["alone"] * (1 - 1e-9) for one in found["by_authority"].values())


@settings(max_examples=25, deadline=None)
@given(small_plans(), st.integers(0, 1000))
def test_the_order_of_the_file_changes_nothing(plan: Plan, seed: int) -> None:
    shuffled = {key: Random(seed).sample(rows, len(rows)) if isinstance(rows, list) else rows for key, rows in plan.items()}  # fmt: skip
    shuffled["conflicts"] = [pair[::-1] for pair in shuffled["conflicts"]] * 2
    assert answer_to(plan) | {"seconds": 0} == answer_to(dict(reversed(shuffled.items()))) | {"seconds": 0}


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_the_unit_of_the_values_does_not_matter(scale: float) -> None:
    plan = changed("options") | {"promise": True}
    plan["options"] = [row | {"value": row["value"] * scale} for row in plan["options"]]
    found = answer_to(plan)
    assert found["value"] == pytest.approx(11.5 * scale)
    assert found["price_of_promise"] == pytest.approx(6 * scale)


@pytest.mark.parametrize("empty", ["children homes options", "options", "homes options", "children options"])
def test_nothing_to_place_or_nowhere_is_an_empty_plan(empty: str) -> None:
    plan = {key: rows for key, rows in SMALL.items() if key != "conflicts"} | {key: [] for key in empty.split()}
    found = answer_to(plan | {"promise": True})
    jsonschema.validate(found, schema("plan-answer"))
    assert (found["status"], found["value"], found["gap"], found["placements"]) == ("optimal", 0, 0, [])
    assert len(found["unplaced"]) == len(plan["children"])
    assert said(plan).exit_code == 0


def test_whole_numbers_may_be_written_with_a_point() -> None:
    assert answer_to(changed("homes", capacity=2.0))["value"] == 17.5


def test_group_conflicts_promise_and_notes_may_be_left_out_or_added() -> None:
    plan = {key: SMALL[key] for key in ("children", "homes", "options")} | {"note": "Made up", "comment": None}
    plan["children"] = [{"id": row["id"], "authority": row["authority"], "note": "x"} for row in plan["children"]]
    assert answer_to(plan)["value"] == 17.5
    jsonschema.validate(plan, schema("plan"))


REASONS = [
    ("c1:A", "h1:A:1", "", "There is no option for this child"),
    ("c1:A", "h1:A:0", "c1-h1:5", "The homes that are options have no places"),
    ("c1:A c2:A", "h1:A:1", "c1-h1:5 c2-h1:9", "The plan gives the places of the one home that is an option to other children"),
    ("c1:A", "h1:A:1", "c1-h1:0", "The homes with room are options of value 0, so placing adds nothing to the plan"),
    ("c1:A:g c2:A:g", "h1:A:2", "c2-h1:9", "No home is an option for all 2 children of group g: there is none for c1"),
    ("c1:A:g c2:A:g", "h1:A:2 h2:A:2", "c1-h1:9 c2-h2:9", "No home is an option for all 2 children of group g"),
    ("c1:A:g c2:A:g", "h1:A:1", "c1-h1:9 c2-h1:9", "No home that is an option has room for all 2 children of group g, even when empty"),
    ("c1:A:g c2:A:g c3:A", "h1:A:2", "c1-h1:1 c2-h1:1 c3-h1:9", "The plan leaves too little room in the one home that is an option for all 2 children of group g"),
]  # fmt: skip


@pytest.mark.parametrize(("children", "homes", "options", "why"), REASONS)
def test_who_is_left_over_is_told_why(children: str, homes: str, options: str, why: str) -> None:
    found = answer_to(plan_of(children, homes, options))
    assert {"child": "c1", "why": why} in found["unplaced"]


def test_a_child_who_must_live_apart_from_somebody_placed_is_told_so() -> None:
    found = answer_to(plan_of("c1:A c2:A", "h1:A:2", "c1-h1:5 c2-h1:9", conflicts=[["c2", "c1"]]))
    assert "must live apart" in found["unplaced"][0]["why"]


WRONG = [
    (changed("options", value=-1), "option 1 (child “c1”, home “h1”): the value -1 is below 0; leave the option out"),
    (changed("options", value=float("nan")), "option 1 (child “c1”, home “h1”): the value NaN is not a finite number"),
    (changed("options", value=float("inf")), "option 1 (child “c1”, home “h1”): the value Infinity is not a finite"),
    (changed("options", value="5"), "the value must be a number, not the text \"5\""),
    (changed("options", value=True), "the value must be a number, not true or false"),
    (changed("options", value=None), "the value must be a number, not null"),
    (changed("options", value=10**400), "is above 1,000,000,000,000"),
    (json.dumps(SMALL).replace("17", "").replace("9.0", "1e999"), "option 5 (child “c1”, home “h2”): the value Infinity"),
    (json.dumps(SMALL).replace("c1", "\\ud800"), "surrogate"),
    (changed("options", value=1e300), "is above 1,000,000,000,000"),
    (changed("options", child="nobody"), "option 1 (child “nobody”, home “h1”): there is no such child"),
    (changed("options", home="nowhere"), "option 1 (child “c1”, home “nowhere”): there is no such home"),
    (changed("options", home="h2"), "options 1 and 5 are both for child “c1” and home “h2”; keep one"),
    (changed("options", valeu=3), "“valeu” is not known here; there are child, home, value"),
    (changed("children", id="c2"), "child 2 has the id “c2” of child 1; ids must differ"),
    (changed("children", id=7), "child 1: “id” must be text in quotes and not empty, not the number 7"),
    (changed("children", id=""), "child 1: “id” must be text in quotes and not empty, not empty text"),
    (changed("children", group=""), "child 1: “group” must be text in quotes, or null"),
    (changed("children", authority=None), "child 1: “authority” must be text"),
    (changed("homes", id="h2"), "home 2 has the id “h2” of home 1"),
    (changed("homes", capacity=-1), "home 1 (“h1”): the capacity -1 cannot be used; give a whole number from 0"),
    (changed("homes", capacity=1.5), "the capacity 1.5 cannot be used"),
    (changed("homes", capacity=10**30), "the capacity 1000000000000000000000000000000 cannot be used"),
    (changed("homes", capacity=True), "the capacity true cannot be used"),
    (SMALL | {"conflicts": [["c1", "c9"]]}, "conflict 1: there is no child “c9”"),
    (SMALL | {"conflicts": [["c1", "c1"]]}, "conflict 1 is of child “c1” with itself"),
    (SMALL | {"conflicts": [["c1", "c2", "c3"]]}, "conflict 1 must be a pair"),
    (SMALL | {"conflicts": {}}, "“conflicts” must be a list of pairs, not an object"),
    (SMALL | {"promise": "yes"}, "“promise” must be true or false, not the text \"yes\""),
    (SMALL | {"children": {}}, "“children” must be a list, not an object"),
    (SMALL | {"homes": ["h1"]}, "home 1 must be an object, not the text \"h1\""),
    (SMALL | {"childs": []}, "the file: “childs” is not known here; there are children, homes, options"),
    ({"children": [], "homes": []}, "“options” is missing"),
    (SMALL | {"children": [{"id": f"c{n}", "authority": "A", "group": "g"} for n in range(65)]}, "group “g” has 65 children; at most 64"),
    ([], "it must be an object with children, homes and options, not a list"),
    ("", "the file is empty"),
    ("{", "this is not JSON"),
    ("[" * 100_000, "nested too deeply"),
    (b"\xef\xbb\xbf{}", "byte order mark"),
    ("{}".encode("utf-16"), "UTF-16"),
    (b'{"note": "\xe9"}', "not UTF-8"),
    ('{"note": 1' + "0" * 5000 + "}", "too many digits"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "words"), WRONG, ids=[words[:40] for _, words in WRONG])
def test_a_wrong_file_is_refused_with_the_place_and_the_mend(content: object, words: str) -> None:
    refusal = refusal_of(content)
    assert words in refusal
    assert all(line.startswith("plan.json: ") for line in refusal.splitlines())


def test_all_faults_are_told_at_once_and_many_of_one_kind_are_counted() -> None:
    plan = changed("homes", capacity=-1)
    plan["options"] += [{"child": f"x{n}", "home": "h1", "value": 1} for n in range(30)]
    refusal = refusal_of(plan | {"promise": 3}).splitlines()
    assert sum("no such child" in line for line in refusal) == 20
    assert any("and 10 more like this (unknown child)" in line for line in refusal)
    assert any("capacity" in line for line in refusal) and any("promise" in line for line in refusal)


def test_a_missing_file_a_folder_and_a_time_that_cannot_be_kept_are_refused(tmp_path: Path) -> None:
    for words, why in (
        ([str(tmp_path / "none.json")], "there is no such file"),
        ([str(tmp_path)], "this is a folder"),
        ([str(_written(tmp_path / "p.json", SMALL)), "--time-limit", "0"], "--time-limit 0 cannot be kept"),
        ([str(tmp_path / "p.json"), "--time-limit", "nan"], "--time-limit nan cannot be kept"),
    ):
        done = CliRunner().invoke(app, ["plan", *words])
        assert (done.exit_code, done.stdout) == (2, "")
        assert why in done.stderr


FUTURE = {"trajectories": [[{"child": "x", "authority": "B", "group": None, "options": [{"home": "h1", "value": 50}]}]] * 3}  # fmt: skip


def test_a_place_is_kept_back_for_later_children_when_they_are_worth_more() -> None:
    plan = plan_of("c1:A", "h1:A:1", "c1-h1:5")
    found = answer_to(plan, future=FUTURE)
    jsonschema.validate(FUTURE, schema("plan-future"))
    jsonschema.validate(found, schema("plan-answer"))
    assert (found["placements"], found["value"], found["status"]) == ([], 0, "optimal")
    assert (found["held_back"]["trajectories"], found["held_back"]["expected_later"]) == (3, pytest.approx(50))
    assert "kept back" in found["unplaced"][0]["why"]
    assert "Later children are expected to bring 50 more, over 3 sampled futures." in said(plan, future=FUTURE).stdout


def test_the_promise_holds_with_later_children_too() -> None:
    found = answer_to(plan_of("c1:A", "h1:A:1", "c1-h1:5", promise=True), future=FUTURE)
    assert (found["value"], found["price_of_promise"]) == (5, pytest.approx(45))


def test_without_futures_nothing_is_kept_back() -> None:
    found = answer_to(SMALL, future={"trajectories": []})
    assert (found["value"], found["held_back"]["expected_later"]) == (17.5, 0)


LATER = {"child": "x", "authority": "B", "options": [{"home": "h1", "value": 1}]}
WRONG_FUTURES = [
    ({"trajectories": [[LATER | {"options": [{"home": "h9", "value": 1}]}]]}, "trajectory 1, child 1 (“x”), option 1: home “h9” is not among the homes of the plan"),
    ({"trajectories": [[LATER, LATER]]}, "trajectory 1, child 2 has the id “x” of child 1"),
    ({"trajectories": [[], [LATER | {"options": LATER["options"] * 2}]]}, "trajectory 2, child 1 (“x”): options 1 and 2 are both for home “h1”"),  # type: ignore[operator]
    ({"trajectories": [[LATER | {"options": [{"home": "h1", "value": -2}]}]]}, "the value -2 is below 0"),
    ({"trajectories": [[{"child": "x", "authority": "B"}]]}, "has no options"),
    ({"trajectories": [{}]}, "trajectory 1 must be a list of children"),
    ({"trajectories": None}, "“trajectories” must be a list"),
    ({"trajectory": []}, "“trajectory” is not known"),
    ([], "it must be an object with trajectories"),
]  # fmt: skip


@pytest.mark.parametrize(("future", "words"), WRONG_FUTURES, ids=[words[:40] for _, words in WRONG_FUTURES])
def test_a_wrong_file_of_later_children_is_refused_too(future: object, words: str) -> None:
    refusal = refusal_of(SMALL, future=future)
    assert words in refusal
    assert all(line.startswith("future.json: ") for line in refusal.splitlines())


def test_a_group_in_conflict_with_itself_is_left_out_and_the_answer_says_why() -> None:
    answer = answer_to(SMALL | {"conflicts": [["c3", "c2"]]})
    assert answer["status"] == "optimal"
    assert not {"c2", "c3"} & {one["child"] for one in answer["placements"]}
    assert answer["notes"] == [
        "Children c2 and c3 are in conflict and both in group g, which goes to one home, so it cannot be placed;"
        " take out the conflict or one child's group"
    ]


def test_a_thousand_homes_that_are_all_the_same_are_no_trouble() -> None:
    homes = " ".join(f"h{n:04}:A:1" for n in range(1000))
    plan = plan_of("c1:A c2:A", homes, " ".join(f"{child}-h{n:04}:5" for child in ("c1", "c2") for n in range(1000)))
    assert answer_to(plan)["value"] == 10


def test_the_command_itself_answers_and_refuses(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "nearhome.cli", "plan", str(_written(tmp_path / "p.json", SMALL)), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, json.loads(done.stdout)["value"]) == (0, "", 17.5)
    _written(tmp_path / "p.json", "[]")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_schemas_of_every_stage_are_listed_in_order() -> None:
    names = CliRunner().invoke(app, ["schema"]).stdout.split()
    assert {"forecast", "needs", "plan", "plan-answer", "plan-future"} <= set(names)
    assert all(one < other for one, other in pairwise(names))


ONE_BED = {
    "children": [{"id": "today", "authority": "K"}],
    "homes": [{"id": "rare", "authority": "K", "capacity": 1}],
    "options": [{"child": "today", "home": "rare", "value": 1}],
}
ONE_LATER = {
    "trajectories": [[{"child": "later", "authority": "K", "group": None, "options": [{"home": "rare", "value": 10}]}]]
}


def test_a_bed_is_kept_back_unless_all_who_can_are_to_be_placed() -> None:
    assert answer_to(ONE_BED, future=ONE_LATER)["placements"] == []
    everybody = answer_to(ONE_BED, "--place-all-possible", future=ONE_LATER)
    assert everybody["placements"] == [{"child": "today", "home": "rare"}]
