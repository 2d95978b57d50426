import uuid
from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT, Q

from nearhome.privacy.row_security import OWN, append_only, keep_history, protect

SETTLES = (
    "month_id IN (SELECT month.id FROM settlement_month AS month"
    " JOIN partnership_partnership AS partnership ON partnership.id = month.partnership_id"
    f" WHERE partnership.finance_lead_id = {OWN})"
)
BOTH_SIDES = f"payer_id = {OWN} OR host_id = {OWN} OR {SETTLES}"
THE_DISPUTE_IS_SEEN = "dispute_id IN (SELECT id FROM settlement_linedispute)"


def of(side: str) -> str:
    return f"dispute_id IN (SELECT id FROM settlement_linedispute WHERE {side}_id = {OWN})"


# A credit between authorities is nothing of the provider's, who is paid as before.
CHARGE_SEEN = f"payer_id = {OWN} OR host_id = {OWN} OR (provider_id = {OWN} AND kind <> 'credit') OR {SETTLES}"
CHARGE_SEEN_BEFORE = f"payer_id = {OWN} OR host_id = {OWN} OR provider_id = {OWN} OR {SETTLES}"

GUARDS = """
CREATE FUNCTION settlement_refuse_dispute(words text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', words USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION settlement_part_of(part bigint, whole bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT part <> 0 AND sign(part) = sign(whole) AND abs(part) <= abs(whole) $$;
CREATE FUNCTION settlement_last_step(about bigint) RETURNS settlement_disputestep
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
$$ SELECT * FROM settlement_disputestep WHERE dispute_id = about ORDER BY number DESC LIMIT 1 $$;

-- These look after row security has let a row in, so that a refusal tells nobody anything of others' disputes.
-- A dispute is of a line between two authorities, names both as the line does, and waits for the one before it to end.
CREATE FUNCTION settlement_guard_dispute() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    line settlement_charge;
    is_open boolean;
BEGIN
    SELECT * INTO line FROM settlement_charge WHERE id = NEW.charge_id;
    SELECT state <> 'closed' INTO is_open FROM settlement_month WHERE id = NEW.month_id;
    IF line.payer_id = line.host_id OR line.contract_id IS NULL OR line.kind = 'credit' THEN
        PERFORM settlement_refuse_dispute('Only a line that one authority recharges to another is disputed');
    END IF;
    IF (NEW.payer_id, NEW.host_id, NEW.month_id) IS DISTINCT FROM (line.payer_id, line.host_id, line.month_id) THEN
        PERFORM settlement_refuse_dispute('The dispute names both sides and the month as its line does');
    END IF;
    IF NEW.holds <> is_open THEN
        PERFORM settlement_refuse_dispute('Money is held until its month is closed, and not after');
    END IF;
    IF NOT settlement_part_of(NEW.pence, line.pence) THEN
        PERFORM settlement_refuse_dispute('No more than the line is in dispute');
    END IF;
    IF EXISTS (
        SELECT 1 FROM settlement_linedispute AS one WHERE one.charge_id = NEW.charge_id AND one.id <> NEW.id
        AND coalesce((settlement_last_step(one.id)).kind, '') NOT IN ('credited', 'mended', 'accepted', 'withdrawn')
    ) THEN
        PERFORM settlement_refuse_dispute('The line is in dispute already');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_dispute AFTER INSERT ON settlement_linedispute
    FOR EACH ROW EXECUTE FUNCTION settlement_guard_dispute();

-- Each step is of the side that may take it, in order, until one ends the dispute; a credit is never more than disputed.
CREATE FUNCTION settlement_guard_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    whole settlement_linedispute;
    last settlement_disputestep;
    answered boolean;
    side bigint;
BEGIN
    SELECT * INTO last FROM settlement_disputestep
    WHERE dispute_id = NEW.dispute_id AND number < NEW.number ORDER BY number DESC LIMIT 1;
    answered := coalesce(last.kind, '') IN ('explained', 'offered');
    SELECT * INTO whole FROM settlement_linedispute WHERE id = NEW.dispute_id;
    side := CASE WHEN NEW.kind IN ('explained', 'offered', 'credited', 'mended') THEN whole.host_id ELSE whole.payer_id END;
    IF side IS DISTINCT FROM nearhome_organisation() THEN
        PERFORM settlement_refuse_dispute('The other side takes this step');
    END IF;
    IF coalesce(last.kind, '') IN ('credited', 'mended', 'accepted', 'withdrawn') THEN
        PERFORM settlement_refuse_dispute('The dispute has ended');
    END IF;
    IF NEW.number <> coalesce(last.number, 0) + 1 OR (NEW.kind IN ('accepted', 'replied') AND NOT answered)
        OR (side = whole.host_id AND answered) THEN
        PERFORM settlement_refuse_dispute('It is the other side''s turn');
    END IF;
    IF NOT (CASE NEW.kind
        WHEN 'credited' THEN NEW.credit_pence = whole.pence
        WHEN 'offered' THEN settlement_part_of(NEW.credit_pence, whole.pence) AND NEW.credit_pence <> whole.pence
        WHEN 'accepted' THEN NEW.credit_pence = last.credit_pence
        ELSE NEW.credit_pence = 0 END) THEN
        PERFORM settlement_refuse_dispute('The credit is not what this step gives');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_step AFTER INSERT ON settlement_disputestep
    FOR EACH ROW EXECUTE FUNCTION settlement_guard_step();

-- The credit line is what the last step gave, to whom it gave it.
CREATE FUNCTION settlement_guard_credit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM settlement_linedispute AS whole JOIN settlement_charge AS line ON line.id = NEW.charge_id
        WHERE whole.id = NEW.dispute_id AND line.kind = 'credit' AND line.payer_id = whole.payer_id
        AND line.host_id = whole.host_id AND line.pence = -(settlement_last_step(whole.id)).credit_pence
        AND (settlement_last_step(whole.id)).kind IN ('credited', 'accepted')
    ) THEN
        PERFORM settlement_refuse_dispute('The credit line is not what the dispute ended with');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_credit AFTER INSERT ON settlement_disputecredit
    FOR EACH ROW EXECUTE FUNCTION settlement_guard_credit();

-- What is held of a month, and what it releases, touches both sides alike.
CREATE FUNCTION settlement_holds_balance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held numeric;
    released numeric;
BEGIN
    SELECT coalesce(sum(held_pence), 0), coalesce(sum(released_pence), 0) INTO held, released
    FROM settlement_netposition WHERE month_id = NEW.month_id;
    IF held <> 0 OR released <> 0 THEN
        PERFORM settlement_refuse_dispute('What is held or released of a month sums to nought');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER holds_balance AFTER INSERT OR UPDATE ON settlement_netposition
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement_holds_balance();
CREATE TRIGGER month_is_open BEFORE INSERT OR UPDATE OR DELETE ON settlement_heldline
    FOR EACH ROW EXECUTE FUNCTION settlement_refuse_closed();
"""
DROP = """
DROP TRIGGER month_is_open ON settlement_heldline;
DROP TRIGGER holds_balance ON settlement_netposition;
DROP FUNCTION settlement_holds_balance();
DROP TRIGGER guard_credit ON settlement_disputecredit;
DROP FUNCTION settlement_guard_credit();
DROP TRIGGER guard_step ON settlement_disputestep;
DROP FUNCTION settlement_guard_step();
DROP TRIGGER guard_dispute ON settlement_linedispute;
DROP FUNCTION settlement_guard_dispute();
DROP FUNCTION settlement_last_step(bigint);
DROP FUNCTION settlement_part_of(bigint, bigint);
DROP FUNCTION settlement_refuse_dispute(text);
"""
GROUNDS = [
    ("nights", "The nights are wrong"), ("price", "The price is wrong"), ("child", "The child is not ours"),
    ("empty", "The empty place is not ours to pay for"), ("twice", "It was charged already"),
    ("other", "Something else"),
]  # fmt: skip
STEPS = [
    ("explained", "Answered: the line stands"), ("offered", "Answered: a credit of part of it is offered"),
    ("replied", "Still disputed"), ("credited", "Upheld: credited"), ("mended", "Upheld: the records were put right"),
    ("accepted", "Agreed after the answer"), ("withdrawn", "Withdrawn"),
]  # fmt: skip


