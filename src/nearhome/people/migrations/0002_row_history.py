from django.db import migrations

from nearhome.privacy.row_security import keep_history


class Migration(migrations.Migration):
    dependencies = [("people", "0001_records"), ("audit", "0002_row_history")]
    operations = [
        keep_history("people_organisation"),
        keep_history("people_authorityrules"),
    ]
