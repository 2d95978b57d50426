import django.db.models.deletion
from django.db import migrations, models

from nearhome.privacy.row_security import OWN, keep_history, protect

SETTLES = (
    "month_id IN (SELECT month.id FROM settlement_month AS month"
    " JOIN partnership_partnership AS partnership ON partnership.id = month.partnership_id"
    f" WHERE partnership.finance_lead_id = {OWN})"
)
FUNCTIONS = """
-- What a provider is told of the months in which it is paid: never net positions or transfers between authorities.
CREATE FUNCTION settlement_months_paid()
RETURNS TABLE (month_id bigint, key uuid, starts_on date, state text, closed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT month.id, month.key, month.starts_on, month.state::text, month.closed_at
    FROM settlement_month AS month
    WHERE EXISTS (
        SELECT 1 FROM settlement_charge AS charge
        WHERE charge.month_id = month.id AND charge.provider_id = nearhome_organisation())
$$;
-- A closed month is never changed, whoever asks and however.
CREATE FUNCTION settlement_refuse_closed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
AS $$
DECLARE
    touched bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.month_id ELSE NEW.month_id END;
BEGIN
    IF EXISTS (SELECT 1 FROM settlement_month WHERE id = touched AND state = 'closed') THEN
        RAISE EXCEPTION 'the month is closed; post the difference in an open month'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION settlement_refuse_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a closed month is never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER closed_stays_closed BEFORE UPDATE OR DELETE ON settlement_month
    FOR EACH ROW WHEN (OLD.state = 'closed') EXECUTE FUNCTION settlement_refuse_reopening();
"""
DROP = """
DROP TRIGGER closed_stays_closed ON settlement_month;
DROP FUNCTION settlement_refuse_reopening();
DROP FUNCTION settlement_refuse_closed();
DROP FUNCTION settlement_months_paid();
"""


def refuse_when_closed(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER month_is_open BEFORE INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION settlement_refuse_closed();",
        f"DROP TRIGGER month_is_open ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_who_sees_what")]
    operations = [
        migrations.CreateModel(
            name="Problem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about", models.CharField(max_length=300)),
                ("words", models.TextField()),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "month",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="problems", to="settlement.month"
                    ),
                ),
            ],
        ),
        protect(
            "settlement_problem", f"host_id = {OWN} OR {SETTLES}", added=f"host_id = {OWN}", changed=f"host_id = {OWN}"
        ),
        keep_history("settlement_problem"),
        migrations.RunSQL(FUNCTIONS, DROP),
        *[
            refuse_when_closed(f"settlement_{table}")
            for table in ("charge", "posting", "netposition", "transfer", "problem")
        ],
    ]
