"""A block that Kent hosts, begun as its page begins it: 5, 10 and 15 beds, with homes of its provider to fill them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from cast import NOW, TODAY, Cast, make_cast
from nearhome.market.models import Home
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.procurement.actions.block_beginning import WantedBlock, begin_block
from nearhome.procurement.actions.block_places import mark_block_place_ready
from nearhome.procurement.actions.block_terms import WantedFee, WantedTerms
from nearhome.procurement.actions.blocks import add_block_place
from nearhome.procurement.models import BlockContract, BlockPlace
from scenes import make_home, make_partnership

WEEKLY = 455_700
BEGAN = dt.date(2026, 4, 1)
ENDS = dt.date(2036, 4, 1)


@dataclass(frozen=True)
class BlockInTheMaking:
    """The block with three places, none of them ready; the first is Kent's, the second Portsmouth's, the third nobody's."""

    cast: Cast
    contract: BlockContract
    home: Home
    places: tuple[BlockPlace, ...]

    def done(self, person: Person | None = None) -> dict[str, Any]:
        """Who does it and when, as actions want to be told."""
        return {"by": person or self.cast.colin, "now": NOW}

    def ready(self, number: int, day: dt.date) -> None:
        """Kent's commissioner marks a place as registered and able to accept a child from a day."""
        with acting(self.cast.colin):
            mark_block_place_ready(block_place=self.places[number], registered_on=day, accepts_from=day, **self.done())


def wanted_block(cast: Cast, **changed: Any) -> WantedBlock:
    """The example of decision 21/00094, begun on 1 April 2026, shared by Kent and Portsmouth 2 to 1."""
    terms = changed.pop("terms", WantedTerms("PA23"))
    return WantedBlock(**{
        "name": "Made-up block", "provider": cast.meadow, "starts_on": BEGAN, "ends_before": ENDS,
        "parties": {cast.kent: 2, cast.portsmouth: 1}, "terms": terms,
        "by_month": ((0, 2), (12, 10), (24, 15)), "fee": WantedFee(WEEKLY),
    } | changed)  # fmt: skip


def block_in_the_making(**changed: Any) -> BlockInTheMaking:
    """Begun by Kent's commissioner, with three places of Madeup Meadow."""
    cast = make_cast()
    make_partnership(cast)
    home = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    with acting(cast.colin):
        contract = begin_block(wanted=wanted_block(cast, **changed), by=cast.colin, now=NOW)
        places = [
            add_block_place(
                contract=contract, place=place, available_from=None, nominated=whose, by=cast.colin, now=NOW
            )
            for place, whose in zip(home.places.order_by("label"), (cast.kent, cast.portsmouth, None), strict=True)
        ]
    return BlockInTheMaking(cast, contract, home, tuple(places))


__all__ = ["BEGAN", "ENDS", "NOW", "TODAY", "WEEKLY", "BlockInTheMaking", "block_in_the_making", "wanted_block"]
