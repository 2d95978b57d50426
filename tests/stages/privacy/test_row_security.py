"""Forgetting a filter shows nothing, not everything."""

import pytest
from django.db import DatabaseError, connection, transaction

from cast import make_cast
from nearhome.market.models import Home
from nearhome.needs.models import Child, ChildIdentity
from nearhome.privacy.acting import acting, acting_for
from scenes import make_child, make_home, make_partnership

pytestmark = pytest.mark.django_db


def test_nobody_signed_in_sees_no_child() -> None:
    cast = make_cast()
    make_child(cast.kent, "K1")
    assert Child.objects.count() == 0


def test_an_authority_sees_its_own_children_and_no_others() -> None:
    cast = make_cast()
    make_child(cast.kent, "K1")
    make_child(cast.portsmouth, "P1")
    with acting(cast.olive):
        assert [child.return_ref for child in Child.objects.all()] == ["K1"]
        assert ChildIdentity.objects.get().name == "Test Child K1"
    with acting(cast.hilda):
        assert not Child.objects.exists()


def test_a_child_cannot_be_written_into_another_authority() -> None:
    cast = make_cast()
    with acting(cast.olive), pytest.raises(DatabaseError), transaction.atomic():
        Child.objects.create(authority=cast.portsmouth, return_ref="X", sex="M", born_month="2013-05-01")


def test_identity_is_ciphertext_in_the_database() -> None:
    cast = make_cast()
    make_child(cast.kent, "K1")
    with acting(cast.olive), connection.cursor() as cursor:
        cursor.execute("SELECT convert_from(name, 'UTF8') FROM needs_childidentity")
        assert "Test Child" not in cursor.fetchone()[0]


def test_a_provider_sees_its_own_homes_only() -> None:
    cast = make_cast()
    make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    make_home(cast.harbour, "Madeup Harbour House", urn="SC900002")
    with acting(cast.mona):
        assert [home.name for home in Home.objects.all()] == ["Madeup Meadow House"]
    with acting_for(cast.kent.pk):
        assert Home.objects.count() == 2


def test_scope_is_handed_back_when_an_inner_act_ends() -> None:
    cast = make_cast()
    make_partnership(cast)
    make_child(cast.kent, "K1")
    with acting(cast.olive):
        with acting(cast.hilda):
            assert Child.objects.count() == 0
        assert Child.objects.count() == 1


def test_no_temporary_table_stands_in_for_a_real_one_where_the_database_acts_as_its_owner() -> None:
    cast = make_cast()
    with acting(cast.mona), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE people_organisation (id bigint, kind text) ON COMMIT DROP")
        cursor.execute("GRANT SELECT ON people_organisation TO PUBLIC")
        cursor.execute("INSERT INTO pg_temp.people_organisation VALUES (%s, 'authority')", [cast.meadow.pk])
        cursor.execute("SELECT nearhome_is_authority()")
        assert cursor.fetchone() == (False,)
