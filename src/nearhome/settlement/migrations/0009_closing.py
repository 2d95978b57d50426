import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from nearhome.privacy.row_security import OWN, append_only, protect

STATES = [
    ("draft", "Draft"),
    ("checked", "Checked"),
    ("approved", "Approved"),
    ("closing", "Being closed"),
    ("closed", "Closed"),
]
MONTH_SEEN = "EXISTS (SELECT 1 FROM settlement_month AS seen WHERE seen.id = month_id)"
SETTLES = (
    "month_id IN (SELECT month.id FROM settlement_month AS month"
    " JOIN partnership_partnership AS partnership ON partnership.id = month.partnership_id"
    f" WHERE partnership.finance_lead_id = {OWN})"
)
# Until now a month was closed by somebody else than who checked it: that second person is who approved it.
WHO_CLOSED_APPROVED = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE settlement_month DISABLE TRIGGER closed_stays_closed;
UPDATE settlement_month SET approved_by_id = closed_by_id, approved_at = closed_at WHERE state = 'closed';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE settlement_month ENABLE TRIGGER closed_stays_closed;
"""
RULES = """
CREATE FUNCTION settlement_in_pounds(pence numeric) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN pence < 0 THEN '−' ELSE '' END || '£' || to_char(abs(pence) / 100.0, 'FM999,999,999,990.00') $$;

-- What is wrong with the books of a month that is being closed, a sentence each; nothing where all is right.
CREATE FUNCTION settlement_faults_of(asked_month bigint) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH charged AS (
        SELECT host_id, count(*) AS lines, sum(pence) AS pence FROM settlement_charge
        WHERE month_id = asked_month GROUP BY host_id
    ), payable AS (
        SELECT host_id, -sum(pence) FILTER (WHERE account IN ('provider_payable', 'lead_costs')) AS pence
        FROM settlement_posting WHERE month_id = asked_month GROUP BY host_id
    ), owed AS (
        SELECT organisation_id, sum(pence) AS pence FROM settlement_posting
        WHERE month_id = asked_month AND account IN ('due_from_authority', 'due_to_authority') GROUP BY organisation_id
    ), net AS (
        SELECT organisation_id, pence, held_pence, released_pence, pence - held_pence + released_pence AS to_settle
        FROM settlement_netposition WHERE month_id = asked_month
    ), held AS (
        SELECT organisation_id, coalesce(sum(pence) FILTER (WHERE NOT is_release), 0) AS held_pence,
            coalesce(-sum(pence) FILTER (WHERE is_release), 0) AS released_pence FROM (
            SELECT host_id AS organisation_id, pence, is_release FROM settlement_heldline WHERE month_id = asked_month
            UNION ALL
            SELECT payer_id, -pence, is_release FROM settlement_heldline WHERE month_id = asked_month
        ) AS each GROUP BY organisation_id
    ), moved AS (
        SELECT organisation_id, sum(pence) AS pence FROM (
            SELECT payee_id AS organisation_id, pence FROM settlement_transfer WHERE month_id = asked_month
            UNION ALL SELECT payer_id, -pence FROM settlement_transfer WHERE month_id = asked_month
        ) AS each GROUP BY organisation_id
    ), gone_over AS (
        SELECT host_id, lines, charges_pence, payables_pence FROM settlement_hostclose WHERE asked_id = (
            SELECT id FROM settlement_monthmove WHERE month_id = asked_month AND to_state = 'closing'
            ORDER BY at DESC, id DESC LIMIT 1)
    )
    SELECT 'An entry of ' || count(*) || ' postings does not balance: it is '
        || settlement_in_pounds(sum(pence)) || ' out.'
    FROM settlement_posting WHERE month_id = asked_month GROUP BY entry HAVING sum(pence) <> 0
    UNION ALL
    SELECT 'The books of ' || one.name || ' are ' || settlement_in_pounds(sum(posting.pence)) || ' out of balance.'
    FROM settlement_posting AS posting JOIN people_organisation AS one ON one.id = posting.organisation_id
    WHERE posting.month_id = asked_month GROUP BY one.name HAVING sum(posting.pence) <> 0
    UNION ALL
    SELECT 'Lines that ' || one.name || ' hosts come to ' || settlement_in_pounds(coalesce(charged.pence, 0))
        || ', but ' || settlement_in_pounds(coalesce(payable.pence, 0)) || ' is payable for them.'
    FROM charged FULL JOIN payable USING (host_id) JOIN people_organisation AS one ON one.id = host_id
    WHERE coalesce(charged.pence, 0) <> coalesce(payable.pence, 0)
    UNION ALL
    SELECT 'Net positions sum to ' || settlement_in_pounds(sum(pence)) || ', not to £0.00.' FROM net
    HAVING sum(pence) <> 0
    UNION ALL
    SELECT 'The net position of ' || one.name || ' is ' || settlement_in_pounds(coalesce(net.pence, 0))
        || ', but the ledger says ' || settlement_in_pounds(coalesce(owed.pence, 0)) || '.'
    FROM net FULL JOIN owed USING (organisation_id) JOIN people_organisation AS one ON one.id = organisation_id
    WHERE coalesce(net.pence, 0) <> coalesce(owed.pence, 0)
    UNION ALL
    SELECT 'What is held and released of ' || one.name || ' is not what its disputes say.'
    FROM net FULL JOIN held USING (organisation_id) JOIN people_organisation AS one ON one.id = organisation_id
    WHERE (coalesce(net.held_pence, 0), coalesce(net.released_pence, 0))
        <> (coalesce(held.held_pence, 0), coalesce(held.released_pence, 0))
    UNION ALL
    SELECT 'Payments between authorities do not bring ' || one.name || ' to £0.00.'
    FROM net FULL JOIN moved USING (organisation_id) JOIN people_organisation AS one ON one.id = organisation_id
    WHERE coalesce(net.to_settle, 0) <> coalesce(moved.pence, 0)
    UNION ALL
    SELECT 'The part of ' || one.name || ' was not gone over as it stands.'
    FROM charged LEFT JOIN gone_over USING (host_id) JOIN people_organisation AS one ON one.id = host_id
    WHERE (gone_over.lines, gone_over.charges_pence, gone_over.payables_pence)
        IS DISTINCT FROM (charged.lines::int, charged.pence::bigint, charged.pence::bigint)
