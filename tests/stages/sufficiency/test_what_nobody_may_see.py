"""What leaves an authority tells of no few children, and nobody else can write, take or change what it keeps."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from cast import NOW, Cast, make_cast
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.sufficiency.actions.picturing import share_picture, work_out_picture
from nearhome.sufficiency.actions.scenarios import save_scenario
from nearhome.sufficiency.models import KeptAnalysis, SharedPicture
from scenes import make_partnership
from scenes_sufficiency import ON, load_region
from scenes_years import forecast_kept, load_years

CHANGE = {"kind": "entries", "times": 1.1, "category": "", "from_month": 1}


def partners() -> Cast:
    made = make_cast()
    make_partnership(made)
    load_region(made)
    made.oscar.roles = ["analyst"]
    made.oscar.save()
    return made


def shared_by(person: Person) -> tuple[KeptAnalysis, SharedPicture]:
    with acting(person):
        kept = work_out_picture(authority=person.organisation, on=ON, by=person, now=NOW)
        return kept, share_picture(kept=kept, by=person, now=NOW)


def changed_rows(words: str, *values: Any) -> int:
    """How many rows a statement of the web role changes; 0 if the database refuses it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(words, values)
            return int(cursor.rowcount)
    except DatabaseError:
        return 0


@pytest.mark.django_db
def test_neither_a_partner_nor_an_outsider_nor_a_provider_changes_or_takes_anothers_rows() -> None:
    cast = partners()
    kept, shared = shared_by(cast.oscar)
    with acting(cast.oscar):
        mine = save_scenario(authority=cast.portsmouth, name="Ours", changes=[CHANGE], by=cast.oscar, now=NOW)
    for person in (cast.anna, cast.hilda, cast.mona):
        own = person.organisation_id
        with acting(person):
            for table, pk in (("sharedpicture", shared.pk), ("scenario", mine.pk), ("keptanalysis", kept.pk)):
                assert not changed_rows(f"UPDATE sufficiency_{table} SET authority_id = %s WHERE id = %s", own, pk)
                assert not changed_rows(f"DELETE FROM sufficiency_{table} WHERE id = %s", pk)
            assert not changed_rows(
                "UPDATE sufficiency_sharedpicture SET withdrawn_at = now() WHERE id = %s", shared.pk
            )
            assert not changed_rows(
                "INSERT INTO sufficiency_scenario (key, authority_id, name, changes, saved_at, saved_by)"
                " VALUES (gen_random_uuid(), %s, 'Theirs', '[]', now(), 'Mallory')", cast.portsmouth.pk,
            )  # fmt: skip
    with acting(cast.anna):
        _, own_shared = shared_by(cast.anna)
        moved = "UPDATE sufficiency_sharedpicture SET authority_id = %s WHERE id = %s"
        assert not changed_rows(moved, cast.portsmouth.pk, own_shared.pk)


@pytest.mark.django_db
def test_a_partner_reaches_nothing_of_anothers_analysis_by_its_address() -> None:
    cast = partners()
    kept, shared = shared_by(cast.oscar)
    anna = Client()
    anna.force_login(cast.anna)
    for path in ("share", "again", "file/json", "part/where"):
        answer = (anna.post if path in ("share", "again") else anna.get)(f"/sufficiency/{kept.key}/{path}/")
        assert answer.status_code == 404, path
    assert anna.post(f"/sufficiency/shared/{shared.key}/withdraw/").status_code == 404
    with acting(cast.anna):
        assert SharedPicture.objects.get(pk=shared.pk).withdrawn_at is None


@pytest.mark.django_db
def test_a_forecast_to_publish_starts_no_series_from_few_children_and_carries_no_exact_stock() -> None:
    cast = make_cast()
    make_partnership(cast)
    load_years(cast.kent, "KEN")
    kept = forecast_kept(cast.anna, months=12)
    anna = Client()
    anna.force_login(cast.anna)
    inside = json.loads(anna.get(f"/sufficiency/{kept.key}/file/json/").content)
    told = json.loads(anna.get(f"/sufficiency/{kept.key}/file/json/?for=partners").content)
    assert any(number for kinds in inside["stock"].values() for number in kinds.values())
    assert told["stock"] == told["projection"] == {}
    bands = [one for section in told["sections"] for one in section["tables"] if one["name"].startswith("by_")]
    assert bands
    for table in bands:
        first = table["rows"][0]
        assert not [value for value in first.values() if isinstance(value, int | float) and 0 < value < 6], table[
            "name"
        ]
    for kind in ("html", "pdf", "xlsx"):
        assert anna.get(f"/sufficiency/{kept.key}/file/{kind}/?for=partners").status_code == 200


def at_once(cast: Cast, work: Callable[[], Any]) -> list[Any]:
    """What two workers came to who did the same at the same time."""
    found: list[Any] = []
    both = threading.Barrier(2)

    def run() -> None:
        try:
            both.wait(20)
            with acting(cast.anna):
                found.append(work().pk)
        except Exception as refused:
            found.append(refused)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=run) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    return found


def test_two_who_work_out_and_share_the_same_at_once_keep_and_share_one(committed_database: None) -> None:
    cast = partners()
    one, other = at_once(cast, lambda: work_out_picture(authority=cast.kent, on=ON, by=cast.anna, now=NOW))
    assert one == other
    with acting(cast.anna):
        kept = KeptAnalysis.objects.get()
    one, other = at_once(cast, lambda: share_picture(kept=kept, by=cast.anna, now=NOW))
    assert one == other


@pytest.mark.django_db
def test_a_shared_picture_names_no_child_no_postcode_and_no_provider_number() -> None:
    cast = partners()
    _, shared = shared_by(cast.oscar)
    with acting(cast.anna):
        seen = SharedPicture.objects.get(pk=shared.pk).figures
    words = json.dumps(seen)
    assert not [part for part in ("POR0", "M1 1AA", "ME14", "70000") if part in words]
    assert seen["extra"] == {}
    assert set(seen["data"]) <= {"collection_years", "version"}
    assert not [
        one["name"] for section in seen["sections"] for one in section["breakdowns"] if one["about_single_children"]
    ]


@pytest.mark.django_db
def test_stability_by_group_is_shared_without_counts_and_never_hides_one_group_alone() -> None:
    cast = partners()
    kept, _ = shared_by(cast.oscar)
    oscar = Client()
    oscar.force_login(cast.oscar)
    told = json.loads(oscar.get(f"/sufficiency/{kept.key}/file/json/?for=partners").content)
    [table] = [one for section in told["sections"] for one in section["tables"] if one["name"] == "stability_by_group"]
    assert [column["key"] for column in table["columns"]] == ["group", "three_or_more_share", "stable_share"]
    hidden: dict[tuple[str, str], int] = defaultdict(int)
    for row in table["rows"]:
        for key in row.get("hidden", ()):
            hidden[row["group"].partition(": ")[0], key] += 1
    # Where nobody at all has the property, one hidden group tells nothing.
    assert all(number > 1 for (_, key), number in hidden.items() if table["total"][key])
