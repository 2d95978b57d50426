"""Count what the region holds, as the owner sees it: past row security, numbers only."""

from django.db import connections

TABLES = {
    "children": "needs_child",
    "episodes": "needs_episode",
    "homes": "market_home",
    "places": "market_place",
    "referrals": "referrals_referral",
    "offers": "referrals_offer",
    "bookings": "placements_booking",
    "agreements": "placements_agreement",
    "statements": "settlement_statement",
    "analyses": "sufficiency_keptanalysis",
    "requirements": "sufficiency_requirement",
}


def counts() -> dict[str, int]:
    """One number for each kind of record, and the sum of all authorities' net positions in pence."""
    found = {"authorities": _number("SELECT count(DISTINCT organisation_id) FROM partnership_membership")}
    for name, table in TABLES.items():
        found[name] = _number(f"SELECT count(*) FROM {table}")
        if name == "episodes":
            found["providers"] = _number("SELECT count(DISTINCT provider_id) FROM market_registration")
    found["net_positions_pence"] = _number("SELECT coalesce(sum(pence), 0) FROM settlement_netposition")
    return found


def _number(sql: str) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
