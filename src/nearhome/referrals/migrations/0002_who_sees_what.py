from django.db import migrations

from nearhome.privacy.row_security import OWN, keep_history, protect

AUTHORITY = f"authority_id = {OWN}"
BOTH_SIDES = f"authority_id = {OWN} OR provider_id = {OWN}"


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_records"), ("procurement", "0002_who_sees_what")]
    operations = [
        *[
            protect(f"referrals_{table}", AUTHORITY)
            for table in ("referral", "referralmove", "importantplace", "searchpermission")
        ],
        protect("referrals_invitation", BOTH_SIDES, added=AUTHORITY),
        # What was let go can be recalled: then its recipient reads it no more.
        protect(
            "referrals_release",
            f"{AUTHORITY} OR (recipient_id = {OWN} AND recalled_at IS NULL)",
            added=AUTHORITY,
            changed=AUTHORITY,
        ),
        protect("referrals_question", BOTH_SIDES),
        protect("referrals_offer", BOTH_SIDES),
        *[
            keep_history(f"referrals_{table}")
            for table in (
                "referral",
                "importantplace",
                "searchpermission",
                "invitation",
                "release",
                "question",
                "offer",
            )
        ],
    ]
