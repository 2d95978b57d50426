"""The clock that seals bids is PostgreSQL's own, unless the owner of a made-up database lent it another."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from nearhome.cli.doctor import findings
from nearhome.privacy.clock import playing_at
from nearhome.website import lent_clock

THEN = dt.datetime(2020, 2, 29, 12, 0, tzinfo=dt.UTC)


def now_there() -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nearhome_now()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment


def doctor_on_the_clock() -> bool:
    return next(one.is_fine for one in findings() if one.about == "Clock of the database")


def test_on_the_real_clock_nobody_says_which_moment_it_is(committed_database: str) -> None:
    lent_clock.take_back()
    with playing_at(THEN):
        assert abs(now_there() - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert doctor_on_the_clock()


def test_a_lent_clock_plays_at_a_moment_inside_one_transaction_and_the_doctor_says_so(committed_database: str) -> None:
    with playing_at(THEN):
        assert now_there() == THEN
    assert now_there() > THEN
    assert not doctor_on_the_clock()


@pytest.mark.django_db
def test_the_site_cannot_replace_the_clock() -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION nearhome_now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT now() $$"
        )
