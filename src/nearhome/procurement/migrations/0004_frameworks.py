import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

from nearhome.privacy.row_security import AN_AUTHORITY_ACTS, OWN, append_only, keep_history, protect

# As the owner, so that the rule for one table can look at another whose rule looks back at the first.
_FUNCTION = """
CREATE FUNCTION {name} RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT EXISTS ({body}) $$;
"""
_TODAY = "(nearhome_now() AT TIME ZONE 'Europe/London')::date"
_FUNCTIONS = {
    # The lead, or an authority that may call off.
    "procurement_uses_framework(framework bigint)": (
        "SELECT 1 FROM procurement_framework AS one WHERE one.id = framework AND (one.lead_id = nearhome_organisation()"
        " OR EXISTS (SELECT 1 FROM procurement_frameworkparty AS party"
        " WHERE party.framework_id = one.id AND party.organisation_id = nearhome_organisation()))"
    ),
    "procurement_supplies(framework bigint)": (
        "SELECT 1 FROM procurement_frameworksupplier WHERE framework_id = framework AND provider_id = nearhome_organisation()"
    ),
    "procurement_reads_supplier(supplier bigint)": (
        "SELECT 1 FROM procurement_frameworksupplier AS one WHERE one.id = supplier"
        " AND (one.provider_id = nearhome_organisation() OR procurement_uses_framework(one.framework_id))"
    ),
    # Open to applicants, or asked by this one before: its name and dates are published with the window.
    "procurement_reopens(framework bigint)": (
        f"SELECT 1 FROM procurement_reopeningwindow WHERE framework_id = framework AND closes_before > {_TODAY}"
        " AND nearhome_organisation() IS NOT NULL"
        " UNION ALL SELECT 1 FROM procurement_frameworkapplication"
        " WHERE framework_id = framework AND provider_id = nearhome_organisation()"
    ),
    "procurement_takes_application(reopening bigint, framework bigint)": (
        "SELECT 1 FROM procurement_reopeningwindow WHERE id = reopening AND framework_id = framework"
        f" AND opens_on <= {_TODAY} AND closes_before > {_TODAY}"
    ),
    "procurement_own_application(application bigint)": (
        "SELECT 1 FROM procurement_frameworkapplication WHERE id = application AND provider_id = nearhome_organisation()"
    ),
    "procurement_decides_application(application bigint)": (
        "SELECT 1 FROM procurement_frameworkapplication AS one"
        " WHERE one.id = application AND procurement_leads_framework(one.framework_id)"
    ),
    "procurement_leads_contract(framework bigint, block bigint)": (
        "SELECT 1 WHERE procurement_leads_framework(framework) OR procurement_hosts_block(block)"
    ),
    "procurement_leads_uplift(uplift bigint)": (
        "SELECT 1 FROM procurement_upliftround AS one WHERE one.id = uplift AND one.lead_id = nearhome_organisation()"
    ),
    "procurement_reads_uplift(uplift bigint)": (
        "SELECT 1 FROM procurement_upliftround AS one WHERE one.id = uplift"
        " AND (procurement_uses_framework(one.framework_id) OR procurement_may_use_block(one.block_id))"
    ),
}
FUNCTIONS = "".join(_FUNCTION.format(name=name, body=body) for name, body in _FUNCTIONS.items())
DROP_FUNCTIONS = "".join(f"DROP FUNCTION {name};" for name in reversed(_FUNCTIONS))

