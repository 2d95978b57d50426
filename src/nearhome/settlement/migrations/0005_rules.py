import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from nearhome.privacy.row_security import OWN, append_only, keep_history, protect

PARTY = (
    f"host_id = {OWN} OR EXISTS (SELECT 1 FROM procurement_blockparty AS party"
    f" WHERE party.contract_id = settlement_contractrules.contract_id AND party.organisation_id = {OWN})"
)
HOSTS = f"host_id = {OWN} AND contract_id IN (SELECT id FROM procurement_blockcontract WHERE host_id = {OWN})"
PARTNER = f"partnership_id IN (SELECT partnership_id FROM partnership_membership WHERE organisation_id = {OWN})"
LEADS = f"lead_id = {OWN} AND partnership_id IN (SELECT id FROM partnership_partnership WHERE lead_id = {OWN})"
OWN_BOOKING = f"authority_id = {OWN} AND booking_id IN (SELECT id FROM placements_booking WHERE authority_id = {OWN})"
# Terms that were proposed are answered once and otherwise never changed, whoever asks and however.
FUNCTIONS = """
CREATE FUNCTION settlement_terms_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answer text[] := ARRAY['is_agreed', 'answered_by_id', 'answered_at', 'answer_words'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.is_agreed IS NULL AND to_jsonb(NEW) - answer = to_jsonb(OLD) - answer THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'terms are never edited; propose a new version' USING ERRCODE = 'integrity_constraint_violation';
END $$;
-- What was asked of another authority stays as it was asked; only its acceptance is added, once.
CREATE FUNCTION settlement_funder_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    answer text[] := ARRAY['accepted_by_id', 'accepted_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.accepted_at IS NULL AND to_jsonb(NEW) - answer = to_jsonb(OLD) - answer THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a change of funder is never edited; record another' USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
DROP = "DROP FUNCTION settlement_funder_stays(); DROP FUNCTION settlement_terms_stay();"


def unedited(table: str, function: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER terms_stay BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();",
        f"DROP TRIGGER terms_stay ON {table};",
    )


def of_proposal(table: str, column: str, owner: str) -> migrations.operations.base.Operation:
    """Shares are seen by who sees the proposal, and added only while nobody answered it."""
    seen = f"EXISTS (SELECT 1 FROM {table} AS seen WHERE seen.id = {column})"
    return protect(
        f"{table}share",
        seen,
        added=f"EXISTS (SELECT 1 FROM {table} AS own WHERE own.id = {column} AND own.{owner} = {OWN} AND own.is_agreed IS NULL)",
        changed="false",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("market", "0003_life_there"),
        ("partnership", "0003_who_are_partners"),
        ("people", "0002_row_history"),
        ("placements", "0003_each_side_signs_for_itself"),
        ("procurement", "0006_call_offs"),
        ("settlement", "0004_only_the_finance_lead_changes_months"),
    ]
    operations = [
        migrations.AddField(
            model_name="charge",
            name="element",
            field=models.CharField(
                blank=True, help_text="Which part of what is due, where it has parts", max_length=40
            ),
        ),
        migrations.AlterField(
            model_name="charge",
            name="home_name",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="charge",
            name="place",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="market.place"
            ),
        ),
        migrations.CreateModel(
            name="BookingFunder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("child_ref", models.CharField(max_length=30)),
                ("home_name", models.CharField(max_length=200)),
                ("starts_on", models.DateField()),
                ("why", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="funders", to="placements.booking"
                    ),
                ),
                (
                    "funder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContractRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveSmallIntegerField()),
                ("starts_on", models.DateField(help_text="In force from this night")),
                ("why", models.TextField(help_text="Why the terms are proposed")),
                ("proposed_at", models.DateTimeField()),
                ("is_agreed", models.BooleanField(help_text="Null while nobody answered", null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer_words", models.TextField(blank=True)),
                ("template", models.CharField(blank=True, help_text="The template it was started from", max_length=20)),
                (
                    "empty_bearer",
                    models.CharField(
                        choices=[
                            ("nominated", "The authority the place is nominated to, otherwise the host"),
                            ("host", "The host"),
                            ("shares", "All parties by their shares"),
                        ],
                        max_length=10,
                    ),
                ),
                ("grace_nights", models.PositiveSmallIntegerField(default=0)),
                ("released_after", models.PositiveSmallIntegerField(null=True)),
                (
                    "released_bearer",
                    models.CharField(
                        choices=[
                            ("nominated", "The authority the place is nominated to, otherwise the host"),
                            ("host", "The host"),
                            ("shares", "All parties by their shares"),
                        ],
                        default="shares",
                        max_length=10,
                    ),
                ),
                ("absences", models.JSONField(default=list, help_text="[kind, nights in full, then basis points]")),
                ("guarantee_basis_points", models.PositiveSmallIntegerField(null=True)),
                ("variable_weekly_pence", models.BigIntegerField(default=0)),
                ("gain_benchmark_pence", models.BigIntegerField(help_text="A child's week bought singly", null=True)),
                ("gain_basis_points", models.PositiveSmallIntegerField(default=0)),
                ("gain_most_pence", models.BigIntegerField(null=True)),
                ("first_refusal_days", models.PositiveSmallIntegerField(default=0)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="procurement.blockcontract",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["contract", "version"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ContractRulesShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weight", models.PositiveIntegerField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "rules",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="settlement.contractrules",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LeadCost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("version", models.PositiveSmallIntegerField()),
                ("starts_on", models.DateField(help_text="In force from this night")),
                ("why", models.TextField(help_text="Why the terms are proposed")),
                ("proposed_at", models.DateTimeField()),
                ("is_agreed", models.BooleanField(help_text="Null while nobody answered", null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer_words", models.TextField(blank=True)),
                ("yearly_pence", models.BigIntegerField()),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lead_costs",
                        to="partnership.partnership",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["partnership", "version"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="charge",
            name="lead_cost",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="settlement.leadcost"
            ),
        ),
        migrations.CreateModel(
            name="LeadCostShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weight", models.PositiveIntegerField()),
                (
                    "lead_cost",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="settlement.leadcost"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StayAbsence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("missing", "Missing"),
                            ("hospital", "In hospital"),
                            ("holiday", "On holiday or with family"),
                        ],
                        max_length=8,
                    ),
                ),
                ("starts_on", models.DateField(help_text="First night away")),
                ("ends_before", models.DateField(help_text="The night of return", null=True)),
                ("recorded_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="absences", to="placements.booking"
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="contractrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_agreed__isnull", True),
                    ("is_agreed", False),
                    models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="contractrules_agreed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractrules",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("answered_by__isnull", True), ("is_agreed__isnull", True)),
                    models.Q(
                        ("answered_at__isnull", False), ("answered_by__isnull", False), ("is_agreed__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="contractrules_answer_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="contractrules",
            constraint=models.UniqueConstraint(fields=("contract", "version"), name="one_version_of_rules"),
        ),
        migrations.AddConstraint(
            model_name="contractrulesshare",
            constraint=models.UniqueConstraint(fields=("rules", "organisation"), name="one_share_of_rules"),
        ),
        migrations.AddConstraint(
            model_name="leadcost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_agreed__isnull", True),
                    ("is_agreed", False),
                    models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="leadcost_agreed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadcost",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("answered_by__isnull", True), ("is_agreed__isnull", True)),
                    models.Q(
                        ("answered_at__isnull", False), ("answered_by__isnull", False), ("is_agreed__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="leadcost_answer_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="leadcost",
            constraint=models.UniqueConstraint(fields=("partnership", "version"), name="one_version_of_lead_cost"),
        ),
        migrations.AddConstraint(
            model_name="leadcost",
            constraint=models.CheckConstraint(
                condition=models.Q(("yearly_pence__gte", 0)), name="lead_cost_is_no_credit"
            ),
        ),
        migrations.AddConstraint(
            model_name="leadcostshare",
            constraint=models.UniqueConstraint(fields=("lead_cost", "organisation"), name="one_share_of_lead_cost"),
        ),
        migrations.AddConstraint(
            model_name="stayabsence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_before__isnull", True), ("ends_before__gt", models.F("starts_on")), _connector="OR"
                ),
                name="absence_has_a_night",
            ),
        ),
        protect("settlement_contractrules", PARTY, added=HOSTS, changed=f"host_id = {OWN}"),
        of_proposal("settlement_contractrules", "rules_id", "host_id"),
        protect("settlement_leadcost", PARTNER, added=LEADS, changed=f"lead_id = {OWN}"),
        of_proposal("settlement_leadcost", "lead_cost_id", "lead_id"),
        protect(
            "settlement_stayabsence", f"authority_id = {OWN} OR host_id = {OWN}", added=OWN_BOOKING, changed=OWN_BOOKING
        ),
        protect(
            "settlement_bookingfunder",
            f"authority_id = {OWN} OR host_id = {OWN} OR funder_id = {OWN}",
            added=f"{OWN_BOOKING} AND (accepted_at IS NULL OR funder_id = {OWN})",
            changed=f"funder_id = {OWN}",
        ),
        migrations.RunSQL(FUNCTIONS, DROP),
        unedited("settlement_contractrules", "settlement_terms_stay"),
        unedited("settlement_leadcost", "settlement_terms_stay"),
        unedited("settlement_bookingfunder", "settlement_funder_stays"),
        append_only("settlement_contractrulesshare"),
        append_only("settlement_leadcostshare"),
        *[
            keep_history(f"settlement_{table}")
            for table in (
                "contractrules",
                "contractrulesshare",
                "leadcost",
                "leadcostshare",
                "stayabsence",
                "bookingfunder",
            )
        ],
    ]
