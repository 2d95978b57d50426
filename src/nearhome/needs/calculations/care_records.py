"""What is known of children in care, one authority or several, as tables that an analysis can run over at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

# One row for each child. `child_no` joins the tables: the position of the child, counted from 0 over all authorities.
CHILDREN: Mapping[str, pl.DataType] = {
    "child_no": pl.UInt32(),
    "authority": pl.String(),  # DfE code of the responsible authority
    "child": pl.String(),  # CHILD of the return: unique within the authority
    "sex": pl.String(),  # M, F or U
    "born_on": pl.Date(),  # pooled data: first of the month
    "ethnicity": pl.String(),  # ETHNIC code, "" if not given
    "is_uasc": pl.Boolean(),  # is or ever was in the UASC table
    "uasc_ceased_on": pl.Date(),  # DUC, null while the status lasts
}

# One row for each episode of care, in the order of child and start; after stitching no two of a child overlap.
EPISODES: Mapping[str, pl.DataType] = {
    "child_no": pl.UInt32(),
    "starts_on": pl.Date(),  # DECOM
    "ends_before": pl.Date(),  # DEC, null while it runs
    "reason_new": pl.String(),  # RNE
    "legal_status": pl.String(),  # LS
    "need": pl.String(),  # CIN
    "place_type": pl.String(),  # PLACE
    "place_provider": pl.String(),  # PLACE_PROVIDER, "" where none is allowed
    "reason_ceased": pl.String(),  # REC, "" while it runs
    "reason_place_change": pl.String(),  # REASON_PLACE_CHANGE, "" if none
    "home_postcode": pl.String(),  # HOME_POST in capitals with one space; a sector when pooled
    "place_postcode": pl.String(),  # PL_POST, likewise
    "urn": pl.String(),  # "" if none
    "area": pl.String(),  # PL_LA: DfE code, or WAL, SCO, NIR; "" if not known
    "location": pl.String(),  # PL_LOCATION: IN, OUT or ""
    "miles": pl.Float64(),  # PL_DISTANCE; null where blank or not known (999.9)
    "year": pl.Int16(),  # collection year of the row that is kept
    "repair": pl.String(),  # rule of the cross-year repair that changed the row (1, 1A, 2, 3, 3A, 4, 5), "" if none
}

# What the yearly tables say of a child: OC2 and Missing; a null where nothing was returned.
YEARLY: Mapping[str, pl.DataType] = {
    "child_no": pl.UInt32(),
    "year": pl.Int16(),
    "sdq_score": pl.Int16(),
    "convicted": pl.Boolean(),
    "substance_misuse": pl.Boolean(),
    "times_missing": pl.Int16(),  # rows of the Missing table with M in that collection year
}


@dataclass(frozen=True, slots=True)
class CareRecords:
    """Children, their episodes and yearly facts, with the columns of CHILDREN, EPISODES and YEARLY.

    `years` are the collection years read, `authorities` the DfE codes, both in order.
    """

    children: pl.DataFrame
    episodes: pl.DataFrame
    yearly: pl.DataFrame
    authorities: tuple[str, ...]
    years: tuple[int, ...]

    def of(self, *authorities: str) -> "CareRecords":
        """The records of these authorities alone; `child_no` stays what it was."""
        children = self.children.filter(pl.col("authority").is_in(authorities))
        kept = tuple(code for code in self.authorities if code in authorities)
        return CareRecords(
            children,
            self.episodes.join(children.select("child_no"), on="child_no", how="semi", maintain_order="left"),
            self.yearly.join(children.select("child_no"), on="child_no", how="semi", maintain_order="left"),
            kept,
            self.years,
        )


def care_records(
    children: pl.DataFrame, episodes: pl.DataFrame, yearly: pl.DataFrame, years: tuple[int, ...]
) -> CareRecords:
    """The records in these tables, with every column of the right type and in order; missing columns become null.

    Raises polars.exceptions.InvalidOperationError if a value does not fit its column.
    """
    return CareRecords(
        _shaped(children, CHILDREN).sort("child_no"),
        _shaped(episodes, EPISODES).sort("child_no", "starts_on"),
        _shaped(yearly, YEARLY).sort("child_no", "year"),
        tuple(sorted(children["authority"].unique())) if children.height else (),
        tuple(sorted(years)),
    )


def _shaped(table: pl.DataFrame, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    there = set(table.columns)
    return table.select(
        (pl.col(name) if name in there else pl.lit(None).alias(name)).cast(kind) for name, kind in columns.items()
    ).with_columns(pl.col(name).fill_null("") for name, kind in columns.items() if kind == pl.String())
