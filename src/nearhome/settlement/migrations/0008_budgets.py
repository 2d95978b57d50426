import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from nearhome.privacy.row_security import AN_AUTHORITY_ACTS, OWN, append_only, keep_history, protect

MINE = f"authority_id = {OWN}"
# What the host of a block holds it against, every authority that is party to the block reads; its provider does not.
BENCHMARK_SEEN = (
    f"{MINE} OR ({AN_AUTHORITY_ACTS} AND EXISTS (SELECT 1 FROM procurement_blockcontract AS held"
    " WHERE held.id = contract_id AND held.host_id = authority_id))"
)
MONTHS_ADD_UP = """
CREATE FUNCTION settlement_sum_of(parts bigint[]) RETURNS bigint LANGUAGE sql IMMUTABLE SET search_path = public AS
$$ SELECT coalesce(sum(part), 0)::bigint FROM unnest(parts) AS part $$;
ALTER TABLE settlement_budget ADD CONSTRAINT budget_months_add_up
    CHECK (cardinality(months_pence) = 12 AND settlement_sum_of(months_pence) = pence);
"""
NO_SUM = """
ALTER TABLE settlement_budget DROP CONSTRAINT budget_months_add_up;
DROP FUNCTION settlement_sum_of(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0007_invoices"), ("procurement", "0006_call_offs")]
    operations = [
        migrations.CreateModel(
            name="ServiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("added_at", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="LineRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("route", models.CharField(blank=True, max_length=10)),
                ("home_kind", models.CharField(blank=True, max_length=24)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=200)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.blockcontract",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rules", to="settlement.serviceline"
                    ),
                ),
            ],
            options={
                "ordering": ["starts_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Budget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("year", models.PositiveSmallIntegerField(help_text="The year in whose April it begins")),
                ("version", models.PositiveSmallIntegerField()),
                ("pence", models.BigIntegerField()),
                ("phasing", models.CharField(max_length=5)),
                (
                    "months_pence",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=12),
                ),
                ("reason", models.TextField()),
                ("set_at", models.DateTimeField()),
                ("set_by", models.CharField(max_length=200)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="budgets", to="settlement.serviceline"
                    ),
                ),
            ],
            options={
                "ordering": ["year", "version"],
            },
        ),
        migrations.CreateModel(
            name="SpotBenchmark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("weekly_price_pence", models.BigIntegerField()),
                ("source", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=200)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procurement.blockcontract"
                    ),
                ),
            ],
            options={
                "ordering": ["starts_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="BudgetPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("weeks", models.DecimalField(decimal_places=2, max_digits=8)),
                ("weekly_price_pence", models.BigIntegerField()),
                ("pence", models.BigIntegerField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="settlement.budget"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("budget", "kind"), name="one_budget_part_of_a_kind")],
            },
        ),
        migrations.AddConstraint(
            model_name="serviceline",
            constraint=models.UniqueConstraint(fields=("authority", "name"), name="one_service_line_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="linerule",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_on__day", 1)), name="line_rule_begins_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.UniqueConstraint(fields=("line", "year", "version"), name="one_budget_version"),
        ),
        migrations.AddConstraint(
            model_name="budget",
            constraint=models.CheckConstraint(condition=models.Q(("pence__gte", 0)), name="budget_not_below_nought"),
        ),
        migrations.AddConstraint(
            model_name="spotbenchmark",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekly_price_pence__gt", 0)), name="spot_benchmark_is_a_price"
            ),
        ),
        migrations.AddConstraint(
            model_name="spotbenchmark",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_on__day", 1)), name="spot_benchmark_begins_a_month"
            ),
        ),
        migrations.CreateModel(
            name="ExpectedPlacements",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=12)),
                ("children", models.PositiveSmallIntegerField()),
                ("starts_on", models.DateField()),
                ("ends_before", models.DateField()),
                ("weekly_price_pence", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=200)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=200)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="expected",
                        to="settlement.serviceline",
                    ),
                ),
            ],
            options={
                "ordering": ["starts_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("starts_on__lt", models.F("ends_before"))), name="expected_placements_last"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("children__gt", 0), ("weekly_price_pence__gt", 0)),
                        name="expected_placements_cost_something",
                    ),
                ],
            },
        ),
        migrations.RunSQL(MONTHS_ADD_UP, NO_SUM),
        protect("settlement_serviceline", MINE),
        keep_history("settlement_serviceline"),
        protect("settlement_expectedplacements", MINE),
        keep_history("settlement_expectedplacements"),
        *[protect(f"settlement_{table}", MINE, changed="false") for table in ("linerule", "budget", "budgetpart")],
        protect("settlement_spotbenchmark", BENCHMARK_SEEN, added=MINE, changed="false"),
        *[append_only(f"settlement_{table}") for table in ("linerule", "budget", "budgetpart", "spotbenchmark")],
    ]
