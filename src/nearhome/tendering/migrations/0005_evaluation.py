import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from nearhome.privacy.row_security import OWN, append_only, keep_history, protect

# How many scores each member has given, and each answer got, is no secret among the buyers; what they are is, until scoring
# is closed. As the owner, because members do not read one another's rows before that.
FUNCTIONS = """
CREATE FUNCTION tendering_scores_by_person(of_lot bigint) RETURNS TABLE (person_id bigint, given bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT score.person_id, count(*) FROM tendering_score AS score JOIN tendering_bid AS bid ON bid.id = score.bid_id
    WHERE bid.lot_id = of_lot AND tendering_buys_lot(of_lot)
      AND NOT EXISTS (SELECT 1 FROM tendering_disqualification AS out WHERE out.bid_id = bid.id)
    GROUP BY score.person_id
$$;
CREATE FUNCTION tendering_scores_by_answer(of_lot bigint) RETURNS TABLE (bid_id bigint, criterion_id bigint, given bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT score.bid_id, score.criterion_id, count(*)
    FROM tendering_score AS score JOIN tendering_bid AS bid ON bid.id = score.bid_id
    WHERE bid.lot_id = of_lot AND tendering_buys_lot(of_lot)
    GROUP BY score.bid_id, score.criterion_id
$$;

-- A pass-or-fail question is passed or failed, nothing between.
CREATE FUNCTION tendering_guard_pass() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.score NOT IN (0, 5) AND EXISTS (
        SELECT 1 FROM tendering_awardcriterion WHERE id = NEW.criterion_id AND kind = 'pass'
    ) THEN
        PERFORM tendering_refuse('A pass-or-fail question is given 0 or 5');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_pass BEFORE INSERT ON tendering_score FOR EACH ROW EXECUTE FUNCTION tendering_guard_pass();
CREATE TRIGGER guard_pass BEFORE INSERT ON tendering_consensus FOR EACH ROW EXECUTE FUNCTION tendering_guard_pass();

-- A letter is sent once the award is decided, and never changed after.
CREATE FUNCTION tendering_guard_letter() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.sent_at IS NOT NULL THEN PERFORM tendering_refuse('A letter that was sent is not changed'); END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    IF NEW.sent_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM tendering_bid AS bid JOIN tendering_procurement AS one ON one.id = bid.procurement_id
        WHERE bid.id = NEW.bid_id AND one.state IN ('approved', 'contracted', 'abandoned')
    ) THEN
        PERFORM tendering_refuse('No letter is sent before the award is decided');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_letter BEFORE INSERT OR UPDATE OR DELETE ON tendering_feedbackletter
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_letter();
"""
DROP = """
DROP TRIGGER guard_letter ON tendering_feedbackletter; DROP FUNCTION tendering_guard_letter();
DROP TRIGGER guard_pass ON tendering_consensus; DROP TRIGGER guard_pass ON tendering_score; DROP FUNCTION tendering_guard_pass();
DROP FUNCTION tendering_scores_by_answer(bigint); DROP FUNCTION tendering_scores_by_person(bigint);
"""
BUYS = "bid_id IN (SELECT bid.id FROM tendering_bid AS bid WHERE tendering_buys(bid.procurement_id))"
LEADS = "bid_id IN (SELECT bid.id FROM tendering_bid AS bid WHERE tendering_leads(bid.procurement_id))"
LEADS_LOCKED = (
    "bid_id IN (SELECT bid.id FROM tendering_bid AS bid"
    " WHERE tendering_leads(bid.procurement_id) AND tendering_quality_locked(bid.lot_id))"
)
TO_ITS_BIDDER = (
    f"sent_at IS NOT NULL AND bid_id IN (SELECT bid.id FROM tendering_bid AS bid WHERE bid.provider_id = {OWN})"
)


class Migration(migrations.Migration):
    dependencies = [("tendering", "0004_tenders")]
    operations = [
        migrations.CreateModel(
            name="LowPriceQuery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=200)),
                ("answer", models.TextField(blank=True)),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, help_text="When the answer was put on record", null=True),
                ),
                (
                    "answered_by",
                    models.CharField(blank=True, help_text="Who put it on record", max_length=200),
                ),
                ("is_accepted", models.BooleanField(null=True)),
                ("decision_reason", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
                (
                    "bid",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="low_price_query", to="tendering.bid"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(is_accepted__isnull=True) | Q(decided_at__isnull=False, answered_at__isnull=False),
                        name="low_price_decided_after_the_answer",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FeedbackLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", models.JSONField(help_text="The letter as it is shown")),
                (
                    "digest",
                    models.CharField(help_text="SHA-256 of the words, so that a changed letter is seen", max_length=64),
                ),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=200)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("sent_by", models.CharField(blank=True, max_length=200)),
                (
                    "bid",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="feedback_letter", to="tendering.bid"
                    ),
                ),
            ],
        ),
        migrations.RunSQL(FUNCTIONS, DROP),
        protect("tendering_lowpricequery", BUYS, added=LEADS_LOCKED, changed=LEADS_LOCKED),
        protect("tendering_feedbackletter", f"({BUYS}) OR ({TO_ITS_BIDDER})", added=LEADS, changed=LEADS),
        append_only("tendering_lotresult"),
        keep_history("tendering_lowpricequery"),
        keep_history("tendering_feedbackletter"),
    ]
