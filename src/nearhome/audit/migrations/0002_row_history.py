from django.db import migrations

from nearhome.privacy.row_security import OWN, append_only, protect

KEEP_ROW = """
CREATE FUNCTION audit_keep_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
    after jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
BEGIN
    IF before IS NOT DISTINCT FROM after THEN RETURN NULL; END IF;
    INSERT INTO audit_rowchange (at, table_name, row_id, operation, person_id, organisation_id, before, after)
    VALUES (clock_timestamp(), TG_TABLE_NAME, coalesce(after, before) ->> 'id', TG_OP,
            nearhome_person(), nearhome_organisation(), before, after);
    RETURN NULL;
END $$;
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once and never changed', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
DROP = "DROP FUNCTION audit_keep_row(); DROP FUNCTION audit_refuse_change();"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_records"), ("privacy", "0001_who_is_acting")]
    operations = [
        migrations.RunSQL(KEEP_ROW, DROP),
        append_only("audit_event"),
        append_only("audit_rowchange"),
        protect(
            "audit_event",
            f"organisation_id = {OWN} OR {OWN} = ANY (seen_by)",
            added=f"organisation_id IS NOT DISTINCT FROM {OWN}",
            changed="false",
        ),
        # Read by investigators as the owner; the site can neither read nor forge it.
        protect("audit_rowchange", "false"),
    ]
