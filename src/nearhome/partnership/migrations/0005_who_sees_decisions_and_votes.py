from django.db import migrations

from nearhome.privacy.row_security import OWN, append_only, keep_history, protect

# As the owner, so that the rule for one table can look at another whose rule looks back at the first.
_FUNCTION = """
CREATE FUNCTION {name} RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT EXISTS ({body}) $$;
"""
_NOT_ENDED = "(one.ends_before IS NULL OR one.ends_before > (nearhome_now() AT TIME ZONE 'Europe/London')::date)"
_FUNCTIONS = {
    # The lead, a member or an ally that has not left; one that joins later reads what it is asked to accept.
    "partnership_takes_part(partnership bigint)": (
        "SELECT 1 FROM partnership_partnership AS one WHERE one.id = partnership AND one.lead_id = nearhome_organisation()"
        " UNION ALL SELECT 1 FROM partnership_membership AS one WHERE one.partnership_id = partnership"
        f" AND one.organisation_id = nearhome_organisation() AND {_NOT_ENDED}"
    ),
    "partnership_is_member(partnership bigint)": (
        "SELECT 1 FROM partnership_membership AS one WHERE one.partnership_id = partnership"
        f" AND one.organisation_id = nearhome_organisation() AND one.standing = 'member' AND {_NOT_ENDED}"
        " AND one.starts_on <= (nearhome_now() AT TIME ZONE 'Europe/London')::date"
    ),
    "partnership_reads_agreement(agreement bigint)": (
        "SELECT 1 FROM partnership_partnershipagreement AS one WHERE one.id = agreement"
        " AND partnership_takes_part(one.partnership_id)"
    ),
    "partnership_reads_ballot(ballot bigint)": (
        "SELECT 1 FROM partnership_ballot AS one WHERE one.id = ballot AND (partnership_takes_part(one.partnership_id)"
        " OR one.opened_for_id = nearhome_organisation())"
    ),
    "partnership_opened_ballot(ballot bigint)": (
        "SELECT 1 FROM partnership_ballot AS one WHERE one.id = ballot AND one.opened_for_id = nearhome_organisation()"
        " AND NOT EXISTS (SELECT 1 FROM partnership_vote AS vote WHERE vote.ballot_id = one.id)"
    ),
    # A member of the ballot, until it closes by the database's own clock.
    "partnership_may_vote(ballot bigint)": (
        "SELECT 1 FROM partnership_ballot AS one JOIN partnership_ballotvoter AS voter ON voter.ballot_id = one.id"
        " WHERE one.id = ballot AND voter.organisation_id = nearhome_organisation() AND one.closed_at IS NULL"
        " AND one.closes_at > nearhome_now()"
    ),
    "partnership_reads_matter(matter bigint)": (
        "SELECT 1 FROM partnership_matter AS one WHERE one.id = matter AND partnership_takes_part(one.partnership_id)"
    ),
    "partnership_reads_decision(decision bigint)": (
        "SELECT 1 FROM partnership_decisionrecord AS one WHERE one.id = decision"
        " AND (one.authority_id = nearhome_organisation() OR (one.partnership_id IS NOT NULL"
        " AND one.notice_on IS NOT NULL AND partnership_takes_part(one.partnership_id)))"
    ),
    "partnership_owns_decision(decision bigint)": (
        "SELECT 1 FROM partnership_decisionrecord AS one WHERE one.id = decision"
        " AND one.authority_id = nearhome_organisation()"
    ),
}
FUNCTIONS = "".join(_FUNCTION.format(name=name, body=body) for name, body in _FUNCTIONS.items())
DROP_FUNCTIONS = "".join(f"DROP FUNCTION {name};" for name in reversed(_FUNCTIONS))

