from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.needs.calculations.fields import CellError, latest_of_partial, parse_date, written_date
from nearhome.needs.calculations.rows import (
    EpisodeRow,
    HeaderRow,
    Origin,
    episode_row,
    header_row,
    parse_row,
    written_episode,
    written_header,
)
from nearhome.needs.calculations.standard import recognise, year_bounds, year_label
from nearhome.needs.importers.standard import all_tables, nearest_standard, standard

ORIGIN = Origin("file.csv", 2, 2026)
THIS = standard(2026)
dates = st.dates(date(1991, 10, 14), date(2026, 3, 31))


@given(dates)
def test_a_date_survives_writing_and_reading(day: date) -> None:
    assert parse_date(written_date(day)) == day
    assert parse_date(day.isoformat(), iso=True) == day
    assert latest_of_partial(written_date(day)) == day


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_a_clear_refusal(text: str) -> None:
    for iso in (False, True):
        try:
            parse_date(text, iso=iso)
        except CellError as error:
            assert "is not a date" in str(error) and error.rule == "date"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("31/02/2025", "February 2025 has 28 days"),
        ("30/02/2024", "February 2024 has 29 days"),
        ("00/01/2025", "January 2025 has 31 days"),
        ("01/13/2025", "check the month"),
        ("01/01/0025", "check the year"),
        ("1/1/2025", "write it as DD/MM/YYYY"),
        ("01-01-2025", "write it as DD/MM/YYYY"),
    ],
)
def test_an_impossible_date_says_why(text: str, says: str) -> None:
    with pytest.raises(CellError, match=says):
        parse_date(text)


def test_a_partly_unknown_date_is_taken_at_its_latest() -> None:
    assert latest_of_partial("ZZ/05/2020") == date(2020, 5, 31)
    assert latest_of_partial("ZZ/02/2024") == date(2024, 2, 29)
    assert latest_of_partial("ZZ/ZZ/2021") == date(2021, 12, 31)
    assert latest_of_partial("ZZ/ZZ/ZZZZ") is None
    for wrong in ("01/ZZ/2020", "ZZ/13/2020", "ZZ/2020", "31/02/2020"):
        with pytest.raises(CellError):
            latest_of_partial(wrong)


def test_a_collection_year_is_the_one_it_ends_in() -> None:
    assert year_label(2026) == "2025/26" and year_label(2000) == "1999/00"
    assert year_bounds(2026) == (date(2025, 4, 1), date(2026, 3, 31))
    assert nearest_standard(2015).year == 2023 and nearest_standard(2040).year == 2027


def codes(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(THIS.valid_codes(name))


optional = st.one_of(st.none(), dates)
names = st.text("ABCXYZ0123456789", min_size=1, max_size=10)
children = st.builds(
    HeaderRow,
    st.just(ORIGIN),
    names,
    codes("sex"),
    dates,
    codes("ethnic"),
    st.sampled_from(["", "UN1", "A123456789012"]),
    st.sampled_from([None, True, False]),
    optional,
)
stays = st.builds(
    EpisodeRow,
    st.just(ORIGIN),
    names,
    dates,
    codes("reason_new"),
    codes("legal_status"),
    codes("need"),
    codes("place"),
    st.one_of(st.just(""), codes("place_provider")),
    optional,
    st.one_of(st.just(""), codes("reason_ceased")),
    st.one_of(st.just(""), codes("reason_place_change")),
    st.sampled_from(["", "BN1 1EE"]),
    st.sampled_from(["", "SW1A 1AA"]),
    st.sampled_from(["", "1234567", "SC123456"]),
)


@given(children)
def test_a_child_survives_writing_and_reading(child: HeaderRow) -> None:
    parsed = parse_row(THIS.table("Header"), written_header(child), ORIGIN, THIS)
    assert parsed.problems == ()
    assert header_row(parsed.values, ORIGIN) == child
    assert tuple(written_header(child)) == THIS.table("Header").columns


@given(stays)
def test_an_episode_survives_writing_and_reading(stay: EpisodeRow) -> None:
    parsed = parse_row(THIS.table("Episodes"), written_episode(stay), ORIGIN, THIS)
    assert parsed.problems == ()
    assert episode_row(parsed.values, ORIGIN) == stay
    assert tuple(written_episode(stay)) == THIS.table("Episodes").columns


@pytest.mark.parametrize("name", [table.name for table in all_tables()])
def test_each_table_is_known_by_its_columns_alone_or_pooled(name: str) -> None:
    table = standard(2027).table(name)
    assert recognise(reversed(table.columns), all_tables()).table == table
    pooled = recognise([*table.columns, "LA", "YEAR"], all_tables())
    assert pooled.table == table and pooled.is_pooled
    one_less = recognise(table.columns[:-1], all_tables())
    assert one_less.table is None
    assert (one_less.nearest, one_less.missing) == (name, (table.columns[-1],)) or len(table.columns) < 5


def test_every_column_of_a_code_set_names_one_that_exists() -> None:
    for table in all_tables():
        for field in table.fields:
            assert field.kind in {"text", "date", "partial_date", "code", "postcode", "urn", "upn", "number"}
            assert field.kind != "code" or THIS.valid_codes(field.codes), field


def test_the_tables_and_codes_of_each_year_are_those_of_the_standard() -> None:
    assert "SWEpisodes" not in {table.name for table in standard(2023).tables}
    assert {table.name for table in standard(2024).tables} == {table.name for table in standard(2026).tables}
    assert len(standard(2027).tables) == 12
    places = {year: set(standard(year).valid_codes("place")) for year in range(2023, 2028)}
    assert places[2024] - places[2025] == {"H5", "P2"} and places[2025] - places[2024] == {"K3"}
    assert places[2025] - places[2026] == {"Z1"} and places[2026] - places[2025] == {"Z11", "Z12", "Z13", "Z14"}
    assert len(standard(2026).valid_codes("ethnic")) == 20
    assert {year: standard(year).valid_codes("sex") for year in (2024, 2025)} == {
        2024: ("1", "2"),
        2025: ("M", "F", "U"),
    }