GUARDS = """
-- A suspension is ended once, and neither begun anew nor taken away.
CREATE FUNCTION procurement_guard_suspension() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ends_before IS NOT NULL OR (NEW.supplier_id, NEW.starts_on, NEW.ground, NEW.words)
        IS DISTINCT FROM (OLD.supplier_id, OLD.starts_on, OLD.ground, OLD.words) THEN
        RAISE EXCEPTION 'A suspension is ended once and otherwise stays as written'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_suspension BEFORE UPDATE OR DELETE ON procurement_suspension
    FOR EACH ROW EXECUTE FUNCTION procurement_guard_suspension();

-- What was proposed stays as proposed, and no step to new prices is left out.
CREATE FUNCTION procurement_guard_uplift() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.framework_id, NEW.block_id, NEW.lead_id, NEW.rule, NEW.percent, NEW.addition_pence,
        NEW.index_percent, NEW.cap_percent, NEW.floor_percent, NEW.applies_to, NEW.effective_on, NEW.proposed_by_id)
        IS DISTINCT FROM (OLD.framework_id, OLD.block_id, OLD.lead_id, OLD.rule, OLD.percent, OLD.addition_pence,
        OLD.index_percent, OLD.cap_percent, OLD.floor_percent, OLD.applies_to, OLD.effective_on, OLD.proposed_by_id) THEN
        RAISE EXCEPTION 'A round stays as it was proposed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.state = 'voted' AND OLD.state NOT IN ('voted', 'previewed'))
        OR (NEW.state = 'approved' AND OLD.state NOT IN ('approved', 'voted'))
        OR (NEW.state = 'applied' AND OLD.state NOT IN ('applied', 'approved')) THEN
        RAISE EXCEPTION 'A round is previewed, voted, approved and applied, in that order'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_uplift BEFORE UPDATE OR DELETE ON procurement_upliftround
    FOR EACH ROW EXECUTE FUNCTION procurement_guard_uplift();
"""
DROP_GUARDS = """
DROP TRIGGER guard_uplift ON procurement_upliftround; DROP FUNCTION procurement_guard_uplift();
DROP TRIGGER guard_suspension ON procurement_suspension; DROP FUNCTION procurement_guard_suspension();
"""
# The bare day of before becomes a suspension without a return.
SUSPENSIONS = """
INSERT INTO procurement_suspension (supplier_id, starts_on, ground, words, return_words, returned_by_name, by_name, at)
SELECT id, suspended_on, 'conduct', 'Suspended before grounds were recorded', '', '', 'Nearhome', now()
FROM procurement_frameworksupplier WHERE suspended_on IS NOT NULL;
"""
SUSPENDED_DAYS = """
UPDATE procurement_frameworksupplier AS one SET suspended_on = (
    SELECT max(starts_on) FROM procurement_suspension WHERE supplier_id = one.id AND ends_before IS NULL);
"""
SUPPLIES = (
    "EXISTS (SELECT 1 FROM procurement_frameworksupplier AS supplier"
    f" WHERE supplier.framework_id = procurement_framework.id AND supplier.provider_id = {OWN})"
)
IN_IT = "procurement_uses_framework(framework_id) OR procurement_supplies(framework_id)"
LEADS, OF_SUPPLIER = "procurement_leads_framework(framework_id)", "procurement_reads_supplier(supplier_id)"
LEADS_SUPPLIER = "procurement_admitted_supplier(supplier_id)"
READS_ROUND, LEADS_ROUND = "procurement_reads_uplift(round_id)", "procurement_leads_uplift(round_id)"
ONCE = (
    "frameworktier", "frameworkextension", "tiermove", "suppliertransfer", "reopeningwindow", "frameworkapplication",
    "applicationdecision", "upliftmove", "upliftline", "upliftvote",
)  # fmt: skip


def seen(table: str, rule: str) -> str:
    return f"ALTER POLICY seen ON procurement_{table} USING ({rule});"


