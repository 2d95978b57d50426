from django.db import migrations

from nearhome.privacy.row_security import DROP_FUNCTIONS, FUNCTIONS


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS)]
