from django.db import migrations

from nearhome.privacy.row_security import AN_AUTHORITY_ACTS, OWN, keep_history, protect

SUPPLIES = (
    "EXISTS (SELECT 1 FROM procurement_frameworksupplier AS supplier"
    f" WHERE supplier.framework_id = procurement_framework.id AND supplier.provider_id = {OWN})"
)
MAY_CALL_OFF = (
    "EXISTS (SELECT 1 FROM procurement_frameworksupplier AS supplier"
    " JOIN procurement_frameworkparty AS party ON party.framework_id = supplier.framework_id"
    f" WHERE supplier.id = supplier_id AND party.organisation_id = {OWN})"
)
PARTY = (
    "EXISTS (SELECT 1 FROM procurement_blockparty AS party"
    f" WHERE party.contract_id = procurement_blockcontract.id AND party.organisation_id = {OWN})"
)
CONTRACT_SEEN = "EXISTS (SELECT 1 FROM procurement_blockcontract AS seen WHERE seen.id = contract_id)"
AUTHORITY_WRITES = {"added": AN_AUTHORITY_ACTS, "changed": AN_AUTHORITY_ACTS}


class Migration(migrations.Migration):
    dependencies = [("procurement", "0001_records"), ("market", "0002_who_sees_what")]
    operations = [
        protect(
            "procurement_framework",
            f"{AN_AUTHORITY_ACTS} OR {SUPPLIES}",
            added=f"lead_id = {OWN}",
            changed=f"lead_id = {OWN}",
        ),
        protect("procurement_frameworkparty", AN_AUTHORITY_ACTS),
        protect("procurement_frameworksupplier", f"provider_id = {OWN} OR {AN_AUTHORITY_ACTS}", **AUTHORITY_WRITES),
        # Prices are confidential between providers; only parties to the framework read them.
        protect("procurement_rateline", f"provider_id = {OWN} OR {MAY_CALL_OFF}", **AUTHORITY_WRITES),
        protect("procurement_homeprice", f"provider_id = {OWN} OR {AN_AUTHORITY_ACTS}"),
        protect(
            "procurement_blockcontract",
            f"host_id = {OWN} OR provider_id = {OWN} OR {PARTY}",
            added=f"host_id = {OWN}",
            changed=f"host_id = {OWN}",
        ),
        protect("procurement_blockparty", AN_AUTHORITY_ACTS),
        protect("procurement_blockplace", CONTRACT_SEEN, **AUTHORITY_WRITES),
        protect("procurement_blockprice", CONTRACT_SEEN, **AUTHORITY_WRITES),
        *[
            keep_history(f"procurement_{table}")
            for table in (
                "framework",
                "frameworksupplier",
                "rateline",
                "homeprice",
                "blockcontract",
                "blockplace",
                "blockprice",
            )
        ],
    ]
