import django.db.models.deletion
from django.db import migrations, models

from nearhome.privacy.row_security import OWN, append_only, protect

FUNCTIONS = """
-- The dates of a published award notice are public; nothing else of the award is.
CREATE FUNCTION tendering_award_dates(asked bigint)
RETURNS TABLE (notice_on date, standstill_ends_on date, contracted_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT award.notice_on, award.standstill_ends_on, award.contracted_on FROM tendering_award AS award
    WHERE award.procurement_id = asked AND award.is_approved AND award.notice_on IS NOT NULL
      AND (tendering_published(asked) OR tendering_buys(asked))
    ORDER BY award.recommended_at DESC, award.id DESC LIMIT 1
$$;

-- What was recommended and decided stays; a contract waits for the approval, the notice and the end of the standstill.
CREATE FUNCTION tendering_guard_award_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bought tendering_procurement;
    today date := (nearhome_now() AT TIME ZONE 'Europe/London')::date;
    must_stand_still boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM tendering_refuse('An award is kept'); RETURN OLD; END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.procurement_id, NEW.is_direct, NEW.ground, NEW.narrative, NEW.legal_approver, NEW.words, NEW.affordability,
            NEW.value_pence, NEW.recommended_at, NEW.recommended_by_id)
           IS DISTINCT FROM (OLD.procurement_id, OLD.is_direct, OLD.ground, OLD.narrative, OLD.legal_approver, OLD.words,
            OLD.affordability, OLD.value_pence, OLD.recommended_at, OLD.recommended_by_id) THEN
            PERFORM tendering_refuse('What was recommended stays as it was recommended');
        END IF;
        IF OLD.decided_at IS NOT NULL AND (NEW.decided_at, NEW.decided_by_id, NEW.is_approved, NEW.decision_reason)
           IS DISTINCT FROM (OLD.decided_at, OLD.decided_by_id, OLD.is_approved, OLD.decision_reason) THEN
            PERFORM tendering_refuse('An award is decided once');
        END IF;
        IF OLD.contracted_on IS NOT NULL AND (NEW.contracted_on, NEW.notice_on, NEW.standstill_ends_on)
           IS DISTINCT FROM (OLD.contracted_on, OLD.notice_on, OLD.standstill_ends_on) THEN
            PERFORM tendering_refuse('The contract is made: its dates stay');
        END IF;
        IF OLD.contracted_on IS NOT NULL THEN RETURN NEW; END IF;
    END IF;
    IF NEW.contracted_on IS NULL THEN RETURN NEW; END IF;
    SELECT * INTO bought FROM tendering_procurement WHERE id = NEW.procurement_id;
    must_stand_still := NOT NEW.is_direct AND NOT bought.light_touch AND bought.regime IN ('PA23', 'PCR2015');
    IF NEW.is_approved IS NOT TRUE THEN PERFORM tendering_refuse('No contract before the award is approved'); END IF;
    IF NEW.contracted_on > today THEN PERFORM tendering_refuse('A contract is dated when it is made, not later'); END IF;
    IF NOT NEW.is_direct AND NEW.notice_on IS NULL THEN PERFORM tendering_refuse('No contract before the award notice'); END IF;
    IF must_stand_still AND NEW.standstill_ends_on IS NULL THEN
        PERFORM tendering_refuse('This award has a standstill: no contract without its last day');
    END IF;
    -- Eight working days beginning with the notice are ten days at the least; the exact count is the calendar's.
    IF must_stand_still AND NEW.standstill_ends_on < NEW.notice_on + (CASE bought.regime WHEN 'PA23' THEN 9 ELSE 10 END) THEN
        PERFORM tendering_refuse('The standstill is shorter than its rule');
    END IF;
    IF NEW.standstill_ends_on IS NOT NULL AND least(NEW.contracted_on, today) <= NEW.standstill_ends_on THEN
        PERFORM tendering_refuse('No contract before the standstill ends');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_award_row BEFORE INSERT OR UPDATE OR DELETE ON tendering_award
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_award_row();

-- Of a line only the contract that it became is written later, and nothing joins an award that was decided.
CREATE FUNCTION tendering_guard_award_line() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM tendering_refuse('A line of an award is kept'); RETURN OLD; END IF;
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT 1 FROM tendering_award WHERE id = NEW.award_id AND decided_at IS NOT NULL) THEN
            PERFORM tendering_refuse('Nothing is added to an award that was decided');
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.award_id, NEW.lot_id, NEW.bid_id, NEW.provider_id, NEW.registration_id, NEW.rank, NEW.tier, NEW.places, NEW.prices)
       IS DISTINCT FROM (OLD.award_id, OLD.lot_id, OLD.bid_id, OLD.provider_id, OLD.registration_id, OLD.rank, OLD.tier,
        OLD.places, OLD.prices) THEN
        PERFORM tendering_refuse('A line of an award stays as it was recommended');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_award_line BEFORE INSERT OR UPDATE OR DELETE ON tendering_awardline
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_award_line();

CREATE FUNCTION tendering_guard_lot_decision() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM tendering_award AS award JOIN tendering_lot AS lot ON lot.procurement_id = award.procurement_id
                   WHERE award.id = NEW.award_id AND lot.id = NEW.lot_id AND award.decided_at IS NULL) THEN
        PERFORM tendering_refuse('Only a lot of this procurement is decided, before the award is');
    END IF;
    IF NEW.is_awarded AND NOT tendering_quality_locked(NEW.lot_id) THEN
        PERFORM tendering_refuse('Nothing is awarded before quality of the lot is locked');
    END IF;
    IF NEW.result_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tendering_lotresult WHERE id = NEW.result_id AND lot_id = NEW.lot_id) THEN
        PERFORM tendering_refuse('The result is of another lot');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_lot_decision BEFORE INSERT ON tendering_lotdecision
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_lot_decision();

-- A bidder is told of its own bid, and that it won only if an approved award says so.
CREATE FUNCTION tendering_guard_outcome() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM tendering_bid WHERE id = NEW.bid_id AND provider_id = NEW.provider_id) THEN
        PERFORM tendering_refuse('A bidder is told of its own bid');
    END IF;
    IF NEW.outcome = 'won' AND NOT EXISTS (
        SELECT 1 FROM tendering_awardline AS line JOIN tendering_award AS award ON award.id = line.award_id
        WHERE line.bid_id = NEW.bid_id AND award.is_approved
    ) THEN
        PERFORM tendering_refuse('Nobody is told that they won before the award is approved');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_outcome BEFORE INSERT ON tendering_bidoutcome
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_outcome();
"""
DROP_FUNCTIONS = """
DROP TRIGGER guard_outcome ON tendering_bidoutcome; DROP FUNCTION tendering_guard_outcome();
DROP TRIGGER guard_lot_decision ON tendering_lotdecision; DROP FUNCTION tendering_guard_lot_decision();
DROP TRIGGER guard_award_line ON tendering_awardline; DROP FUNCTION tendering_guard_award_line();
DROP TRIGGER guard_award_row ON tendering_award; DROP FUNCTION tendering_guard_award_row();
DROP FUNCTION tendering_award_dates(bigint);
"""
SEES_AWARD = "award_id IN (SELECT award.id FROM tendering_award AS award)"
LEADS_AWARD = "award_id IN (SELECT award.id FROM tendering_award AS award WHERE tendering_leads(award.procurement_id))"
BUYS_BID = "bid_id IN (SELECT bid.id FROM tendering_bid AS bid WHERE tendering_buys(bid.procurement_id))"
LEADS_BID = "bid_id IN (SELECT bid.id FROM tendering_bid AS bid WHERE tendering_leads(bid.procurement_id))"


