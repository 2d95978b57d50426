"""Row security from the first migration: a new table is protected, or says here why it need not be."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

# Nothing about a child, a price or a placement; each with its reason.
OPEN = {
    "people_organisation": "names of authorities and providers are public",
    "people_authoritycode": "public codes",
    "people_authorityrules": "working rules of an authority, shown to its partners and invited providers",
    "people_person": "needed before anybody is signed in; staff of organisations, never children",
    "account_emailaddress": "sign-in, before anybody is known",
    "account_emailconfirmation": "sign-in, before anybody is known",
    "mfa_authenticator": "sign-in, before anybody is known; secrets belong to one person",
    "django_session": "sign-in, before anybody is known",
    "django_content_type": "the software's own list of models",
    "django_migrations": "the software's own list of migrations",
    "auth_group": "not used; empty",
    "auth_group_permissions": "not used; empty",
    "auth_permission": "the software's own list",
    "website_cache": "counters of wrong passwords",
    "procrastinate_events": "the queue: names of jobs and keys",
    "procrastinate_jobs": "the queue: names of jobs and keys",
    "procrastinate_periodic_defers": "the queue",
    "procrastinate_workers": "the queue",
}


def tables() -> dict[str, tuple[bool, int]]:
    """Every table with (row security on, number of policies)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid)"
            " FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        return {name: (on, policies) for name, on, policies in cursor.fetchall()}


def test_every_table_is_protected_or_says_why_not() -> None:
    unprotected = {name for name, (on, policies) in tables().items() if not (on and policies)}
    assert unprotected == set(OPEN) & set(tables()), unprotected ^ set(OPEN)


def test_the_list_of_open_tables_names_no_table_that_is_gone() -> None:
    assert set(OPEN) <= set(tables())


def test_the_site_connects_as_a_role_that_cannot_pass_by() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relowner ="
            " (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )
        assert cursor.fetchone() == (0,)
