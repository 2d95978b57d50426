from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("settlement", "0004_only_the_finance_lead_changes_months")]
    operations: list[Any] = []
