"""An authority's picture worked out from what is on record, again from what was kept, and as partners may see it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from django.core.exceptions import ValidationError

from nearhome import __version__
from nearhome.design.wording import date as in_words
from nearhome.geography.postcodes import Postcodes
from nearhome.needs.calculations.care_records import CareRecords, care_records
from nearhome.needs.calculations.stitching import Repair
from nearhome.people.models import Organisation
from nearhome.sufficiency.calculations.children.repairs import repairs_table
from nearhome.sufficiency.calculations.figures import Analysis
from nearhome.sufficiency.calculations.market.market import placed_on
from nearhome.sufficiency.calculations.picture import picture
from nearhome.sufficiency.calculations.publishing.publishing import published
from nearhome.sufficiency.calculations.worked import Worked
from nearhome.sufficiency.exporters.kept_records import tables_of
from nearhome.sufficiency.importers.home_positions import read_home_positions
from nearhome.sufficiency.importers.surroundings import surroundings
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.queries.market import market_on
from nearhome.sufficiency.queries.records import care_records_of, last_day_on_record

SEED = 1


def worked_picture(authority: Organisation, on: date) -> Worked:
    """The authority's need on a day, from its records and the register.

    Raises ValidationError where no return is on record, or the day lies after the last one or before the first.
    """
    last = last_day_on_record(authority)
    if last is None:
        raise ValidationError("There is no return on record yet. Load one, then work out a day.")
    records, repairs = care_records_of(authority)
    first = date(min(records.years) - 1, 4, 1)
    if not first <= on <= last:
        raise ValidationError(
            f"The returns on record speak of {in_words(first)} to {in_words(last)}. Choose a day among these."
        )
    homes = read_home_positions(placed_on(records, on)["home_postcode"], records.authorities, Postcodes.open())
    tables = tables_of(records) | {"market": market_on(on), "homes": homes, "repairs": repairs_table(repairs)}
    asked = {"on": on.isoformat(), "seed": SEED}
    return Worked("picture", asked, tables, _picture(tables, records.years, asked, rests_on(records, repairs)))


def picture_again(kept: KeptAnalysis, tables: Mapping[str, pl.DataFrame]) -> Worked:
    """A kept picture run once more over the tables that were kept with it."""
    rests: Mapping[str, Any] = {key: value for key, value in kept.result["data"].items() if key != "seed"}
    years = tuple(rests["collection_years"])
    return Worked(kept.kind, kept.asked, tables, _picture(tables, years, kept.asked, rests))


def shared_figures(analysis: Analysis) -> Analysis:
    """What partners may see: small numbers hidden, no single child, and none of what it rests on but its years."""
    shown = published(analysis)
    data = {key: shown.data[key] for key in ("collection_years", "version") if key in shown.data}
    return Analysis(shown.name, shown.title, shown.subtitle, shown.sections, data, {}, True)


def rests_on(records: CareRecords, repairs: tuple[Repair, ...]) -> dict[str, Any]:
    """What the figures rest on, as every result says it."""
    rules: dict[str, int] = {}
    for one in repairs:
        rules[f"rule {one.rule}"] = rules.get(f"rule {one.rule}", 0) + 1
    return {
        "collection_years": list(records.years),
        "children": records.children.height,
        "episodes": records.episodes.height,
        "episodes_repaired_across_years": dict(sorted(rules.items())),
        "dates_of_birth": "known to the month: the day is sealed",
        "version": __version__,
    }


def _picture(
    tables: Mapping[str, pl.DataFrame], years: tuple[int, ...], asked: Mapping[str, Any], rests: Mapping[str, Any]
) -> Analysis:
    records = care_records(tables["children"], tables["episodes"], tables["yearly"], years)
    around = surroundings(market=tables["market"], homes=tables.get("homes"), repairs=tables.get("repairs"))
    return picture(records, date.fromisoformat(asked["on"]), around=around, data=rests, seed=asked["seed"])
