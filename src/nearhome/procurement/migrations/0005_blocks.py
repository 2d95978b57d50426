import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from nearhome.privacy.row_security import AN_AUTHORITY_ACTS, append_only, keep_history, protect

# As the owner, so that the rule for one table can look at another whose rule looks back at the first.
FUNCTIONS = """
CREATE FUNCTION procurement_provides_block(contract bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM procurement_blockcontract WHERE id = contract AND provider_id = nearhome_organisation())
$$;
CREATE FUNCTION procurement_block_has_place(contract bigint, place bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM procurement_blockplace WHERE id = place AND contract_id = contract)
$$;
CREATE FUNCTION procurement_adjusts_block(contract bigint, adjustment bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM procurement_blockadjustment WHERE id = adjustment AND contract_id = contract)
$$;
CREATE FUNCTION procurement_ends_block(contract bigint, ending bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM procurement_blockending WHERE id = ending AND contract_id = contract)
$$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION procurement_ends_block(bigint, bigint);
DROP FUNCTION procurement_adjusts_block(bigint, bigint);
DROP FUNCTION procurement_block_has_place(bigint, bigint);
DROP FUNCTION procurement_provides_block(bigint);
"""
GUARDS = """
CREATE FUNCTION procurement_refuse(words text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', words USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Whoever asks for a change does not decide it, and the host decides after the provider agreed.
CREATE FUNCTION procurement_guard_answer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.side = 'host' AND NEW.by_person_id = (
        SELECT asked_by_person_id FROM procurement_blockadjustment WHERE id = NEW.adjustment_id) THEN
        PERFORM procurement_refuse('Whoever asks for a change of a block does not decide it');
    END IF;
    IF NEW.side = 'host' AND NEW.agrees AND NOT EXISTS (
        SELECT 1 FROM procurement_blockadjustmentanswer
        WHERE adjustment_id = NEW.adjustment_id AND side = 'provider' AND agrees) THEN
        PERFORM procurement_refuse('The provider has not agreed to this change');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_answer BEFORE INSERT ON procurement_blockadjustmentanswer
    FOR EACH ROW EXECUTE FUNCTION procurement_guard_answer();

CREATE FUNCTION procurement_guard_ending() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.by_person_id = (SELECT asked_by_person_id FROM procurement_blockending WHERE id = NEW.ending_id) THEN
        PERFORM procurement_refuse('Whoever proposes the end of a block does not decide it');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_ending BEFORE INSERT ON procurement_blockendingdecision
    FOR EACH ROW EXECUTE FUNCTION procurement_guard_ending();

-- Payment never starts before a place is registered and able to accept a child, as far as that is on record.
CREATE FUNCTION procurement_guard_payable() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    due date;
BEGIN
    SELECT greatest(registered_on, accepts_from) INTO due FROM procurement_blockreadiness
        WHERE block_place_id = NEW.id ORDER BY id DESC LIMIT 1;
    IF due IS NOT NULL AND NEW.available_from < due THEN
        PERFORM procurement_refuse('A place is not paid for before it is registered and able to accept a child');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_payable BEFORE UPDATE ON procurement_blockplace
    FOR EACH ROW EXECUTE FUNCTION procurement_guard_payable();
"""
DROP_GUARDS = """
DROP TRIGGER guard_payable ON procurement_blockplace;
DROP FUNCTION procurement_guard_payable();
DROP TRIGGER guard_ending ON procurement_blockendingdecision;
DROP FUNCTION procurement_guard_ending();
DROP TRIGGER guard_answer ON procurement_blockadjustmentanswer;
DROP FUNCTION procurement_guard_answer();
DROP FUNCTION procurement_refuse(text);
"""
HOSTS = "procurement_hosts_block(contract_id)"
SEEN = "procurement_may_use_block(contract_id) OR procurement_provides_block(contract_id)"
# Who may add a row to each table; nobody changes or removes one.
ADDED = {
    "blockterms": HOSTS,
    "blockcapacity": f"{HOSTS} AND (adjustment_id IS NULL OR procurement_adjusts_block(contract_id, adjustment_id))",
    "blockfee": HOSTS,
    "blocknomination": HOSTS,
    "blockreadiness": f"{HOSTS} AND procurement_block_has_place(contract_id, block_place_id)",
    "blockrelease": f"{HOSTS} AND procurement_block_has_place(contract_id, block_place_id)",
    "blockadjustment": HOSTS,
    "blockadjustmentanswer": (
        "procurement_adjusts_block(contract_id, adjustment_id) AND"
        f" ((side = 'host' AND {HOSTS}) OR (side = 'provider' AND procurement_provides_block(contract_id)))"
    ),
    "blockending": HOSTS,
    "blockendingplace": (
        f"{HOSTS} AND procurement_ends_block(contract_id, ending_id)"
        " AND procurement_block_has_place(contract_id, block_place_id)"
    ),
    "blockendingdecision": f"{HOSTS} AND procurement_ends_block(contract_id, ending_id)",
}


