"""Working out need from what is on record: kept, read, run again, shared with partners and with nobody else."""

import datetime as dt
import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from cast import NOW, Cast, make_cast
from nearhome.audit.models import Event
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.sufficiency.actions.picturing import share_picture, withdraw_picture, work_out_again, work_out_picture
from nearhome.sufficiency.models import KeptAnalysis, SharedPicture
from nearhome.sufficiency.queries.analyses import figures_of
from reading_responses import client_of, text_of
from scenes import make_partnership
from scenes_sufficiency import ON, load_children, load_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    make_partnership(made)
    load_region(made)
    return made


@pytest.fixture
def ana_portsmouth(cast: Cast) -> Person:
    cast.oscar.roles = ["analyst"]
    cast.oscar.save()
    return cast.oscar


@pytest.fixture
def hilda(cast: Cast) -> Person:
    cast.hilda.roles = ["analyst"]
    cast.hilda.save()
    return cast.hilda


def worked_out(person: Person, on: dt.date = ON) -> KeptAnalysis:
    with acting(person):
        return work_out_picture(authority=person.organisation, on=on, by=person, now=NOW)


def values(kept: KeptAnalysis) -> dict[str, Any]:
    return {one.name: one.value for one in figures_of(kept).indicators()}


def test_the_figures_of_a_day_are_those_of_the_return(cast: Cast) -> None:
    kept = worked_out(cast.anna)
    found = values(kept)
    assert found["children_looked_after"] == 52
    assert found["share_outside_authority"] == pytest.approx(12 / 52)
    assert found["share_over_100_miles"] == pytest.approx(12 / 52)
    assert found["far_with_no_recorded_reason"] == 12


def test_asking_twice_keeps_one_and_a_new_return_makes_another(cast: Cast) -> None:
    first, second = worked_out(cast.anna), worked_out(cast.anna)
    assert first.pk == second.pk
    load_children(cast.kent, "KEN", 45, 12)
    third = worked_out(cast.anna)
    assert third.pk != first.pk
    assert (values(first)["children_looked_after"], values(third)["children_looked_after"]) == (52, 57)


def test_what_was_kept_is_worked_out_again_to_the_same_figures_after_the_record_changed(cast: Cast) -> None:
    kept = worked_out(cast.anna)
    load_children(cast.kent, "KEN", 5, 1)
    with acting(cast.anna):
        assert work_out_again(kept=kept, by=cast.anna, now=NOW)
        assert Event.objects.filter(thread=kept.key, words__contains="every figure is the same").exists()


def test_a_kept_analysis_cannot_be_changed_not_even_by_its_authority(cast: Cast) -> None:
    kept = worked_out(cast.anna)
    with acting(cast.anna), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        KeptAnalysis.objects.filter(pk=kept.pk).update(title="Nothing to see")


def test_what_went_in_is_sealed(cast: Cast) -> None:
    kept = worked_out(cast.anna)
    with acting(cast.anna), connection.cursor() as cursor:
        cursor.execute("SELECT inputs FROM sufficiency_keptanalysis WHERE id = %s", [kept.pk])
        assert b"KEN001" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize("on", [dt.date(2025, 3, 31), dt.date(2026, 4, 1)])
def test_a_day_that_no_return_speaks_of_is_refused_with_the_days_it_may_be(cast: Cast, on: dt.date) -> None:
    with acting(cast.anna), pytest.raises(ValidationError, match="1 April 2025 to 31 March 2026"):
        work_out_picture(authority=cast.kent, on=on, by=cast.anna, now=NOW)


def test_without_a_return_there_is_nothing_to_work_out(cast: Cast) -> None:
    cast.harry.organisation = cast.west_sussex
    cast.harry.roles = ["analyst"]
    cast.harry.save()
    with acting(cast.harry), pytest.raises(ValidationError, match="no return on record"):
        work_out_picture(authority=cast.west_sussex, on=ON, by=cast.harry, now=NOW)
    assert "There is no return on record yet" in text_of(client_of(cast.harry).get("/sufficiency/"))


def test_only_analysts_and_commissioners_work_out_and_only_their_own(cast: Cast) -> None:
    with acting(cast.olive), pytest.raises(PermissionDenied):
        work_out_picture(authority=cast.kent, on=ON, by=cast.olive, now=NOW)
    with acting(cast.anna), pytest.raises(ValidationError, match="whose children"):
        work_out_picture(authority=cast.portsmouth, on=ON, by=cast.anna, now=NOW)


