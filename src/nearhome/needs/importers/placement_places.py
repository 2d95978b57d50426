"""The derived place and distance of each episode, from the postcode file."""

from nearhome.geography.authorities import authority_of_district
from nearhome.geography.calculations.distance import Point
from nearhome.geography.postcodes import Postcodes
from nearhome.needs.calculations.placement import PlacementFacts, PlacementPlace, placement_facts
from nearhome.needs.calculations.rows import EpisodeRow


def derive_facts(episode: EpisodeRow, postcodes: Postcodes, *, is_recent_uasc: bool, authority: str) -> PlacementFacts:
    """PL_DISTANCE, PL_LA and PL_LOCATION of an episode, for the responsible authority (DfE code)."""
    return placement_facts(
        episode,
        home_point(episode.home_postcode, postcodes),
        placement_place(episode.place_postcode, postcodes),
        is_recent_uasc=is_recent_uasc,
        authority=authority,
    )


def placement_place(postcode: str, postcodes: Postcodes) -> PlacementPlace | None:
    """Where a placement is; Northern Ireland is known by the letters of its postcodes, without a grid reference."""
    if postcode.upper().startswith("BT"):
        return PlacementPlace("NIR", None)
    found = postcodes.find(postcode)
    area = authority_of_district(found.district_code) if found else None
    return PlacementPlace(area, found.point) if found and area else None


def home_point(postcode: str, postcodes: Postcodes) -> Point | None:
    """Where home is, for the distance; None if it is not known or outside England."""
    found = postcodes.find(postcode)
    return found.point if found and found.district_code.startswith("E") else None
