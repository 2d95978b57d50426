from django.db import migrations

from nearhome.privacy.row_security import OWN, keep_history, protect

TABLES = (
    "child", "childidentity", "mustnotlivewith", "episode", "returnrecord", "returnload", "returnproblem",
    "uploadedreturn",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("needs", "0001_records"), ("audit", "0002_row_history")]
    operations = [
        *[protect(f"needs_{table}", f"authority_id = {OWN}") for table in TABLES],
        *[keep_history(f"needs_{table}") for table in ("child", "childidentity", "mustnotlivewith", "episode")],
    ]
