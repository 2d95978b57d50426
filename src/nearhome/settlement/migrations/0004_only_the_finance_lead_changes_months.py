from django.db import migrations

from nearhome.privacy.row_security import OWN

PARTNER = f"partnership_id IN (SELECT partnership_id FROM partnership_membership WHERE organisation_id = {OWN})"
LEADS = f"partnership_id IN (SELECT id FROM partnership_partnership WHERE finance_lead_id = {OWN})"


def month_policies(rule: str) -> str:
    """Who may add, change and remove months; reading stays as it was."""
    return (
        f"ALTER POLICY added ON settlement_month WITH CHECK ({rule});"
        f"ALTER POLICY changed ON settlement_month USING ({rule}) WITH CHECK ({rule});"
        f"ALTER POLICY removed ON settlement_month USING ({rule});"
    )


class Migration(migrations.Migration):
    dependencies = [("settlement", "0003_problems_and_closed_months")]
    operations = [migrations.RunSQL(month_policies(LEADS), month_policies(PARTNER))]
