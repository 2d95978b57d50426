import uuid

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from nearhome.privacy.row_security import OWN, append_only, keep_history, protect

MINE = f"authority_id = {OWN}"
OWN_BOOKING = f"{MINE} AND booking_id IN (SELECT id FROM placements_booking WHERE authority_id = {OWN})"
# Who pays for a child's nights says out of which of its budgets: the child's own authority, or another that accepted.
PAYS = (
    f"{MINE} AND (booking_id IN (SELECT id FROM placements_booking WHERE authority_id = {OWN})"
    f" OR booking_id IN (SELECT booking_id FROM settlement_bookingfunder WHERE funder_id = {OWN} AND accepted_at IS NOT NULL))"
)
OWN_STAGE = f"{MINE} AND stage_id IN (SELECT id FROM settlement_pathstage WHERE authority_id = {OWN})"
OWN_PATH = f"{MINE} AND path_id IN (SELECT id FROM settlement_pricepath WHERE authority_id = {OWN})"
OWN_CHILD = f"{MINE} AND child_id IN (SELECT id FROM needs_child WHERE authority_id = {OWN})"
OWN_SPLIT = f"{MINE} AND split_id IN (SELECT id FROM settlement_fundingsplit WHERE authority_id = {OWN})"
FUNCTIONS = """
-- The budgets of a split pay all of an element, neither more nor less.
CREATE FUNCTION settlement_split_is_whole() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
AS $$
DECLARE
    split bigint := CASE WHEN TG_TABLE_NAME = 'settlement_fundingsplit' THEN to_jsonb(NEW)->>'id'
        ELSE to_jsonb(NEW)->>'split_id' END;
BEGIN
    IF (SELECT coalesce(sum(basis_points), 0) FROM settlement_fundingshare WHERE split_id = split) <> 10000 THEN
        RAISE EXCEPTION 'the shares of funding split % do not sum to 10,000', split
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER split_is_whole AFTER INSERT ON settlement_fundingshare
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement_split_is_whole();
CREATE CONSTRAINT TRIGGER split_is_whole AFTER INSERT ON settlement_fundingsplit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement_split_is_whole();
-- An amount stays as it was recorded; it is only taken back, once.
CREATE FUNCTION settlement_amount_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    taken text[] := ARRAY['withdrawn_by_id', 'withdrawn_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND to_jsonb(NEW) - taken = to_jsonb(OLD) - taken THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an amount is never edited; withdraw it and record another'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER amount_stays BEFORE UPDATE OR DELETE ON settlement_bookingamount
    FOR EACH ROW EXECUTE FUNCTION settlement_amount_stays();
-- A stage is only tied to the booking that it became, once: a booking of the same child.
CREATE FUNCTION settlement_stage_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
AS $$
DECLARE
    tied text[] := ARRAY['booking_id', 'tied_by_id', 'tied_at'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.booking_id IS NULL AND to_jsonb(NEW) - tied = to_jsonb(OLD) - tied AND EXISTS (
        SELECT 1 FROM placements_booking AS booking JOIN settlement_pricepath AS path ON path.child_id = booking.child_id
        WHERE booking.id = NEW.booking_id AND path.id = NEW.path_id AND booking.authority_id = NEW.authority_id
            AND booking.provider_id = NEW.provider_id
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a stage of a path is never edited' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER stage_stays BEFORE UPDATE OR DELETE ON settlement_pathstage
    FOR EACH ROW EXECUTE FUNCTION settlement_stage_stays();
-- No stage is priced after the fact, by the database's own clock: a price is from a day that is still to come, and the
-- first price of a stage is agreed before it begins.
CREATE FUNCTION settlement_price_ahead() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
AS $$
DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'Europe/London')::date;
    is_first boolean := NOT EXISTS (SELECT 1 FROM settlement_stageprice WHERE stage_id = NEW.stage_id);
BEGIN
    IF NEW.starts_on <= today OR (is_first AND EXISTS (
        SELECT 1 FROM settlement_pathstage AS stage LEFT JOIN placements_booking AS booking ON booking.id = stage.booking_id
        WHERE stage.id = NEW.stage_id AND (stage.planned_on <= today OR booking.arrived_on <= today)
    )) THEN
        RAISE EXCEPTION 'a stage is priced before it begins, never after the fact'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER price_ahead BEFORE INSERT ON settlement_stageprice
    FOR EACH ROW EXECUTE FUNCTION settlement_price_ahead();
CREATE TRIGGER month_is_draft AFTER INSERT ON settlement_budgetentry
    FOR EACH ROW EXECUTE FUNCTION settlement_refuse_unless_draft();
"""
DROP = """
DROP TRIGGER month_is_draft ON settlement_budgetentry;
DROP TRIGGER price_ahead ON settlement_stageprice;
DROP FUNCTION settlement_price_ahead();
DROP TRIGGER stage_stays ON settlement_pathstage;
DROP FUNCTION settlement_stage_stays();
DROP TRIGGER amount_stays ON settlement_bookingamount;
DROP FUNCTION settlement_amount_stays();
DROP TRIGGER split_is_whole ON settlement_fundingsplit;
DROP TRIGGER split_is_whole ON settlement_fundingshare;
DROP FUNCTION settlement_split_is_whole();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("needs", "0002_who_sees_what"),
        ("people", "0002_row_history"),
        ("placements", "0004_therapy_and_transport"),
        ("settlement", "0010_consents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FundingSplit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "element",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accommodation", "Accommodation and care"),
                            ("extra staffing", "Extra staffing"),
                            ("education", "Education"),
                            ("therapy", "Therapy"),
                            ("transport", "Transport"),
                            ("other", "Other"),
                            ("one-off", "One-off amounts and credits"),
                        ],
                        help_text="Empty: each without its own",
                        max_length=20,
                    ),
                ),
                ("starts_on", models.DateField()),
                ("why", models.TextField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="placements.booking"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["starts_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="FundingShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "funder",
                    models.CharField(
                        choices=[
                            ("social care", "Social care"),
                            ("education", "Education"),
                            ("health", "Health"),
                            ("grant", "Grant for unaccompanied children"),
                        ],
                        max_length=12,
                    ),
                ),
                ("basis_points", models.PositiveSmallIntegerField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "split",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="settlement.fundingsplit"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="LedgerCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "element",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accommodation", "Accommodation and care"),
                            ("extra staffing", "Extra staffing"),
                            ("education", "Education"),
                            ("therapy", "Therapy"),
                            ("transport", "Transport"),
                            ("other", "Other"),
                            ("one-off", "One-off amounts and credits"),
                        ],
                        help_text="Empty: each without its own",
                        max_length=20,
                    ),
                ),
                (
                    "funder",
                    models.CharField(
                        choices=[
                            ("social care", "Social care"),
                            ("education", "Education"),
                            ("health", "Health"),
                            ("grant", "Grant for unaccompanied children"),
                        ],
                        max_length=12,
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("starts_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["starts_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="PricePath",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("agreed_at", models.DateTimeField()),
                (
                    "agreed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "child",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="price_path", to="needs.child"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PathStage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("residential", "Residential"), ("transition", "Transition"), ("foster", "Foster")],
                        max_length=11,
                    ),
                ),
                ("planned_on", models.DateField(help_text="First day as planned")),
                ("tied_at", models.DateTimeField(null=True)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "booking",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="path_stage",
                        to="placements.booking",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "tied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "path",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stages", to="settlement.pricepath"
                    ),
                ),
            ],
            options={
                "ordering": ["path", "number"],
            },
        ),
        migrations.CreateModel(
            name="StagePrice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("core_pence", models.BigIntegerField()),
                ("additional_support_pence", models.BigIntegerField(default=0)),
                ("education_pence", models.BigIntegerField(default=0)),
                ("therapy_pence", models.BigIntegerField(default=0)),
                ("transport_pence", models.BigIntegerField(default=0)),
                ("other_pence", models.BigIntegerField(default=0)),
                ("why", models.TextField()),
                ("agreed_at", models.DateTimeField()),
                (
                    "agreed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="settlement.pathstage"
                    ),
                ),
            ],
            options={
                "ordering": ["stage", "starts_on"],
            },
        ),
        migrations.CreateModel(
            name="BookingAmount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=30)),
                ("on", models.DateField()),
                ("pence", models.BigIntegerField()),
                ("why", models.TextField()),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="amounts", to="placements.booking"
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
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pence", 0), _negated=True), name="booking_amount_is_some_money"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "name__in",
                                [
                                    "",
                                    "accommodation",
                                    "extra staffing",
                                    "education",
                                    "therapy",
                                    "transport",
                                    "other",
                                    "variable",
                                    "guarantee",
                                    "lead_cost",
                                    "gain_share",
                                    "credit",
                                    "correction",
                                    "all",
                                ],
                            ),
                            _negated=True,
                        ),
                        name="booking_amount_has_its_own_name",
                    ),
                    models.UniqueConstraint(
                        models.F("booking"),
                        django.db.models.functions.text.Lower("name"),
                        models.F("on"),
                        models.F("pence"),
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        name="one_booking_amount_of_a_name_and_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("about_month", models.DateField(help_text="First day of the month the nights belong to")),
                ("child_ref", models.CharField(blank=True, max_length=30)),
                (
                    "element",
                    models.CharField(blank=True, help_text="As on the charge; empty: accommodation", max_length=40),
                ),
                (
                    "funder",
                    models.CharField(
                        choices=[
                            ("social care", "Social care"),
                            ("education", "Education"),
                            ("health", "Health"),
                            ("grant", "Grant for unaccompanied children"),
                        ],
                        max_length=12,
                    ),
                ),
                ("ledger_code", models.CharField(blank=True, help_text="Empty: no code was set", max_length=40)),
                ("pence", models.BigIntegerField()),
                ("words", models.TextField()),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "booking",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="placements.booking",
                    ),
                ),
                (
                    "month",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budget_entries",
                        to="settlement.month",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["authority", "about_month"], name="settlement__authori_860089_idx"),
                    models.Index(fields=["month", "authority"], name="settlement__month_i_6881e9_idx"),
                    models.Index(fields=["booking"], name="settlement__booking_af8654_idx"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="fundingsplit",
            index=models.Index(fields=["authority", "booking"], name="settlement__authori_22b15d_idx"),
        ),
        migrations.AddConstraint(
            model_name="fundingshare",
            constraint=models.UniqueConstraint(fields=("split", "funder"), name="one_funding_share_each"),
        ),
        migrations.AddConstraint(
            model_name="fundingshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis_points__gt", 0)), name="funding_share_is_above_nought"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgercode",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_on__day", 1)), name="ledger_code_begins_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgercode",
            constraint=models.CheckConstraint(
                condition=models.Q(("code", ""), _negated=True), name="ledger_code_is_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="pathstage",
            constraint=models.UniqueConstraint(fields=("path", "number"), name="one_path_stage_of_a_number"),
        ),
        migrations.AddConstraint(
            model_name="pathstage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("booking__isnull", True), ("tied_at__isnull", True), ("tied_by__isnull", True)),
                    models.Q(("booking__isnull", False), ("tied_at__isnull", False), ("tied_by__isnull", False)),
                    _connector="OR",
                ),
                name="path_stage_is_tied_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="stageprice",
            constraint=models.UniqueConstraint(fields=("stage", "starts_on"), name="one_stage_price_on_a_day"),
        ),
        protect("settlement_bookingamount", f"{MINE} OR host_id = {OWN}", added=OWN_BOOKING, changed=OWN_BOOKING),
        protect("settlement_fundingsplit", MINE, added=PAYS, changed="false"),
        protect("settlement_fundingshare", MINE, added=OWN_SPLIT, changed="false"),
        protect("settlement_ledgercode", MINE, changed="false"),
        protect("settlement_budgetentry", MINE, changed="false"),
        protect("settlement_pricepath", MINE, added=OWN_CHILD, changed="false"),
        protect("settlement_pathstage", MINE, added=OWN_PATH, changed=MINE),
        protect("settlement_stageprice", MINE, added=OWN_STAGE, changed="false"),
        migrations.RunSQL(FUNCTIONS, DROP),
        *[
            append_only(f"settlement_{table}")
            for table in ("fundingsplit", "fundingshare", "ledgercode", "budgetentry", "pricepath", "stageprice")
        ],
        *[keep_history(f"settlement_{table}") for table in ("bookingamount", "pathstage")],
    ]
