from django.db import migrations

from nearhome.privacy.row_security import OWN, PARTNERS, append_only, keep_history, protect

MINE = f"authority_id = {OWN}"


class Migration(migrations.Migration):
    dependencies = [
        ("sufficiency", "0001_records"), ("partnership", "0003_who_are_partners"), ("audit", "0002_row_history"),
    ]  # fmt: skip
    operations = [
        protect("sufficiency_keptanalysis", MINE),
        append_only("sufficiency_keptanalysis"),
        # Partners read what is shared, until it is withdrawn; nobody else does, and only its authority writes it.
        protect(
            "sufficiency_sharedpicture",
            f"{MINE} OR (withdrawn_at IS NULL AND authority_id = {PARTNERS})",
            added=MINE,
            changed=MINE,
        ),
        protect("sufficiency_scenario", MINE),
        # A requirement rests on a forecast of its own authority; foreign keys alone do not look at who sees the row.
        protect(
            "sufficiency_requirement",
            MINE,
            added=f"{MINE} AND EXISTS (SELECT 1 FROM sufficiency_keptanalysis AS rests_on WHERE rests_on.id = forecast_id)",
        ),
        *[keep_history(f"sufficiency_{table}") for table in ("sharedpicture", "scenario", "requirement")],
    ]
