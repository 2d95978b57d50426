from django.db import migrations

from nearhome.privacy.row_security import OWN, append_only, keep_history, protect

PARTNER = f"partnership_id IN (SELECT partnership_id FROM partnership_membership WHERE organisation_id = {OWN})"
MONTH_SEEN = "EXISTS (SELECT 1 FROM settlement_month AS seen WHERE seen.id = month_id)"
SETTLES = (
    "month_id IN (SELECT month.id FROM settlement_month AS month"
    " JOIN partnership_partnership AS partnership ON partnership.id = month.partnership_id"
    f" WHERE partnership.finance_lead_id = {OWN})"
)
BALANCED = """
CREATE FUNCTION settlement_entry_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
AS $$
BEGIN
    IF (SELECT sum(pence) FROM settlement_posting WHERE entry = NEW.entry) <> 0 THEN
        RAISE EXCEPTION 'entry % does not balance', NEW.entry USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON settlement_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement_entry_balances();
"""
UNBALANCED = "DROP TRIGGER entry_balances ON settlement_posting; DROP FUNCTION settlement_entry_balances();"


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_records"), ("placements", "0002_who_sees_what")]
    operations = [
        protect("settlement_month", PARTNER),
        protect(
            "settlement_charge",
            f"payer_id = {OWN} OR host_id = {OWN} OR provider_id = {OWN} OR {SETTLES}",
            added=f"host_id = {OWN}",
            changed="false",
        ),
        append_only("settlement_charge"),
        protect(
            "settlement_posting",
            f"organisation_id = {OWN} OR host_id = {OWN} OR {SETTLES}",
            added=f"host_id = {OWN}",
            changed="false",
        ),
        append_only("settlement_posting"),
        migrations.RunSQL(BALANCED, UNBALANCED),
        protect("settlement_netposition", MONTH_SEEN, added=SETTLES, changed=SETTLES),
        protect("settlement_transfer", MONTH_SEEN, added=SETTLES, changed=SETTLES),
        protect("settlement_statement", f"organisation_id = {OWN} OR {SETTLES}", added=SETTLES),
        *[keep_history(f"settlement_{table}") for table in ("month", "netposition", "transfer", "statement")],
    ]
