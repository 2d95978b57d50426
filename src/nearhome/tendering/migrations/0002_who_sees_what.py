from django.db import migrations

from nearhome.privacy.row_security import AN_AUTHORITY_ACTS, OWN, append_only, keep_history, protect

# As the owner, so that the rule for one table can look at another whose rule looks back at the first.
_FUNCTION = """
CREATE FUNCTION {name} RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT EXISTS ({body}) $$;
"""
_FUNCTIONS = {
    "tendering_leads(procurement bigint)": (
        "SELECT 1 FROM tendering_procurement WHERE id = procurement AND lead_id = nearhome_organisation()"
    ),
    # The lead, or an authority that buys with it.
    "tendering_buys(procurement bigint)": (
        "SELECT 1 FROM tendering_procurement AS one WHERE one.id = procurement AND (one.lead_id = nearhome_organisation()"
        " OR EXISTS (SELECT 1 FROM tendering_procurementparty AS party"
        " WHERE party.procurement_id = one.id AND party.organisation_id = nearhome_organisation()))"
    ),
    "tendering_published(procurement bigint)": (
        "SELECT 1 FROM tendering_procurement WHERE id = procurement AND published_at IS NOT NULL"
    ),
    "tendering_takes_bids(procurement bigint)": (
        "SELECT 1 FROM tendering_procurement WHERE id = procurement AND state = 'published'"
        " AND deadline_at > nearhome_now()"
    ),
    # Bids are open to the buyers from the deadline on, by the database's own clock.
    "tendering_opened(procurement bigint)": (
        "SELECT 1 FROM tendering_procurement WHERE id = procurement AND published_at IS NOT NULL"
        " AND deadline_at <= nearhome_now()"
    ),
    "tendering_quality_locked(lot bigint)": "SELECT 1 FROM tendering_qualitylock WHERE lot_id = lot",
    "tendering_scoring_over(lot bigint)": "SELECT 1 FROM tendering_scoringclosed WHERE lot_id = lot",
    "tendering_own_open_bid(bid bigint)": (
        "SELECT 1 FROM tendering_bid WHERE id = bid AND provider_id = nearhome_organisation()"
        " AND tendering_takes_bids(procurement_id)"
    ),
    "tendering_price_open(bid bigint)": (
        "SELECT 1 FROM tendering_bid WHERE id = bid AND submitted_at IS NOT NULL AND tendering_buys(procurement_id)"
        " AND tendering_opened(procurement_id) AND tendering_quality_locked(lot_id)"
    ),
    "tendering_asked(clarification uuid)": (
        "SELECT 1 FROM tendering_clarificationasker WHERE clarification_key = clarification"
        " AND provider_id = nearhome_organisation()"
    ),
    "tendering_on_panel(procurement bigint)": (
        "SELECT 1 FROM tendering_panelmember WHERE procurement_id = procurement AND person_id = nearhome_person()"
        " AND left_at IS NULL"
    ),
    "tendering_chairs(procurement bigint)": (
        "SELECT 1 FROM tendering_panelmember WHERE procurement_id = procurement AND person_id = nearhome_person()"
        " AND left_at IS NULL AND is_chair"
    ),
    "tendering_shapes_lot(lot bigint)": (
        "SELECT 1 FROM tendering_lot AS one WHERE one.id = lot AND tendering_leads(one.procurement_id)"
        " AND NOT tendering_published(one.procurement_id)"
    ),
    "tendering_buys_lot(lot bigint)": "SELECT 1 FROM tendering_lot AS one WHERE one.id = lot AND tendering_buys(one.procurement_id)",
    "tendering_chairs_lot(lot bigint)": (
        "SELECT 1 FROM tendering_lot AS one WHERE one.id = lot AND tendering_chairs(one.procurement_id)"
    ),
}
FUNCTIONS = "".join(_FUNCTION.format(name=name, body=body) for name, body in _FUNCTIONS.items())
DROP_FUNCTIONS = "".join(f"DROP FUNCTION {name};" for name in reversed(_FUNCTIONS))

