from typing import Any

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tendering", "0002_who_sees_what")]
    operations: list[Any] = []
