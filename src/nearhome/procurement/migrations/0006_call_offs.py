import uuid

import django.db.models.deletion
from django.db import migrations, models

from nearhome.privacy.row_security import OWN, append_only, keep_history, protect

# Whatever the page said: a call-off from a rate card is at or under the line in force on its first day, from a supplier
# who is not suspended on it, by an authority that is party to the framework.
GUARD = """
CREATE FUNCTION procurement_guard_call_off() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    line procurement_rateline;
    admitted procurement_frameworksupplier;
BEGIN
    IF NEW.route <> 'framework' THEN RETURN NEW; END IF;
    SELECT * INTO admitted FROM procurement_frameworksupplier WHERE id = NEW.supplier_id;
    SELECT * INTO line FROM procurement_rateline WHERE id = NEW.rate_line_id;
    IF line.id IS NULL OR line.supplier_id <> admitted.id OR line.starts_on > NEW.starts_on
        OR (line.ends_before IS NOT NULL AND line.ends_before <= NEW.starts_on) THEN
        RAISE EXCEPTION 'No line of the rate card is in force on the first day' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.weekly_price_pence > line.weekly_price_pence THEN
        RAISE EXCEPTION 'The price is above the rate card' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF admitted.suspended_on IS NOT NULL AND admitted.suspended_on <= NEW.starts_on THEN
        RAISE EXCEPTION 'The supplier is suspended on the first day' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM procurement_frameworkparty WHERE framework_id = admitted.framework_id
                   AND organisation_id = NEW.authority_id) THEN
        RAISE EXCEPTION 'The authority is not a party to the framework' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_call_off BEFORE INSERT ON procurement_calloff
    FOR EACH ROW EXECUTE FUNCTION procurement_guard_call_off();
"""
DROP = "DROP TRIGGER guard_call_off ON procurement_calloff; DROP FUNCTION procurement_guard_call_off();"
MINE = f"authority_id = {OWN}"


class Migration(migrations.Migration):
    dependencies = [
        ("procurement", "0005_blocks"),
        ("market", "0003_life_there"),
        ("people", "0002_row_history"),
        ("audit", "0002_row_history"),
    ]
    operations = [
        migrations.CreateModel(
            name="CallOffWaiver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("thread", models.UUIDField()),
                ("why_owed", models.TextField()),
                ("ground", models.CharField(max_length=30)),
                ("narrative", models.TextField()),
                ("value_pence", models.BigIntegerField(help_text="Whole life of this placement")),
                (
                    "bought_before_pence",
                    models.BigIntegerField(help_text="From the same provider on waivers in the year before"),
                ),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=200)),
                ("asked_by_id", models.BigIntegerField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
                ("decided_by_id", models.BigIntegerField(blank=True, null=True)),
                ("is_granted", models.BooleanField(blank=True, null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CallOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("thread", models.UUIDField()),
                ("booking_key", models.UUIDField(unique=True)),
                ("route", models.CharField(max_length=10)),
                ("method", models.CharField(max_length=20)),
                ("method_words", models.TextField()),
                ("tier", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("passed_over", models.JSONField(default=list, help_text="Steps before this one: step, words, reason")),
                ("starts_on", models.DateField()),
                ("expected_ends_on", models.DateField(blank=True, null=True)),
                ("weekly_price_pence", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=200)),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "block",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_offs",
                        to="procurement.blockcontract",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "rate_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_offs",
                        to="procurement.rateline",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="market.registration"
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_offs",
                        to="procurement.frameworksupplier",
                    ),
                ),
                (
                    "waiver",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="call_offs",
                        to="procurement.calloffwaiver",
                    ),
                ),
            ],
            options={
                "ordering": ["made_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="CallOffSkip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("thread", models.UUIDField(help_text="The search: the key of its referral")),
                ("step", models.CharField(help_text="own, block, framework-2 …", max_length=20)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=200)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("thread", "step"), name="passed_over_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="calloffwaiver",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by_id__isnull", True),
                    models.Q(("decided_by_id", models.F("asked_by_id")), _negated=True),
                    _connector="OR",
                ),
                name="a_waiver_is_granted_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="calloffwaiver",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at__isnull", True)), fields=("thread",), name="one_waiver_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="calloff",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekly_price_pence__gt", 0)), name="call_off_has_a_price"
            ),
        ),
        migrations.RunSQL(GUARD, DROP),
        protect("procurement_calloff", MINE),
        protect("procurement_calloffwaiver", MINE),
        protect("procurement_calloffskip", MINE, changed="false"),
        append_only("procurement_calloffskip"),
        keep_history("procurement_calloff"),
        keep_history("procurement_calloffwaiver"),
    ]
