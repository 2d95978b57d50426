from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("settlement", "0008_disputes")]
    operations: list[Any] = []
