"""Loading a return: what is added, updated, left alone, removed and refused."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from cast import NOW, Cast, make_cast
from nearhome.audit.record import Nearhome
from nearhome.needs.actions.loading import LoadResult, load_return
from nearhome.needs.models import Child, ChildIdentity, Episode, ReturnLoad, ReturnProblem, ReturnRecord
from nearhome.privacy.acting import acting
from scenes import make_child
from scenes_needs import (
    BLUE,
    BLUE_FIRST,
    BLUE_NOW,
    BLUE_REVIEW,
    RED,
    RED_NOW,
    UASC,
    made_up_return,
    table,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def load(cast: Cast, files: dict[str, bytes] | Path | None = None, *, year: int = 2026, **more: Any) -> LoadResult:
    with acting(cast.anna):
        return load_return(
            made_up_return() if files is None else files, authority=cast.kent, year=year, by=cast.anna, now=NOW, **more
        )


def counts(result: LoadResult, name: str) -> dict[str, int]:
    return {what: rows for what, rows in result.tally.tables[name].items() if rows}


def episodes(cast: Cast, ref: str) -> list[Episode]:
    with acting(cast.anna):
        return list(Episode.objects.filter(child__return_ref=ref).order_by("starts_on"))


def test_a_return_becomes_children_episodes_and_records(cast: Cast) -> None:
    result = load(cast)
    assert counts(result, "Header") == {"added": 2}
    assert counts(result, "Episodes") == {"added": 3}
    assert counts(result, "Reviews") == {"added": 2}
    with acting(cast.anna):
        blue = Child.objects.get(return_ref="BLUE-KITE")
        assert (blue.sex, blue.born_month, blue.return_year) == ("M", dt.date(2013, 5, 1), 2026)
        assert (blue.identity.born_on, blue.identity.upn) == ("2013-05-14", "A123456789012")
        assert blue.identity.home_postcode == "ME14 1XX"
        review = ReturnRecord.objects.get(child=blue)
        assert review.columns == {"REVIEW": "2025-07-01", "REVIEW_CODE": "PN1"}


def test_distance_and_place_are_derived_from_the_postcodes(cast: Cast) -> None:
    load(cast)
    near, far = episodes(cast, "BLUE-KITE")
    assert (near.miles, near.place_authority_code, near.place_location) == (Decimal("0.0"), "886", "IN")
    assert (far.place_authority_code, far.place_location, far.place_sector) == ("846", "OUT", "BN1 1")
    assert Decimal(30) < (far.miles or Decimal(0)) < Decimal(60)


def test_who_the_child_is_stays_sealed_in_the_database(cast: Cast) -> None:
    load(cast)
    with acting(cast.anna), connection.cursor() as cursor:
        cursor.execute("SELECT born_on, upn FROM needs_childidentity")
        stored = b"".join(bytes(cell) for row in cursor.fetchall() for cell in row if cell)
        cursor.execute("SELECT columns::text FROM needs_returnrecord")
        records = "".join(row[0] for row in cursor.fetchall())
    assert b"2013-05-14" not in stored
    assert b"A123456789012" not in stored
    assert "2013-05-14" not in records


def test_the_same_files_again_change_nothing(cast: Cast) -> None:
    load(cast)
    again = load(cast)
    assert [again.tally.total(what) for what in ("added", "changed", "removed", "refused")] == [0, 0, 0, 0]
    assert again.tally.total("unchanged") == 7
    with acting(cast.anna):
        assert (Child.objects.count(), Episode.objects.count(), ReturnRecord.objects.count()) == (2, 3, 2)


def test_a_corrected_return_updates_what_changed(cast: Cast) -> None:
    load(cast)
    ended = RED_NOW.replace(",,,,ME14", ",01/03/2026,E3,,ME14")
    result = load(
        cast, made_up_return(header=[BLUE.replace(",M,", ",F,"), RED], episodes=[BLUE_FIRST, BLUE_NOW, ended])
    )
    assert counts(result, "Header") == {"changed": 1, "unchanged": 1}
    assert counts(result, "Episodes") == {"changed": 1, "unchanged": 2}
    assert episodes(cast, "RED-FOX")[0].ends_before == dt.date(2026, 3, 1)


def test_what_a_corrected_return_leaves_out_is_removed_and_listed(cast: Cast) -> None:
    load(cast)
    result = load(cast, made_up_return(header=[BLUE], episodes=[BLUE_NOW.replace(",P,", ",S,")], reviews=[]))
    assert counts(result, "Header") == {"unchanged": 1, "removed": 1}
    assert counts(result, "Episodes") == {"changed": 1, "removed": 2}
    assert result.tally.examples["Episodes"]["removed"] == [
        "BLUE-KITE from 1 June 2025",
        "RED-FOX from 10 January 2026",
    ]
    assert counts(result, "Reviews") == {"removed": 2}
    with acting(cast.anna):
        assert list(Child.objects.values_list("return_ref", flat=True)) == ["BLUE-KITE"]
        assert ChildIdentity.objects.count() == 1


def test_a_row_with_an_error_keeps_its_earlier_version(cast: Cast) -> None:
    load(cast)
    wrong = RED_NOW.replace("10/01/2026", "31/02/2026")
    result = load(
        cast, made_up_return(episodes=[BLUE_FIRST, BLUE_NOW, wrong], reviews=["RED-FOX,02/11/2010,1 Feb,PN1"])
    )
    assert counts(result, "Episodes") == {"unchanged": 2, "refused": 1}
    assert counts(result, "Reviews") == {"removed": 1, "refused": 1}
    assert episodes(cast, "RED-FOX")[0].starts_on == dt.date(2026, 1, 10)
    said = next(one for one in result.problems if one.field == "DECOM")
    assert (said.file, said.row, said.child) == ("episodes.csv", 4, "RED-FOX")
    assert "February 2026 has 28 days" in said.message


def test_an_earlier_version_that_stays_and_no_longer_fits_is_said(cast: Cast) -> None:
    load(cast)
    longer, wrong = BLUE_FIRST.replace("01/09/2025", "01/10/2025"), BLUE_NOW.replace("01/09/2025", "31/09/2025")
    result = load(cast, made_up_return(episodes=[longer, wrong, RED_NOW]))
    said = next(one for one in result.problems if one.rule == "kept")
    assert (said.row, said.child) == (2, "BLUE-KITE")
    assert "overlaps the episode from 1 September 2025" in said.message
    assert len(episodes(cast, "BLUE-KITE")) == 2


def test_one_bad_row_never_loses_the_good_ones(cast: Cast) -> None:
    bad = ["GREEN-OWL,F,01/01/2012,WBRI,UN1,,", "=1+1,F,01/01/2012,WBRI,UN1,,"]
    result = load(cast, made_up_return(header=[BLUE, *bad, RED], episodes=[
        BLUE_FIRST, BLUE_NOW, RED_NOW, "GREEN-OWL,01/06/2025,S,C2,N1,ZZ9,PR1,,,,ME14 1XX,ME14 1XX,1234567"]))  # fmt: skip
    assert counts(result, "Header") == {"added": 3, "refused": 1}
    assert counts(result, "Episodes") == {"added": 3, "refused": 1}
    with acting(cast.anna):
        kept = ReturnProblem.objects.filter(load=result.load, severity="error")
        assert {(one.file, one.row, one.rule) for one in kept} == {
            ("header.csv", 4, "formula"),
            ("episodes.csv", 5, "code"),
        }


def test_an_owner_nobody_can_name_saves_every_row_of_the_table(cast: Cast) -> None:
    load(cast)
    stranger = RED_NOW.replace("RED-FOX", "RED-FOKS")
    result = load(cast, made_up_return(episodes=[BLUE_FIRST, BLUE_NOW, stranger]))
    assert counts(result, "Episodes") == {"unchanged": 2, "refused": 1}
    assert len(episodes(cast, "RED-FOX")) == 1


def test_the_next_year_goes_on_where_the_last_one_stopped(cast: Cast) -> None:
    load(cast)
    ended = BLUE_NOW.replace(",,,,ME14", ",01/05/2026,E3,,ME14")
    result = load(cast, made_up_return(episodes=[ended, RED_NOW], reviews=[]), year=2027)
    assert counts(result, "Episodes") == {"changed": 2}
    first, second = episodes(cast, "BLUE-KITE")
    assert (first.return_year, second.return_year) == (2026, 2027)
    assert second.ends_before == dt.date(2026, 5, 1)
    with acting(cast.anna):
        assert ReturnRecord.objects.filter(year=2026).count() == 2


def test_a_child_whom_the_next_years_return_names_again_is_not_changed_by_that(cast: Cast) -> None:
    load(cast)
    result = load(cast, year=2027)
    assert counts(result, "Header") == {"unchanged": 2}
    with acting(cast.anna):
        assert set(Child.objects.values_list("return_year", flat=True)) == {2027}


def test_an_earlier_year_never_overwrites_a_later_one(cast: Cast) -> None:
    ended = BLUE_NOW.replace(",,,,ME14", ",01/05/2026,E3,,ME14")
    load(cast, made_up_return(episodes=[ended, RED_NOW]), year=2027)
    result = load(cast, year=2026)
    assert counts(result, "Episodes") == {"added": 1, "unchanged": 2}
    assert episodes(cast, "BLUE-KITE")[1].ends_before == dt.date(2026, 5, 1)


def test_a_child_of_an_earlier_year_stays_when_a_later_return_drops_them(cast: Cast) -> None:
    load(cast)
    load(cast, year=2027)
    result = load(cast, made_up_return(header=[BLUE], episodes=[BLUE_NOW], reviews=[]), year=2027)
    assert counts(result, "Header") == {"unchanged": 1}
    assert [one.child for one in result.problems if one.rule == "no longer there"] == ["RED-FOX"]
    with acting(cast.anna):
        assert Child.objects.filter(return_ref="RED-FOX").exists()


def placed(cast: Cast, ref: str, starts_on: dt.date, **changes: Any) -> Episode:
    with acting(cast.anna):
        child = Child.objects.get(return_ref=ref)
        facts = {"legal_status": "C2", "need": "N1", "place_type": "K2", "place_provider": "PR4", "reason_new": "P"}
        facts["urn"] = "SC900001"
        return Episode.objects.create(
            child=child, authority=cast.kent, starts_on=starts_on, source="placement", **(facts | changes)
        )


def test_an_ending_after_the_year_is_not_undone_by_its_return(cast: Cast) -> None:
    load(cast)
    with acting(cast.anna):
        Episode.objects.filter(child__return_ref="BLUE-KITE", ends_before=None).update(
            ends_before=dt.date(2026, 6, 1), reason_ceased="X1"
        )
    placed(cast, "BLUE-KITE", dt.date(2026, 6, 1))
    again = load(cast)
    assert counts(again, "Episodes") == {"unchanged": 3}
    assert not again.problems
    assert episodes(cast, "BLUE-KITE")[1].ends_before == dt.date(2026, 6, 1)


def test_an_episode_of_a_placement_is_never_overwritten_silently(cast: Cast) -> None:
    load(cast, made_up_return(episodes=[RED_NOW, BLUE_FIRST.replace("X1,CARPL", "E3,")]))
    placed(cast, "BLUE-KITE", dt.date(2025, 9, 1))
    result = load(cast)
    kept = episodes(cast, "BLUE-KITE")[1]
    assert (kept.urn, kept.source) == ("SC900001", "placement")
    warning = next(one for one in result.problems if one.rule == "placement")
    assert warning.severity == "warning"
    assert "PLACE, URN" in warning.message


def test_an_episode_across_a_placement_is_refused(cast: Cast) -> None:
    load(cast, made_up_return(episodes=[BLUE_FIRST.replace("X1,CARPL", "E3,"), RED_NOW]))
    placed(cast, "BLUE-KITE", dt.date(2025, 9, 10), reason_new="S")
    result = load(cast)
    assert counts(result, "Episodes")["refused"] == 1
    assert any("overlaps the episode from 10 September 2025" in one.message for one in result.problems)
    assert len(episodes(cast, "BLUE-KITE")) == 2


def test_a_child_known_from_a_referral_is_found_again_and_keeps_the_name(cast: Cast) -> None:
    make_child(cast.kent, "BLUE-KITE")
    result = load(cast)
    assert counts(result, "Header") == {"added": 1, "changed": 1}
    with acting(cast.anna):
        assert ChildIdentity.objects.get(child__return_ref="BLUE-KITE").name == "Test Child BLUE-KITE"


def test_unaccompanied_children_have_no_distance(cast: Cast) -> None:
    files = made_up_return() | {"uasc.csv": table(UASC, ["BLUE-KITE,M,14/05/2013,"])}
    load(cast, files)
    assert [row.miles for row in episodes(cast, "BLUE-KITE")] == [None, None]
    result = load(cast, made_up_return() | {"uasc.csv": table(UASC, [])})
    assert counts(result, "UASC") == {"removed": 1}
    assert episodes(cast, "BLUE-KITE")[0].miles == Decimal("0.0")
    assert load(cast, made_up_return() | {"uasc.csv": table(UASC, [])}).tally.total("changed") == 0


def pooled(rows: list[str], headings: str) -> bytes:
    return table(f"{headings},LA,YEAR", rows)


def test_the_pooled_form_adds_and_updates_and_removes_nothing(cast: Cast) -> None:
    load(cast)
    files = {
        "header.csv": pooled(["RED-FOX_886,F,2010-11-01,,Kent,2026", "SAND-CAT_938,M,2011-01-01,,West Sussex,2026",
                              "GREY-SEAL,M,2012-02-01,WBRI,Kent,2025"], "CHILD,SEX,DOB,ETHNIC"),
        "episodes.csv": pooled(["RED-FOX_886,2026-01-10,S,V2,N1,K2,PR4,2026-03-20,E3,Kent,2026",
                                "GREY-SEAL,2024-06-01,S,C2,N1,U6,PR1,2024-09-01,E3,Kent,2025"],
                               "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC"),
    }  # fmt: skip
    result = load(cast, files)
    assert (result.form, result.rows_of_others) == ("pooled", 1)
    assert counts(result, "Header") == {"added": 1, "unchanged": 1}
    assert counts(result, "Episodes") == {"added": 1, "changed": 1}
    red = episodes(cast, "RED-FOX")[0]
    assert (red.ends_before, red.urn, red.place_postcode) == (dt.date(2026, 3, 20), "SC123456", "CT9 1QQ")
    with acting(cast.anna):
        assert ChildIdentity.objects.get(child__return_ref="RED-FOX").born_on == "2010-11-02"
        assert Child.objects.get(return_ref="GREY-SEAL").return_year == 2025
        assert Child.objects.count() == 3
    assert load(cast, files).tally.total("changed") == 0


def test_a_preview_says_the_same_and_writes_nothing(cast: Cast) -> None:
    preview = load(cast, dry_run=True)
    with acting(cast.anna):
        assert (Child.objects.count(), Episode.objects.count(), ReturnLoad.objects.count()) == (0, 0, 0)
    assert preview.tally.as_json() == load(cast).tally.as_json()
    gone = made_up_return(header=[BLUE], episodes=[BLUE_FIRST, BLUE_NOW], reviews=[BLUE_REVIEW])
    assert load(cast, gone, dry_run=True).tally.as_json() == load(cast, gone).tally.as_json()


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "There is no Header table"),
        ({"header.csv": b"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER\nA,M,1"}, "lacks"),
        ({"header.csv": "CHILD,SEX,DOB".encode("utf-16")}, "UTF-16"),
        ({"header.csv": bytes(range(256)) * 4096 * 10}, "header.csv"),
    ],
)
def test_files_that_are_no_return_change_nothing_and_say_why(cast: Cast, files: dict[str, bytes], says: str) -> None:
    result = load(cast, files)
    assert not result.is_readable
    assert any(says in f"{one.file} {one.message}" for one in result.problems)
    with acting(cast.anna):
        assert not ReturnLoad.objects.exists()


def test_an_episode_that_ends_before_it_starts_is_refused(cast: Cast) -> None:
    backwards = RED_NOW.replace(",,,,ME14", ",01/01/2026,E3,,ME14")
    result = load(cast, made_up_return(episodes=[BLUE_FIRST, BLUE_NOW, backwards]))
    assert any(one.rule == "356" and one.row == 4 for one in result.problems)
    assert counts(result, "Episodes") == {"added": 2, "refused": 1}


def test_only_an_analyst_or_administrator_of_the_authority_may_load(cast: Cast) -> None:
    for person in (cast.olive, cast.hilda, cast.mona):
        with acting(person), pytest.raises(PermissionDenied):
            load_return(made_up_return(), authority=cast.kent, year=2026, by=person, now=NOW)
    with acting(cast.anna), pytest.raises(PermissionDenied):
        load_return(made_up_return(), authority=cast.portsmouth, year=2026, by=cast.anna, now=NOW)
    with acting(cast.anna):
        by = Nearhome(cast.kent.pk, "Kent")
        assert load_return(made_up_return(), authority=cast.kent, year=2026, by=by, now=NOW).load


def test_a_year_without_a_standard_is_refused_in_a_sentence(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="2023 to 2027"):
        load(cast, year=1999)


def test_another_authority_sees_nothing_of_it(cast: Cast) -> None:
    load(cast)
    with acting(cast.hilda):
        assert not Child.objects.exists()
        assert not ReturnLoad.objects.exists()
        assert not ReturnProblem.objects.exists()
