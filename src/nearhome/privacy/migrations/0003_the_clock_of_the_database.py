from django.db import migrations

from nearhome.privacy.clock import REAL, REMOVED


class Migration(migrations.Migration):
    dependencies = [("privacy", "0002_refresh_statistics")]
    operations = [migrations.RunSQL(REAL, REMOVED)]