PROTECTED = [
    protect("procurement_frameworktier", IN_IT, added=LEADS, changed="false"),
    protect("procurement_frameworkextension", IN_IT, added=LEADS, changed="false"),
    protect("procurement_tiermove", OF_SUPPLIER, added=LEADS_SUPPLIER, changed="false"),
    protect("procurement_suspension", OF_SUPPLIER, added=LEADS_SUPPLIER, changed=LEADS_SUPPLIER),
    protect(
        "procurement_suppliertransfer",
        f"{OF_SUPPLIER} OR procurement_reads_supplier(successor_id)",
        added=LEADS_SUPPLIER,
        changed="false",
    ),
    # When a framework opens again is published.
    protect("procurement_reopeningwindow", f"{OWN} IS NOT NULL", added=LEADS, changed="false"),
    # An application is between its provider and the lead: it holds prices.
    protect(
        "procurement_frameworkapplication",
        f"provider_id = {OWN} OR {LEADS}",
        added=f"provider_id = {OWN} AND procurement_takes_application(window_id, framework_id)",
        changed="false",
    ),
    protect(
        "procurement_applicationdecision",
        "procurement_own_application(application_id) OR procurement_decides_application(application_id)",
        added="procurement_decides_application(application_id)"
        " OR (outcome = 'withdrawn' AND procurement_own_application(application_id))",
        changed="false",
    ),
    protect(
        "procurement_upliftround",
        "procurement_uses_framework(framework_id) OR procurement_may_use_block(block_id)",
        added=f"lead_id = {OWN} AND procurement_leads_contract(framework_id, block_id)",
        changed=f"lead_id = {OWN} AND procurement_leads_contract(framework_id, block_id)",
    ),
    *[
        protect(f"procurement_uplift{table}", READS_ROUND, added=LEADS_ROUND, changed="false")
        for table in ("move", "line", "vote")
    ],
    migrations.RunSQL(
        seen("framework", f"{AN_AUTHORITY_ACTS} OR {SUPPLIES} OR procurement_reopens(id)"),
        seen("framework", f"{AN_AUTHORITY_ACTS} OR {SUPPLIES}"),
    ),
    # Who may call off is published; those who supply read it here.
    migrations.RunSQL(
        seen("frameworkparty", f"{AN_AUTHORITY_ACTS} OR procurement_supplies(framework_id)"),
        seen("frameworkparty", AN_AUTHORITY_ACTS),
    ),
    *[append_only(f"procurement_{table}") for table in ONCE],
    *[keep_history(f"procurement_{table}") for table in ("suspension", "upliftround")],
]


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0003_only_who_leads_changes_contracts"),
        ("audit", "0002_row_history"),
        ("market", "0003_life_there"),
        ("people", "0002_row_history"),
        ("privacy", "0003_the_clock_of_the_database"),
    ]
    operations = [
        migrations.CreateModel(
            name="ApplicationDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("accepted", "Accepted"), ("refused", "Refused"), ("withdrawn", "Withdrawn")],
                        max_length=10,
                    ),
                ),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("words", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FrameworkApplication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(choices=[("admission", "Admission"), ("prices", "Lower prices")], max_length=10),
                ),
                ("lines", models.JSONField(help_text="[{category, min_age, before_age, weekly_price_pence}]")),
                ("words", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FrameworkExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("earlier_end", models.DateField()),
                ("ends_before", models.DateField()),
                ("words", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="FrameworkTier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("tier", models.PositiveSmallIntegerField()),
                ("response_hours", models.PositiveSmallIntegerField()),
                ("emergency_hours", models.PositiveSmallIntegerField()),
                (
                    "selection_rule",
                    models.TextField(help_text="As published: the objective rule by which a supplier is chosen"),
                ),
                ("starts_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="ReopeningWindow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("opens_on", models.DateField()),
                ("closes_before", models.DateField()),
                (
                    "admits",
                    models.CharField(
                        choices=[
                            ("newcomers", "New entrants"),
                            ("prices", "Lower prices of those admitted"),
                            ("both", "New entrants and lower prices"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.TextField(blank=True, help_text="What applicants must show, as published")),
            ],
        ),
        migrations.CreateModel(
            name="SupplierTransfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("passes_on", models.DateField()),
                ("keeps_rates", models.BooleanField()),
                (
                    "consent_words",
                    models.TextField(help_text="Who consented for the authorities, when, and on what conditions"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("starts_on", models.DateField()),
                ("ends_before", models.DateField(blank=True, null=True)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("judgement", "Its inspection judgement"),
                            ("conduct", "Its conduct"),
                            ("financial", "Its finances"),
                            ("own_request", "Its own request"),
                        ],
                        max_length=12,
                    ),
                ),
                ("words", models.TextField()),
                ("return_words", models.TextField(blank=True)),
                ("returned_by_name", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="TierMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("tier", models.PositiveSmallIntegerField()),
                ("starts_on", models.DateField()),
                ("words", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="UpliftLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("preview", models.PositiveSmallIntegerField()),
                ("before_pence", models.BigIntegerField()),
                ("after_pence", models.BigIntegerField()),
                (
                    "kept_why",
                    models.CharField(
                        blank=True, help_text="Why it stays as it is; empty if it changes", max_length=300
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UpliftMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("from_state", models.CharField(blank=True, max_length=10)),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("previewed", "Previewed, waits for the vote"),
                            ("voted", "Carried, waits for approval"),
                            ("approved", "Approved, not yet applied"),
                            ("applied", "Applied"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("by_person_id", models.BigIntegerField()),
                ("why", models.TextField(blank=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UpliftRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("none", "No change"),
                            ("fixed", "A fixed percentage"),
                            ("addition", "A fixed amount"),
                            ("lower_of", "The lower of the index and a cap"),
                            ("collar", "The index, between a floor and a cap"),
                            ("negotiated", "A price agreed for each line"),
                        ],
                        max_length=10,
                    ),
                ),
                ("percent", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ("addition_pence", models.BigIntegerField(blank=True, null=True)),
                ("index_name", models.CharField(blank=True, max_length=60)),
                ("index_month", models.DateField(blank=True, help_text="First day of the month it is for", null=True)),
                ("index_percent", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ("index_source", models.CharField(blank=True, max_length=300)),
                ("cap_percent", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ("floor_percent", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                (
                    "applies_to",
                    models.CharField(choices=[("new", "New placements only"), ("all", "All placements")], max_length=4),
                ),
                ("effective_on", models.DateField()),
                ("words", models.TextField(help_text="Why: what providers showed of their costs")),
                ("agreed", models.JSONField(default=dict, help_text="Negotiated: row of the price → pence a week")),
                ("weeks", models.JSONField(default=dict, help_text="Organisation → weeks a year it buys")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("previewed", "Previewed, waits for the vote"),
                            ("voted", "Carried, waits for approval"),
                            ("approved", "Approved, not yet applied"),
                            ("applied", "Applied"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("proposed_at", models.DateTimeField()),
                ("proposed_by_id", models.BigIntegerField()),
                ("proposed_by", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="UpliftVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("ballot_key", models.UUIDField(blank=True, null=True)),
                ("carried", models.BooleanField()),
                ("votes_for", models.PositiveSmallIntegerField()),
                ("votes_against", models.PositiveSmallIntegerField()),
                ("abstained", models.PositiveSmallIntegerField(default=0)),
                ("voted_on", models.DateField()),
                ("minutes", models.TextField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="frameworksupplier",
            name="supplier_once",
        ),
        migrations.AddField(
            model_name="framework",
            name="birthday_rule",
            field=models.CharField(
                choices=[
                    ("birthday", "The price of the next band applies from the birthday"),
                    ("review", "The price of the next band applies from the first review after the birthday"),
                    ("never", "The band at the start of the placement applies to the end"),
                ],
                default="birthday",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="framework",
            name="estimated_value_pence",
            field=models.BigIntegerField(blank=True, help_text="Whole term, with VAT", null=True),
        ),
        migrations.AddField(
            model_name="framework",
            name="extension_months",
            field=models.PositiveSmallIntegerField(default=0, help_text="By how much in all it may be extended"),
        ),
        migrations.AddField(
            model_name="framework",
            name="form",
            field=models.CharField(
                choices=[
                    ("closed", "Closed framework"),
                    ("open", "Open framework"),
                    ("flexible", "Light-touch framework that reopens"),
                    ("market", "Dynamic market"),
                    ("pcr_framework", "Framework of the 2015 Regulations"),
                    ("pcr_dps", "Dynamic purchasing system of the 2015 Regulations"),
                    ("list", "Approved or qualified list"),
                ],
                default="flexible",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="framework",
            name="light_touch",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="framework",
            name="price_firm_until",
            field=models.DateField(blank=True, help_text="No uplift takes effect before this day", null=True),
        ),
        migrations.AddField(
            model_name="framework",
            name="reference",
            field=models.CharField(blank=True, help_text="Of the notice or the decision", max_length=100),
        ),
        migrations.AddField(
            model_name="framework",
            name="regime",
            field=models.CharField(
                choices=[
                    ("PA23", "Procurement Act 2023"),
                    ("PCR2015", "Public Contracts Regulations 2015"),
                    ("PSR2023", "Provider Selection Regime 2023"),
                ],
                default="PA23",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="framework",
            name="term_justification",
            field=models.TextField(blank=True, help_text="Why it lasts longer than its law usually allows"),
        ),
        migrations.AddField(
            model_name="frameworksupplier",
            name="admitted_from",
            field=models.DateField(blank=True, help_text="None: from the start of the framework", null=True),
        ),
        migrations.AddField(
            model_name="frameworksupplier",
            name="ends_before",
            field=models.DateField(blank=True, help_text="Passed to another provider, or left", null=True),
        ),
        migrations.AddConstraint(
            model_name="frameworksupplier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_before__isnull", True)),
                fields=("framework", "registration"),
                name="supplier_once",
            ),
        ),
        migrations.AddField(
            model_name="frameworkapplication",
            name="framework",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="procurement.framework"
            ),
        ),
        migrations.AddField(
            model_name="frameworkapplication",
            name="provider",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
            ),
        ),
        migrations.AddField(
            model_name="frameworkapplication",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="market.registration"
            ),
        ),
        migrations.AddField(
            model_name="applicationdecision",
            name="application",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="decision",
                to="procurement.frameworkapplication",
            ),
        ),
        migrations.AddField(
            model_name="frameworkextension",
            name="framework",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="extensions", to="procurement.framework"
            ),
        ),
        migrations.AddField(
            model_name="frameworktier",
            name="framework",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tiers", to="procurement.framework"
            ),
        ),
        migrations.AddField(
            model_name="reopeningwindow",
            name="framework",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="windows", to="procurement.framework"
            ),
        ),
        migrations.AddField(
            model_name="frameworkapplication",
            name="window",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procurement.reopeningwindow"
            ),
        ),
        migrations.AddField(
            model_name="suppliertransfer",
            name="successor",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="came_from",
                to="procurement.frameworksupplier",
            ),
        ),
        migrations.AddField(
            model_name="suppliertransfer",
            name="supplier",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passed_on",
                to="procurement.frameworksupplier",
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="supplier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suspensions",
                to="procurement.frameworksupplier",
            ),
        ),
        migrations.AddField(
            model_name="tiermove",
            name="supplier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tier_moves",
                to="procurement.frameworksupplier",
            ),
        ),
        migrations.AddField(
            model_name="upliftline",
            name="block_price",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="procurement.blockprice",
            ),
        ),
        migrations.AddField(
            model_name="upliftline",
            name="rate",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="procurement.rateline",
            ),
        ),
        migrations.AddField(
            model_name="upliftround",
            name="block",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uplifts",
                to="procurement.blockcontract",
            ),
        ),
        migrations.AddField(
            model_name="upliftround",
            name="framework",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="uplifts",
                to="procurement.framework",
            ),
        ),
        migrations.AddField(
            model_name="upliftround",
            name="lead",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
            ),
        ),
        migrations.AddField(
            model_name="upliftmove",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="moves", to="procurement.upliftround"
            ),
        ),
        migrations.AddField(
            model_name="upliftline",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="procurement.upliftround"
            ),
        ),
        migrations.AddField(
            model_name="upliftvote",
            name="round",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="vote", to="procurement.upliftround"
            ),
        ),
        migrations.AddConstraint(
            model_name="frameworkextension",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_before__gt", models.F("earlier_end"))), name="extension_is_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="frameworkextension",
            constraint=models.UniqueConstraint(fields=("framework", "earlier_end"), name="extended_once_from_an_end"),
        ),
        migrations.AddConstraint(
            model_name="frameworktier",
            constraint=models.UniqueConstraint(
                fields=("framework", "tier", "starts_on"), name="one_rule_of_a_tier_on_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="frameworktier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("emergency_hours__gt", 0),
                    ("emergency_hours__lte", models.F("response_hours")),
                    ("response_hours__gt", 0),
                ),
                name="emergency_answers_are_not_slower",
            ),
        ),
        migrations.AddConstraint(
            model_name="reopeningwindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes_before__gt", models.F("opens_on"))), name="window_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="reopeningwindow",
            constraint=models.UniqueConstraint(fields=("framework", "opens_on", "admits"), name="opened_once_on_a_day"),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_before__isnull", True), ("ends_before__gte", models.F("starts_on")), _connector="OR"
                ),
                name="suspension_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            models.F("supplier_id"), models.F("supplier_id"), models.Value("[]"), function="int8range"
                        ),
                        "&&",
                    ),
                    (models.Func(models.F("starts_on"), models.F("ends_before"), function="daterange"), "&&"),
                ],
                name="suspended_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="tiermove",
            constraint=models.UniqueConstraint(fields=("supplier", "starts_on"), name="one_tier_on_a_day"),
        ),
        migrations.AddConstraint(
            model_name="upliftround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("block__isnull", False), ("framework__isnull", True)),
                    models.Q(("block__isnull", True), ("framework__isnull", False)),
                    _connector="OR",
                ),
                name="uplift_of_one_contract",
            ),
        ),
        migrations.AddConstraint(
            model_name="upliftline",
            constraint=models.UniqueConstraint(fields=("round", "preview", "rate"), name="each_rate_once_in_a_preview"),
        ),
        migrations.AddConstraint(
            model_name="upliftline",
            constraint=models.UniqueConstraint(
                fields=("round", "preview", "block_price"), name="each_block_price_once_in_a_preview"
            ),
        ),
        migrations.AddConstraint(
            model_name="upliftline",
            constraint=models.CheckConstraint(
                condition=models.Q(("after_pence__gt", 0)), name="uplifted_price_is_a_price"
            ),
        ),
        migrations.AddConstraint(
            model_name="rateline",
            constraint=models.UniqueConstraint(
                fields=("supplier", "category", "min_age", "before_age", "starts_on"),
                name="one_rate_of_a_band_on_a_day",
            ),
        ),
        migrations.RunSQL(SUSPENSIONS, SUSPENDED_DAYS),
        migrations.RemoveField(
            model_name="frameworksupplier",
            name="suspended_on",
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(GUARDS, DROP_GUARDS),
        *PROTECTED,
    ]
