from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("procurement", "0003_only_who_leads_changes_contracts")]
    operations: list[Any] = []
