"""Letters say a bidder's own marks and nothing of others but marks; cases replay."""

import json
import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from nearhome.tendering.calculations.evaluation.case import LotCase
from nearhome.tendering.calculations.evaluation.effect_words import effect_sentences, per_cent
from nearhome.tendering.calculations.evaluation.effects import effects_of
from nearhome.tendering.calculations.evaluation.letters import Letter, compose_letter
from nearhome.tendering.calculations.evaluation.ranking import rank_bids
from nearhome.tendering.calculations.evaluation.replay import case_as_values, case_from_values
from scenes_lots import bid, lot, lot_cases


@given(lot_cases())
def test_a_kept_lot_gives_the_same_lot_and_the_same_ranking(case: LotCase) -> None:
    values = json.loads(json.dumps(case_as_values(case)))
    again = case_from_values(values)
    assert case_as_values(again) == values
    assert rank_bids(again) == rank_bids(case)
    assert case_as_values(replace(case, bids=tuple(reversed(case.bids)))) == case_as_values(case)


def letter(key: str, successful: tuple[str, ...] | None = ("good",), *others: object) -> Letter:
    case = lot(bid("good", 440_000, 4, 4), bid("next", 450_000, 3, 3), bid("none", None, 5, 5))
    return compose_letter(case, rank_bids(case), key, reasons={"care": f"Reason for {key}"}, successful=successful)


def test_a_letter_says_own_marks_and_reasons_beside_the_successful_bids_marks() -> None:
    told = letter("next")
    assert told.outcome == "unsuccessful"
    assert told.opening == ("Your bid was not successful.", "It had 75.11 marks and rank 2 of 2 bids that passed.")
    assert [(one.title, one.score, one.marks, one.reason, one.successful) for one in told.marks] == [
        ("Care", "3 of 5", "18.00", "Reason for next", "4 of 5"), ("Step across", "3 of 5", "18.00", "", "4 of 5"),
    ]  # fmt: skip
    assert told.sums == (("Quality", "36.00", "48.00"), ("Price", "39.11", "40.00"), ("Total", "75.11", "88.00"))
    assert "good" not in str(told)
    assert "4400" not in str(told)


def test_letters_by_outcome() -> None:
    assert letter("good").outcome == "successful"
    assert letter("good").sums[0] == ("Quality", "48.00", "")
    failed = letter("none")
    assert failed.outcome == "failed"
    assert failed.opening[1] == "Why: no price for “A bed”."
    assert letter("next", ()).opening[0] == "This lot is not awarded."
    assert letter("next", None).opening[0].startswith("This is a draft")
    with pytest.raises(KeyError):
        letter("nobody")


@given(lot_cases())
def test_effects_can_always_be_said_and_name_no_bid_that_does_not_exist(case: LotCase) -> None:
    names = {one.key: f"<{one.key}>" for one in case.bids}
    sentences = effect_sentences(case, effects_of(case), names)
    assert sentences
    assert all(one.endswith(".") and "None" not in one for one in sentences)
    assert set(re.findall(r"<[^>]*>", " ".join(sentences))) <= set(names.values())


def test_per_cents_are_written_half_up_without_needless_noughts() -> None:
    assert [per_cent(Fraction(share)) for share in ("100/3", "50", "0", "1/8", "12345/1000")] == ["33.33", "50", "0", "0.13", "12.35"]  # fmt: skip
