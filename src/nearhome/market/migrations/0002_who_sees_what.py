from django.db import migrations

from nearhome.privacy.row_security import AN_AUTHORITY_ACTS, OWN, keep_history, protect

PROVIDER_OR_AUTHORITY = f"provider_id = {OWN} OR {AN_AUTHORITY_ACTS}"
PLACE_SEEN = "EXISTS (SELECT 1 FROM market_place AS seen WHERE seen.id = place_id)"
OWN_PLACE = (
    "EXISTS (SELECT 1 FROM market_place AS own JOIN market_home AS home ON home.id = own.home_id"
    f" WHERE own.id = place_id AND home.provider_id = {OWN})"
)
OWN_CHILD = (
    "EXISTS (SELECT 1 FROM market_resident AS resident"
    f" WHERE resident.occupancy_id = market_occupancy.id AND resident.authority_id = {OWN})"
)
FUNCTIONS = """
-- Who lives in a home on a day, as little as matching needs: never which child, never whose.
CREATE FUNCTION market_residents_of(home_ids bigint[], day date)
RETURNS TABLE (home_id bigint, age_years integer, sex text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT place.home_id, extract(year FROM age(day, resident.born_month))::integer, resident.sex::text
    FROM market_occupancy AS taken
    JOIN market_place AS place ON place.id = taken.place_id
    JOIN market_resident AS resident ON resident.occupancy_id = taken.id
    WHERE nearhome_is_authority() AND place.home_id = ANY (home_ids) AND taken.freed_at IS NULL
      AND taken.days @> day AND (taken.expires_at IS NULL OR taken.expires_at > now())
$$;
-- In which homes any of these children lives or is expected; the asker must already know their keys.
CREATE FUNCTION market_homes_of_children(child_keys uuid[], day date) RETURNS TABLE (home_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT DISTINCT place.home_id
    FROM market_occupancy AS taken
    JOIN market_place AS place ON place.id = taken.place_id
    JOIN market_resident AS resident ON resident.occupancy_id = taken.id
    WHERE nearhome_is_authority() AND resident.child_key = ANY (child_keys) AND taken.freed_at IS NULL
      AND (upper_inf(taken.days) OR upper(taken.days) > day)
      AND (taken.expires_at IS NULL OR taken.expires_at > now())
$$;
-- A hold past its time frees the place, whoever notices first.
CREATE FUNCTION market_free_expired_holds(moment timestamptz) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    WITH freed AS (
        UPDATE market_occupancy SET freed_at = moment, reason = 'The hold expired'
        WHERE kind = 'hold' AND freed_at IS NULL AND expires_at <= least(moment, clock_timestamp() + interval '1 minute')
        RETURNING 1)
    SELECT count(*) FROM freed
$$;
"""
DROP = """
DROP FUNCTION market_residents_of(bigint[], date);
DROP FUNCTION market_homes_of_children(uuid[], date);
DROP FUNCTION market_free_expired_holds(timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("market", "0001_records"), ("partnership", "0002_who_sees_what")]
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP),
        protect("market_registration", PROVIDER_OR_AUTHORITY),
        protect(
            "market_inspection",
            "EXISTS (SELECT 1 FROM market_registration AS seen WHERE seen.id = registration_id)",
            added=AN_AUTHORITY_ACTS,
            changed=AN_AUTHORITY_ACTS,
        ),
        protect("market_home", PROVIDER_OR_AUTHORITY),
        protect("market_capacity", PROVIDER_OR_AUTHORITY),
        protect("market_place", "EXISTS (SELECT 1 FROM market_home AS seen WHERE seen.id = home_id)"),
        protect("market_occupancy", PLACE_SEEN, changed=f"{OWN_PLACE} OR {OWN_CHILD}"),
        protect("market_resident", f"authority_id = {OWN} OR provider_id = {OWN}"),
        protect("market_registerload", f"organisation_id = {OWN}"),
        protect("market_registerproblem", "EXISTS (SELECT 1 FROM market_registerload AS seen WHERE seen.id = load_id)"),
        *[
            keep_history(f"market_{table}")
            for table in ("registration", "home", "capacity", "place", "occupancy", "resident")
        ],
    ]
