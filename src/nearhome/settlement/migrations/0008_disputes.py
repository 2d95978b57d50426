from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("settlement", "0007_closing")]
    operations: list[Any] = []
