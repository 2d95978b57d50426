from django.db import migrations

from nearhome.privacy.row_security import OWN, keep_history, protect


class Migration(migrations.Migration):
    dependencies = [("sufficiency", "0003_places_wanted"), ("audit", "0002_row_history")]
    operations = [
        protect("sufficiency_placewanted", f"authority_id = {OWN}"),
        keep_history("sufficiency_placewanted"),
    ]
