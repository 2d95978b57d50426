"""Whoever gets hold of the site's own connection and writes SQL: PostgreSQL itself keeps others' rows from them."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from nearhome.privacy.acting import acting_for
from nearhome.website import installation
from nearhome.website.roles_in_database import APPEND_ONLY
from scenes_whole import Whole, make_whole

# What an authority outside the partnership reads all the same, and why.
REGISTER = "the provider register is public: every authority searches it"
SEEN_BY_AUTHORITIES = {
    **dict.fromkeys(("market_registration", "market_inspection", "market_home", "market_capacity"), REGISTER),
    "market_place": "which places there are follows from the register",
    "market_occupancy": "that a place is taken, never by whom",
    "procurement_homeprice": "asking prices are asked of every authority",
    "procurement_framework": "that a framework exists is published when it is let; its rates are not",
    "procurement_frameworkparty": "who may call off is published when it is let",
    "procurement_frameworksupplier": "who was admitted is published when it is let",
}
SEEN_BY_EVERYBODY = dict.fromkeys(
    ("partnership_partnership", "partnership_membership", "partnership_partnershipagreement"),
    "a partnership, its members and what they agreed about shared beds is a public decision",
)
# Published facts of frameworks: that one opens again, and, while it does, that it exists.
SEEN_BY_EVERYBODY |= {
    "procurement_reopeningwindow": "when a framework opens again is published",
    "procurement_framework": "a framework that takes applications is published",
}
SEEN_BY_EVERYBODY |= dict.fromkeys(
    (
        "tendering_procurement", "tendering_procurementparty", "tendering_lot", "tendering_lotplaces", "tendering_priceband",
        "tendering_awardcriterion",
    ),
    "a published tender is public",
)  # fmt: skip
SEEN_BY_EVERYBODY["partnership_tasklead"] = "who leads a partnership's tasks is as public as the partnership"
SEEN_BY_EVERYBODY |= {
    f"tendering_{name}": "a published tender, its lots, criteria and who buys are public"
    for name in ("procurement", "procurementparty", "lot", "lotplaces", "priceband", "awardcriterion")
}
# What any authority also writes, and why: loading the register is every authority's work.
WRITTEN_BY_AUTHORITIES = {
    **dict.fromkeys(SEEN_BY_AUTHORITIES, "loading the register writes it, whichever authority loads it"),
}
for _only_by_who_leads in ("framework", "frameworkparty", "frameworksupplier"):
    del WRITTEN_BY_AUTHORITIES[f"procurement_{_only_by_who_leads}"]
SEEN_BY_EVERYBODY |= dict.fromkeys(
    (
        "tendering_procurement", "tendering_procurementparty", "tendering_lot", "tendering_lotplaces", "tendering_priceband",
        "tendering_awardcriterion", "tendering_clarification", "tendering_deadlineextension", "tendering_marketengagement",
    ),
    "a published tender is public: its lots, prices asked, criteria, answers, and what was published of talks",
)  # fmt: skip
SEEN_BY_AUTHORITIES["tendering_providerprofile"] = "what a provider says of itself is said to every authority that buys"
# An organisation reads its own part of these: they are no leak where it is a party.
OUTSIDER, NOBODY, NEVER_INVITED = "Hampshire", "nobody", "never invited"


@pytest.fixture(scope="module")
def whole(django_db_setup: None, django_db_blocker: Any) -> Iterator[Whole]:
    """The whole scene, made once and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_whole()
        transaction.set_rollback(True)


