"""Pages of terms for nights away: who opens them, whose they are, which private words they may show."""

from nearhome.placements.models import Booking
from nearhome.procurement.models import Framework
from nearhome.settlement.models import AwayTerms
from scenes_whole import Whole
from walked import PORTSMOUTH, Objects, everybodys, keyed

NAMES = (
    "away_terms", "framework_away", "propose_framework_away", "placement_away", "propose_placement_away",
    "agree_away_terms", "turn_down_away_terms",
)  # fmt: skip
AWAY_ROLES: dict[str, set[str]] = {f"settlement:{name}": {"finance_officer", "commissioner"} for name in NAMES}
AWAY_WORDS = {
    "ZZAWAYWHY": PORTSMOUTH | {"Kent commissioner", "Kent finance_officer"},
    "ZZALONEWHY": {"Kent commissioner", "Kent finance_officer"},
}


def away_pages(whole: Whole) -> Objects:
    """A framework's terms are read by its parties and changed by who leads it; a placement's are its authority's."""
    parties: dict[int, set[int]] = {}
    frameworks = everybodys(
        Framework, lambda row: {one.organisation_id for one in row.parties.all()} | {row.lead_id}, whole
    )
    for row, owners in frameworks:
        parties[row.pk] = owners
    leads = keyed([(row, {row.lead_id}) for row, _ in frameworks])
    stays = keyed(
        [(row, owners if row.block_contract_id is None else set())
         for row, owners in everybodys(Booking, lambda row: {row.authority_id}, whole)]
    )  # fmt: skip
    terms = everybodys(AwayTerms, lambda row: parties.get(row.framework_id, {row.authority_id}), whole)
    return {
        "settlement:framework_away": keyed(frameworks),
        "settlement:propose_framework_away": leads,
        **dict.fromkeys(("settlement:placement_away", "settlement:propose_placement_away"), stays),
        **dict.fromkeys(("settlement:agree_away_terms", "settlement:turn_down_away_terms"), keyed(terms)),
    }
