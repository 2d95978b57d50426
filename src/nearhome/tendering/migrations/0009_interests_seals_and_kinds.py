import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

# What somebody declared last of a lot, by the order in which it came in, whatever moment it names: true is an interest,
# false none, null nothing yet.
DECLARED = """
CREATE FUNCTION tendering_interest(lot bigint, who bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT has_conflict FROM tendering_conflictdeclaration WHERE lot_id = lot AND person_id = who ORDER BY id DESC LIMIT 1
$$;

-- Whoever declared an interest does not take it back alone: the chair, or the lead, clears it with a reason.
CREATE FUNCTION tendering_guard_declaration() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('declared ' || NEW.lot_id || ' ' || NEW.person_id, 0));
    IF NEW.cleared_by_id IS NULL THEN
        IF NOT NEW.has_conflict AND tendering_interest(NEW.lot_id, NEW.person_id) THEN
            PERFORM tendering_refuse('Nobody clears an interest of their own: the chair or the lead does, with a reason');
        END IF;
        RETURN NEW;
    END IF;
    IF tendering_interest(NEW.lot_id, NEW.person_id) IS NOT TRUE THEN
        PERFORM tendering_refuse('There is no interest to clear');
    END IF;
    IF tendering_interest(NEW.lot_id, NEW.cleared_by_id) THEN
        PERFORM tendering_refuse('Nobody with an interest in the lot clears one of somebody else');
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM tendering_lot AS lot JOIN tendering_procurement AS one ON one.id = lot.procurement_id
        JOIN people_person AS clearing ON clearing.id = NEW.cleared_by_id
        WHERE lot.id = NEW.lot_id AND (one.lead_id = clearing.organisation_id OR EXISTS (
            SELECT 1 FROM tendering_panelmember AS seat WHERE seat.procurement_id = one.id AND seat.is_chair
            AND seat.left_at IS NULL AND seat.person_id = clearing.id))
    ) THEN
        PERFORM tendering_refuse('Only the chair or the lead clears an interest');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_declaration BEFORE INSERT ON tendering_conflictdeclaration
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_declaration();
"""
NOT_DECLARED = """
DROP TRIGGER guard_declaration ON tendering_conflictdeclaration; DROP FUNCTION tendering_guard_declaration();
DROP FUNCTION tendering_interest(bigint, bigint);
"""
# One's own declaration, or another's that one clears.
DECLARES = "person_id = (SELECT nearhome_person()) AND tendering_buys_lot(lot_id)"
CLEARS = (
    "((cleared_by_id IS NULL AND person_id = (SELECT nearhome_person())) OR cleared_by_id = (SELECT nearhome_person()))"
    " AND tendering_buys_lot(lot_id)"
)
ADDED = "ALTER POLICY added ON tendering_conflictdeclaration WITH CHECK ({rule});"

# Who has not said that they have no interest in a lot does not close its scoring, moderate it or lock its quality.
CHAIRS_LOT = """
CREATE OR REPLACE FUNCTION tendering_chairs_lot(lot bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM tendering_lot AS one WHERE one.id = lot AND tendering_chairs(one.procurement_id))
    AND {more}
$$;
"""
NONE_DECLARED = "tendering_interest(lot, nearhome_person()) IS FALSE"
NO_INTEREST = """NOT coalesce((
        SELECT has_conflict FROM tendering_conflictdeclaration
        WHERE lot_id = lot AND person_id = nearhome_person() ORDER BY at DESC, id DESC LIMIT 1
    ), false)"""

GUARD_SCORE = """
CREATE OR REPLACE FUNCTION tendering_guard_score() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    scored tendering_bid;
    declared boolean;
BEGIN
    SELECT * INTO scored FROM tendering_bid WHERE id = NEW.bid_id;
    IF scored.submitted_at IS NULL OR scored.withdrawn_at IS NOT NULL OR NOT tendering_opened(scored.procurement_id) THEN
        PERFORM tendering_refuse('This bid is not open');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM tendering_awardcriterion WHERE id = NEW.criterion_id
                   AND procurement_id = scored.procurement_id AND kind IN ('question', 'pass')) THEN
        PERFORM tendering_refuse('Only a question of this tender is scored');
    END IF;
    IF tendering_scoring_over(scored.lot_id) THEN PERFORM tendering_refuse('Scoring of this lot is closed'); END IF;
    IF NOT EXISTS (SELECT 1 FROM tendering_panelmember WHERE procurement_id = scored.procurement_id
                   AND person_id = NEW.person_id AND left_at IS NULL) THEN
        PERFORM tendering_refuse('Only a member of the panel scores');
    END IF;
    {declared}
    IF declared IS NOT TRUE THEN
        PERFORM tendering_refuse('Nobody scores a lot without having declared to have no interest in it');
    END IF;
    RETURN NEW;
END $$;
"""
BY_ORDER = "declared := NOT tendering_interest(scored.lot_id, NEW.person_id);"
BY_MOMENT = """SELECT NOT has_conflict INTO declared FROM tendering_conflictdeclaration
        WHERE lot_id = scored.lot_id AND person_id = NEW.person_id ORDER BY at DESC, id DESC LIMIT 1;"""