GUARDS = """
CREATE FUNCTION partnership_refuse(words text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', words USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- What was put to the vote stays as it was put; it is counted once, when it is over.
CREATE FUNCTION partnership_guard_ballot() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    counted text[] := ARRAY['closed_at', 'is_carried', 'outcome'];
BEGIN
    IF TG_OP = 'DELETE' THEN PERFORM partnership_refuse('A ballot is kept'); END IF;
    IF (to_jsonb(NEW) - counted) IS DISTINCT FROM (to_jsonb(OLD) - counted) THEN
        PERFORM partnership_refuse('A ballot that was opened is not changed');
    END IF;
    IF OLD.closed_at IS NOT NULL THEN PERFORM partnership_refuse('A ballot is counted once'); END IF;
    IF NEW.closed_at IS NOT NULL AND nearhome_now() < OLD.closes_at THEN
        PERFORM partnership_refuse('A ballot is counted when it is over');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_ballot BEFORE UPDATE OR DELETE ON partnership_ballot
    FOR EACH ROW EXECUTE FUNCTION partnership_guard_ballot();

-- A decision may be written until its notice is published; what was decided stays decided.
CREATE FUNCTION partnership_guard_decision() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moving text[] := ARRAY['state', 'version', 'rules', 'is_key', 'key_reasons', 'proposed_by_id', 'notice_on',
        'not_before_on', 'is_urgent', 'urgent_reason', 'decided_by_id', 'decided_at', 'decided_on', 'decision_words',
        'call_in_until', 'implemented_on'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.notice_on IS NOT NULL THEN PERFORM partnership_refuse('A decision that had a notice is kept'); END IF;
        RETURN OLD;
    END IF;
    IF OLD.state <> 'draft' AND (to_jsonb(NEW) - moving) IS DISTINCT FROM (to_jsonb(OLD) - moving) THEN
        PERFORM partnership_refuse('A decision is not rewritten once its notice is published');
    END IF;
    IF NEW.authority_id <> OLD.authority_id OR NEW.made_by_id <> OLD.made_by_id THEN
        PERFORM partnership_refuse('A decision stays with whoever began it');
    END IF;
    IF OLD.decided_at IS NOT NULL AND (NEW.decided_at, NEW.decided_by_id, NEW.decision_words, NEW.call_in_until,
        NEW.notice_on, NEW.not_before_on) IS DISTINCT FROM (OLD.decided_at, OLD.decided_by_id, OLD.decision_words,
        OLD.call_in_until, OLD.notice_on, OLD.not_before_on) THEN
        PERFORM partnership_refuse('What was decided stays decided');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_decision BEFORE UPDATE OR DELETE ON partnership_decisionrecord
    FOR EACH ROW EXECUTE FUNCTION partnership_guard_decision();

-- A version of the agreement that somebody accepted is the one they accepted.
CREATE FUNCTION partnership_guard_agreement() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM partnership_agreementacceptance WHERE agreement_id = OLD.id) THEN
        PERFORM partnership_refuse('A version that was accepted is not changed: write a new version');
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_agreement BEFORE UPDATE OR DELETE ON partnership_partnershipagreement
    FOR EACH ROW EXECUTE FUNCTION partnership_guard_agreement();
"""
DROP_GUARDS = """
DROP TRIGGER guard_agreement ON partnership_partnershipagreement; DROP FUNCTION partnership_guard_agreement();
DROP TRIGGER guard_decision ON partnership_decisionrecord; DROP FUNCTION partnership_guard_decision();
DROP TRIGGER guard_ballot ON partnership_ballot; DROP FUNCTION partnership_guard_ballot();
DROP FUNCTION partnership_refuse(text);
"""

LEADS = f"partnership_id IN (SELECT one.id FROM partnership_partnership AS one WHERE one.lead_id = {OWN})"
TAKES_PART = "partnership_takes_part(partnership_id)"
READS_DECISION, OWNS_DECISION = "partnership_reads_decision(decision_id)", "partnership_owns_decision(decision_id)"
ONCE = ("agreementacceptance", "ballotvoter", "matterstep", "decisionmove")
KEPT = ("tasklead", "ballot", "vote", "matter", "decisionrules", "decisionrecord", "decisionrisk")


class Migration(migrations.Migration):
    dependencies = [
        ("partnership", "0004_decisions_votes_and_escalation"), ("audit", "0002_row_history"),
        ("privacy", "0003_the_clock_of_the_database"),
    ]  # fmt: skip
    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(GUARDS, DROP_GUARDS),
        protect("partnership_tasklead", "true", added=LEADS, changed=LEADS),
        protect(
            "partnership_agreementacceptance",
            "partnership_reads_agreement(agreement_id)",
            added=f"organisation_id = {OWN} AND partnership_reads_agreement(agreement_id)",
            changed="false",
        ),
        protect(
            "partnership_ballot",
            f"{TAKES_PART} OR opened_for_id = {OWN}",
            added=f"opened_for_id = {OWN} AND {TAKES_PART}",
            changed=f"opened_for_id = {OWN}",
        ),
        protect(
            "partnership_ballotvoter",
            "partnership_reads_ballot(ballot_id)",
            added="partnership_opened_ballot(ballot_id)",
            changed="false",
        ),
        protect(
            "partnership_vote",
            "partnership_reads_ballot(ballot_id)",
            added=f"organisation_id = {OWN} AND partnership_may_vote(ballot_id)",
            changed=f"organisation_id = {OWN} AND partnership_may_vote(ballot_id)",
        ),
        protect("partnership_matter", TAKES_PART, added=f"raised_for_id = {OWN} AND {TAKES_PART}", changed=TAKES_PART),
        protect(
            "partnership_matterstep",
            "partnership_reads_matter(matter_id)",
            added="partnership_reads_matter(matter_id)",
            changed="false",
        ),
        protect("partnership_decisionrules", f"authority_id = {OWN}"),
        # A draft is its authority's own. From its notice on, partners of the partnership it names read it too.
        protect(
            "partnership_decisionrecord",
            f"authority_id = {OWN} OR (partnership_id IS NOT NULL AND notice_on IS NOT NULL AND {TAKES_PART})",
            added=f"authority_id = {OWN} AND (partnership_id IS NULL OR {TAKES_PART})",
            changed=f"authority_id = {OWN} AND (partnership_id IS NULL OR {TAKES_PART})",
        ),
        protect("partnership_decisionmove", READS_DECISION, added=OWNS_DECISION, changed="false"),
        protect("partnership_decisionrisk", READS_DECISION, added=OWNS_DECISION, changed=OWNS_DECISION),
        *[append_only(f"partnership_{table}") for table in ONCE],
        *[keep_history(f"partnership_{table}") for table in KEPT],
    ]
