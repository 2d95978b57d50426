"""Homes that one or two things keep out, nearest first."""

from nearhome.matching.calculations.candidates import ContractRoute
from nearhome.matching.calculations.near_misses import EFFORT, nearest_misses
from nearhome.matching.calculations.ranking import rank_homes
from nearhome.matching.calculations.rule_book import CURRENT

KEPT = ContractRoute("block", "Block A", nominated_authority="851")


def misses(a_search, homes, policy, count=9):
    return nearest_misses(rank_homes(a_search(), homes, policy), count)


def test_one_thing_comes_before_two_and_a_telephone_call_before_a_change_of_the_home(a_search, a_home, policy):
    homes = [
        a_home(home_ref="two", open_to_referrals=0, routes=(KEPT,)),
        a_home(home_ref="age", min_age=15),
        a_home(home_ref="call", open_to_referrals=0),
        a_home(home_ref="bed", free_places=0, open_to_referrals=1),
    ]
    found = misses(a_search, homes, policy)
    assert [miss.home_ref for miss in found] == ["call", "bed", "age", "two"]
    assert found[0].words == "This home would be possible if it opened to referrals."
    assert found[3].things == ("it opened to referrals", "that authority released the place")
    assert found[3].words.endswith("if it opened to referrals and that authority released the place.")


def test_the_smaller_gap_is_nearer(a_search, a_home, policy):
    homes = [a_home(home_ref="A", min_age=17), a_home(home_ref="B", min_age=14), a_home(home_ref="C", free_places=0)]
    assert [miss.home_ref for miss in misses(a_search, homes, policy, count=2)] == ["C", "A"]


def test_what_nobody_can_mend_is_no_near_miss(a_search, a_home, policy):
    homes = [
        a_home(home_ref="A", kind="supported_accommodation"),
        a_home(home_ref="B", conflicts_with_resident=True),
        a_home(home_ref="C", free_places=0, min_age=15, open_to_referrals=0),
    ]
    assert misses(a_search, homes, policy) == ()


def test_every_rule_with_an_effort_exists():
    assert set(EFFORT) <= {rule.id for rule in CURRENT.rules}
