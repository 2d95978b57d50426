from django.db import migrations

# Who declared an interest in a lot does not close its scoring, moderate it or lock its quality, though they chair.
CHAIRS_LOT = """
CREATE OR REPLACE FUNCTION tendering_chairs_lot(lot bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM tendering_lot AS one WHERE one.id = lot AND tendering_chairs(one.procurement_id)){more}
$$;
"""
NO_INTEREST = """
    AND NOT coalesce((
        SELECT has_conflict FROM tendering_conflictdeclaration
        WHERE lot_id = lot AND person_id = nearhome_person() ORDER BY at DESC, id DESC LIMIT 1
    ), false)"""
GUARD = """
CREATE FUNCTION tendering_guard_chair() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT tendering_chairs_lot((SELECT lot_id FROM tendering_bid WHERE id = NEW.bid_id)) THEN
        PERFORM tendering_refuse('Nobody moderates a lot in which they have an interest');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER guard_chair AFTER INSERT ON tendering_consensus
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_chair();
"""
NO_GUARD = "DROP TRIGGER guard_chair ON tendering_consensus; DROP FUNCTION tendering_guard_chair();"


class Migration(migrations.Migration):
    dependencies = [("tendering", "0007_notices")]
    operations = [
        migrations.RunSQL(CHAIRS_LOT.format(more=NO_INTEREST), CHAIRS_LOT.format(more="")),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
