import datetime as dt
import json
import math
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.matching.calculations.region.believing import Told, believed, scale_of
from nearhome.matching.calculations.region.plan_policy import plan_policy_from_mapping
from nearhome.matching.calculations.region.records import ONLY_OLDER, ScoredOption, Waiting
from nearhome.referrals.calculations.plain import as_plain

TODAY = dt.date(2026, 11, 22)
TOKEN, OTHER = "11111111-2222-4333-8444-555555555555", "99999999-2222-4333-8444-555555555555"
HOME, SECOND = "aaaaaaaa-2222-4333-8444-555555555555", "bbbbbbbb-2222-4333-8444-555555555555"
POLICY = plan_policy_from_mapping(
    tomllib.loads((files("nearhome.matching") / "reference" / "plan_policy.toml").read_text(encoding="utf-8"))
)
HONEST = Waiting(
    child_ref=TOKEN, authority="886", wanted_on=TODAY + dt.timedelta(days=3), waiting_since=TODAY,
    options=(ScoredOption(HOME, (("need_fit", 61.5), ("rest", -12.25))), ScoredOption(SECOND, (("need_fit", 80.0),), True)),
    group=OTHER, moves_from=SECOND, age_years=12, sex="F", company=ONLY_OLDER, is_emergency=True,
)  # fmt: skip


def read(facts: Any) -> Told | None:
    return believed(facts, child_ref=TOKEN, authority="886", today=TODAY, policy=POLICY)


def told(**changes: Any) -> Told:
    found = read({"waiting": as_plain(HONEST) | changes, "apart": []})
    assert found is not None
    return found


def test_what_is_told_honestly_is_read_as_it_was_told() -> None:
    found = read(json.loads(json.dumps({"waiting": as_plain(HONEST), "apart": [OTHER]})))
    assert found == Told(HONEST, (OTHER,), is_held=False)


def test_a_day_that_has_passed_is_today_and_nothing_is_held() -> None:
    found = told(wanted_on="2026-11-01")
    assert (found.waiting.wanted_on, found.is_held) == (TODAY, False)


@pytest.mark.parametrize("points", [1e300, 10**400, math.inf, 80.001])
def test_points_beyond_the_scale_count_as_its_end(points: Any) -> None:
    found = told(options=[{"home_ref": HOME, "parts": [["need_fit", points], ["rest", -1e300]], "takes_all": False}])
    assert dict(found.waiting.options[0].parts) == {"need_fit": 80.0, "rest": -60.0}
    assert found.is_held


@pytest.mark.parametrize("points", ["1000", None, math.nan, True, [], {}])
def test_points_that_are_no_number_leave_the_home_out(points: Any) -> None:
    found = told(options=[{"home_ref": HOME, "parts": [["need_fit", points]]}])
    assert found.waiting.options == ()
    assert found.is_held


def test_no_points_of_another_name_and_no_home_twice() -> None:
    found = told(options=[
        {"home_ref": HOME, "parts": [["placed", 1e6], ["need_fit", 1], ["need_fit", 50]], "takes_all": "yes", "asks": ["<b>"]},
        {"home_ref": HOME, "parts": [["need_fit", 60]]}, {"home_ref": "'; DROP", "parts": []}, "nonsense",
    ])  # fmt: skip
    assert found.waiting.options == (ScoredOption(HOME, (("need_fit", 1.0),)),)
    assert found.is_held


@pytest.mark.parametrize(
    ("name", "said", "read_as"),
    [
        ("age_years", -1, None), ("age_years", 10**9, None), ("age_years", "12", None), ("sex", "<script>", ""),
        ("company", "nobody", ""), ("group", "all", ""), ("moves_from", HOME.upper(), ""), ("is_emergency", "yes", False),
        ("waiting_since", "2099-01-01", None), ("waiting_since", 7, None), ("frees_kept_for", "886", ""),
        ("wanted_on", "9999-12-31", TODAY + dt.timedelta(days=730)), ("child_ref", OTHER, TOKEN), ("authority", "851", "886"),
    ],
)  # fmt: skip
def test_whatever_cannot_be_is_taken_as_not_said(name: str, said: Any, read_as: Any) -> None:
    found = told(**{name: said})
    assert getattr(found.waiting, name) == read_as
    assert found.is_held


def test_nobody_is_apart_from_themselves() -> None:
    found = read({"waiting": as_plain(HONEST), "apart": [TOKEN, OTHER, 5, "x"]})
    assert found is not None
    assert (found.apart, found.is_held) == ((OTHER,), True)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([HOME, "2026-12-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["home_ref", "parts", "x"]), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(as_plain(HONEST))), ANYTHING), ANYTHING)
def test_nothing_told_ever_breaks_the_reading_or_leaves_the_scale(changes: dict[str, Any], apart: Any) -> None:
    scale = scale_of(POLICY)
    for facts in (apart, {"waiting": apart}, {"waiting": as_plain(HONEST) | changes, "apart": apart}):
        found = read(facts)
        for option in found.waiting.options if found else ():
            assert all(scale[name][0] <= points <= scale[name][1] for name, points in option.parts)
