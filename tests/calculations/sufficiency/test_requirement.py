"""From need and places to what has to be bought."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.sufficiency.calculations.requirements.gap import Change, Gap, OpenPlaces, gap
from nearhome.sufficiency.calculations.requirements.need_forecast import NeedForecast, NeedKey, need_from_quantiles
from nearhome.sufficiency.calculations.requirements.requirement import (
    Ask,
    Requirement,
    Step,
    check_requirement,
    confidence_in_words,
    requirement_from,
)
from nearhome.sufficiency.calculations.requirements.requirement_section import requirement_section

KENT = NeedKey("childrens_home", "10 to 15", "886")
OLDER = replace(KENT, need="16 and over")
ASK = Ask("childrens_home", "886", "Kent")


def eleven_futures(at_12: float, at_18: float, at_24: float) -> NeedForecast:
    """Futures one child apart; what is said is the third lowest, which 8 of 10 reach."""
    course = np.interp(np.arange(1, 25), [1, 12, 18, 24], [at_12, at_12, at_18, at_24])
    return NeedForecast((KENT,), (course + np.arange(-2, 9)[:, None])[:, None, :])


def wanted(need: NeedForecast, *supply: OpenPlaces, ask: Ask = ASK, occupancy: float = 0.8) -> Requirement:
    return requirement_from(gap(need, supply, occupancy=occupancy), ask)


def test_five_ten_and_fifteen_beds_as_in_the_decision() -> None:
    ask = replace(ASK, wishes=("near a secondary school",))
    found = wanted(eleven_futures(44, 48, 52), OpenPlaces(KENT, 42, 8), ask=ask)
    assert found.steps == (Step(12, 5, 5), Step(18, 5, 10), Step(24, 5, 15))
    assert found.sentence == (
        "5 places by month 12, 5 more by month 18, 15 in all by month 24, in Kent, near a secondary school"
    )
    assert found.supported == (15, 23)
    assert any("wish of the buyers" in reason for reason in found.reasons)


def test_a_requirement_that_is_not_supported_says_so() -> None:
    need = need_from_quantiles({KENT: [[38, 40, 42.4]] * 24}, (0.2, 0.5, 0.8))
    found = wanted(need, OpenPlaces(KENT, 42, 8))
    assert found.steps == ()
    assert found.in_all == 0
    assert found.sentence.startswith("The forecast supports 0 to 3 places by month 24 in Kent")
    in_words = check_requirement(gap(need, [OpenPlaces(KENT, 42, 8)], occupancy=0.8), ASK, (0, 2, 15))
    assert in_words[0].endswith("every place is likely to be needed.")
    assert in_words[1].endswith("so 2 of them may stand empty.")
    assert in_words[2] == "Month 24: 15 wanted; the forecast supports 0 to 3 places. The forecast does not support 15."


def test_a_full_service_counts_as_full_below_all_its_places() -> None:
    need = NeedForecast((KENT,), np.full((1, 1, 1), 85.0))
    assert gap(need, [OpenPlaces(KENT, 92, 0)], occupancy=0.85).missing.item() == pytest.approx(8)
    assert gap(need, [OpenPlaces(KENT, 92, 0)], occupancy=1).missing.item() == -7


def test_only_the_local_share_of_the_need_is_met_in_the_area() -> None:
    foster = NeedKey("fostering_agency", "", "886")
    need = NeedForecast((KENT, foster), np.full((1, 2, 1), 50.0))
    found = gap(need, [], share_locally={"childrens_home": 0.8}, occupancy=1)
    assert found.missing[0, :, 0].tolist() == [40, 50]
    assert "80 % of the need" in " ".join(requirement_from(found, replace(ASK, by_months=(1,))).reasons)


def test_a_peak_does_not_buy_a_home() -> None:
    month = np.arange(1, 25)
    peak = NeedForecast((KENT,), np.where(month == 12, 70.0, 50.0)[None, None, :])
    assert wanted(peak, OpenPlaces(KENT, 50, 0), occupancy=1).steps == ()


def test_planned_openings_and_closings_count_from_their_month() -> None:
    supply = OpenPlaces(KENT, 10, 0, (Change(2, 5), Change(3, -20)))
    assert supply.by_month(3).tolist() == [10, 15, 0]


def test_places_for_any_need_are_shared_as_the_need_is() -> None:
    need = NeedForecast((KENT, OLDER), np.array([[[30.0], [10.0]]]))
    found = gap(need, [OpenPlaces(replace(KENT, need=""), 0, 20)], occupancy=1)
    assert found.missing[0, :, 0].tolist() == [15, 5]
    nobody = NeedForecast((KENT, OLDER), np.zeros((1, 2, 1)))
    assert gap(nobody, [OpenPlaces(replace(KENT, need=""), 0, 20)], occupancy=1).places[:, 0].tolist() == [10, 10]


def test_places_elsewhere_are_no_supply() -> None:
    need = NeedForecast((KENT,), np.full((1, 1, 1), 10.0))
    others = [OpenPlaces(replace(KENT, area="887"), 9, 9), OpenPlaces(OLDER, 9, 9)]
    assert gap(need, others, occupancy=1).missing.item() == 10


def test_what_falls_short_of_a_home_is_said() -> None:
    found = wanted(NeedForecast((KENT,), np.full((1, 1, 24), 58.0)), OpenPlaces(KENT, 50, 0), occupancy=1)
    assert found.sentence == "5 places by month 12, in Kent"
    assert any(reason.startswith("3 places more are short of a whole step") for reason in found.reasons)


def test_a_need_that_is_not_forecast_and_a_month_beyond_it_are_refused() -> None:
    found = gap(eleven_futures(9, 9, 9), [])
    with pytest.raises(KeyError, match="No need is forecast"):
        requirement_from(found, replace(ASK, area="938"))
    with pytest.raises(ValueError, match="beyond"):
        requirement_from(found, replace(ASK, by_months=(12, 36)))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"confidence": 1.0}, "confidence"),
        ({"confidence": 0.4}, "confidence"),
        ({"step": 0}, "step"),
        ({"by_months": (18, 12)}, "rise"),
        ({"by_months": ()}, "rise"),
    ],
)
def test_an_ask_that_cannot_be_used_says_why(said: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(ASK, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize("said", [{"occupancy": 0.0}, {"occupancy": 1.1}, {"share_locally": 1.5}])
def test_shares_that_are_none_are_refused(said: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="has to be"):
        gap(eleven_futures(9, 9, 9), [], **said)


def test_a_forecast_of_the_wrong_shape_or_below_zero_is_refused() -> None:
    for draws in (np.zeros((2, 2, 3)), np.full((1, 1, 1), -1.0), np.full((1, 1, 1), np.nan), np.zeros((0, 1, 1))):
        with pytest.raises(ValueError, match=r"shape|negative or missing"):
            NeedForecast((KENT,), draws)
    with pytest.raises(ValueError, match="twice"):
        NeedForecast((KENT, KENT), np.zeros((1, 2, 1)))


def test_quantiles_come_back_out_of_the_futures_they_make() -> None:
    need = need_from_quantiles({KENT: [[10, 20, 40]]}, (0.1, 0.5, 0.9))
    assert np.quantile(need.draws[:, 0, 0], [0.1, 0.5, 0.9]) == pytest.approx([10, 20, 40], abs=0.2)
    for levels, values in (((0.5, 0.1), [1, 2]), ((0.1, 0.9), [2, 1]), ((0.0, 0.5), [1, 2])):
        with pytest.raises(ValueError, match=r"levels|level"):
            need_from_quantiles({KENT: [values]}, levels)


def test_confidence_is_said_in_futures() -> None:
    assert [confidence_in_words(one) for one in (0.8, 0.95, 0.99, 0.875)] == [
        "in 8 of 10 futures", "in 19 of 20 futures", "in 99 of 100 futures", "in 87.5% of the futures",
    ]  # fmt: skip


def test_the_section_shows_the_gap_its_course_and_the_steps() -> None:
    found = gap(eleven_futures(44, 48, 52), [OpenPlaces(KENT, 42, 8)], occupancy=0.8)
    shown = requirement_section(found, [requirement_from(found, ASK)], months=(12, 24), names={"886": "Kent"})
    tables = {one.name: one for one in shown.breakdowns}
    assert [row[3:] for row in tables["steps"].rows] == [(12, 5, 5), (18, 5, 10), (24, 5, 15)]
    assert len(tables["missing_childrens_home_886"].rows) == 24
    gap_row = dict(zip([one.key for one in tables["gap"].columns], tables["gap"].rows[0], strict=True))
    # The middle of eleven is three above the third lowest: 47 / 0.8 - 50.
    assert (gap_row["children"], gap_row["places"], gap_row["missing"]) == (47, 50, 8.8)
    assert gap_row["chance"] == 1


def test_a_requirement_goes_into_json_and_back() -> None:
    found = wanted(eleven_futures(44, 48, 52), OpenPlaces(KENT, 42, 8))
    again = json.loads(json.dumps(asdict(found)))
    assert again["steps"][2] == {"by_month": 24, "places": 5, "in_all": 15}


needs = st.lists(st.lists(st.integers(0, 60), min_size=6, max_size=6), min_size=1, max_size=8)
asks = st.builds(
    Ask,
    kind=st.just("childrens_home"),
    area=st.just("886"),
    area_name=st.just("Kent"),
    confidence=st.floats(0.5, 0.99),
    step=st.integers(1, 6),
    by_months=st.sampled_from([(6,), (1, 3), (2, 4, 6)]),
)


def asked(futures: list[list[int]], ask: Ask, places: int = 20, changes: tuple[Change, ...] = ()) -> Requirement:
    need = NeedForecast((KENT,), np.array(futures, dtype=np.float64)[:, None, :])
    return requirement_from(gap(need, [OpenPlaces(KENT, places, 0, changes)]), ask)


@given(needs, asks)
def test_steps_are_whole_homes_that_sum_to_the_total(futures: list[list[int]], ask: Ask) -> None:
    found = asked(futures, ask)
    assert sum(step.places for step in found.steps) == found.in_all
    assert all(step.places > 0 and step.places % ask.step == 0 for step in found.steps)
    assert 0 <= found.in_all <= found.supported[0] <= found.supported[1]


@given(needs, asks, st.integers(0, 30))
def test_more_need_never_asks_for_less(futures: list[list[int]], ask: Ask, more: int) -> None:
    greater = [[n + more for n in future] for future in futures]
    assert asked(greater, ask).in_all >= asked(futures, ask).in_all


@given(needs, asks, st.integers(0, 30), st.integers(1, 6))
def test_more_places_never_ask_for_more(futures: list[list[int]], ask: Ask, more: int, month: int) -> None:
    assert asked(futures, ask, places=20 + more).in_all <= asked(futures, ask).in_all
    assert asked(futures, ask, changes=(Change(month, more),)).in_all <= asked(futures, ask).in_all


@given(needs, asks, st.floats(0.5, 0.99))
def test_more_confidence_never_asks_for_more(futures: list[list[int]], ask: Ask, other: float) -> None:
    low, high = sorted((ask.confidence, other))
    assert asked(futures, replace(ask, confidence=high)).in_all <= asked(futures, replace(ask, confidence=low)).in_all


def test_needs_are_added_future_by_future() -> None:
    opposite = NeedForecast((KENT, OLDER), np.array([[[0.0], [10.0]], [[10.0], [0.0]]]))
    found: Gap = gap(opposite, [], occupancy=1)
    assert found.of("childrens_home", "886")[:, 0].tolist() == [10, 10]
    assert found.of("childrens_home", "886", "10 to 15")[:, 0].tolist() == [0, 10]
