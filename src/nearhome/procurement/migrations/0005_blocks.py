from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("procurement", "0004_frameworks")]
    operations: list[Any] = []
