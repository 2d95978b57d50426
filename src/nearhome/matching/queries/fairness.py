"""The fairness report of an authority's own placements, from its returns and its choices of homes; and worked out again."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl
from django.core.exceptions import ValidationError
from django.db import connection

from nearhome import __version__
from nearhome.design.wording import date as in_words
from nearhome.design.wording import plural
from nearhome.matching.calculations.fairness.recorded import CHOICES, SCALES, Recorded, Window, recorded
from nearhome.matching.calculations.fairness.report import fairness_report
from nearhome.matching.queries.policy import CRITERION_WORDS
from nearhome.people.models import Organisation
from nearhome.sufficiency.calculations.figures import Analysis
from nearhome.sufficiency.calculations.worked import Worked
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.queries.forecasting import days_on_record
from nearhome.sufficiency.queries.records import care_records_of

Days = tuple[dt.date, dt.date]
# The last choice of each search that was approved, and how its home stood in the ranking the choice was made from.
_CHOICES = """
WITH chosen AS (
    SELECT DISTINCT ON (decision.referral_id) decision.id, decision.referral_id, decision.ranking_id,
           decision.decided_at, offer.starts_on, offer.home_id
    FROM matching_decision decision JOIN referrals_offer offer ON offer.id = decision.offer_id
    WHERE decision.authority_id = %(authority)s AND decision.granted
    ORDER BY decision.referral_id, decision.decided_at DESC
)
SELECT chosen.id AS choice, child.return_ref AS child, chosen.starts_on AS offered_on, registration.urn AS chosen_urn,
       coalesce(
           jsonb_path_query_first(ranking.result, '$.ranked[*] ? (@.home_ref == $ref)', sought.ref),
           jsonb_path_query_first(ranking.result, '$.rest[*] ? (@.home_ref == $ref)', sought.ref)
       ) AS ranked,
       others.are_there AS siblings_together,
       (chosen.decided_at AT TIME ZONE 'Europe/London')::date - (search.at AT TIME ZONE 'Europe/London')::date AS days_waited
FROM chosen
JOIN referrals_referral referral ON referral.id = chosen.referral_id
JOIN needs_child child ON child.id = referral.child_id
JOIN market_home home ON home.id = chosen.home_id
JOIN market_registration registration ON registration.id = home.registration_id
CROSS JOIN LATERAL (SELECT jsonb_build_object('ref', home.key::text) AS ref) sought
LEFT JOIN matching_savedranking ranking ON ranking.id = chosen.ranking_id
LEFT JOIN LATERAL (
    SELECT min(move.at) AS at FROM referrals_referralmove move
    WHERE move.referral_id = referral.id AND move.to_state = 'searching'
) search ON true
LEFT JOIN LATERAL (
    SELECT bool_and(theirs.home_id = chosen.home_id) AS are_there
    FROM referrals_referral other JOIN chosen theirs ON theirs.referral_id = other.id
    WHERE other.sibling_group = referral.sibling_group AND other.id <> referral.id
) others ON true
WHERE chosen.starts_on BETWEEN %(since)s AND %(until)s
ORDER BY chosen.id
"""
_AROUND = dt.timedelta(days=28)
_DAY = dt.timedelta(days=1)


def usual_window(days: Days) -> dict[str, dt.date]:
    """The 12 months to the last day on record, or as much of them as there is."""
    first, last = days
    year_before: dt.date = pl.select(pl.lit(last + _DAY).dt.offset_by("-12mo")).item()
    return {"since": max(first, year_before), "until": last}


def worked_fairness(authority: Organisation, *, since: dt.date, until: dt.date, today: dt.date) -> Worked:
    """The report over placements that began from `since` to `until`.

    Raises ValidationError where no return is on record, or the days lie outside what is.
    """
    days = days_on_record(authority)
    if days is None:
        raise ValidationError("There is no return on record yet. Load one, then work out the report.")
    _check(since, until, days, today)
    records, repairs = care_records_of(authority)
    choices, scales = choices_of(authority, since - _AROUND, until + _AROUND)
    window = Window(since, until, days[1])
    found = recorded(records, choices, scales, window=window, authority=str(authority))
    if not found.placements.height:
        raise ValidationError("No placement on record began between these days. Choose other days.")
    asked = {"since": since.isoformat(), "until": until.isoformat()}
    tables = {"placements": found.placements}
    if found.contributions is not None:
        tables["contributions"] = found.contributions
    rests = _rests_on(found, records.years, days, len(repairs))
    return Worked(KeptAnalysis.Kind.FAIRNESS, asked, tables, _report(tables, asked, rests))


def fairness_again(kept: KeptAnalysis, tables: Mapping[str, pl.DataFrame]) -> Worked:
    """A kept report run once more over the placements that were kept with it."""
    return Worked(kept.kind, kept.asked, tables, _report(tables, kept.asked, kept.result["data"]))


def choices_of(authority: Organisation, since: dt.date, until: dt.date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Approved choices offered from one day to another, and how each home stood: tables CHOICES and SCALES."""
    with connection.cursor() as cursor:
        cursor.execute(_CHOICES, {"authority": authority.pk, "since": since, "until": until})
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    stood = [_parsed(row["ranked"]) for row in rows]
    told = [row | _outcomes(home) for row, home in zip(rows, stood, strict=True)]
    parts = [
        {
            "choice": row["choice"],
            "criterion": part["criterion"],
            "scale": _scale(part),
            "share": part.get("share", 1.0),
        }
        for row, home in zip(rows, stood, strict=True)
        for part in home.get("contributions", ())
    ]
    choices = pl.DataFrame([{name: row[name] for name in CHOICES} for row in told], schema=CHOICES, strict=False)
    return choices, pl.DataFrame(parts, schema=SCALES, strict=False)


