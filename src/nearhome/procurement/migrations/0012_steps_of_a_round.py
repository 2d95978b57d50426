from django.db import migrations

GUARD = """
-- Every step of an uplift round is on record by who took it; it is carried by a vote and approved by somebody else.
CREATE FUNCTION procurement_round_moves_on_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM procurement_upliftmove AS move
        WHERE move.round_id = NEW.id AND (move.from_state, move.to_state) = (OLD.state, NEW.state)
        AND (NEW.state <> 'approved' OR move.by_person_id <> NEW.proposed_by_id)
    ) THEN
        RAISE EXCEPTION 'A step of a round is recorded with who took it, and approved by somebody else'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'voted' AND NOT EXISTS (
        SELECT 1 FROM procurement_upliftvote AS vote WHERE vote.round_id = NEW.id AND vote.carried) THEN
        RAISE EXCEPTION 'A round is carried by a vote' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER moves_on_record AFTER UPDATE ON procurement_upliftround DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION procurement_round_moves_on_record();
"""
NO_GUARD = """
DROP TRIGGER moves_on_record ON procurement_upliftround; DROP FUNCTION procurement_round_moves_on_record();
"""


class Migration(migrations.Migration):
    dependencies = [("procurement", "0011_uplift_weeks")]
    operations = [migrations.RunSQL(GUARD, NO_GUARD)]
