from django.db import migrations

from nearhome.privacy.row_security import OWN, PARTNERS

# A number of thousands of digits could be written into a told search, and then nobody's program could read the table.
READABLE = (
    "ALTER TABLE matching_sharedsearch ADD CONSTRAINT what_is_told_can_be_read"
    " CHECK (facts::text !~ '[0-9]{40}' AND length(facts::text) < 16000000)"
)
FUNCTION = f"""
-- Which searches told to me are of a child who lives, that day, in the very home it is said to move from; nothing more.
CREATE FUNCTION matching_movers_there(day date) RETURNS TABLE (told_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT told.id
    FROM matching_sharedsearch AS told
    JOIN referrals_referral AS referral ON referral.id = told.referral_id
    JOIN needs_child AS child ON child.id = referral.child_id
    WHERE told.withdrawn_at IS NULL AND (told.authority_id = {OWN} OR told.authority_id = {PARTNERS})
      AND EXISTS (
          SELECT 1 FROM market_resident AS resident
          JOIN market_occupancy AS taken ON taken.id = resident.occupancy_id
          JOIN market_place AS place ON place.id = taken.place_id
          JOIN market_home AS home ON home.id = place.home_id
          WHERE resident.child_key = child.key AND resident.authority_id = told.authority_id
            AND taken.kind = 'booking' AND taken.freed_at IS NULL AND taken.days @> day
            AND home.key::text = told.facts #>> '{{waiting,moves_from}}')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0005_what_partners_see"), ("needs", "0002_who_sees_what"), ("referrals", "0002_who_sees_what"),
        ("market", "0002_who_sees_what"),
    ]  # fmt: skip
    operations = [
        migrations.RunSQL(READABLE, "ALTER TABLE matching_sharedsearch DROP CONSTRAINT what_is_told_can_be_read"),
        migrations.RunSQL(FUNCTION, "DROP FUNCTION matching_movers_there(date);"),
    ]