GUARDS = """
CREATE FUNCTION tendering_refuse(words text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', words USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- A published deadline only moves later, and not once it has passed: nothing opens the bids early.
CREATE FUNCTION tendering_guard_deadline() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.published_at IS NOT NULL THEN PERFORM tendering_refuse('A published tender is kept: abandon it instead'); END IF;
        RETURN OLD;
    END IF;
    IF NEW.published_at IS NOT NULL AND NEW.deadline_at IS NULL THEN
        PERFORM tendering_refuse('A published tender has a deadline');
    END IF;
    IF TG_OP = 'INSERT' OR OLD.published_at IS NULL THEN
        IF NEW.published_at IS NOT NULL AND NEW.deadline_at <= nearhome_now() THEN
            PERFORM tendering_refuse('A tender is published with a deadline that is still to come');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.published_at IS DISTINCT FROM OLD.published_at OR NEW.lead_id <> OLD.lead_id THEN
        PERFORM tendering_refuse('A tender is published once');
    END IF;
    IF NEW.deadline_at < OLD.deadline_at THEN
        PERFORM tendering_refuse('A deadline moves later, never earlier');
    END IF;
    IF NEW.deadline_at > OLD.deadline_at AND OLD.deadline_at <= nearhome_now() THEN
        PERFORM tendering_refuse('The deadline has passed');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_deadline BEFORE INSERT OR UPDATE OR DELETE ON tendering_procurement
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_deadline();

-- A bid stays with its tender, its lot and its establishment, and its lot is one of the tender's.
CREATE FUNCTION tendering_guard_bid() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM tendering_lot WHERE id = NEW.lot_id AND procurement_id = NEW.procurement_id) THEN
        PERFORM tendering_refuse('The lot is not one of this tender');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM market_registration WHERE id = NEW.registration_id AND provider_id = NEW.provider_id) THEN
        PERFORM tendering_refuse('The establishment is not registered to this provider');
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.procurement_id, NEW.lot_id, NEW.provider_id, NEW.registration_id)
        IS DISTINCT FROM (OLD.procurement_id, OLD.lot_id, OLD.provider_id, OLD.registration_id) THEN
        PERFORM tendering_refuse('A bid stays where it was made');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_bid BEFORE INSERT OR UPDATE ON tendering_bid
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_bid();

-- Somebody on the panel, without an interest in the lot, while scoring is open, of a bid that is open.
CREATE FUNCTION tendering_guard_score() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
    SELECT NOT has_conflict INTO declared FROM tendering_conflictdeclaration
        WHERE lot_id = scored.lot_id AND person_id = NEW.person_id ORDER BY at DESC, id DESC LIMIT 1;
    IF declared IS NOT TRUE THEN
        PERFORM tendering_refuse('Nobody scores a lot without having declared to have no interest in it');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_score BEFORE INSERT ON tendering_score
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_score();

CREATE FUNCTION tendering_guard_consensus() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moderated tendering_bid;
BEGIN
    SELECT * INTO moderated FROM tendering_bid WHERE id = NEW.bid_id;
    IF NOT tendering_scoring_over(moderated.lot_id) THEN PERFORM tendering_refuse('Scoring of this lot is not closed'); END IF;
    IF tendering_quality_locked(moderated.lot_id) THEN PERFORM tendering_refuse('Quality of this lot is locked'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_consensus BEFORE INSERT ON tendering_consensus
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_consensus();

CREATE FUNCTION tendering_guard_lock() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT tendering_scoring_over(NEW.lot_id) THEN PERFORM tendering_refuse('Scoring of this lot is not closed'); END IF;
    IF EXISTS (
        SELECT 1 FROM tendering_bid AS bid
        JOIN tendering_awardcriterion AS asked ON asked.procurement_id = bid.procurement_id AND asked.kind IN ('question', 'pass')
        WHERE bid.lot_id = NEW.lot_id AND bid.submitted_at IS NOT NULL AND bid.withdrawn_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM tendering_disqualification AS out WHERE out.bid_id = bid.id)
          AND NOT EXISTS (SELECT 1 FROM tendering_consensus AS agreed
                          WHERE agreed.bid_id = bid.id AND agreed.criterion_id = asked.id)
    ) THEN
        PERFORM tendering_refuse('An answer has no consensus yet');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_lock BEFORE INSERT ON tendering_qualitylock
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_lock();

CREATE FUNCTION tendering_guard_closing() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM tendering_lot AS lot WHERE lot.id = NEW.lot_id AND tendering_opened(lot.procurement_id)) THEN
        PERFORM tendering_refuse('The bids are not open yet');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_closing BEFORE INSERT ON tendering_scoringclosed
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_closing();

-- Only a lot whose quality is locked is ranked; only such a lot is awarded.
CREATE FUNCTION tendering_guard_result() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT tendering_quality_locked(NEW.lot_id) THEN PERFORM tendering_refuse('Quality of this lot is not locked'); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_result BEFORE INSERT ON tendering_lotresult
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_result();

CREATE FUNCTION tendering_guard_award() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    awarded tendering_award;
BEGIN
    SELECT * INTO awarded FROM tendering_award WHERE id = NEW.award_id;
    IF NOT awarded.is_direct AND (NEW.lot_id IS NULL OR NEW.bid_id IS NULL OR NOT tendering_quality_locked(NEW.lot_id)) THEN
        PERFORM tendering_refuse('Nothing is awarded before quality of the lot is locked');
    END IF;
    IF NEW.bid_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM tendering_bid AS bid WHERE bid.id = NEW.bid_id AND bid.lot_id = NEW.lot_id
            AND bid.procurement_id = awarded.procurement_id AND bid.submitted_at IS NOT NULL AND bid.withdrawn_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM tendering_disqualification AS out WHERE out.bid_id = bid.id)
    ) THEN
        PERFORM tendering_refuse('Only a bid that stands is awarded');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_award BEFORE INSERT OR UPDATE ON tendering_awardline
    FOR EACH ROW EXECUTE FUNCTION tendering_guard_award();
"""
DROP_GUARDS = """
DROP TRIGGER guard_award ON tendering_awardline; DROP FUNCTION tendering_guard_award();
DROP TRIGGER guard_result ON tendering_lotresult; DROP FUNCTION tendering_guard_result();
DROP TRIGGER guard_closing ON tendering_scoringclosed; DROP FUNCTION tendering_guard_closing();
DROP TRIGGER guard_lock ON tendering_qualitylock; DROP FUNCTION tendering_guard_lock();
DROP TRIGGER guard_consensus ON tendering_consensus; DROP FUNCTION tendering_guard_consensus();
DROP TRIGGER guard_score ON tendering_score; DROP FUNCTION tendering_guard_score();
DROP TRIGGER guard_bid ON tendering_bid; DROP FUNCTION tendering_guard_bid();
DROP TRIGGER guard_deadline ON tendering_procurement; DROP FUNCTION tendering_guard_deadline();
DROP FUNCTION tendering_refuse(text);
"""