def test_partners_see_shared_figures_with_small_numbers_hidden_and_an_outsider_nothing(
    cast: Cast, ana_portsmouth: Person, hilda: Person
) -> None:
    kept = worked_out(ana_portsmouth)
    with acting(ana_portsmouth):
        shared = share_picture(kept=kept, by=ana_portsmouth, now=NOW)
    with acting(cast.anna):
        seen = SharedPicture.objects.get(pk=shared.pk)
        told = {one["name"]: one for section in seen.figures["sections"] for one in section["indicators"]}
        assert told["children_looked_after"]["value"] == 33
        assert told["far_with_no_recorded_reason"]["suppressed"]
        assert "POR0" not in json.dumps(seen.figures)
    with acting(hilda):
        assert not SharedPicture.objects.exists()
    page = text_of(client_of(cast.anna).get("/sufficiency/region/"))
    assert "Portsmouth" in page
    assert "POR0" not in page
    assert "Portsmouth" not in text_of(client_of(hilda).get("/sufficiency/region/"))


def test_what_is_withdrawn_partners_no_longer_see(cast: Cast, ana_portsmouth: Person) -> None:
    kept = worked_out(ana_portsmouth)
    with acting(ana_portsmouth):
        shared = share_picture(kept=kept, by=ana_portsmouth, now=NOW)
        assert share_picture(kept=kept, by=ana_portsmouth, now=NOW).pk == shared.pk
        withdraw_picture(shared=shared, by=ana_portsmouth, now=NOW)
        withdraw_picture(shared=shared, by=ana_portsmouth, now=NOW)
    with acting(cast.anna):
        assert not SharedPicture.objects.exists()


def test_another_authority_cannot_write_shared_figures_in_ones_name(cast: Cast) -> None:
    with acting(cast.oscar), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        SharedPicture.objects.create(authority=cast.kent, on=ON, figures={}, shared_at=NOW, shared_by="Mallory")


def test_every_part_and_file_of_an_analysis_can_be_read_by_its_authority_only(cast: Cast, hilda: Person) -> None:
    kept = worked_out(cast.anna)
    anna, outsider = client_of(cast.anna), client_of(hilda)
    parts = [section.name for section in figures_of(kept).sections]
    assert {"glance", "stock", "where", "settings", "stability", "resemblance", "market", "cohort"} <= set(parts)
    for path in [
        "",
        *(f"part/{name}/" for name in parts),
        *(f"file/{kind}/" for kind in ("pdf", "html", "xlsx", "json")),
    ]:
        assert anna.get(f"/sufficiency/{kept.key}/{path}").status_code == 200, path
        assert outsider.get(f"/sufficiency/{kept.key}/{path}").status_code == 404, path
    assert anna.get(f"/sufficiency/{kept.key}/file/exe/").status_code == 404
    assert anna.get(f"/sufficiency/{kept.key}/part/nothing/").status_code == 404


def test_the_children_far_away_are_listed_inside_the_authority_and_in_no_file_to_publish(cast: Cast) -> None:
    kept = worked_out(cast.anna)
    anna = client_of(cast.anna)
    assert "KEN045" in text_of(anna.get(f"/sufficiency/{kept.key}/part/where/"))
    assert "KEN045" in anna.get(f"/sufficiency/{kept.key}/file/json/").content.decode()
    for kind in ("json", "html"):
        assert "KEN0" not in anna.get(f"/sufficiency/{kept.key}/file/{kind}/?for=partners").content.decode()


def test_the_page_leads_from_nothing_to_the_figures(cast: Cast) -> None:
    anna = client_of(cast.anna)
    assert "Nothing has been worked out yet" in text_of(anna.get("/sufficiency/"))
    sent = {"on-day": "31", "on-month": "3", "on-year": "2026"}
    answer = anna.post("/sufficiency/work-out/", sent, follow=True)
    assert "Need on 31 March 2026" in text_of(answer)
    assert "Open the whole picture" in text_of(anna.get("/sufficiency/"))
    wrong = anna.post("/sufficiency/work-out/", {**sent, "on-year": "2031"})
    assert "Choose a day among these" in text_of(wrong)
