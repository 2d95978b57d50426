"""A stored ranking comes out the same for ever; where it cannot, the answer says so."""

import copy
import json
from pathlib import Path

import pytest

from nearhome.matching.calculations import replaying
from nearhome.matching.calculations.ranked import RankingInputs
from nearhome.matching.calculations.ranking import rank_homes
from nearhome.matching.calculations.replaying import differences, made_again, replayed
from nearhome.matching.calculations.rule_book import CURRENT, NoLongerHeld, book_of

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))


@pytest.fixture(params=GOLDEN, ids=lambda path: path.stem)
def golden(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


def test_there_is_a_golden_ranking_of_every_policy_so_far(policy):
    versions = {json.loads(path.read_text(encoding="utf-8"))["ranking"]["policy_version"] for path in GOLDEN}
    assert versions == {"2026-11", policy.version}


def test_a_golden_ranking_replays_exactly(golden):
    found = replayed(golden["inputs"], golden["ranking"])
    assert (found.status, found.differences) == (replaying.SAME, ())


def test_with_todays_rules_the_old_ranking_is_another(policy):
    old = json.loads(GOLDEN[0].read_text(encoding="utf-8"))
    inputs = RankingInputs.from_json(old["inputs"])
    today = rank_homes(inputs.search, inputs.candidates, inputs.policy)
    found = differences(old["ranking"], today.as_json())
    assert any(words.startswith("ranked, 2, asks") for words in found)


def test_a_version_that_is_no_longer_held_is_said_and_nothing_is_made_up(golden):
    golden["ranking"]["rule_versions"].append(["S05", "77"])
    found = replayed(golden["inputs"], golden["ranking"])
    assert (found.status, found.ranking) == (replaying.NOT_HELD, None)
    assert found.missing == ("rule S05 version 77",)
    with pytest.raises(NoLongerHeld, match="rule S05 version 77"):
        made_again(golden["inputs"], golden["ranking"])


def test_a_criterion_that_is_no_longer_held_is_said_too():
    with pytest.raises(NoLongerHeld, match="criterion luck version 3"):
        book_of([], [("luck", "3")])


def test_where_it_differs_is_named(golden):
    changed = copy.deepcopy(golden["ranking"])
    changed["ranked"][0]["total"] = 1.5
    changed["not_possible"] = changed["not_possible"][1:]
    found = replayed(golden["inputs"], changed)
    assert found.status == replaying.DIFFERS
    assert any(words.startswith("ranked, 1, total: stored “1.5”") for words in found.differences)
    assert any(words.startswith("not_possible: ") for words in found.differences)


def test_todays_rules_and_criteria_are_all_held():
    rules = [(rule.id, rule.version) for rule in CURRENT.rules]
    assert book_of(rules, [(one.name, one.version) for one in CURRENT.criteria]) == CURRENT


def test_a_number_said_to_more_decimals_is_the_same_ranking_another_number_is_not():
    stored = {"why_here": "its score is lower: 99.9 against 100.0"}
    assert differences(stored, {"why_here": "its score is lower: 99.949 against 99.951"}) == ()
    assert differences(stored, {"why_here": "its score is lower: 99.7 against 100.0"})
    assert differences(stored, {"why_here": "its score is lower: 99.849 against 99.951"})
    assert differences(stored, {"why_here": "its price is lower: 99.949 against 99.951"})
    assert differences({"home_name": "Madeup 1.0"}, {"home_name": "Madeup 1.01"})
