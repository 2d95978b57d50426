"""A policy that cannot be used is refused with the line to mend."""

import copy

import pytest

from nearhome.matching.calculations.policy import PolicyError, policy_from_mapping


def test_the_published_weights_add_up_to_100(policy):
    assert sum(weight for _, weight in policy.weights) == 100
    assert sum(weight for _, weight in policy.need_fit) == 100
    assert policy.version == "2026-12"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p.pop("version"), "the policy lacks version: add it"),
        (lambda p: p["weights"].pop("price"), r"\[weights\] lacks price"),
        (lambda p: p["weights"].update(prise=3), r"\[weights\] has prise, which is not known"),
        (lambda p: p["weights"].update(price=-1), r"\[weights\] price is -1; it must be a number, 0 or more"),
        (lambda p: p["weights"].update(price="much"), "must be a number"),
        (lambda p: p["weights"].update(essential_needs=0), "essential_needs must be more than 0"),
        (lambda p: p.update(about_equal_margin=2), "it must be from 0 to 1"),
        (lambda p: p["route_order"].remove("spot"), "must name each of"),
        (lambda p: p["miles"].update(near_home=[50, 3]), "the nearer first"),
        (
            lambda p: p["minutes"].update(near_home=[90, 15]),
            r"\[minutes\] near_home must be two numbers, the nearer first",
        ),
        (lambda p: p["limits"].update(extra=1), r"\[limits\] has extra"),
    ],
)
def test_what_is_wrong_with_a_policy_is_named(change, message, policy_mapping):
    broken = copy.deepcopy(policy_mapping)
    change(broken)
    with pytest.raises(PolicyError, match=message):
        policy_from_mapping(broken)
