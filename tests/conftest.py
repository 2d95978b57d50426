"""Every test that touches records does so on a real PostgreSQL, as the site's own role, held to row security."""

import os
from collections.abc import Iterator

import django
import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nearhome.website.settings")

from tests_database import clone_of_template, drop_database, use_database


@pytest.fixture(scope="session", autouse=True)
def as_in_the_demonstration() -> None:
    """No second factor, and quick hashing: the cast has no real passwords to protect."""
    from django.conf import settings

    settings.NEARHOME_SECOND_FACTOR = False
    settings.NEARHOME_DEMO = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """One database for this test process, cloned from a migrated template."""
    django.setup()
    with django_db_blocker.unblock():
        name = clone_of_template()
        use_database(name)
    yield
    with django_db_blocker.unblock():
        drop_database(name)


@pytest.fixture
def committed_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own in which commits are real: for races, workers and browsers."""
    from django.db import connections

    with django_db_blocker.unblock():
        before = connections["default"].settings_dict["NAME"]
        name = clone_of_template()
        use_database(name)
        yield name
        use_database(before)
        drop_database(name)