def rows_of(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def refusal(statement: str, *values: Any) -> str:
    """ "" if the statement touched nothing or was refused for want of a right; else what it did."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            done = cursor.rowcount
            transaction.set_rollback(True)
        return f"touched {done} rows" if done else ""
    except DatabaseError as error:
        # A guard of ours may speak before row security does; nothing else raises this one.
        by_guard = psycopg.errors.IntegrityConstraintViolation
        is_refused = isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege | by_guard)
        # A trigger of ours that says no comes before the policies are asked.
        guarded = isinstance(error.__cause__, psycopg.errors.IntegrityConstraintViolation)
        is_refused = guarded or isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege)
        return "" if is_refused else f"got as far as {error}"


def protected_tables() -> list[str]:
    found = rows_of(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relnamespace = 'public'::regnamespace"
    )
    return sorted(name for (name,) in found)


def scopes(whole: Whole) -> dict[str, int | None]:
    return {
        OUTSIDER: whole.cast.hampshire.pk,
        NOBODY: None,
        NEVER_INVITED: whole.people["never invited provider"].organisation_id,
    }


def own_rows(table: str) -> set[str]:
    """Tables in which the scope has rows of its own making (its home, its register entry)."""
    return {"market_registration", "market_home", "market_capacity", "market_place", "procurement_homeprice"} & {table}


def expected_to_see(who: str, table: str) -> bool:
    if table in SEEN_BY_EVERYBODY or (who == OUTSIDER and table in SEEN_BY_AUTHORITIES):
        return True
    return who == NEVER_INVITED and bool(own_rows(table))


def test_the_scene_fills_the_private_tables_so_that_nothing_seen_means_something(whole: Whole) -> None:
    seen = set()
    for organisation in {person.organisation_id for person in whole.people.values()}:
        with acting_for(organisation):
            seen |= {table for table in protected_tables() if rows_of(f'SELECT 1 FROM "{table}" LIMIT 1')}
    # Nothing in the scene is out of area, inspected or settled between several, its return waits to be confirmed, and
    # no home is short of a place.
    assert set(protected_tables()) - seen <= {
        "audit_rowchange", "market_inspection", "settlement_problem", "settlement_transfer", "needs_returnrecord",
        "needs_episode", "placements_outofarea", "sufficiency_placewanted",
    }  # fmt: skip


@pytest.mark.parametrize("who", [OUTSIDER, NOBODY, NEVER_INVITED])
def test_rows_of_others_are_not_there(whole: Whole, who: str) -> None:
    with acting_for(scopes(whole)[who]):
        seen = {table for table in protected_tables() if rows_of(f'SELECT 1 FROM "{table}" LIMIT 1')}
    assert {table for table in seen if not expected_to_see(who, table)} == set()


def test_an_invited_home_reads_its_own_invitation_and_no_other(whole: Whole) -> None:
    own = whole.cast.harbour.pk
    with acting_for(own):
        for table in ("referrals_invitation", "referrals_offer", "referrals_question"):
            assert rows_of(f"SELECT count(*) FROM {table} WHERE provider_id <> %s", own) == [(0,)]
        assert rows_of("SELECT count(*) FROM referrals_release WHERE recipient_id <> %s", own) == [(0,)]
        assert rows_of("SELECT count(*) FROM referrals_release WHERE stage <> 'anonymous'") == [(0,)]
        for table in ("referrals_referral", "needs_child", "needs_childidentity", "placements_booking"):
            assert rows_of(f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_partner_reads_no_child_of_another_authority(whole: Whole) -> None:
    own = whole.cast.portsmouth.pk
    with acting_for(own):
        for table in ("needs_child", "needs_childidentity", "referrals_referral", "matching_decision"):
            assert rows_of(f"SELECT count(*) FROM {table} WHERE authority_id <> %s", own) == [(0,)]
        assert rows_of("SELECT count(*) FROM placements_booking WHERE authority_id <> %s", own) == [(0,)]
        assert rows_of("SELECT count(*) FROM settlement_charge WHERE payer_id <> %s", own) == [(0,)]


@pytest.mark.parametrize("who", [OUTSIDER, NOBODY, NEVER_INVITED])
def test_rows_of_others_are_not_changed_or_removed(whole: Whole, who: str) -> None:
    """Statements that read nothing, so that only the rule for changing stands in their way."""
    done = {}
    with acting_for(scopes(whole)[who]):
        for table in protected_tables():
            if (who == OUTSIDER and table in WRITTEN_BY_AUTHORITIES) or (who == NEVER_INVITED and own_rows(table)):
                continue
            column = rows_of(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 1 LIMIT 1", table
            )[0][0]
            done[f"update {table}"] = refusal(f'UPDATE "{table}" SET "{column}" = NULL')
            done[f"delete {table}"] = refusal(f'DELETE FROM "{table}"')
    assert {what: did for what, did in done.items() if did} == {}


@pytest.mark.parametrize("who", [OUTSIDER, NOBODY, NEVER_INVITED])
def test_rows_of_others_are_not_forged(whole: Whole, who: str) -> None:
    """A true row of Kent's, word for word, under another number."""
    done = {}
    for table in protected_tables():
        with acting_for(whole.cast.kent.pk):
            found = rows_of(f'SELECT to_jsonb(kept) FROM "{table}" AS kept LIMIT 1')
        if not found or (who == OUTSIDER and table in WRITTEN_BY_AUTHORITIES):
            continue
        row = found[0][0] if isinstance(found[0][0], dict) else json.loads(found[0][0])
        copied = json.dumps(row | {"id": 2_000_000_000})
        with acting_for(scopes(whole)[who]):
            done[table] = refusal(
                f'INSERT INTO "{table}" SELECT * FROM jsonb_populate_record(NULL::"{table}", %s)', copied
            )
    assert len(done) > 25
    assert {what: did for what, did in done.items() if did} == {}


def test_an_authority_cannot_make_itself_party_to_a_block(whole: Whole) -> None:
    with acting_for(whole.cast.kent.pk):
        contract = rows_of("SELECT id FROM procurement_blockcontract LIMIT 1")[0][0]
    with acting_for(whole.cast.hampshire.pk):
        did = refusal(
            "INSERT INTO procurement_blockparty (contract_id, organisation_id, weight) VALUES (%s, %s, 1)",
            contract, whole.cast.hampshire.pk,
        )  # fmt: skip
    assert did == ""


def test_a_provider_cannot_sign_for_the_authority(whole: Whole) -> None:
    with acting_for(whole.cast.meadow.pk):
        row = rows_of("SELECT to_jsonb(one) FROM placements_signature AS one WHERE side = 'authority'")[0][0]
        row = row if isinstance(row, dict) else json.loads(row)
        forged = json.dumps(row | {"id": 2_000_000_000})
        insert = "INSERT INTO placements_signature SELECT * FROM jsonb_populate_record(NULL::placements_signature, %s)"
        assert refusal(insert, forged) == ""


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = 0", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_what_is_written_once_is_not_changed_even_by_its_own_authority(whole: Whole, table: str, verb: str) -> None:
    with acting_for(whole.cast.kent.pk):
        assert refusal(verb.format(table)) == ""


def test_what_the_database_saw_change_is_not_read(whole: Whole) -> None:
    for organisation in (whole.cast.kent.pk, whole.cast.hampshire.pk, None):
        with acting_for(organisation):
            assert rows_of("SELECT count(*) FROM audit_rowchange") == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE needs_child DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE needs_child DISABLE TRIGGER ALL",
        "DROP POLICY seen ON needs_child",
        "DROP TABLE needs_child",
        "TRUNCATE needs_child CASCADE",
        "CREATE TABLE public.stolen (id int)",
        "CREATE FUNCTION public.stolen() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE POLICY mine ON needs_child USING (true)",
        "ALTER FUNCTION nearhome_organisation() OWNER TO CURRENT_USER",
        "CREATE ROLE stolen",
        "SET SESSION AUTHORIZATION postgres",
        "COPY needs_child TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/passwd')",
    ],
)
def test_the_house_is_not_rebuilt_from_inside(whole: Whole, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_site_does_not_become_the_owner(whole: Whole) -> None:
    owner = rows_of("SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'needs_child'")[0][0]
    assert owner != installation.WEB_ROLE
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{owner}"')


def test_row_security_off_refuses_rather_than_shows(whole: Whole) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL row_security = off")
        cursor.execute("SELECT * FROM needs_child")


def test_questions_about_residents_are_answered_to_authorities_alone_and_never_say_who(whole: Whole) -> None:
    with acting_for(whole.cast.kent.pk):
        homes = [key for (key,) in rows_of("SELECT id FROM market_home")]
        children = [key for (key,) in rows_of("SELECT key FROM needs_child")]
    ask, find = "SELECT * FROM market_residents_of(%s, %s)", "SELECT * FROM market_homes_of_children(%s::uuid[], %s)"
    today = rows_of("SELECT current_date")[0][0]
    for organisation in (None, whole.cast.meadow.pk, whole.cast.harbour.pk):
        with acting_for(organisation):
            assert rows_of(ask, homes, today) == []
            assert rows_of(find, children, today) == []
    with acting_for(whole.cast.hampshire.pk):
        told = rows_of(ask, homes, today)
    assert told
    assert all(len(line) == 3 for line in told)
    assert not {str(key) for key in children} & {str(cell) for line in told for cell in line}


def test_only_a_provider_learns_of_the_months_it_is_paid_in(whole: Whole) -> None:
    for organisation in (None, whole.cast.hampshire.pk, whole.cast.harbour.pk):
        with acting_for(organisation):
            assert rows_of("SELECT * FROM settlement_months_paid()") == []
