from django.db import migrations, models
from django.db.models import Q

from nearhome.privacy.row_security import OWN

REFUSE = "USING ERRCODE = 'integrity_constraint_violation'"
MONTH_SEEN = "EXISTS (SELECT 1 FROM settlement_month AS seen WHERE seen.id = month_id)"
OF_ITS_CHARGE = (
    "EXISTS (SELECT 1 FROM settlement_invoiceline AS line WHERE line.id = line_id"
    " AND line.authority_id = settlement_paidnights.authority_id AND line.provider_id = settlement_paidnights.provider_id)"
    " AND EXISTS (SELECT 1 FROM settlement_charge AS due WHERE due.host_id = settlement_paidnights.authority_id"
    " AND due.provider_id = settlement_paidnights.provider_id AND due.place_id = settlement_paidnights.place_id)"
)
ADDED = {
    # A line goes into a month of a partnership that the host belongs to; nights are paid for where they are due.
    "settlement_charge": (f"host_id = {OWN}", f"host_id = {OWN} AND {MONTH_SEEN}"),
    "settlement_posting": (f"host_id = {OWN}", f"host_id = {OWN} AND {MONTH_SEEN}"),
    "settlement_hostclose": (f"host_id = {OWN}", f"host_id = {OWN} AND {MONTH_SEEN}"),
    "settlement_paidnights": (f"authority_id = {OWN}", f"authority_id = {OWN} AND {OF_ITS_CHARGE}"),
}
GUARDS = f"""
-- The first of two persons stays who it was, or the second would not be another.
CREATE TRIGGER entered_stays BEFORE UPDATE OF entered_by_id, entered_at ON settlement_bankaccount FOR EACH ROW
    WHEN ((NEW.entered_by_id, NEW.entered_at) IS DISTINCT FROM (OLD.entered_by_id, OLD.entered_at))
    EXECUTE FUNCTION settlement_refuse_to_change_payment('who entered an account stays on record');
CREATE TRIGGER made_stays BEFORE UPDATE OF made_by_id, made_at, authority_id, number ON settlement_paymentrun FOR EACH ROW
    WHEN ((NEW.made_by_id, NEW.made_at, NEW.authority_id, NEW.number)
        IS DISTINCT FROM (OLD.made_by_id, OLD.made_at, OLD.authority_id, OLD.number))
    EXECUTE FUNCTION settlement_refuse_to_change_payment('who made a run stays on record');
CREATE TRIGGER ended_stays BEFORE UPDATE ON settlement_bankaccount FOR EACH ROW
    WHEN (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS DISTINCT FROM OLD.ended_at
        OR NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at))
    EXECUTE FUNCTION settlement_refuse_to_change_payment('an account that is used no more stays so');

-- What a provider sent stays as it was sent; it can be returned.
CREATE TRIGGER sent_stays BEFORE UPDATE OF key, number, dated_on, received_at, source, pence, authority_id, provider_id,
    submitted_by_id ON settlement_invoice FOR EACH ROW
    WHEN ((NEW.key, NEW.number, NEW.dated_on, NEW.received_at, NEW.source, NEW.pence, NEW.authority_id, NEW.provider_id,
        NEW.submitted_by_id) IS DISTINCT FROM (OLD.key, OLD.number, OLD.dated_on, OLD.received_at, OLD.source, OLD.pence,
        OLD.authority_id, OLD.provider_id, OLD.submitted_by_id))
    EXECUTE FUNCTION settlement_refuse_to_change_payment('an invoice stays as it was sent');

-- A run pays what was approved, and nothing is added to it once it was sent.
CREATE FUNCTION settlement_guard_run_line() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM settlement_paymentrun AS run JOIN settlement_linematch AS matched ON matched.line_id = NEW.line_id
        WHERE run.id = NEW.run_id AND run.sent_at IS NULL AND run.cancelled_at IS NULL
        AND run.authority_id = NEW.authority_id AND matched.approved_at IS NOT NULL AND matched.payable_pence = NEW.pence
    ) THEN
        RAISE EXCEPTION 'a run that was not sent pays what was approved of a line' {REFUSE};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_run_line BEFORE INSERT OR UPDATE OF run_id, line_id, pence, authority_id, provider_id
    ON settlement_runline FOR EACH ROW EXECUTE FUNCTION settlement_guard_run_line();

-- Who sent an invoice does not also say that it is right. Lines by a program belong to whose token it is.
CREATE FUNCTION settlement_guard_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.approved_at IS NULL) <> (NEW.approved_by_id IS NULL) THEN
        RAISE EXCEPTION 'a line is approved by somebody' {REFUSE};
    END IF;
    IF NEW.approved_by_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM settlement_invoiceline AS line JOIN settlement_invoice AS sent ON sent.id = line.invoice_id
        WHERE line.id = NEW.line_id AND sent.submitted_by_id = NEW.approved_by_id) THEN
        RAISE EXCEPTION 'an invoice is approved by somebody else than who sent it' {REFUSE};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_approval BEFORE INSERT OR UPDATE ON settlement_linematch
    FOR EACH ROW EXECUTE FUNCTION settlement_guard_approval();

-- Who checked a month stays who checked it, and every step of a month is on record by who took it.
CREATE FUNCTION settlement_guard_checker() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.state <> 'draft' AND ((OLD.checked_by_id IS NOT NULL AND NEW.checked_by_id IS DISTINCT FROM OLD.checked_by_id)
        OR (OLD.approved_by_id IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id)) THEN
        RAISE EXCEPTION 'who checked and approved a month stays on record' {REFUSE};
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_checker BEFORE UPDATE ON settlement_month
    FOR EACH ROW EXECUTE FUNCTION settlement_guard_checker();
CREATE FUNCTION settlement_month_moves_on_record() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM settlement_monthmove AS move
        WHERE move.month_id = NEW.id AND (move.from_state, move.to_state) = (OLD.state, NEW.state)
        AND (NEW.state <> 'checked' OR move.by_person_id = NEW.checked_by_id)
        AND (NEW.state <> 'approved' OR OLD.state <> 'checked' OR move.by_person_id = NEW.approved_by_id)
    ) THEN
        RAISE EXCEPTION 'a step of a month is recorded with who took it' {REFUSE};
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER moves_on_record AFTER UPDATE ON settlement_month DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION settlement_month_moves_on_record();

-- Whoever was switched off sends nothing by a program either, also when they come back.
CREATE FUNCTION settlement_end_tokens() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE settlement_invoicetoken SET ended_at = now() WHERE made_by_id = NEW.id AND ended_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER end_tokens AFTER UPDATE OF is_active ON people_person FOR EACH ROW
    WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION settlement_end_tokens();
"""
NO_GUARDS = """
DROP TRIGGER end_tokens ON people_person; DROP FUNCTION settlement_end_tokens();
DROP TRIGGER moves_on_record ON settlement_month; DROP FUNCTION settlement_month_moves_on_record();
DROP TRIGGER guard_checker ON settlement_month; DROP FUNCTION settlement_guard_checker();
DROP TRIGGER guard_approval ON settlement_linematch; DROP FUNCTION settlement_guard_approval();
DROP TRIGGER guard_run_line ON settlement_runline; DROP FUNCTION settlement_guard_run_line();
DROP TRIGGER sent_stays ON settlement_invoice; DROP TRIGGER ended_stays ON settlement_bankaccount;
DROP TRIGGER made_stays ON settlement_paymentrun; DROP TRIGGER entered_stays ON settlement_bankaccount;
"""


def policy(table: str, check: str) -> str:
    return f"ALTER POLICY added ON {table} WITH CHECK ({check});"


def both_or_neither(by: str, at: str) -> Q:
    return Q(**{f"{by}__isnull": True, f"{at}__isnull": True}) | Q(**{f"{by}__isnull": False, f"{at}__isnull": False})


class Migration(migrations.Migration):
    dependencies = [("settlement", "0013_away_terms"), ("people", "0002_row_history")]
    operations = [
        *[migrations.RunSQL(policy(table, now), policy(table, before)) for table, (before, now) in ADDED.items()],
        migrations.AddConstraint(
            "bankaccount",
            models.CheckConstraint(
                condition=both_or_neither("confirmed_by", "confirmed_at"), name="an_account_is_confirmed_by_somebody"
            ),
        ),
        migrations.AddConstraint(
            "paymentrun",
            models.CheckConstraint(condition=both_or_neither("sent_by", "sent_at"), name="a_run_is_sent_by_somebody"),
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
