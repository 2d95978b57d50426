"""One authority's records as the tables an analysis runs over."""

from datetime import date
from typing import Any

import polars as pl
from django.db import connection

from nearhome.needs.calculations.care_records import CHILDREN, EPISODES, YEARLY, CareRecords, care_records
from nearhome.needs.calculations.stitching import Repair, stitch
from nearhome.people.models import AuthorityCode, Organisation

_CHILDREN = """
SELECT id, return_ref AS child, sex, born_month AS born_on, ethnicity, is_uasc, uasc_ceased_on
FROM needs_child WHERE authority_id = %s ORDER BY return_ref
"""
_EPISODES = """
SELECT child_id AS id, starts_on, ends_before, reason_new, legal_status, need, place_type, place_provider,
       reason_ceased, reason_place_change, home_sector AS home_postcode, place_sector AS place_postcode, urn,
       place_authority_code AS area, place_location AS location, miles::float8 AS miles,
       coalesce(return_year, %s)::smallint AS year
FROM needs_episode WHERE authority_id = %s
"""
_YEARLY = """
SELECT child_id AS id, year,
       max(CASE WHEN table_name = 'OC2' THEN nullif(columns->>'SDQ_SCORE', '')::smallint END) AS sdq_score,
       bool_or(CASE WHEN table_name = 'OC2' THEN columns->>'CONVICTED' = '1' END) AS convicted,
       bool_or(CASE WHEN table_name = 'OC2' THEN columns->>'SUBSTANCE_MISUSE' = '1' END) AS substance_misuse,
       (count(*) FILTER (WHERE table_name = 'Missing' AND columns->>'MISSING' = 'M'))::smallint AS times_missing
FROM needs_returnrecord WHERE authority_id = %s AND table_name IN ('OC2', 'Missing') GROUP BY child_id, year
"""
UNKNOWN_MILES = 999.9


def dfe_code_of(authority: Organisation) -> str:
    """The authority's three-digit code; "" if none is recorded."""
    row = AuthorityCode.objects.filter(organisation=authority, scheme="dfe").order_by("-starts_on").first()
    return row.code if row else ""


def care_records_of(authority: Organisation) -> tuple[CareRecords, tuple[Repair, ...]]:
    """Everything on record of an authority's children, years joined; what the joining repaired, row by row.

    Dates of birth are known to the month and postcodes to the sector: who a child is stays sealed.
    """
    code = dfe_code_of(authority)
    latest = _latest_year(authority)
    children = _table(_CHILDREN, [authority.pk]).with_row_index("child_no").with_columns(authority=pl.lit(code))
    numbers = children.select("id", "child_no")
    episodes = _table(_EPISODES, [latest, authority.pk]).join(numbers, on="id")
    episodes = episodes.with_columns(
        miles=pl.when(pl.col("miles") < UNKNOWN_MILES).then("miles"), repair=pl.lit("")
    )  # fmt: skip
    yearly = _table(_YEARLY, [authority.pk]).join(numbers, on="id")
    years = tuple(sorted(set(episodes["year"].to_list()))) if episodes.height else ()
    shaped = care_records(children, episodes, yearly, years)
    joined = stitch(shaped.children, shaped.episodes)
    return care_records(shaped.children, joined.episodes, shaped.yearly, years), joined.repairs


def last_day_on_record(authority: Organisation) -> date | None:
    """The last day the authority's returns speak of: 31 March of the latest collection year; None without a return."""
    year = _latest_year(authority)
    return date(year, 3, 31) if year else None


def _latest_year(authority: Organisation) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(return_year), 0) FROM needs_episode WHERE authority_id = %s", [authority.pk]
        )
        return int(cursor.fetchone()[0])


def _table(sql: str, asked: list[Any]) -> pl.DataFrame:
    """The rows of a query, each column of the type the analysis expects where it is one of theirs."""
    kinds = {**CHILDREN, **EPISODES, **YEARLY, "id": pl.Int64()}
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        names = [column.name for column in cursor.description]
        return pl.DataFrame(cursor.fetchall(), schema={name: kinds[name] for name in names}, orient="row")