# The scores of whoever has declared an interest since are no scores of the answer.
BY_ANSWER = """
CREATE OR REPLACE FUNCTION tendering_scores_by_answer(of_lot bigint)
RETURNS TABLE (bid_id bigint, criterion_id bigint, given bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT score.bid_id, score.criterion_id, count(*)
    FROM tendering_score AS score JOIN tendering_bid AS bid ON bid.id = score.bid_id
    WHERE bid.lot_id = of_lot AND tendering_buys_lot(of_lot){more}
    GROUP BY score.bid_id, score.criterion_id
$$;
"""
WITHOUT = " AND tendering_interest(of_lot, score.person_id) IS NOT TRUE"

# A tender that was given up before its deadline opens for nobody, ever: its bids were never to be read.
OPENED = """
CREATE OR REPLACE FUNCTION tendering_opened(procurement bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT EXISTS (
    SELECT 1 FROM tendering_procurement WHERE id = procurement AND published_at IS NOT NULL
    AND deadline_at <= nearhome_now(){more}
) $$;
"""
KEPT_SHUT = " AND NOT stays_sealed"
SEAL = """
CREATE FUNCTION tendering_guard_seal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.stays_sealed := TG_OP = 'UPDATE' AND (OLD.stays_sealed OR (
        NEW.state = 'abandoned' AND OLD.state <> 'abandoned' AND OLD.published_at IS NOT NULL
        AND OLD.deadline_at > nearhome_now()));
    RETURN NEW;
END $$;
UPDATE tendering_procurement AS one SET stays_sealed = true
    WHERE state = 'abandoned' AND published_at IS NOT NULL AND EXISTS (
        SELECT 1 FROM tendering_procurementmove AS move WHERE move.procurement_id = one.id
        AND move.to_state = 'abandoned' AND move.at < one.deadline_at);
CREATE TRIGGER guard_seal BEFORE INSERT OR UPDATE ON tendering_procurement
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_seal();
"""
NO_SEAL = "DROP TRIGGER guard_seal ON tendering_procurement; DROP FUNCTION tendering_guard_seal();"

# A bid is of an establishment that is registered for what its lot buys.
KIND = """
CREATE FUNCTION tendering_guard_bid_kind() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM tendering_lot AS lot JOIN tendering_procurement AS one ON one.id = lot.procurement_id
        JOIN market_registration AS registered ON registered.id = NEW.registration_id
        WHERE lot.id = NEW.lot_id AND registered.kind = CASE coalesce(nullif(lot.kind, ''), one.kind)
            WHEN 'foster' THEN 'fostering_agency' ELSE coalesce(nullif(lot.kind, ''), one.kind) END
    ) THEN
        PERFORM tendering_refuse('The establishment is not registered for what the lot buys');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_kind BEFORE INSERT ON tendering_bid FOR EACH ROW EXECUTE FUNCTION tendering_guard_bid_kind();
"""
NO_KIND = "DROP TRIGGER guard_kind ON tendering_bid; DROP FUNCTION tendering_guard_bid_kind();"


class Migration(migrations.Migration):
    dependencies = [
        ("tendering", "0008_no_interest_in_the_chair"),
        ("market", "0002_who_sees_what"),
        ("people", "0001_records"),
    ]  # fmt: skip
    operations = [
        migrations.AddField(
            "conflictdeclaration",
            "cleared_by",
            models.ForeignKey(
                to="people.person", null=True, blank=True, on_delete=django.db.models.deletion.PROTECT,
                related_name="+", help_text="Who says, with the reason, that a declared interest is none; empty: their own words",
            ),
        ),
        migrations.AddConstraint(
            "conflictdeclaration",
            models.CheckConstraint(
                condition=Q(cleared_by__isnull=True)
                | (Q(has_conflict=False) & ~Q(words="") & ~Q(cleared_by=F("person"))),
                name="interest_cleared_by_another_with_a_reason",
            ),
        ),
        migrations.AddField(
            "procurement",
            "stays_sealed",
            models.BooleanField(
                default=False, editable=False, help_text="Given up before its deadline: its bids are never opened"
            ),
        ),
        migrations.AddField(
            "lot",
            "kind",
            models.CharField(
                max_length=24, blank=True, help_text="Empty: the kind that the procurement buys",
                choices=[
                    ("childrens_home", "Children's home"), ("foster", "Fostering household"),
                    ("supported_accommodation", "Supported accommodation"),
                ],
                default="",
            ),
        ),
        migrations.RunSQL(DECLARED, NOT_DECLARED),
        migrations.RunSQL(ADDED.format(rule=CLEARS), ADDED.format(rule=DECLARES)),
        migrations.RunSQL(CHAIRS_LOT.format(more=NONE_DECLARED), CHAIRS_LOT.format(more=NO_INTEREST)),
        migrations.RunSQL(GUARD_SCORE.format(declared=BY_ORDER), GUARD_SCORE.format(declared=BY_MOMENT)),
        migrations.RunSQL(BY_ANSWER.format(more=WITHOUT), BY_ANSWER.format(more="")),
        migrations.RunSQL(OPENED.format(more=KEPT_SHUT), OPENED.format(more="")),
        migrations.RunSQL(SEAL, NO_SEAL),
        migrations.RunSQL(KIND, NO_KIND),
    ]  # fmt: skip
