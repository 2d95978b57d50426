from django.db import migrations

from nearhome.privacy.row_security import AN_AUTHORITY_ACTS

# As the owner, so that the rule for one table can look at another whose rule looks back at the first.
FUNCTIONS = """
CREATE FUNCTION procurement_leads_framework(framework bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT EXISTS (SELECT 1 FROM procurement_framework WHERE id = framework AND lead_id = nearhome_organisation())
$$;
CREATE FUNCTION procurement_admitted_supplier(supplier bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT EXISTS (
        SELECT 1 FROM procurement_frameworksupplier AS admitted
        WHERE admitted.id = supplier AND procurement_leads_framework(admitted.framework_id))
$$;
CREATE FUNCTION procurement_hosts_block(contract bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT EXISTS (SELECT 1 FROM procurement_blockcontract WHERE id = contract AND host_id = nearhome_organisation())
$$;
CREATE FUNCTION procurement_may_use_block(contract bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT procurement_hosts_block(contract) OR EXISTS (
        SELECT 1 FROM procurement_blockparty AS party
        WHERE party.contract_id = contract AND party.organisation_id = nearhome_organisation())
$$;
"""
DROP = """
DROP FUNCTION procurement_may_use_block(bigint);
DROP FUNCTION procurement_hosts_block(bigint);
DROP FUNCTION procurement_admitted_supplier(bigint);
DROP FUNCTION procurement_leads_framework(bigint);
"""
WRITTEN_BY = {
    "frameworkparty": "procurement_leads_framework(framework_id)",
    "frameworksupplier": "procurement_leads_framework(framework_id)",
    "rateline": "procurement_admitted_supplier(supplier_id)",
    "blockparty": "procurement_hosts_block(contract_id)",
    "blockplace": "procurement_hosts_block(contract_id)",
    "blockprice": "procurement_hosts_block(contract_id)",
}


def written_by(table: str, rule: str) -> str:
    """Who may add, change and remove rows of a table; reading stays as it was."""
    return (
        f"ALTER POLICY added ON procurement_{table} WITH CHECK ({rule});"
        f"ALTER POLICY changed ON procurement_{table} USING ({rule}) WITH CHECK ({rule});"
        f"ALTER POLICY removed ON procurement_{table} USING ({rule});"
    )


def parties_seen(rule: str) -> str:
    return f"ALTER POLICY seen ON procurement_blockparty USING ({rule});"


class Migration(migrations.Migration):
    dependencies = [("procurement", "0002_who_sees_what")]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        *[
            migrations.RunSQL(written_by(table, rule), written_by(table, AN_AUTHORITY_ACTS))
            for table, rule in WRITTEN_BY.items()
        ],
        migrations.RunSQL(
            parties_seen(f"{AN_AUTHORITY_ACTS} AND procurement_may_use_block(contract_id)"),
            parties_seen(AN_AUTHORITY_ACTS),
        ),
    ]
