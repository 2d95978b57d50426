from django.db import migrations

from nearhome.privacy.row_security import OWN, append_only, keep_history, protect

AUTHORITY = f"authority_id = {OWN}"
BOTH_SIDES = f"authority_id = {OWN} OR provider_id = {OWN}"


class Migration(migrations.Migration):
    dependencies = [("placements", "0001_records"), ("matching", "0002_who_sees_what")]
    operations = [
        protect("placements_booking", f"{BOTH_SIDES} OR host_id = {OWN}", added=AUTHORITY, changed=BOTH_SIDES),
        protect("placements_bookingprice", BOTH_SIDES, added=AUTHORITY, changed=AUTHORITY),
        protect("placements_agreement", BOTH_SIDES, added=AUTHORITY, changed=AUTHORITY),
        protect("placements_signature", BOTH_SIDES),
        append_only("placements_signature"),
        protect("placements_outofarea", AUTHORITY),
        protect("placements_clockevent", AUTHORITY),
        *[
            keep_history(f"placements_{table}")
            for table in ("booking", "bookingprice", "agreement", "outofarea", "clockevent")
        ],
    ]