$$;
REVOKE EXECUTE ON FUNCTION settlement_faults_of(bigint) FROM PUBLIC;

-- The same for the finance lead; for anybody else nothing.
CREATE FUNCTION settlement_faults(asked_month bigint) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT settlement_faults_of(asked_month) WHERE EXISTS (
        SELECT 1 FROM settlement_month AS month
        JOIN partnership_partnership AS partnership ON partnership.id = month.partnership_id
        WHERE month.id = asked_month AND partnership.finance_lead_id = nearhome_organisation())
$$;

-- These look after the row is written, so that row security speaks first: a stranger learns nothing of a month's state.
-- A month moves only as the table of states says, and is closed only when its books balance.
CREATE FUNCTION settlement_guard_month() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    fault text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a month begins as a draft' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.partnership_id, OLD.starts_on) IS DISTINCT FROM (NEW.partnership_id, NEW.starts_on) THEN
        RAISE EXCEPTION 'a month stays the month it is' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) NOT IN (
        ('draft', 'checked'), ('checked', 'approved'), ('checked', 'draft'), ('approved', 'closing'),
        ('approved', 'draft'), ('closing', 'closed'), ('closing', 'approved'), ('closing', 'draft'))
    THEN
        RAISE EXCEPTION 'a month does not move from % to %', OLD.state, NEW.state
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'closed' AND OLD.state = 'closing' THEN
        SELECT string_agg(words, ' ') INTO fault FROM settlement_faults_of(NEW.id) AS words;
        IF fault IS NOT NULL THEN
            RAISE EXCEPTION 'the month cannot close: %', fault USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_month AFTER INSERT OR UPDATE ON settlement_month
    FOR EACH ROW EXECUTE FUNCTION settlement_guard_month();

