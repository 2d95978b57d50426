"""The two databases that are cloned for each kill. Run in a process of its own, on a server of its own."""

import datetime as dt

import psycopg
from django.db import connections

from cast import make_authority
from nearhome.partnership.models import Membership
from nearhome.privacy.acting import acting, acting_for
from nearhome.settlement import jobs
from nearhome.settlement.actions import work_out_month
from nearhome.website import installation
from scenes import make_home
from scenes_closing import asked
from scenes_settlement import IN_OCTOBER, OPENED, SEPTEMBER, BlockScene, live_in, make_block_scene
from tests_database import clone_of_template, use_database

ON_THE_FIRST = int(dt.datetime(2026, 10, 1, 4, 0, tzinfo=dt.UTC).timestamp())
MORE_AUTHORITIES = 6
CHILDREN_EACH = 6


def make() -> None:
    """`before`: a month that is over, its working out queued. `asked`: worked out, approved, its close queued."""
    name = clone_of_template()
    use_database(name)
    scene = make_partners()
    jobs.work_out_months.defer(timestamp=ON_THE_FIRST)
    _keep(name, "before")
    with connections["default"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    with acting(scene.cast.fiona):
        month = work_out_month(partnership=scene.partnership, starts_on=SEPTEMBER, by=scene.cast.fiona, now=IN_OCTOBER)
    asked(month, scene.cast.fiona, scene.cast.frank, IN_OCTOBER)
    _keep(name, "asked")
    _drop_the_rest()


def make_partners() -> BlockScene:
    """The block of three beds, and more authorities with children placed at awkward prices."""
    scene = make_block_scene()
    live_in(scene.places[0], scene.cast.portsmouth, "P-1", SEPTEMBER, dt.date(2026, 9, 17), block=scene.contract)
    home = make_home(scene.cast.harbour, "Madeup Large House", urn="SC900009", places=MORE_AUTHORITIES * CHILDREN_EACH)
    with acting(scene.cast.harry):
        places = list(home.places.select_related("home__provider").order_by("id"))
    for number in range(MORE_AUTHORITIES):
        authority = make_authority(f"Madeup Shire {number}", f"99{number}", f"E1099000{number}")
        with acting_for(scene.cast.kent.pk):
            Membership.objects.create(
                partnership=scene.partnership, organisation=authority, standing="ally", starts_on=OPENED
            )
        for child in range(CHILDREN_EACH):
            place = places[number * CHILDREN_EACH + child]
            weekly = 333_333 + 7_919 * child if child else None  # one without a price is listed, never skipped
            live_in(place, authority, f"S{number}-{child}", SEPTEMBER + dt.timedelta(days=child), weekly=weekly)
    return scene


def _keep(name: str, kept: str) -> None:
    """Under a name of its own, and nothing else kept at the end: a server with few files recovers quickly."""
    for connection in connections.all():
        connection.close()
    with psycopg.connect(installation.owner_url(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {kept} TEMPLATE {name}")  # type: ignore[arg-type]


def _drop_the_rest() -> None:
    with psycopg.connect(installation.owner_url(), autocommit=True) as server:
        for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE 'nearhome_t%'").fetchall():
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
