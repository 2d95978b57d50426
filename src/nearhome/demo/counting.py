"""Count what the region holds, as the owner sees it: past row security, numbers only."""

from collections.abc import Mapping

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
    "rules": "settlement_contractrules",
    "disputes": "settlement_linedispute",
    "credits": "settlement_disputecredit",
    "invoices": "settlement_invoice",
    "held_lines": "settlement_linehold WHERE released_at IS NULL",
    "released_lines": "settlement_linehold WHERE released_at IS NOT NULL",
    "bank_accounts": "settlement_bankaccount",
    "payment_runs": "settlement_paymentrun",
    "budgets": "settlement_budget",
    "funding_splits": "settlement_fundingsplit",
    "path_stages": "settlement_pathstage",
    "consents": "settlement_rulesconsent",
    "spot_prices": "settlement_spotbenchmark",
    "analyses": "sufficiency_keptanalysis",
    "requirements": "sufficiency_requirement",
}
BALANCED = "net_positions_pence"


def counts() -> dict[str, int]:
    """One number for each kind of record, and the sum of all authorities' net positions in pence."""
    found = {"authorities": _number("SELECT count(DISTINCT organisation_id) FROM partnership_membership")}
    for name, table in TABLES.items():
        found[name] = _number(f"SELECT count(*) FROM {table}")
        if name == "episodes":
            found["providers"] = _number("SELECT count(DISTINCT provider_id) FROM market_registration")
    found[BALANCED] = _number("SELECT coalesce(sum(pence), 0) FROM settlement_netposition")
    return found


def amiss(found: Mapping[str, int]) -> tuple[str, ...]:
    """What a whole region has and these counts do not, in words; nothing where all is there and balances."""
    missing = [f"no {name.replace('_', ' ')}" for name, number in found.items() if name != BALANCED and not number]
    return (*missing, *(["net positions that do not sum to nought"] if found[BALANCED] else []))


def _number(sql: str) -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])
