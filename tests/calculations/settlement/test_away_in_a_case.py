"""Nights away of placements bought singly in the file that `nearhome settle` reads."""

import copy
import json
from typing import Any

import pytest

from nearhome.settlement.calculations.settling import settle_case
from nearhome.settlement.importers.settle_files import SettleFileError, case_from

CASE: dict[str, Any] = {
    "title": "A week in hospital",
    "period": {"starts_on": "2026-06-01", "ends_before": "2026-08-01"},
    "authorities": [{"ref": "KEN", "name": "Kent"}],
    "providers": [{"ref": "CARE", "name": "Madeup Care"}],
    "placements": [{
        "ref": "IPA-1", "child": "Test child", "authority": "KEN", "route": "framework",
        "stages": [{
            "name": "residential", "provider": "CARE", "place": "Place 1", "arrived_on": "2026-06-01",
            "elements": [
                {"name": "accommodation", "prices": [{"starts_on": "2026-06-01", "weekly_pence": 70000}]},
                {"name": "transport", "prices": [{"starts_on": "2026-06-01", "weekly_pence": 7000}]},
            ],
            "absences": [{"kind": "hospital", "starts_on": "2026-06-08", "ends_before": "2026-06-29"}],
        }],
        "away": [{
            "starts_on": "2026-04-01", "kept_elements": ["accommodation"],
            "absences": [{"kind": "hospital", "full_nights": 3, "then_basis_points": 5000, "most_nights": 14}],
        }],
    }],
    "closes": [{"month": "2026-06-01", "closed_on": "2026-07-08"}, {"month": "2026-07-01", "closed_on": "2026-08-08"}],
}  # fmt: skip


def told(**changed: Any) -> dict[str, Any]:
    case = copy.deepcopy(CASE)
    case["placements"][0] |= changed
    return case


def read(case: dict[str, Any]) -> Any:
    return case_from(json.dumps(case).encode(), "made-up.json")


def test_the_example_of_the_method_page_comes_out_of_a_file() -> None:
    june = settle_case(read(told())).posted[0].lines
    assert sum(one.pence for one in june if one.element == "accommodation") == 175_000
    assert sum(one.pence for one in june if one.element == "transport") == 12_000


def test_nights_told_after_the_close_are_a_difference_in_the_next_month() -> None:
    late = told(ref="IPA-2", known_on="2026-07-20")
    late["placements"][0]["ref"] = "IPA-1"
    before = copy.deepcopy(CASE["placements"][0]) | {"superseded_on": "2026-07-20"}
    before["stages"][0]["absences"] = []
    late["placements"] = [before, late["placements"][0] | {"known_on": "2026-07-20"}]
    settled = settle_case(read(late))
    assert sum(one.pence for one in settled.posted[0].lines) == 300_000 + 30_000
    assert sum(one.pence for one in settled.posted[1].corrections) == 175_000 + 12_000 - 330_000


@pytest.mark.parametrize(
    ("away", "words"),
    [
        ([{"starts_on": "2026-04-01"}, {"starts_on": "2026-04-01"}], "2 terms begin on 2026-04-01"),
        ([{"starts_on": "2026-04-01", "absences": [{"kind": "hospital", "full_nights": 3, "most_nights": 2}]}], "nights paid in all"),
        ([{"starts_on": "2026-04-01", "absences": [{"kind": "hospital"}, {"kind": "hospital"}]}], "both are about “hospital”"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_the_mend(away: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(SettleFileError) as refused:
        read(told(away=away))
    assert words in " ".join(refused.value.sentences)