class Migration(migrations.Migration):
    dependencies = [("procurement", "0004_frameworks")]
    operations = [
        migrations.CreateModel(
            name="BlockAdjustment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("starts_on", models.DateField()),
                ("beds", models.PositiveSmallIntegerField()),
                ("beds_before", models.PositiveSmallIntegerField()),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("occupancy", "Occupancy has been too low, or too high, for weeks"),
                            ("need", "The need has changed"),
                            ("performance", "The provider’s performance"),
                        ],
                        max_length=12,
                    ),
                ),
                ("evidence", models.TextField()),
                ("occupancy_bp", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("weeks", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "leaving",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        blank=True,
                        default=list,
                        help_text="Block places that leave",
                        size=None,
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        blank=True, help_text="Regulation 72, for a contract under PCR 2015", max_length=16
                    ),
                ),
                (
                    "change_bp",
                    models.PositiveIntegerField(
                        blank=True, help_text="Of the original value; None: not priced", null=True
                    ),
                ),
                (
                    "change_pence",
                    models.BigIntegerField(
                        blank=True, help_text="Of the term, up or down; None: not priced", null=True
                    ),
                ),
                ("regime_words", models.CharField(max_length=400)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=200)),
                ("asked_by_person_id", models.BigIntegerField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="adjustments",
                        to="procurement.blockcontract",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BlockCapacity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("beds", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("set_at", models.DateTimeField()),
                ("set_by", models.CharField(max_length=200)),
                (
                    "adjustment",
                    models.ForeignKey(
                        blank=True,
                        help_text="None: as first contracted",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="procurement.blockadjustment",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="capacities",
                        to="procurement.blockcontract",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BlockEnding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("notice", "By notice, as the contract allows"),
                            ("break", "On a break date of the contract"),
                            ("agreed", "By agreement with the provider"),
                            ("breach", "The provider broke the contract"),
                            ("registration", "The registration was cancelled or suspended"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reasons", models.TextField()),
                ("notice_on", models.DateField()),
                ("ends_before", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=200)),
                ("asked_by_person_id", models.BigIntegerField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="endings",
                        to="procurement.blockcontract",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BlockEndingDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agrees", models.BooleanField()),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                ("by_person_id", models.BigIntegerField()),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="procurement.blockcontract"
                    ),
                ),
                (
                    "ending",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decision",
                        to="procurement.blockending",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BlockReadiness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("registered_on", models.DateField()),
                ("accepts_from", models.DateField()),
                ("set_at", models.DateTimeField()),
                ("set_by", models.CharField(max_length=200)),
                (
                    "block_place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readinesses",
                        to="procurement.blockplace",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readinesses",
                        to="procurement.blockcontract",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BlockRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("is_released", models.BooleanField()),
                ("reason", models.CharField(max_length=300)),
                ("set_at", models.DateTimeField()),
                ("set_by", models.CharField(max_length=200)),
                (
                    "block_place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="releases",
                        to="procurement.blockplace",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="releases",
                        to="procurement.blockcontract",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BlockAdjustmentAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("side", models.CharField(choices=[("provider", "Provider"), ("host", "Host")], max_length=8)),
                ("agrees", models.BooleanField()),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                ("by_person_id", models.BigIntegerField()),
                (
                    "adjustment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="procurement.blockadjustment",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="procurement.blockcontract"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("adjustment", "side"), name="one_answer_of_a_side")],
            },
        ),
        migrations.CreateModel(
            name="BlockBenchmark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("weekly_pence", models.BigIntegerField()),
                ("source", models.CharField(max_length=300)),
                ("set_at", models.DateTimeField()),
                ("set_by", models.CharField(max_length=200)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="benchmarks",
                        to="procurement.blockcontract",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("contract", "starts_on"), name="one_block_benchmark_on_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("weekly_pence__gt", 0)), name="block_benchmark_is_a_price"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlockEndingPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.TextField()),
                (
                    "block_place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="procurement.blockplace"
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="procurement.blockcontract"
                    ),
                ),
                (
                    "ending",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="procurement.blockending"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("ending", "block_place"), name="one_plan_for_a_place")],
            },
        ),
        migrations.CreateModel(
            name="BlockFee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("fixed_pence", models.BigIntegerField()),
                ("variable_pence", models.BigIntegerField(default=0)),
                ("guaranteed_bp", models.PositiveSmallIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("set_at", models.DateTimeField()),
                ("set_by", models.CharField(max_length=200)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="fees", to="procurement.blockcontract"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("contract", "starts_on"), name="one_block_fee_on_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fixed_pence__gte", 0),
                            ("guaranteed_bp__lte", 10000),
                            ("variable_pence__gte", 0),
                            models.Q(("fixed_pence__gt", 0), ("variable_pence__gt", 0), _connector="OR"),
                        ),
                        name="block_fee_is_a_fee",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlockNomination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("places", models.PositiveSmallIntegerField()),
                ("set_at", models.DateTimeField()),
                ("set_by", models.CharField(max_length=200)),
                (
                    "authority",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="nominations",
                        to="procurement.blockcontract",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "authority", "starts_on"), name="one_block_nomination_on_a_day"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BlockTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "regime",
                    models.CharField(
                        choices=[
                            ("PA23", "Procurement Act 2023, light touch"),
                            ("PCR2015", "Public Contracts Regulations 2015"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True, help_text="The authority's own reference of the contract", max_length=60
                    ),
                ),
                ("mobilisation_months", models.PositiveSmallIntegerField(default=18)),
                (
                    "indexation",
                    models.CharField(
                        choices=[
                            ("none", "No rise within the term"),
                            ("fixed", "A fixed rate on each anniversary"),
                            ("capped_cpi", "CPI on each anniversary, up to a cap"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                (
                    "indexation_bp",
                    models.PositiveSmallIntegerField(default=0, help_text="The fixed rate or the cap, in basis points"),
                ),
                ("notice_days", models.PositiveSmallIntegerField(default=182, help_text="Notice of an early end")),
                (
                    "first_refusal_days",
                    models.PositiveSmallIntegerField(default=5, help_text="Empty so long, a place goes to partners"),
                ),
                (
                    "extension_months",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "break_dates",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "adjustment_dates",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), blank=True, default=list, size=None
                    ),
                ),
                ("set_at", models.DateTimeField()),
                ("set_by", models.CharField(max_length=200)),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="terms",
                        to="procurement.blockcontract",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("contract", "version"), name="one_block_terms_version"),
                    models.CheckConstraint(
                        condition=models.Q(("mobilisation_months__lte", 18)), name="block_mobilises_within_18_months"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("indexation_bp__lte", 5000)), name="block_indexation_within_half"
                    ),
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *[
            protect(f"procurement_{table}", SEEN, added=rule, changed="procurement_hosts_block(contract_id)")
            for table, rule in ADDED.items()
        ],
        # What the buyers hold the price against is their own.
        protect(
            "procurement_blockbenchmark",
            f"{AN_AUTHORITY_ACTS} AND procurement_may_use_block(contract_id)",
            added=HOSTS,
            changed=HOSTS,
        ),
        *[append_only(f"procurement_{table}") for table in (*ADDED, "blockbenchmark")],
        *[keep_history(f"procurement_{table}") for table in (*ADDED, "blockbenchmark")],
        migrations.RunSQL(GUARDS, DROP_GUARDS),
    ]
