import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import nearhome.privacy.sealed
from nearhome.privacy.row_security import OWN, append_only, keep_history, protect

EITHER = f"authority_id = {OWN} OR provider_id = {OWN}"
OF_ITS_INVOICE = (
    "EXISTS (SELECT 1 FROM settlement_invoice AS invoice WHERE invoice.id = invoice_id"
    " AND invoice.provider_id = settlement_invoiceline.provider_id"
    " AND invoice.authority_id = settlement_invoiceline.authority_id)"
)
STAYS = """
-- What was approved, sent or entered stays as it was, whoever asks and however.
CREATE FUNCTION settlement_refuse_to_change_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER approved_stays BEFORE UPDATE OR DELETE ON settlement_linematch
    FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL)
    EXECUTE FUNCTION settlement_refuse_to_change_payment('an approved line is never changed');
CREATE TRIGGER sent_stays BEFORE UPDATE OR DELETE ON settlement_paymentrun
    FOR EACH ROW WHEN (OLD.sent_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL)
    EXECUTE FUNCTION settlement_refuse_to_change_payment('a run that was sent or cancelled is never changed');
CREATE TRIGGER sent_stays BEFORE UPDATE OR DELETE ON settlement_runline
    FOR EACH ROW WHEN (OLD.sent_at IS NOT NULL OR OLD.freed_at IS NOT NULL)
    EXECUTE FUNCTION settlement_refuse_to_change_payment('a line that was sent or freed is never changed');
CREATE TRIGGER released_stays BEFORE UPDATE OR DELETE ON settlement_linehold
    FOR EACH ROW WHEN (OLD.released_at IS NOT NULL)
    EXECUTE FUNCTION settlement_refuse_to_change_payment('a hold that was released is never changed');
CREATE TRIGGER account_stays BEFORE UPDATE OF authority_id, holder_id, name, sort_code, number, service_user_number
    ON settlement_bankaccount FOR EACH ROW
    EXECUTE FUNCTION settlement_refuse_to_change_payment('an account is never changed; enter another');
"""
MAY_CHANGE = """
DROP TRIGGER approved_stays ON settlement_linematch; DROP TRIGGER sent_stays ON settlement_paymentrun;
DROP TRIGGER sent_stays ON settlement_runline; DROP TRIGGER released_stays ON settlement_linehold;
DROP TRIGGER account_stays ON settlement_bankaccount; DROP FUNCTION settlement_refuse_to_change_payment();
"""

WHO_STANDS_BEHIND = """
-- A program that sends an invoice acts for nobody until its token says for whom; the digest alone opens nothing else.
CREATE FUNCTION settlement_person_of_token(wanted text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT made_by_id FROM settlement_invoicetoken WHERE digest = wanted AND ended_at IS NULL
$$;
"""
NOBODY = "DROP FUNCTION settlement_person_of_token(text);"