def number() -> tuple[str, Any]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def foreign(to: str, related: str = "+", **more: Any) -> Any:
    return models.ForeignKey(on_delete=PROTECT, related_name=related, to=to, **more)


ORGANISATION, PERSON = "people.organisation", settings.AUTH_USER_MODEL


class Migration(migrations.Migration):
    dependencies = [("settlement", "0005_rules"), ("people", "0002_row_history")]
    operations = [
        migrations.AddField(
            "netposition",
            "held_pence",
            models.BigIntegerField(default=0, help_text="Part of it that is in dispute and not transferred"),
        ),
        migrations.AddField(
            "netposition",
            "released_pence",
            models.BigIntegerField(default=0, help_text="Held in earlier months and transferred with this one"),
        ),
        migrations.CreateModel(
            name="LineDispute",
            fields=[
                number(),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveSmallIntegerField(help_text="1 for the first dispute of the line")),
                ("ground", models.CharField(choices=GROUNDS, max_length=8)),
                ("words", models.TextField()),
                ("pence", models.BigIntegerField(help_text="How much of the line is in dispute, with the line's sign")),
                ("holds", models.BooleanField(help_text="Raised before the month was closed, so that its money waits")),
                ("raised_at", models.DateTimeField()),
                ("answer_by", models.DateField()),
                ("charge", foreign("settlement.charge", "disputes")),
                ("host", foreign(ORGANISATION, help_text="Who answers")),
                ("month", foreign("settlement.month", "disputes")),
                ("payer", foreign(ORGANISATION, help_text="Who disputes it")),
                ("raised_by", foreign(PERSON)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["charge", "number"], name="one_dispute_of_a_line_at_a_time"),
                    models.CheckConstraint(condition=~Q(words=""), name="a_dispute_says_why"),
                ]
            },
        ),
        migrations.CreateModel(
            name="DisputeStep",
            fields=[
                number(),
                ("number", models.PositiveSmallIntegerField()),
                ("kind", models.CharField(choices=STEPS, max_length=10)),
                ("words", models.TextField()),
                ("credit_pence", models.BigIntegerField(default=0, help_text="What is credited, with the line's sign")),
                ("at", models.DateTimeField()),
                (
                    "answer_by",
                    models.DateField(help_text="By when the other side answers; none once it has ended", null=True),
                ),
                ("by", foreign(PERSON)),
                ("dispute", foreign("settlement.linedispute", "steps")),
            ],
            options={
                "ordering": ["number"],
                "constraints": [models.UniqueConstraint(fields=["dispute", "number"], name="dispute_steps_in_order")],
            },
        ),
        migrations.CreateModel(
            name="DisputeCredit",
            fields=[
                number(),
                ("charge", models.OneToOneField(on_delete=PROTECT, related_name="credits", to="settlement.charge")),
                (
                    "dispute",
                    models.OneToOneField(on_delete=PROTECT, related_name="credit", to="settlement.linedispute"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HeldLine",
            fields=[
                number(),
                ("pence", models.BigIntegerField()),
                ("is_release", models.BooleanField()),
                ("host", foreign(ORGANISATION)),
                ("month", foreign("settlement.month", "held_lines")),
                ("payer", foreign(ORGANISATION)),
                ("dispute", foreign("settlement.linedispute", "held_lines")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["month", "dispute"], name="one_hold_of_a_dispute_in_a_month")
                ]
            },
        ),
        protect("settlement_linedispute", BOTH_SIDES, added=f"payer_id = {OWN}", changed="false"),
        protect(
            "settlement_disputestep",
            THE_DISPUTE_IS_SEEN,
            added=f"CASE WHEN kind IN ('explained', 'offered', 'credited', 'mended') THEN {of('host')} ELSE {of('payer')} END",
            changed="false",
        ),
        protect("settlement_disputecredit", THE_DISPUTE_IS_SEEN, added=of("host"), changed="false"),
        protect("settlement_heldline", BOTH_SIDES, added=SETTLES, changed=SETTLES),
        *[append_only(f"settlement_{table}") for table in ("linedispute", "disputestep", "disputecredit")],
        keep_history("settlement_heldline"),
        migrations.RunSQL(
            f"ALTER POLICY seen ON settlement_charge USING ({CHARGE_SEEN})",
            f"ALTER POLICY seen ON settlement_charge USING ({CHARGE_SEEN_BEFORE})",
        ),
        migrations.RunSQL(GUARDS, DROP),
    ]
