from django.db import migrations

# Only a table's owner may ANALYZE it before PostgreSQL 17; the site may ask for it, and for nothing else.
REFRESH = """
CREATE FUNCTION nearhome_refresh_statistics(tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY tables LOOP
        EXECUTE format('ANALYZE %I', table_name);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_who_is_acting")]
    operations = [migrations.RunSQL(REFRESH, "DROP FUNCTION nearhome_refresh_statistics(text[]);")]
