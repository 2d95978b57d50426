from django.db import migrations

from nearhome.privacy.row_security import OWN, PARTNERS, append_only, keep_history, protect

FUNCTION = """
-- How many nights each authority of a partnership has used of the beds its members bought together; numbers only.
CREATE FUNCTION matching_nights_used(asked bigint, since date, until date)
RETURNS TABLE (organisation_id bigint, nights bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT resident.authority_id, sum(upper(used.days) - lower(used.days))::bigint
    FROM market_occupancy AS taken
    JOIN market_resident AS resident ON resident.occupancy_id = taken.id
    JOIN procurement_blockplace AS bought ON bought.place_id = taken.place_id
    JOIN procurement_blockparty AS party ON party.contract_id = bought.contract_id AND party.organisation_id = resident.authority_id
    CROSS JOIN LATERAL (SELECT taken.days * daterange(since, until) AS days) AS used
    WHERE taken.kind = 'booking' AND taken.freed_at IS NULL AND NOT isempty(used.days)
      AND resident.authority_id IN (SELECT member.organisation_id FROM partnership_membership AS member WHERE member.partnership_id = asked)
      AND EXISTS (SELECT 1 FROM partnership_membership AS mine
                  WHERE mine.partnership_id = asked AND mine.organisation_id = nearhome_organisation())
    GROUP BY resident.authority_id
$$;
"""
MINE = f"authority_id = {OWN}"


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0003_regional_plans"), ("partnership", "0003_who_are_partners"), ("audit", "0002_row_history"),
        ("procurement", "0003_only_who_leads_changes_contracts"), ("market", "0002_who_sees_what"),
    ]  # fmt: skip
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION matching_nights_used(bigint, date, date);"),
        # Partners read what is shared, so that whoever plans plans for all; only its own authority tells it.
        protect(
            "matching_sharedsearch",
            f"{MINE} OR authority_id = {PARTNERS}",
            added=f"{MINE} AND EXISTS (SELECT 1 FROM referrals_referral AS own WHERE own.id = referral_id)",
            changed=MINE,
        ),
        keep_history("matching_sharedsearch"),
        # A plan is advice to every partner; who asked for it writes it, into a partnership it belongs to.
        protect(
            "matching_regionalplan",
            f"{MINE} OR authority_id = {PARTNERS}",
            added=(
                f"{MINE} AND EXISTS (SELECT 1 FROM partnership_membership AS mine"
                f" WHERE mine.partnership_id = matching_regionalplan.partnership_id AND mine.organisation_id = {OWN})"
            ),
            changed=MINE,
        ),
        append_only("matching_regionalplan"),
    ]
