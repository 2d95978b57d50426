import uuid

import django.db.models.deletion
from django.db import migrations, models

from nearhome.privacy.row_security import append_only, keep_history, protect

# As the owner, as in 0002: the rule for one table looks at others whose rules look further.
_FUNCTION = """
CREATE FUNCTION {name} RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT EXISTS ({body}) $$;
"""
_FUNCTIONS = {
    "tendering_appraisal_is_open(appraisal bigint)": (
        "SELECT 1 FROM tendering_optionsappraisal AS one WHERE one.id = appraisal"
        " AND NOT EXISTS (SELECT 1 FROM tendering_completedappraisal AS done WHERE done.appraisal_id = one.id)"
    ),
    "tendering_reads_appraisal(appraisal bigint)": (
        "SELECT 1 FROM tendering_optionsappraisal AS one WHERE one.id = appraisal AND tendering_buys(one.procurement_id)"
    ),
    "tendering_edits_appraisal(appraisal bigint)": (
        "SELECT 1 FROM tendering_optionsappraisal AS one WHERE one.id = appraisal"
        " AND tendering_leads(one.procurement_id) AND tendering_appraisal_is_open(one.id)"
    ),
    "tendering_reads_option(option bigint)": (
        "SELECT 1 FROM tendering_appraisaloption AS one WHERE one.id = option AND tendering_reads_appraisal(one.appraisal_id)"
    ),
    # A score belongs to an option and a criterion of the same appraisal.
    "tendering_edits_score(option bigint, criterion bigint)": (
        "SELECT 1 FROM tendering_appraisaloption AS one JOIN tendering_appraisalcriterion AS other USING (appraisal_id)"
        " WHERE one.id = option AND other.id = criterion AND tendering_edits_appraisal(appraisal_id)"
    ),
}
FUNCTIONS = "".join(_FUNCTION.format(name=name, body=body) for name, body in _FUNCTIONS.items())
DROP_FUNCTIONS = "".join(f"DROP FUNCTION {name};" for name in reversed(_FUNCTIONS))
READS, EDITS = "tendering_reads_appraisal(appraisal_id)", "tendering_edits_appraisal(appraisal_id)"
EDITS_SCORE = "tendering_edits_score(option_id, criterion_id)"
LEADS = "tendering_leads(procurement_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("tendering", "0002_who_sees_what"),
    ]

    operations = [
        migrations.AddField(
            model_name="procurement",
            name="commenced_on",
            field=models.DateField(
                blank=True, help_text="Tendered or advertised before it was kept here; empty: not yet", null=True
            ),
        ),
        migrations.AddField(
            model_name="procurement",
            name="lead_weight",
            field=models.PositiveIntegerField(default=1, help_text="The lead's share of what is shared"),
        ),
        migrations.CreateModel(
            name="OptionsAppraisal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("question", models.CharField(max_length=300)),
                (
                    "source",
                    models.TextField(blank=True, help_text="Where its words and scores come from, if from an example"),
                ),
                (
                    "change",
                    models.PositiveIntegerField(
                        default=1, help_text="Rises on every change: two people cannot both win"
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("begun_by", models.CharField(max_length=200)),
                ("why", models.CharField(blank=True, help_text="Why there is a new version", max_length=500)),
                (
                    "procurement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appraisals",
                        to="tendering.procurement",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="CompletedAppraisal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", models.JSONField()),
                ("result", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=200)),
                (
                    "appraisal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completed",
                        to="tendering.optionsappraisal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AppraisalOption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spot", "Do nothing new: buy placement by placement"),
                            ("framework", "A new framework"),
                            ("list", "A qualified provider list or dynamic market"),
                            ("block", "A block contract"),
                            ("regional", "Join a regional arrangement"),
                            ("own", "Own provision"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("words", models.TextField(blank=True)),
                (
                    "lawful",
                    models.CharField(
                        choices=[
                            ("unasked", "No legal view yet"),
                            ("lawful", "Lawful"),
                            ("doubtful", "Doubtful"),
                            ("unlawful", "Not lawful: ruled out"),
                        ],
                        default="unasked",
                        max_length=8,
                    ),
                ),
                ("legal_view", models.TextField(blank=True)),
                (
                    "cost_pence",
                    models.BigIntegerField(blank=True, help_text="Whole term; empty means not known", null=True),
                ),
                (
                    "cost_words",
                    models.TextField(blank=True, help_text="How the cost was worked out, or why it is not known"),
                ),
                ("risk", models.TextField(blank=True)),
                ("is_recommended", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True, help_text="Why it is recommended, or why it was rejected")),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="options",
                        to="tendering.optionsappraisal",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="AppraisalCriterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=120)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("weight", models.DecimalField(decimal_places=2, max_digits=5)),
                (
                    "appraisal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="criteria",
                        to="tendering.optionsappraisal",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="OptionScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.PositiveSmallIntegerField()),
                ("evidence", models.TextField(blank=True)),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="tendering.appraisalcriterion",
                    ),
                ),
                (
                    "option",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="tendering.appraisaloption",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="optionsappraisal",
            constraint=models.UniqueConstraint(fields=("procurement", "number"), name="appraisal_numbered_once"),
        ),
        migrations.AddConstraint(
            model_name="appraisaloption",
            constraint=models.UniqueConstraint(fields=("appraisal", "name"), name="option_named_once"),
        ),
        migrations.AddConstraint(
            model_name="appraisaloption",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_recommended", True)), fields=("appraisal",), name="one_option_recommended"
            ),
        ),
        migrations.AddConstraint(
            model_name="appraisaloption",
            constraint=models.CheckConstraint(
                condition=models.Q(("cost_pence__isnull", True), ("cost_pence__gte", 0), _connector="OR"),
                name="option_cost_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="appraisaloption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_recommended", False), models.Q(("lawful", "unlawful"), _negated=True), _connector="OR"
                ),
                name="nothing_unlawful_recommended",
            ),
        ),
        migrations.AddConstraint(
            model_name="appraisalcriterion",
            constraint=models.UniqueConstraint(
                fields=("appraisal", "name"),
                name="appraisal_criterion_named_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ),
        migrations.AddConstraint(
            model_name="appraisalcriterion",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0), ("weight__lte", 100)), name="appraisal_weight_in_per_cent"
            ),
        ),
        migrations.AddConstraint(
            model_name="optionscore",
            constraint=models.UniqueConstraint(fields=("option", "criterion"), name="option_scored_once"),
        ),
        migrations.AddConstraint(
            model_name="optionscore",
            constraint=models.CheckConstraint(condition=models.Q(("points__lte", 5)), name="option_score_on_the_scale"),
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        protect(
            "tendering_optionsappraisal",
            "tendering_buys(procurement_id)",
            added=LEADS,
            changed=f"{LEADS} AND tendering_appraisal_is_open(id)",
        ),
        protect("tendering_appraisaloption", READS, added=EDITS, changed=EDITS),
        protect("tendering_appraisalcriterion", READS, added=EDITS, changed=EDITS),
        protect("tendering_optionscore", "tendering_reads_option(option_id)", added=EDITS_SCORE, changed=EDITS_SCORE),
        protect("tendering_completedappraisal", READS, added=EDITS, changed="false"),
        append_only("tendering_completedappraisal"),
        *[
            keep_history(f"tendering_{table}")
            for table in ("optionsappraisal", "appraisaloption", "appraisalcriterion", "optionscore")
        ],
    ]