-- What was checked is what is approved and closed: lines, positions, holds and payments change in a draft alone.
CREATE FUNCTION settlement_refuse_unless_draft() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM settlement_month WHERE state = 'draft'
        AND id = CASE WHEN TG_OP = 'DELETE' THEN OLD.month_id ELSE NEW.month_id END
    ) THEN
        RAISE EXCEPTION 'only a draft month changes; send the month back to draft, or post in an open month'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""
NO_RULES = """
DROP FUNCTION settlement_refuse_unless_draft();
DROP TRIGGER guard_month ON settlement_month;
DROP FUNCTION settlement_guard_month();
DROP FUNCTION settlement_faults(bigint);
DROP FUNCTION settlement_faults_of(bigint);
DROP FUNCTION settlement_in_pounds(numeric);
"""


def guarded(table: str, name: str, when: str, function: str) -> str:
    return f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();"


ANY_CHANGE = "INSERT OR UPDATE OR DELETE"
WAS = "month_is_open", f"BEFORE {ANY_CHANGE}", "settlement_refuse_closed"
NOW = "month_is_draft", f"AFTER {ANY_CHANGE}", "settlement_refuse_unless_draft"
OF_A_DRAFT = tuple(
    f"settlement_{name}" for name in ("charge", "posting", "netposition", "transfer", "problem", "heldline")
)


def to(model: str, name: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to=model)


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0008_budgets"),
        ("partnership", "0003_who_are_partners"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RemoveConstraint(model_name="month", name="a_month_is_closed_by_somebody_else"),
        migrations.AddField("month", "approved_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "month",
            "approved_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField("month", "state", models.CharField(choices=STATES, default="draft", max_length=8)),
        migrations.RunSQL(WHO_CLOSED_APPROVED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "month",
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("checked_by")),
                name="a_month_is_approved_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            "month",
            models.CheckConstraint(
                condition=~models.Q(state__in=("approved", "closing", "closed"))
                | models.Q(approved_by__isnull=False, checked_by__isnull=False),
                name="a_month_is_checked_and_approved_before_it_closes",
            ),
        ),
        migrations.CreateModel(
            name="MonthMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("from_state", models.CharField(choices=STATES, max_length=8)),
                ("to_state", models.CharField(choices=STATES, max_length=8)),
                ("by_name", models.CharField(max_length=200)),
                ("by_person_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("why", models.TextField(blank=True)),
                ("month", to("settlement.month", "moves")),
            ],
            options={"ordering": ["at", "id"]},
        ),
        migrations.CreateModel(
            name="HostClose",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lines", models.IntegerField()),
                ("charges_pence", models.BigIntegerField()),
                ("payables_pence", models.BigIntegerField()),
                ("late_lines", models.IntegerField()),
                ("late_pence", models.BigIntegerField()),
                ("done_at", models.DateTimeField()),
                ("asked", to("settlement.monthmove", "host_closes")),
                ("host", to("people.organisation", "+")),
                ("month", to("settlement.month", "host_closes")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("asked", "host"), name="one_part_each_host")],
            },
        ),
        protect("settlement_monthmove", MONTH_SEEN, added=SETTLES, changed="false"),
        append_only("settlement_monthmove"),
        protect("settlement_hostclose", f"host_id = {OWN} OR {SETTLES}", added=f"host_id = {OWN}", changed="false"),
        append_only("settlement_hostclose"),
        migrations.RunSQL(RULES, NO_RULES),
        *[
            migrations.RunSQL(
                f"DROP TRIGGER month_is_open ON {table};" + guarded(table, *NOW),
                f"DROP TRIGGER {NOW[0]} ON {table};" + guarded(table, *WAS),
            )
            for table in OF_A_DRAFT
        ],
    ]
