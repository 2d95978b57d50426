import uuid

import django.db.models.deletion
from django.db import migrations, models

from nearhome.privacy.row_security import append_only, keep_history, protect

BUYS, LEADS = "tendering_buys(procurement_id)", "tendering_leads(procurement_id)"
PUBLISHED = "tendering_published(procurement_id)"

# A question is added by who is on record as its asker, or by the lead that tells all bidders something; by nobody else.
ASKED_BY_SOMEBODY = f"""
ALTER POLICY added ON tendering_clarification WITH CHECK (
    tendering_takes_bids(procurement_id) AND answered_at IS NULL AND (tendering_asked(key) OR {LEADS})
);
"""
ASKED_BY_ANYBODY = """
ALTER POLICY added ON tendering_clarification WITH CHECK (tendering_takes_bids(procurement_id) AND answered_at IS NULL);
"""


def of_procurement(name):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=name, to="tendering.procurement")


class Migration(migrations.Migration):
    dependencies = [("tendering", "0003_options")]
    operations = [
        migrations.CreateModel(
            name="MarketEngagement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("on", models.DateField()),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("event", "A market event"),
                            ("meeting", "A meeting with one provider"),
                            ("survey", "A survey or questionnaire"),
                            ("visit", "A visit"),
                            ("call", "A telephone call"),
                        ],
                        max_length=8,
                    ),
                ),
                ("who", models.CharField(max_length=300)),
                ("learnt", models.TextField()),
                ("is_published", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=200)),
                ("procurement", of_procurement("engagements")),
            ],
            options={"ordering": ["on", "id"]},
        ),
        migrations.CreateModel(
            name="TenderTimetable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked", models.JSONField(help_text="From which day, and how long each part takes")),
                ("steps", models.JSONField(help_text="Key, words and day of each step, in order")),
                ("warnings", models.JSONField(default=list)),
                ("saved_at", models.DateTimeField()),
                ("saved_by", models.CharField(max_length=200)),
                ("procurement", of_procurement("timetables")),
            ],
            options={"ordering": ["saved_at", "id"]},
        ),
        migrations.CreateModel(
            name="DeadlineExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("was_at", models.DateTimeField()),
                ("to_at", models.DateTimeField()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=200)),
                ("procurement", of_procurement("extensions")),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_at__gt", models.F("was_at"))), name="deadline_moves_later"
                    )
                ],
            },
        ),
        # What was learnt of the market is the buyers'; what they chose to publish goes out with the tender.
        protect("tendering_marketengagement", f"{BUYS} OR (is_published AND {PUBLISHED})", added=LEADS, changed=LEADS),
        protect("tendering_tendertimetable", BUYS, added=LEADS, changed="false"),
        protect("tendering_deadlineextension", f"{BUYS} OR {PUBLISHED}", added=LEADS, changed="false"),
        migrations.RunSQL(ASKED_BY_SOMEBODY, ASKED_BY_ANYBODY),
        append_only("tendering_tendertimetable"),
        append_only("tendering_deadlineextension"),
        keep_history("tendering_marketengagement"),
    ]