class Migration(migrations.Migration):
    dependencies = [("tendering", "0005_evaluation")]
    operations = [
        migrations.AddField(
            model_name="award",
            name="standstill",
            field=models.JSONField(default=dict, help_text="The rule that gave the last day, with its source"),
        ),
        migrations.AddField(
            model_name="award",
            name="told_at",
            field=models.DateTimeField(blank=True, help_text="Every bidder was told its outcome", null=True),
        ),
        migrations.CreateModel(
            name="Abandonment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ground", models.CharField(max_length=40)),
                ("reason", models.TextField()),
                ("needs_notice", models.BooleanField(help_text="UK12, as soon as possible")),
                ("at", models.DateTimeField()),
                ("by_name", models.CharField(max_length=200)),
                (
                    "procurement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="abandonment",
                        to="tendering.procurement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AwardExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ended_before", models.DateField()),
                ("ends_before", models.DateField()),
                (
                    "cumulative_pence",
                    models.BigIntegerField(help_text="Of direct awards and extensions of the same, with this one"),
                ),
                (
                    "award",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="extension", to="tendering.award"
                    ),
                ),
                (
                    "framework",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="procurement.framework"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BidOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("won", "Successful"),
                            ("not_won", "Not successful"),
                            ("not_awarded", "The lot was not awarded"),
                            ("out", "Not considered"),
                            ("abandoned", "The procurement was abandoned"),
                        ],
                        max_length=12,
                    ),
                ),
                ("tier", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("places", models.PositiveIntegerField(blank=True, null=True)),
                ("words", models.TextField(blank=True)),
                ("told_at", models.DateTimeField()),
                ("told_by", models.CharField(max_length=200)),
                (
                    "bid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcomes", to="tendering.bid"
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={"ordering": ["told_at", "id"]},
        ),
        migrations.CreateModel(
            name="LotDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_awarded", models.BooleanField()),
                ("ground", models.CharField(blank=True, help_text="Why it is not awarded", max_length=40)),
                ("reason", models.TextField(blank=True)),
                (
                    "right_reserved",
                    models.BooleanField(default=False, help_text="The tender reserved the right not to award"),
                ),
                (
                    "rule",
                    models.JSONField(
                        default=dict,
                        help_text="The published rule: sizes of tiers, or how places go down the ranking",
                    ),
                ),
                ("places_wanted", models.PositiveIntegerField(blank=True, null=True)),
                ("places_unfilled", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "shown",
                    models.JSONField(
                        default=dict,
                        help_text="Every bid with its rank, and what it gets and why; affordability",
                    ),
                ),
                (
                    "award",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lot_decisions",
                        to="tendering.award",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tendering.lot"
                    ),
                ),
                (
                    "result",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tendering.lotresult",
                    ),
                ),
            ],
            options={
                "ordering": ["lot__number"],
                "constraints": [models.UniqueConstraint(fields=("award", "lot"), name="a_lot_is_decided_once")],
            },
        ),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        protect("tendering_lotdecision", SEES_AWARD, added=LEADS_AWARD, changed="false"),
        protect("tendering_awardextension", SEES_AWARD, added=LEADS_AWARD, changed="false"),
        protect(
            "tendering_abandonment",
            "tendering_buys(procurement_id)",
            added="tendering_leads(procurement_id)",
            changed="false",
        ),
        # A bidder reads its own outcome; the buyers read all of theirs.
        protect("tendering_bidoutcome", f"provider_id = {OWN} OR {BUYS_BID}", added=LEADS_BID, changed="false"),
        *[
            append_only(f"tendering_{table}")
            for table in ("lotdecision", "awardextension", "abandonment", "bidoutcome")
        ],
    ]
