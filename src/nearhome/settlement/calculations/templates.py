"""Three arrangements for shared beds, as starting points for an agreement. None of them is the standard: none was found.

Each is put together from what published papers say of real arrangements (Kent's regional block of 2021; authorities that
commit occupancy up front; a lead that carries its homes). Every term can be changed.
"""

from dataclasses import dataclass

from nearhome.settlement.calculations.nights import VoidRule

# Only the term that names somebody by share needs weights; these stand for "one each" until an agreement says otherwise.
_UNSAID = (("everybody", 1),)


@dataclass(frozen=True, slots=True)
class Template:
    """A way to share beds: its name, what it says in words, where it is seen, and its rules."""

    key: str
    name: str
    words: str
    seen_in: str
    rule: VoidRule


TEMPLATES = (
    Template(
        "host",
        "The host carries empty beds",
        "The host pays for empty nights. A partner pays for the nights of its own children and nothing else.",
        "Kent decision 21/00094: vacancies are filled locally first, then offered; the stay is charged to the other authority.",
        VoidRule("host"),
    ),
    Template(
        "nominated",
        "Each carries the beds nominated to it",
        "Every place is nominated to an authority, which pays for it while it is empty. After 28 empty nights the place is let go"
        " to all, and who bears it does not change. Whoever borrows it pays for those nights instead.",
        "Authorities that commit occupancy up front (a city region's homes programme).",
        VoidRule("nominated", grace_nights=0, released_after=28, released_bearer="nominated"),
    ),
    Template(
        "shared",
        "All share empty beds by contribution",
        "The first 7 empty nights are the provider's. After them all partners pay by their contribution.",
        "Six authorities that share places in homes across a region: a proportionate share of what is not used.",
        VoidRule("shares", _UNSAID, grace_nights=7),
    ),
)


def template(key: str) -> Template:
    """The template with this key. Raises KeyError for another."""
    return next(one for one in TEMPLATES if one.key == key) if key in {one.key for one in TEMPLATES} else _missing(key)


def _missing(key: str) -> Template:
    raise KeyError(key)
