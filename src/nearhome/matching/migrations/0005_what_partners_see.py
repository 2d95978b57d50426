from django.db import migrations

from nearhome.privacy.row_security import OWN

CURRENT = "{0}.starts_on <= current_date AND ({0}.ends_before IS NULL OR {0}.ends_before > current_date)"
# Partners today; nobody who has left, and nobody of another partnership.
I_AM_IN = (
    "EXISTS (SELECT 1 FROM partnership_membership AS mine WHERE mine.partnership_id = {0}"
    f" AND mine.organisation_id = {OWN} AND {CURRENT.format('mine')})"
)
MY_PLANS = I_AM_IN.format("matching_regionalplan.partnership_id")
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION matching_nights_used(asked bigint, since date, until date)
RETURNS TABLE (organisation_id bigint, nights bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT resident.authority_id, sum(upper(used.days) - lower(used.days))::bigint
    FROM market_occupancy AS taken
    JOIN market_resident AS resident ON resident.occupancy_id = taken.id
    JOIN procurement_blockplace AS bought ON bought.place_id = taken.place_id
    JOIN procurement_blockparty AS party ON party.contract_id = bought.contract_id AND party.organisation_id = resident.authority_id
    JOIN procurement_blockcontract AS contract ON contract.id = bought.contract_id
    CROSS JOIN LATERAL (
        SELECT taken.days * daterange(greatest(since, contract.starts_on), least(until, contract.ends_before)) AS days
        WHERE greatest(since, contract.starts_on) <= least(until, contract.ends_before)
    ) AS used
    WHERE taken.kind = 'booking' AND taken.freed_at IS NULL AND NOT isempty(used.days)
      AND resident.authority_id IN (
          SELECT member.organisation_id FROM partnership_membership AS member
          WHERE member.partnership_id = asked AND {CURRENT.format("member")})
      AND {I_AM_IN.format("asked")}
    GROUP BY resident.authority_id
$$;
-- Beds that anybody bought, and who has first call on each; a bed bought by outsiders only is theirs. Never a price.
CREATE FUNCTION matching_beds_bought(asked bigint, homes bigint[], day date)
RETURNS TABLE (place_id bigint, kept_for bigint, released_from date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT bed.place_id,
           coalesce(bed.nominated_id, CASE WHEN partners.buy THEN NULL ELSE contract.host_id END),
           CASE WHEN partners.buy THEN bed.released_from END
    FROM procurement_blockplace AS bed
    JOIN market_place AS place ON place.id = bed.place_id
    JOIN procurement_blockcontract AS contract ON contract.id = bed.contract_id
    CROSS JOIN LATERAL (
        SELECT EXISTS (
            SELECT 1 FROM procurement_blockparty AS party
            JOIN partnership_membership AS member ON member.organisation_id = party.organisation_id
            WHERE party.contract_id = bed.contract_id AND member.partnership_id = asked AND {CURRENT.format("member")}
        ) AS buy
    ) AS partners
    WHERE place.home_id = ANY (homes)
      AND (bed.ends_before IS NULL OR bed.ends_before > day)
      AND (contract.ends_before IS NULL OR contract.ends_before > day)
      AND {I_AM_IN.format("asked")}
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("matching", "0004_who_sees_plans")]
    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP FUNCTION matching_beds_bought(bigint, bigint[], date);"),
        migrations.RunSQL(
            f"ALTER POLICY seen ON matching_regionalplan USING ({MY_PLANS});"
            f"ALTER POLICY added ON matching_regionalplan WITH CHECK (authority_id = {OWN} AND {MY_PLANS});",
            migrations.RunSQL.noop,
        ),
    ]
