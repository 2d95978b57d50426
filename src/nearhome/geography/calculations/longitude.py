"""Where on the globe is a place of the national grid? Longitude and latitude as routing services take them."""

from math import atan2, cos, degrees, hypot, radians, sin, sqrt, tan

from nearhome.geography.calculations.distance import Point

# The national grid: a transverse Mercator of the Airy ellipsoid of 1830, origin 49° N 2° W.
_A, _B = 6_377_563.396, 6_356_256.909
_SCALE, _ORIGIN_LATITUDE, _ORIGIN_LONGITUDE = 0.9996012717, radians(49), radians(-2)
_FALSE_EASTING, _FALSE_NORTHING = 400_000.0, -100_000.0
_ECCENTRIC = 1 - (_B * _B) / (_A * _A)
_N = (_A - _B) / (_A + _B)
# Satellite positions: the ellipsoid of WGS 84, and the shift to it in metres, parts in a million, seconds of arc.
_WGS_A, _WGS_B = 6_378_137.0, 6_356_752.314245
_WGS_ECCENTRIC = 1 - (_WGS_B * _WGS_B) / (_WGS_A * _WGS_A)
_SHIFT = (446.448, -125.157, 542.060)
_PER_MILLION = -20.4894
_TURN = (0.1502, 0.2470, 0.8421)


def longitude_latitude(point: Point) -> tuple[float, float]:
    """Degrees east and north (WGS 84) of a grid reference, right to about five metres in Great Britain.

    Source of the method: Ordnance Survey, “A guide to coordinate systems in Great Britain”, annexes B and C.
    """
    return _on_wgs84(*_on_airy(point))


def _on_airy(point: Point) -> tuple[float, float]:
    """Latitude and longitude in radians on the grid's own ellipsoid."""
    north = point.northing - _FALSE_NORTHING
    latitude = _ORIGIN_LATITUDE + north / (_A * _SCALE)
    while abs(left := north - _meridian(latitude)) >= 0.00001:
        latitude += left / (_A * _SCALE)
    across = point.easting - _FALSE_EASTING
    squared = 1 - _ECCENTRIC * sin(latitude) ** 2
    nu, rho = _A * _SCALE / sqrt(squared), _A * _SCALE * (1 - _ECCENTRIC) / squared**1.5
    t, secant, eta = tan(latitude), 1 / cos(latitude), nu / rho - 1
    seven = t / (2 * rho * nu)
    eight = t / (24 * rho * nu**3) * (5 + 3 * t**2 + eta - 9 * t**2 * eta)
    nine = t / (720 * rho * nu**5) * (61 + 90 * t**2 + 45 * t**4)
    ten = secant / nu
    eleven = secant / (6 * nu**3) * (nu / rho + 2 * t**2)
    twelve = secant / (120 * nu**5) * (5 + 28 * t**2 + 24 * t**4)
    thirteen = secant / (5040 * nu**7) * (61 + 662 * t**2 + 1320 * t**4 + 720 * t**6)
    return (
        latitude - seven * across**2 + eight * across**4 - nine * across**6,
        _ORIGIN_LONGITUDE + ten * across - eleven * across**3 + twelve * across**5 - thirteen * across**7,
    )


def _meridian(latitude: float) -> float:
    """The length of the meridian from the origin, metres."""
    less, more, n = latitude - _ORIGIN_LATITUDE, latitude + _ORIGIN_LATITUDE, _N
    return (
        _B
        * _SCALE
        * (
            (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
            - (3 * n + 3 * n**2 + 2.625 * n**3) * sin(less) * cos(more)
            + (1.875 * n**2 + 1.875 * n**3) * sin(2 * less) * cos(2 * more)
            - 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
        )
    )


def _on_wgs84(latitude: float, longitude: float) -> tuple[float, float]:
    """Longitude and latitude in degrees after the shift, for a place at the height of the ellipsoid."""
    nu = _A / sqrt(1 - _ECCENTRIC * sin(latitude) ** 2)
    x = nu * cos(latitude) * cos(longitude)
    y = nu * cos(latitude) * sin(longitude)
    z = nu * (1 - _ECCENTRIC) * sin(latitude)
    size = 1 + _PER_MILLION / 1_000_000
    turn_x, turn_y, turn_z = (radians(seconds / 3600) for seconds in _TURN)
    east = _SHIFT[0] + size * x - turn_z * y + turn_y * z
    side = _SHIFT[1] + turn_z * x + size * y - turn_x * z
    up = _SHIFT[2] - turn_y * x + turn_x * y + size * z
    return degrees(atan2(side, east)), degrees(_latitude(hypot(east, side), up))


def _latitude(out: float, up: float) -> float:
    latitude = atan2(up, out * (1 - _WGS_ECCENTRIC))
    for _ in range(6):
        nu = _WGS_A / sqrt(1 - _WGS_ECCENTRIC * sin(latitude) ** 2)
        latitude = atan2(up + _WGS_ECCENTRIC * nu * sin(latitude), out)
    return latitude
