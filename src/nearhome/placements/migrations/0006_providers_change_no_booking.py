from django.db import migrations

# A provider reads its bookings and signs agreements; what a booking says is the child's authority's.
GUARD = """
CREATE FUNCTION placements_guard_booking() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF nearhome_organisation() = OLD.provider_id AND OLD.provider_id <> OLD.authority_id
        AND to_jsonb(NEW) IS DISTINCT FROM to_jsonb(OLD) THEN
        RAISE EXCEPTION 'a booking is changed by the authority that made it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.authority_id, NEW.key) IS DISTINCT FROM (OLD.authority_id, OLD.key) THEN
        RAISE EXCEPTION 'a booking stays the booking of its authority'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_booking BEFORE UPDATE ON placements_booking
    FOR EACH ROW EXECUTE FUNCTION placements_guard_booking();
"""
NO_GUARD = """
DROP TRIGGER guard_booking ON placements_booking; DROP FUNCTION placements_guard_booking();
"""


class Migration(migrations.Migration):
    dependencies = [("placements", "0005_uplifts")]
    operations = [migrations.RunSQL(GUARD, NO_GUARD)]