def _parsed(ranked: str | Mapping[str, Any] | None) -> Mapping[str, Any]:
    """The chosen home as it was ranked; empty where the choice rests on no ranking, or it was not ranked."""
    return json.loads(ranked) if isinstance(ranked, str) else ranked or {}


def _outcomes(home: Mapping[str, Any]) -> dict[str, Any]:
    needs = next((part for part in home.get("contributions", ()) if part["criterion"] == "essential_needs"), None)
    outcomes = {"rank": home.get("position"), "needs_met": None}
    if needs and needs.get("is_known", True):
        outcomes["needs_met"] = needs["value"] / (needs["value"] + home["unmet_essential"])
    return outcomes


def _scale(part: Mapping[str, Any]) -> float | None:
    """What counts as not met only because it is not known, is not known."""
    return part["scale"] if part.get("is_known", True) else None


def _check(since: dt.date, until: dt.date, days: Days, today: dt.date) -> None:
    first, last = days
    if until < since:
        raise ValidationError({"until": "The last day is before the first. Give a later one."})
    if since < first or since > max(last, today):
        latest = in_words(max(last, today))
        raise ValidationError(
            {"since": f"Give a first day from {in_words(first)}, where the record begins, to {latest}."}
        )
    if until > max(last, today):
        raise ValidationError({"until": f"Nothing is on record after {in_words(max(last, today))}. Give an earlier last day."})  # fmt: skip


def _report(tables: Mapping[str, pl.DataFrame], asked: Mapping[str, Any], rests: Mapping[str, Any]) -> Analysis:
    report = fairness_report(tables["placements"], tables.get("contributions"), rests, names=CRITERION_WORDS)
    since, until = (in_words(dt.date.fromisoformat(asked[day])) for day in ("since", "until"))
    placements = plural(tables["placements"].height, "placement")
    subtitle = f"{placements} that began from {since} to {until}: how they turned out for groups of children."
    return replace(report, title=f"Fairness, {since} to {until}", subtitle=subtitle)


def _rests_on(found: Recorded, years: tuple[int, ...], days: Days, repairs: int) -> dict[str, Any]:
    """What the figures rest on. No child is named, so that it may go with a published report."""
    return {
        "collection_years": list(years),
        "placements": found.placements.height,
        "placements_chosen_here": found.chosen_here,
        "moves_known_until": days[1].isoformat(),
        "left_out": "placements with parents and for adoption, temporary moves and short breaks: no home was looked for",
        "need": "the child’s category of need in the return; only children of one age band and category are alike",
        "disability": "the return does not say who is disabled, so it is not looked at",
        "authority": "one authority alone cannot be compared with others",
        "dates_of_birth": "known to the month: the day is sealed",
        "episodes_repaired_across_years": repairs,
        "version": __version__,
    }
