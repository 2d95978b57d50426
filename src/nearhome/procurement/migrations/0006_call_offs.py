from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("procurement", "0005_blocks")]
    operations: list[Any] = []
