from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tendering", "0005_evaluation")]
    operations: list[Any] = []
