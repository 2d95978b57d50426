"""How long placements of each sort lasted, counted from the authority's own recorded episodes.

Who the children are is never read: no sex, age, ethnicity, disability, faith or nationality. Nor is what partners know.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import connection

from nearhome.geography.authorities import relation
from nearhome.matching.calculations.candidates import CHILDRENS_HOME, FOSTER, SUPPORTED
from nearhome.matching.calculations.stability import PlacementCount, StabilityEvidence
from nearhome.people.models import AuthorityRules

SOURCE = "the authority's own recorded placements that began in five years and could be seen for 12 months"
# Relatives and friends, secure and other regulated settings are not among the homes a search can find.
KINDS = {
    "U4": FOSTER, "U5": FOSTER, "U6": FOSTER, "K2": CHILDRENS_HOME, "H5": SUPPORTED, "K3": SUPPORTED,
}  # fmt: skip

_Row = tuple[str, str, bool, bool, int, int]
_Sort = tuple[str, str | None, bool, bool]

# A placement is what the picture of need counts as one (docs/methods/stability.md): the same carer, or the same place
# after a temporary move. Temporary moves are left out first, and a gap that they fill is no gap. The returns speak of
# every day until `seen`; where there are none, our own records do.
_COUNTED = """
WITH stepped AS MATERIALIZED (
    SELECT child_id, starts_on, ends_before, reason_new, legal_status, place_type, place_authority_code, place_sector,
           urn, place_provider, return_year, lag(ends_before) OVER child AS left_on,
           lag(reason_place_change) OVER child AS came_by, lead(starts_on) OVER child IS NULL AS is_last,
           lag(place_type) OVER child <> place_type OR lag(place_sector) OVER child <> place_sector
           OR lag(urn) OVER child <> urn OR lag(place_provider) OVER child <> place_provider AS is_elsewhere
    FROM needs_episode
    WHERE authority_id = %(authority)s AND legal_status NOT IN ('V3', 'V4')
      AND place_type NOT IN ('T0', 'T1', 'T2', 'T3', 'T4')
    WINDOW child AS (PARTITION BY child_id ORDER BY starts_on)
), seen AS (
    SELECT coalesce(least(make_date(max(return_year), 3, 31),
                          max(greatest(starts_on, ends_before)) FILTER (WHERE return_year IS NOT NULL)),
                    max(greatest(starts_on, ends_before))) AS until
    FROM stepped
), joined AS (
    SELECT *, left_on IS NULL OR (left_on <> starts_on AND starts_on - left_on <> (
               SELECT coalesce(sum(away.ends_before - away.starts_on), 0) FROM needs_episode AS away
               WHERE away.child_id = stepped.child_id AND away.starts_on >= stepped.left_on
                 AND away.ends_before <= stepped.starts_on AND away.legal_status NOT IN ('V3', 'V4'))) AS opens
    FROM stepped
), turned AS (
    SELECT *, opens OR (is_elsewhere AND reason_new NOT IN ('L', 'T', 'U')) AS is_placed FROM joined
), placed AS (
    SELECT *, CASE WHEN NOT lead(opens) OVER child AND lead(is_placed) OVER child THEN lead(starts_on) OVER child END
              AS moved_on, lead(came_by) OVER child AS moved_by,
           CASE WHEN is_last THEN ends_before WHEN lead(opens) OVER child THEN lead(left_on) OVER child
                WHEN NOT lead(is_placed) OVER child THEN lead(ends_before) OVER child END AS care_ends_before
    FROM turned WHERE is_placed OR is_last
    WINDOW child AS (PARTITION BY child_id ORDER BY starts_on)
), found AS (
    SELECT placed.*, coalesce(moved_on, care_ends_before, 'infinity') >= starts_on + interval '1 year' AS has_lasted
    FROM placed, seen
    WHERE is_placed AND reason_new IN ('S', 'P', 'B') AND place_type = ANY(%(types)s)
      AND starts_on > seen.until - interval '5 years' AND starts_on <= seen.until - interval '1 year'
), asked AS (
    SELECT DISTINCT child_id FROM referrals_referral
    WHERE authority_id = %(authority)s AND (is_emergency OR sibling_group IS NOT NULL)
)
SELECT place_type, place_authority_code,
       NOT (legal_status IN ('L1', 'L2', 'J2') OR (asked.child_id IS NOT NULL AND EXISTS (
           SELECT FROM referrals_referral AS emergency
           WHERE emergency.child_id = found.child_id AND emergency.is_emergency
             AND found.starts_on BETWEEN emergency.needed_on - 7 AND emergency.needed_on + 7))) AS planned,
       asked.child_id IS NOT NULL AND EXISTS (
           SELECT FROM referrals_referral AS own
           JOIN referrals_referral AS theirs USING (sibling_group)
           JOIN needs_episode AS beside ON beside.child_id = theirs.child_id
           WHERE own.child_id = found.child_id AND theirs.child_id <> found.child_id
             AND beside.place_sector = found.place_sector AND beside.place_sector <> '' AND beside.urn = found.urn
             AND beside.place_provider = found.place_provider AND beside.starts_on <= found.starts_on + 7
             AND coalesce(beside.ends_before, 'infinity') > found.starts_on) AS together,
       count(*), count(*) FILTER (WHERE has_lasted)
FROM found LEFT JOIN asked USING (child_id)
WHERE has_lasted OR (moved_on IS NOT NULL AND moved_by NOT IN ('CARPL', 'CUSTOD', 'PLACE'))
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""


def stability_evidence(authority_id: int, code: str) -> StabilityEvidence | None:
    """How many placements of each sort lasted a year, as the authority (of this DfE code) has recorded; None if none.

    A placement left within 12 months for another reason than the care plan did not last. One that ended sooner because
    care itself did (home, adopted, 18, ...), or as the care plan, custody or a change of status would have it, counts
    neither way. In an emergency, or with brothers and sisters, means that the records say so.
    Worked through in docs/methods/stability-expected.md.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, {"authority": authority_id, "types": list(KINDS)})
        rows = cursor.fetchall()
    if not rows:
        return None
    rules = AuthorityRules.objects.filter(organisation_id=authority_id).first()
    extra = tuple((code, other) for other in (rules.adjoining_extra if rules else []))
    return StabilityEvidence(_by_sort(rows, code, extra), SOURCE)


def _by_sort(rows: Iterable[_Row], code: str, extra: tuple[tuple[str, str], ...]) -> tuple[PlacementCount, ...]:
    """Areas gathered into bands, types of placement into kinds of home."""
    began: Counter[_Sort] = Counter()
    lasted: Counter[_Sort] = Counter()
    for place_type, area, planned, together, count, count_lasted in rows:
        band = relation(code, area, extra).value if code and area else None
        sort = (KINDS[place_type], band, planned, together)
        began[sort] += count
        lasted[sort] += count_lasted
    return tuple(PlacementCount(*sort, began[sort], lasted[sort]) for sort in sorted(began, key=str))
