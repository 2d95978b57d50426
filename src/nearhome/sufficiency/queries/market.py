"""Every place that is open on a day, as the analysis of the market reads it."""

from datetime import date

import polars as pl
from django.db import connection

from nearhome.sufficiency.calculations.market.market import MARKET

# Homes with the capacity and the judgement that hold on the day; a registration without homes stands for itself.
_PLACES = """
SELECT registration.urn, registration.kind, registration.name AS provider, owner.name AS owner, registration.sector,
       coalesce(home.area_code, registration.area_code) AS area,
       coalesce(capacity.registered, registration.registered_places) AS places,
       coalesce(lower(inspection.judgement), '') AS judgement, coalesce(inspection.scale, '') AS scale,
       home.easting, home.northing, coalesce(home.opens_on, registration.registered_on) AS opens_on,
       coalesce(home.closes_before, registration.closed_on) AS closes_before
FROM market_registration AS registration
JOIN people_organisation AS owner ON owner.id = registration.provider_id
LEFT JOIN market_home AS home ON home.registration_id = registration.id
LEFT JOIN LATERAL (SELECT registered FROM market_capacity WHERE home_id = home.id AND starts_on <= %(on)s
                   ORDER BY starts_on DESC LIMIT 1) AS capacity ON true
LEFT JOIN LATERAL (SELECT judgement, scale FROM market_inspection WHERE registration_id = registration.id
                   AND inspected_on <= %(on)s ORDER BY inspected_on DESC LIMIT 1) AS inspection ON true
WHERE registration.kind <> 'other' AND (registration.closed_on IS NULL OR registration.closed_on > %(on)s)
ORDER BY registration.urn, home.ref
"""


def market_on(on: date) -> pl.DataFrame:
    """The places of the register and of homes on a day, with the columns of MARKET."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"on": on})
        names = [column.name for column in cursor.description]
        rows = pl.DataFrame(cursor.fetchall(), schema={name: MARKET[name] for name in names}, orient="row")
    return rows.select(list(MARKET))
