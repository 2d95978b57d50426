from django.db import migrations

from nearhome.privacy.row_security import OWN

BOTH_SIDES = f"authority_id = {OWN} OR provider_id = {OWN}"
OWN_SIDE = f"(side = 'authority' AND authority_id = {OWN}) OR (side = 'provider' AND provider_id = {OWN})"


class Migration(migrations.Migration):
    dependencies = [("placements", "0002_who_sees_what")]
    operations = [
        migrations.RunSQL(
            f"ALTER POLICY added ON placements_signature WITH CHECK ({OWN_SIDE});",
            f"ALTER POLICY added ON placements_signature WITH CHECK ({BOTH_SIDES});",
        )
    ]
