import pytest

from nearhome.placements.calculations.return_codes import (
    REASONS_CARE_CEASED,
    REASONS_FOR_MOVE,
    place_provider,
    place_type,
    reason_ceased,
)


@pytest.mark.parametrize(
    ("kind", "is_long_term", "code"),
    [
        ("childrens_home", False, "K2"),
        ("supported_accommodation", True, "K3"),
        ("foster", False, "U6"),
        ("foster", True, "U4"),
    ],
)
def test_the_kind_of_home_decides_the_placement_type(kind: str, is_long_term: bool, code: str) -> None:
    assert place_type(kind, is_long_term=is_long_term) == code


@pytest.mark.parametrize(
    ("sector", "is_own", "is_authority", "code"),
    [
        ("Local Authority", True, True, "PR1"), ("Local Authority", False, True, "PR2"), ("Private", False, False, "PR4"),
        ("Voluntary", False, False, "PR5"), ("Health Authority", False, False, "PR3"),
    ],
)  # fmt: skip
def test_sector_and_owner_decide_the_provider_code(sector: str, is_own: bool, is_authority: bool, code: str) -> None:
    assert place_provider(sector, is_own=is_own, is_authority=is_authority) == code


def test_a_move_goes_on_with_x1_and_leaving_care_does_not() -> None:
    assert {reason_ceased(code) for code in REASONS_FOR_MOVE} == {"X1"}
    assert all(reason_ceased(code) == code for code in REASONS_CARE_CEASED)
    assert not REASONS_FOR_MOVE.keys() & REASONS_CARE_CEASED.keys()
    with pytest.raises(KeyError):
        reason_ceased("E99")
