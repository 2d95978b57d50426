from django.db import migrations, models

# Who takes a decision has written none of its words: who wrote is kept by the database, whoever asks.
GUARD = """
CREATE FUNCTION partnership_keep_writers() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moving text[] := ARRAY['state', 'version', 'rules', 'is_key', 'key_reasons', 'proposed_by_id', 'notice_on',
        'not_before_on', 'is_urgent', 'urgent_reason', 'decided_by_id', 'decided_at', 'decided_on', 'decision_words',
        'call_in_until', 'implemented_on', 'writers'];
BEGIN
    IF NOT NEW.writers @> OLD.writers THEN
        PERFORM partnership_refuse('Who wrote a decision stays on record');
    END IF;
    IF (to_jsonb(NEW) - moving) IS DISTINCT FROM (to_jsonb(OLD) - moving)
        AND nearhome_person() IS NOT NULL AND NOT NEW.writers @> to_jsonb(nearhome_person()) THEN
        NEW.writers := NEW.writers || to_jsonb(nearhome_person());
    END IF;
    IF NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id AND NEW.state = OLD.state THEN
        PERFORM partnership_refuse('Who proposed a decision stays on record');
    END IF;
    IF (NEW.decided_at IS NULL) <> (NEW.decided_by_id IS NULL)
        OR (NEW.decided_at IS NULL AND NEW.state IN ('approved', 'refused')) THEN
        PERFORM partnership_refuse('A decision is taken by somebody');
    END IF;
    IF NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id AND OLD.writers @> to_jsonb(NEW.decided_by_id) THEN
        PERFORM partnership_refuse('A decision is taken by somebody who wrote nothing of it');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_writers BEFORE UPDATE ON partnership_decisionrecord
    FOR EACH ROW EXECUTE FUNCTION partnership_keep_writers();
"""
NO_GUARD = "DROP TRIGGER keep_writers ON partnership_decisionrecord; DROP FUNCTION partnership_keep_writers();"


class Migration(migrations.Migration):
    dependencies = [("partnership", "0005_who_sees_decisions_and_votes")]
    operations = [
        migrations.AddField(
            "decisionrecord",
            "writers",
            models.JSONField(default=list, help_text="Numbers of the people who wrote on it, kept by the database"),
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
