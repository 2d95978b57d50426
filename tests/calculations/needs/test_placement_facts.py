from datetime import date
from decimal import Decimal

import pytest

from nearhome.geography.postcodes import Postcodes
from nearhome.needs.calculations.placement import PlacementFacts, was_recently_uasc
from nearhome.needs.calculations.rows import EpisodeRow, Origin
from nearhome.needs.importers.placement_places import derive_facts


def facts(
    postcodes: Postcodes, home: str, place: str, *, legal: str = "C2", uasc: bool = False, authority: str = "352"
) -> PlacementFacts:
    episode = EpisodeRow(
        Origin("Episodes.csv", 2, 2026),
        "BLUE",
        date(2025, 6, 1),
        "S",
        legal,
        "N1",
        "U6",
        "PR1",
        None,
        "",
        "",
        home,
        place,
        "",
    )
    return derive_facts(episode, postcodes, is_recent_uasc=uasc, authority=authority)


@pytest.mark.parametrize(
    ("home", "place", "authority", "expected"),
    [
        ("M1 1AA", "M2 5DB", "352", PlacementFacts(Decimal("0.9"), "352", "IN")),
        ("TA1 4DY", "TA1 1HE", "352", PlacementFacts(Decimal("0.5"), "933", "OUT")),
        ("BS1 5TR", "SW1A 1AA", "213", PlacementFacts(Decimal("106.2"), "213", "IN")),
        ("M2 5DB", "CF10 3AT", "352", PlacementFacts(Decimal("143.1"), "WAL", "OUT")),
        ("BN1 1EE", "EH1 1YZ", "846", PlacementFacts(Decimal("376.3"), "SCO", "OUT")),
    ],
)
def test_place_and_distance_agree_with_the_published_examples(
    postcodes: Postcodes, home: str, place: str, authority: str, expected: PlacementFacts
) -> None:
    assert facts(postcodes, home, place, authority=authority) == expected


def test_what_is_not_known_is_said_as_the_return_says_it(postcodes: Postcodes) -> None:
    unknown = Decimal("999.9")
    assert facts(postcodes, "", "M2 5DB") == PlacementFacts(unknown, "352", "IN")
    assert facts(postcodes, "M1 1AA", "ZZ99 9ZZ") == PlacementFacts(unknown, "", "")
    assert facts(postcodes, "EH1 1YZ", "M2 5DB") == PlacementFacts(unknown, "352", "IN")
    assert facts(postcodes, "M1 1AA", "BT1 5GS") == PlacementFacts(unknown, "NIR", "OUT")
    assert facts(postcodes, "BN1 1", "BN1 2") == PlacementFacts(unknown, "", "")


def test_distance_is_blank_for_short_breaks_and_unaccompanied_children(postcodes: Postcodes) -> None:
    blank = PlacementFacts(None, "352", "IN")
    assert facts(postcodes, "M1 1AA", "M2 5DB", legal="V4") == blank
    assert facts(postcodes, "M1 1AA", "M2 5DB", legal="V3") == blank
    assert facts(postcodes, "M1 1AA", "M2 5DB", uasc=True) == blank


def test_a_child_was_recently_unaccompanied_for_three_years() -> None:
    assert was_recently_uasc(None, 2026)
    assert was_recently_uasc(date(2023, 4, 1), 2026)
    assert not was_recently_uasc(date(2023, 3, 31), 2026)
