"""What goes on with the contracts themselves."""

from nearhome.demo.block_terms import ask_for_a_bed
from nearhome.demo.contracts import KENT_BLOCK, commissioner
from nearhome.demo.story.players import KENT, Players


def more_beds_asked_for(players: Players) -> None:
    """Kent asks for one more bed in its block; the provider has not answered yet."""
    ask_for_a_bed(KENT_BLOCK, commissioner(players.authorities[KENT]), players.morning(8))
