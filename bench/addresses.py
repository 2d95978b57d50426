"""Addresses of pages that need a key, taken from the made-up region as its owner sees it."""

from django.db import connections

QUERIES = {
    "referral": "SELECT '/referrals/' || r.key || '/' FROM referrals_referral r JOIN people_organisation o ON o.id = authority_id"
    " WHERE o.name = 'Kent' AND r.state = 'searching' ORDER BY r.id LIMIT 1",
    "ranking": "SELECT '/matching/' || r.key || '/homes/' FROM matching_savedranking s JOIN referrals_referral r ON r.id = s.referral_id"
    " JOIN people_organisation o ON o.id = r.authority_id WHERE o.name = 'Kent' ORDER BY s.id LIMIT 1",
    "offers": "SELECT '/matching/' || r.key || '/offers/' FROM referrals_offer f JOIN referrals_invitation i ON i.id = f.invitation_id"
    " JOIN referrals_referral r ON r.id = i.referral_id JOIN people_organisation o ON o.id = r.authority_id"
    " WHERE o.name = 'Kent' AND r.state = 'searching' ORDER BY f.id LIMIT 1",
    "placement": "SELECT '/placements/' || b.key || '/' FROM placements_booking b JOIN people_organisation o ON o.id = authority_id"
    " WHERE o.name = 'Kent' AND referral_id IS NOT NULL ORDER BY b.id LIMIT 1",
    "analysis": "SELECT '/sufficiency/' || k.key || '/' FROM sufficiency_keptanalysis k JOIN people_organisation o ON o.id = authority_id"
    " WHERE o.name = 'Kent' AND k.kind = 'picture' ORDER BY k.id LIMIT 1",
    "part": "SELECT '/sufficiency/' || k.key || '/part/where/' FROM sufficiency_keptanalysis k JOIN people_organisation o"
    " ON o.id = authority_id WHERE o.name = 'Kent' AND k.kind = 'picture' ORDER BY k.id LIMIT 1",
    "statement": "SELECT '/settlement/statements/' || s.key || '/' FROM settlement_statement s"
    " JOIN people_organisation o ON o.id = organisation_id WHERE o.name = 'Kent' ORDER BY s.id LIMIT 1",
}


def address_of(page: str) -> str:
    """The first page of its kind that Kent's people may see."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(QUERIES[page])
        found = cursor.fetchone()
    assert found, f"The made-up region has no {page}; run make demo FRESH=1"
    return str(found[0])
