from django.db import migrations

from nearhome.privacy.row_security import OWN, keep_history, protect

FUNCTIONS = """
CREATE FUNCTION nearhome_is_authority() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT EXISTS (SELECT 1 FROM people_organisation WHERE id = nearhome_organisation() AND kind = 'authority') $$;
"""
LEADS = f"partnership_id IN (SELECT id FROM partnership_partnership WHERE lead_id = {OWN})"


class Migration(migrations.Migration):
    dependencies = [("partnership", "0001_records"), ("audit", "0002_row_history")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION nearhome_is_authority();"),
        protect("partnership_partnership", "true", added=f"lead_id = {OWN}", changed=f"lead_id = {OWN}"),
        protect("partnership_membership", "true", added=LEADS, changed=LEADS),
        protect("partnership_partnershipagreement", "true", added=LEADS, changed=LEADS),
        *[keep_history(f"partnership_{table}") for table in ("partnership", "membership", "partnershipagreement")],
    ]