class Migration(migrations.Migration):
    dependencies = [
        ("market", "0003_life_there"),
        ("people", "0002_row_history"),
        ("settlement", "0006_disputes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.CharField(max_length=30)),
                ("dated_on", models.DateField()),
                ("received_at", models.DateTimeField()),
                (
                    "source",
                    models.CharField(
                        choices=[("file", "Sent as a file"), ("form", "Typed in"), ("api", "Sent by a program")],
                        max_length=4,
                    ),
                ),
                ("pence", models.BigIntegerField()),
                ("returned_at", models.DateTimeField(null=True)),
                ("return_reason", models.TextField(blank=True)),
                (
                    "authority",
                    models.ForeignKey(
                        help_text="Who is asked to pay",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "returned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("child_ref", models.CharField(blank=True, max_length=30)),
                ("home_name", models.CharField(blank=True, max_length=200)),
                ("place_label", models.CharField(blank=True, max_length=100)),
                ("element", models.CharField(max_length=30)),
                ("kind", models.CharField(choices=[("nights", "Nights"), ("difference", "Difference")], max_length=10)),
                ("starts_on", models.DateField()),
                ("ends_before", models.DateField()),
                ("weekly_price_pence", models.BigIntegerField(null=True)),
                ("pence", models.BigIntegerField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="settlement.invoice"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["invoice", "number"],
            },
        ),
        migrations.CreateModel(
            name="InvoiceTolerance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("pence", models.PositiveIntegerField()),
                ("basis_points", models.PositiveIntegerField()),
                ("set_at", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LineHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("reason", models.TextField()),
                ("held_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                ("release_reason", models.TextField(blank=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="settlement.invoiceline"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LineMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verdict", models.CharField(max_length=10)),
                ("due_pence", models.BigIntegerField()),
                ("payable_pence", models.BigIntegerField()),
                ("why", models.TextField()),
                ("matched_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                (
                    "approved_by",
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
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="match", to="settlement.invoiceline"
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
            name="PaidNights",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("element", models.CharField(max_length=30)),
                ("days", django.contrib.postgres.fields.ranges.DateRangeField()),
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
                        related_name="paid_nights",
                        to="settlement.invoiceline",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="market.place"),
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
            name="PaymentRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("pay_on", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancel_reason", models.TextField(blank=True)),
                ("csv_file", nearhome.privacy.sealed.SealedTextField(default="")),
                ("bacs_file", nearhome.privacy.sealed.SealedTextField(default="")),
                ("csv_digest", models.CharField(blank=True, max_length=64)),
                ("bacs_digest", models.CharField(blank=True, max_length=64)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RunLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pence", models.BigIntegerField()),
                ("pay_on", models.DateField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("freed_at", models.DateTimeField(null=True)),
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
                        related_name="run_lines",
                        to="settlement.invoiceline",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="settlement.paymentrun"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", nearhome.privacy.sealed.SealedTextField()),
                ("sort_code", nearhome.privacy.sealed.SealedTextField()),
                ("number", nearhome.privacy.sealed.SealedTextField()),
                (
                    "service_user_number",
                    models.CharField(blank=True, help_text="Bacs; for the authority's own account", max_length=6),
                ),
                ("entered_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", False), ("ended_at__isnull", True)),
                        fields=("authority", "holder"),
                        name="one_account_in_use",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("entered_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="an_account_is_confirmed_by_somebody_else",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["authority", "received_at"], name="settlement__authori_4b48ee_idx"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                models.F("provider"),
                django.db.models.functions.text.Upper("number"),
                condition=models.Q(("returned_at__isnull", True)),
                name="one_invoice_of_a_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.UniqueConstraint(fields=("invoice", "number"), name="lines_are_numbered_once"),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_before__gt", models.F("starts_on"))), name="an_invoiced_line_has_nights"
            ),
        ),
        migrations.AddConstraint(
            model_name="linehold",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at__isnull", True)), fields=("line",), name="one_hold_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="linehold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("released_by__isnull", True),
                    ("held_by__isnull", True),
                    models.Q(("released_by", models.F("held_by")), _negated=True),
                    _connector="OR",
                ),
                name="a_hold_is_released_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="linematch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_at__isnull", True), ("verdict__in", ["agreed", "over", "under"]), _connector="OR"
                ),
                name="only_what_is_due_is_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="paidnights",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            models.F("place_id"), models.F("place_id"), models.Value("[]"), function="int8range"
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.Func(models.F("element"), models.Value(0), function="hashtextextended"),
                            models.Func(models.F("element"), models.Value(0), function="hashtextextended"),
                            models.Value("[]"),
                            function="int8range",
                        ),
                        "&&",
                    ),
                    ("days", "&&"),
                ],
                name="no_night_is_paid_twice",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrun",
            constraint=models.UniqueConstraint(fields=("authority", "number"), name="runs_are_numbered"),
        ),
        migrations.AddConstraint(
            model_name="paymentrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sent_by__isnull", True),
                    models.Q(("sent_by", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="a_run_is_sent_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at__isnull", True), ("cancelled_at__isnull", True), _connector="OR"),
                name="a_sent_run_is_not_cancelled",
            ),
        ),
        migrations.AddConstraint(
            model_name="runline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("freed_at__isnull", True)), fields=("line",), name="no_line_is_paid_in_two_runs"
            ),
        ),
        migrations.AddConstraint(
            model_name="runline",
            constraint=models.CheckConstraint(
                condition=models.Q(("sent_at__isnull", True), ("freed_at__isnull", True), _connector="OR"),
                name="what_was_sent_is_never_freed",
            ),
        ),
        migrations.CreateModel(
            name="InvoiceToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("label", models.CharField(max_length=60)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
        protect("settlement_invoicetoken", f"provider_id = {OWN}"),
        keep_history("settlement_invoicetoken"),
        migrations.RunSQL(WHO_STANDS_BEHIND, NOBODY),
        protect("settlement_invoicetolerance", f"authority_id = {OWN}"),
        append_only("settlement_invoicetolerance"),
        protect("settlement_invoice", EITHER, added=f"provider_id = {OWN}", changed=f"authority_id = {OWN}"),
        protect("settlement_invoiceline", EITHER, added=f"provider_id = {OWN} AND {OF_ITS_INVOICE}", changed="false"),
        append_only("settlement_invoiceline"),
        *[
            protect(f"settlement_{table}", EITHER, added=f"authority_id = {OWN}", changed=f"authority_id = {OWN}")
            for table in ("linematch", "linehold", "runline")
        ],
        protect("settlement_paidnights", EITHER, added=f"authority_id = {OWN}", changed="false"),
        append_only("settlement_paidnights"),
        *[protect(f"settlement_{table}", f"authority_id = {OWN}") for table in ("bankaccount", "paymentrun")],
        *[
            keep_history(f"settlement_{table}")
            for table in ("invoice", "linematch", "linehold", "runline", "bankaccount", "paymentrun")
        ],
        migrations.RunSQL(STAYS, MAY_CHANGE),
    ]
