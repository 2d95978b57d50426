from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tendering", "0006_awards")]
    operations: list[Any] = []
