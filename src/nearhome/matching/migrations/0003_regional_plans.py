import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0002_who_sees_what"),
        ("partnership", "0003_who_are_partners"),
        ("people", "0002_row_history"),
        ("referrals", "0002_who_sees_what"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegionalPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=200)),
                ("made_for", models.DateField()),
                ("policy_version", models.CharField(max_length=40)),
                (
                    "digest",
                    models.CharField(
                        help_text="Of what it was worked out from: the same facts, the same plan", max_length=64
                    ),
                ),
                ("inputs", models.JSONField()),
                ("result", models.JSONField()),
                (
                    "authority",
                    models.ForeignKey(
                        help_text="Who asked for it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="partnership.partnership"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["partnership", "made_at"], name="matching_re_partner_eaec1d_idx")],
            },
        ),
        migrations.CreateModel(
            name="SharedSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "child_token",
                    models.UUIDField(help_text="Stands for the child; only the child's own authority knows whom"),
                ),
                (
                    "facts",
                    models.JSONField(
                        help_text="When, how urgent, age, sex, company, and the worth of each possible home"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("shared_at", models.DateTimeField()),
                ("shared_by", models.CharField(max_length=200)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referrals.referral"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["authority", "shared_at"], name="matching_sh_authori_7567cd_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("referral",),
                        name="a_search_is_shared_once",
                    )
                ],
            },
        ),
    ]
