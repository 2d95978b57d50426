from django.db import migrations

from nearhome.privacy.row_security import OWN, keep_history, protect


class Migration(migrations.Migration):
    dependencies = [("matching", "0001_records"), ("referrals", "0002_who_sees_what")]
    operations = [
        protect("matching_savedranking", f"authority_id = {OWN}"),
        protect("matching_decision", f"authority_id = {OWN}"),
        keep_history("matching_decision"),
    ]