SEEN = "tendering_buys(procurement_id) OR tendering_published(procurement_id)"
SHAPED = "tendering_leads(procurement_id) AND NOT tendering_published(procurement_id)"
OF_A_SEEN_LOT = "lot_id IN (SELECT lot.id FROM tendering_lot AS lot)"
SHAPES_LOT = "tendering_shapes_lot(lot_id)"
OF_A_SEEN_BID = "bid_id IN (SELECT bid.id FROM tendering_bid AS bid)"
BUYS_BID = "bid_id IN (SELECT bid.id FROM tendering_bid AS bid WHERE tendering_buys(bid.procurement_id))"
OWN_OPEN_BID = "tendering_own_open_bid(bid_id)"
OWN_BID = f"bid_id IN (SELECT bid.id FROM tendering_bid AS bid WHERE bid.provider_id = {OWN})"
BUYS_AWARD = "award_id IN (SELECT award.id FROM tendering_award AS award)"
LEADS_AWARD = "award_id IN (SELECT award.id FROM tendering_award AS award WHERE tendering_leads(award.procurement_id))"
ME = "(SELECT nearhome_person())"
BUYERS_OF_LOT = "tendering_buys_lot(lot_id)"
ONCE = (
    "conflictdeclaration",
    "score",
    "scoringclosed",
    "consensus",
    "qualitylock",
    "disqualification",
    "procurementmove",
)
KEPT = (
    "procurement", "procurementparty", "lot", "lotplaces", "lotbenchmark", "priceband", "awardcriterion", "providerprofile",
    "clarification", "bid", "bidanswers", "bidprices", "panelmember", "award", "awardline",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("tendering", "0001_records"), ("audit", "0002_row_history"), ("privacy", "0003_the_clock_of_the_database"),
        ("market", "0002_who_sees_what"),
        ("procurement", "0003_only_who_leads_changes_contracts"), ("partnership", "0003_who_are_partners"),
    ]  # fmt: skip
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(GUARDS, DROP_GUARDS),
        # A published tender is public to everybody who is signed in.
        protect(
            "tendering_procurement",
            f"lead_id = {OWN} OR published_at IS NOT NULL OR tendering_buys(id)",
            added=f"lead_id = {OWN}",
            changed=f"lead_id = {OWN}",
        ),
        protect(
            "tendering_procurementparty",
            SEEN,
            added="tendering_leads(procurement_id)",
            changed="tendering_leads(procurement_id)",
        ),
        protect(
            "tendering_procurementmove",
            "tendering_buys(procurement_id)",
            added="tendering_leads(procurement_id)",
            changed="false",
        ),
        protect("tendering_lot", SEEN, added=SHAPED, changed=SHAPED),
        protect("tendering_awardcriterion", SEEN, added=SHAPED, changed=SHAPED),
        protect("tendering_lotplaces", OF_A_SEEN_LOT, added=SHAPES_LOT, changed=SHAPES_LOT),
        protect("tendering_priceband", OF_A_SEEN_LOT, added=SHAPES_LOT, changed=SHAPES_LOT),
        protect("tendering_lotbenchmark", BUYERS_OF_LOT, added=BUYERS_OF_LOT, changed=BUYERS_OF_LOT),
        protect(
            "tendering_providerprofile",
            f"provider_id = {OWN} OR {AN_AUTHORITY_ACTS}",
            added=f"provider_id = {OWN}",
            changed=f"provider_id = {OWN}",
        ),
        # A question is read by its asker and the buyers; by everybody once it is answered.
        protect(
            "tendering_clarification",
            "tendering_buys(procurement_id) OR tendering_asked(key)"
            " OR (answered_at IS NOT NULL AND tendering_published(procurement_id))",
            added="tendering_takes_bids(procurement_id) AND answered_at IS NULL",
            changed="tendering_leads(procurement_id)",
        ),
        protect(
            "tendering_clarificationasker",
            f"provider_id = {OWN} OR tendering_buys(procurement_id)",
            added=f"provider_id = {OWN}",
            changed="false",
        ),
        protect(
            "tendering_bid",
            f"provider_id = {OWN} OR (submitted_at IS NOT NULL AND tendering_buys(procurement_id) AND tendering_opened(procurement_id))",
            added=f"provider_id = {OWN} AND tendering_takes_bids(procurement_id)",
            changed=f"provider_id = {OWN} AND tendering_takes_bids(procurement_id)",
        ),
        protect("tendering_bidanswers", OF_A_SEEN_BID, added=OWN_OPEN_BID, changed=OWN_OPEN_BID),
        protect(
            "tendering_bidprices",
            f"{OWN_BID} OR tendering_price_open(bid_id)",
            added=OWN_OPEN_BID,
            changed=OWN_OPEN_BID,
        ),
        protect("tendering_disqualification", OF_A_SEEN_BID, added=BUYS_BID, changed="false"),
        protect(
            "tendering_panelmember",
            "tendering_buys(procurement_id)",
            added="tendering_leads(procurement_id)",
            changed="tendering_leads(procurement_id)",
        ),
        protect(
            "tendering_conflictdeclaration",
            BUYERS_OF_LOT,
            added=f"person_id = {ME} AND {BUYERS_OF_LOT}",
            changed="false",
        ),
        # One's own; those of others once individual scoring is over.
        protect(
            "tendering_score",
            f"person_id = {ME} OR bid_id IN (SELECT bid.id FROM tendering_bid AS bid"
            " WHERE tendering_buys(bid.procurement_id) AND tendering_scoring_over(bid.lot_id))",
            added=f"person_id = {ME} AND {BUYS_BID}",
            changed="false",
        ),
        protect("tendering_scoringclosed", BUYERS_OF_LOT, added="tendering_chairs_lot(lot_id)", changed="false"),
        protect(
            "tendering_consensus",
            BUYS_BID,
            added="bid_id IN (SELECT bid.id FROM tendering_bid AS bid WHERE tendering_chairs(bid.procurement_id))",
            changed="false",
        ),
        protect("tendering_qualitylock", BUYERS_OF_LOT, added="tendering_chairs_lot(lot_id)", changed="false"),
        protect("tendering_lotresult", BUYERS_OF_LOT, added=BUYERS_OF_LOT, changed="false"),
        protect(
            "tendering_award",
            "tendering_buys(procurement_id)",
            added="tendering_leads(procurement_id)",
            changed="tendering_leads(procurement_id)",
        ),
        protect("tendering_awardline", BUYS_AWARD, added=LEADS_AWARD, changed=LEADS_AWARD),
        *[append_only(f"tendering_{table}") for table in ONCE],
        *[keep_history(f"tendering_{table}") for table in KEPT],
    ]
