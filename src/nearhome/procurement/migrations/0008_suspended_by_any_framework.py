from importlib import import_module

from django.db import migrations

# One rule, said in Python as `suspended_grounds`: the supplier itself is suspended; or, by a framework of the authority's
# that holds, the establishment is: on any ground it is not bought from singly, for its judgement or its conduct not at all.
BARS = """
CREATE FUNCTION procurement_bars_call_off(
    registration bigint, authority bigint, admission bigint, buying text, on_day date
) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT buying <> 'own' AND EXISTS (
        SELECT 1 FROM procurement_suspension AS barred
        JOIN procurement_frameworksupplier AS supplier ON supplier.id = barred.supplier_id
        JOIN procurement_framework AS framework ON framework.id = supplier.framework_id
        WHERE barred.starts_on <= on_day AND (barred.ends_before IS NULL OR barred.ends_before > on_day)
          AND (supplier.id = admission OR (
              supplier.registration_id = registration
              AND (buying = 'spot' OR barred.ground IN ('judgement', 'conduct'))
              AND framework.starts_on <= on_day AND (framework.ends_before IS NULL OR framework.ends_before > on_day)
              AND EXISTS (SELECT 1 FROM procurement_frameworkparty AS party
                          WHERE party.framework_id = framework.id AND party.organisation_id = authority)
          ))
    )
$$;
"""
FIRST = import_module("nearhome.procurement.migrations.0006_call_offs").GUARD
OF_ITS_ROUTE = FIRST[
    FIRST.index("    -- A suspended") : FIRST.index("        RAISE EXCEPTION 'The supplier is suspended")
]
NOW_BARS = """    IF procurement_bars_call_off(
        NEW.registration_id, NEW.authority_id, NEW.supplier_id, NEW.route, NEW.starts_on
    ) THEN
"""
REPLACED = FIRST[: FIRST.index("CREATE TRIGGER")].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
GUARD = REPLACED.replace(OF_ITS_ROUTE, NOW_BARS)


class Migration(migrations.Migration):
    dependencies = [("procurement", "0007_framework_exceptions")]
    operations = [
        migrations.RunSQL(BARS, "DROP FUNCTION procurement_bars_call_off(bigint, bigint, bigint, text, date);"),
        migrations.RunSQL(GUARD, REPLACED),
    ]
