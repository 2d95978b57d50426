"""`nearhome match` asked as somebody would who has only read its schema: small cases, each with one point."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from nearhome.cli.main import app
from nearhome.matching.exporters.match_schemas import answer_schema, problem_schema

Told = dict[str, Any]
Ask = Callable[..., Any]


def a_home(ref: str, kind: str = "childrens_home", **facts: Any) -> Told:
    return {
        "id": ref, "kind": kind, "authority": "A", "registration": {"urn": "SC900001", "registered_on": "2019-04-01"},
        "min_age": 5, "max_age": 17, "sexes": ["M", "F"], "places": [{}], "weekly_price_pence": 400_000,
    } | facts  # fmt: skip


def a_child(ref: str, **facts: Any) -> Told:
    return {"id": ref, "authority": "A", "age": 13, "sex": "M"} | facts


def a_case(children: list[Told], homes: list[Told], **facts: Any) -> Told:
    return {"on": "2026-12-01", "authorities": [{"code": "A"}], "children": children, "homes": homes} | facts


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """The command run on a case."""

    def asked(told: Told | str, *words: str) -> Any:
        path = tmp_path / "case.json"
        path.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
        return CliRunner().invoke(app, ["match", str(path), *words])

    return asked


def ranked(result: Any) -> dict[str, Told]:
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    jsonschema.validate(told, answer_schema())
    return {one["child"]: one for one in told["children"]}


def test_a_refused_home_is_counted_under_its_rule_with_version_and_source(ask: Ask) -> None:
    told = a_case([a_child("c", age=15)], [a_home("sa", "supported_accommodation"), a_home("girls", sexes=["F"])])
    child = ranked(ask(told, "--json"))["c"]
    assert child["ranked"] == []
    found = {one["rule"]: one for one in child["refused_by"]}
    assert found["S01"]["homes"] == ["sa"] and found["F02"]["homes"] == ["girls"]
    assert found["S01"]["version"] and "2010/959" in found["S01"]["source"]
    assert "Refused by: sex (1 home), under 16 (1 home)" in ask(told).stdout


def test_a_fourth_child_may_join_three_brothers_and_sisters_but_nobody_else_may(ask: Ask) -> None:
    there = [{"age": age, "sibling_of": ["c1"]} for age in (7, 9, 11)]
    carers = a_home("carers", "foster", sector="local_authority", fostered_children=3, residents=there)
    told = a_case([a_child("c1"), a_child("c2")], [carers | {"places": [{"count": 2}]}])
    found = ranked(ask(told, "--json"))
    assert [one["home"] for one in found["c1"]["ranked"]] == ["carers"]
    assert [one["rule"] for one in found["c2"]["refused_by"]] == ["S05"]
    plan = json.loads(ask(told, "--plan", "--json").stdout)["advice"]["plan"]
    assert [(line["child_ref"], line["home_ref"]) for line in plan["lines"]] == [("c1", "carers")]


def test_brothers_and_sisters_may_join_their_own_beyond_the_limit_together(ask: Ask) -> None:
    there = [{"age": age, "sibling_of": ["c1", "c2"]} for age in (7, 9)]
    carers = a_home("carers", "foster", fostered_children=2, residents=there, places=[{"count": 3}])
    children = [a_child("c1", group="g"), a_child("c2", group="g"), a_child("c3")]
    told = a_case(children, [carers], groups=[{"id": "g"}])
    plan = json.loads(ask(told, "--plan", "--json").stdout)["advice"]["plan"]
    assert [line["child_ref"] for line in plan["lines"]] == ["c1", "c2"]


def test_a_home_without_contracts_is_bought_at_its_price_and_without_both_not_at_all(ask: Ask) -> None:
    told = a_case([a_child("c")], [a_home("priced"), a_home("neither", weekly_price_pence=None)])
    child = ranked(ask(told, "--json"))["c"]
    assert [(one["home"], one["weekly_price_pence"]) for one in child["ranked"]] == [("priced", 400_000)]
    assert child["refused_by"][0]["rule"] == "K03"


@pytest.mark.parametrize("said", ["Only with other older children", "only with other OLDER children"])
def test_what_those_living_there_need_holds_whatever_its_capitals(ask: Ask, said: str) -> None:
    told = a_case([a_child("c")], [a_home("h", residents=[{"age": 15, "living_companions": said}])])
    assert ranked(ask(told, "--json"))["c"]["refused"] == 1


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (a_case([a_child("c")], [a_home("h", residents=[{"age": 9, "living_companions": "older"}])]), "“older” is no answer"),
        (a_case([a_child("c")], [a_home("h", registration={"urn": "S", "judgement": "inadequat"})]), "“inadequat” is none"),
        (a_case([a_child("c", important_places=[{"kind": "avoid", "label": "x", "within_mile": 3}])], []), "within_mile"),
        (a_case([a_child("c", wishes=[{"txt": "a dog"}])], []), "“txt” is not known; use text, kind, matters"),
        (a_case([a_child("c", conditions=[{"kind": "exclusion_area", "words": "x", "authority": "Q"}])], []), "authority “Q”"),
        (a_case([a_child("c", age="13")], []), "children[0].age: expected a whole number, got text"),
        (a_case([a_child("c", wanted_on="1/12/2026")], []), "no date such as 2026-12-01"),
        (a_case([a_child("c")], [a_home("h", easting=float("nan"))]), "homes[0].easting: NaN is not a number"),
    ],
)  # fmt: skip
def test_a_slip_is_named_where_it_stands(ask: Ask, told: Told, words: str) -> None:
    result = ask(told)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_group_no_home_can_take_is_told_as_a_group(ask: Ask) -> None:
    children = [a_child(ref, group="g") for ref in ("c1", "c2", "c3")]
    told = a_case(children, [a_home("h", places=[{"count": 2}])], groups=[{"id": "g"}])
    plan = json.loads(ask(told, "--plan", "--json").stdout)["advice"]["plan"]
    assert {one["why"] for one in plan["unplaced"]} == {
        "No home in the region is possible for all 3 brothers and sisters together: every one is refused by a rule."
    }


def test_equal_homes_are_not_said_to_differ_on_anything(ask: Ask) -> None:
    words = ranked(ask(a_case([a_child("c")], [a_home("h1"), a_home("h2")]), "--json"))["c"]["decided_by"]
    assert "equal in everything" in words
    assert "ahead" not in words


def test_the_schema_says_what_each_answer_may_be() -> None:
    defs = problem_schema()["$defs"]
    answers = defs["ChildRow"]["properties"]["answers"]["properties"]
    assert "Risk present" in answers["risk_missing"]["examples"]
    assert "Only with other older children" in answers["living_companions"]["description"]
    assert "going_missing" in defs["HomeRow"]["properties"]["skills"]["description"]
    assert "near_home 7" in defs["WeightsRow"]["properties"]["ranking"]["description"]


def test_a_place_that_opens_too_late_is_a_near_miss_with_its_day(ask: Ask) -> None:
    late = a_home("late", places=[{"free_from": "2027-03-01"}])
    [miss] = ranked(ask(a_case([a_child("c")], [late]), "--json"))["c"]["nearest_misses"]
    assert miss["possible_if"] == "This home would be possible if the child came on or after 1 March 2027."
