import uuid

import django.db.models.deletion
from django.db import migrations, models

from nearhome.privacy.row_security import OWN, append_only, keep_history, protect

# The authority's own, and of a procurement also those who buy with its lead; only the lead writes.
SEEN = f"authority_id = {OWN} OR (procurement_id IS NOT NULL AND tendering_buys(procurement_id))"
WRITTEN = f"authority_id = {OWN} AND (procurement_id IS NULL OR tendering_leads(procurement_id))"


class Migration(migrations.Migration):
    dependencies = [("tendering", "0006_awards"), ("people", "0002_row_history"), ("audit", "0002_row_history")]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("code", models.CharField(max_length=12)),
                (
                    "about",
                    models.CharField(blank=True, help_text="Tells it apart from others of its code", max_length=80),
                ),
                ("due_on", models.DateField(blank=True, null=True)),
                ("rule_id", models.CharField(blank=True, max_length=20)),
                ("published_on", models.DateField()),
                ("reference", models.CharField(help_text="As the place of publication numbers it", max_length=60)),
                (
                    "ocid",
                    models.CharField(
                        blank=True, help_text="The process number that the place of publication gave", max_length=90
                    ),
                ),
                ("payload", models.JSONField(default=dict, help_text="The release as it stood, for the export")),
                ("why", models.CharField(blank=True, help_text="Why it replaces another", max_length=300)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=200)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "procurement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="tendering.procurement",
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="tendering.notice",
                    ),
                ),
            ],
            options={
                "ordering": ["published_on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("procurement__isnull", False), ("supersedes__isnull", True)),
                        fields=("procurement", "code", "about"),
                        name="first_notice_recorded_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("procurement__isnull", True), ("supersedes__isnull", True)),
                        fields=("authority", "code", "about"),
                        name="first_notice_of_authority_recorded_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("supersedes__isnull", True), models.Q(("why", ""), _negated=True), _connector="OR"
                        ),
                        name="a_correction_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("engagement", "Preliminary market engagement was carried out"),
                            ("user_choice", "Awarded directly on the ground of user choice"),
                            ("payment", "Payment over £30,000 with VAT was made"),
                            ("change", "The contract is changed"),
                            ("small_change", "The contract is changed by no more than 10 per cent of value or term"),
                            ("performance", "Breach, or failure to improve performance"),
                            ("ended", "The contract ended"),
                            ("market_established", "The dynamic market was established"),
                            ("market_changed", "The dynamic market was modified"),
                            ("market_ceased", "The dynamic market ceased"),
                            ("large_spender", "Over £100 million is expected to be spent in the coming year"),
                            ("small_spender", "No more than £100 million is expected to be spent in the coming year"),
                        ],
                        max_length=20,
                    ),
                ),
                ("on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=200)),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
                ("taken_back_by", models.CharField(blank=True, max_length=200)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "procurement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_facts",
                        to="tendering.procurement",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("procurement__isnull", False), ("taken_back_at__isnull", True)),
                        fields=("procurement", "kind", "on"),
                        name="notice_fact_once_on_a_day",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("procurement__isnull", True), ("taken_back_at__isnull", True)),
                        fields=("authority", "kind", "on"),
                        name="notice_fact_of_authority_once_on_a_day",
                    ),
                ],
            },
        ),
        protect("tendering_notice", SEEN, added=WRITTEN, changed="false"),
        protect("tendering_noticefact", SEEN, added=WRITTEN, changed=WRITTEN),
        append_only("tendering_notice"),
        keep_history("tendering_noticefact"),
    ]
