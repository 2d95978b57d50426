from django.db import migrations

FUNCTION = """
CREATE FUNCTION nearhome_partners() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT coalesce(array_agg(DISTINCT other.organisation_id), '{}')
   FROM partnership_membership AS mine JOIN partnership_membership AS other USING (partnership_id)
   WHERE mine.organisation_id = nearhome_organisation()
     AND mine.starts_on <= current_date AND (mine.ends_before IS NULL OR mine.ends_before > current_date)
     AND other.starts_on <= current_date AND (other.ends_before IS NULL OR other.ends_before > current_date) $$;
"""


class Migration(migrations.Migration):
    dependencies = [("partnership", "0002_who_sees_what")]
    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION nearhome_partners();")]
