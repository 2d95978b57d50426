"""Every test that touches records does so on a real PostgreSQL, as the site's own role, held to row security."""

import os
import shutil
from collections.abc import Iterator

import django
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Playwright, sync_playwright

# Playwright keeps an event loop in its thread; the tests themselves are ordinary synchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nearhome.website.settings")

from tests_database import clone_of_template, drop_database, use_database

# A busy machine is no reason to fail: speed is claimed in bench/, never in a timed test.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


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


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    with playwright.chromium.launch(executable_path=path, args=FLAGS) as running:
        yield running
