"""Between WGS 84 and GCJ-02, the shifted coordinates of maps published in China. Pure.

The shift is the well-known published approximation: a few hundred metres, varying smoothly.
CGCS2000 differs from WGS 84 by centimetres and is treated as the same.
"""

from math import cos, pi, sin, sqrt

# Krasovsky 1940, which the shift is defined on.
_AXIS = 6378245.0
_FLATTENING = 0.00669342162296594323


def gcj02_of(lng: float, lat: float) -> tuple[float, float]:
    """Return (lng, lat) in GCJ-02 for a WGS 84 point in mainland China, in degrees."""
    x, y = lng - 105.0, lat - 35.0
    ripple = (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + ripple
    north += (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + ripple
    east += (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    phi = lat / 180.0 * pi
    squeeze = 1.0 - _FLATTENING * sin(phi) ** 2
    per_degree_north = _AXIS * (1.0 - _FLATTENING) / squeeze**1.5 * pi / 180.0
    per_degree_east = _AXIS / sqrt(squeeze) * cos(phi) * pi / 180.0
    return lng + east / per_degree_east, lat + north / per_degree_north


def wgs84_of(lng: float, lat: float) -> tuple[float, float]:
    """Return (lng, lat) in WGS 84 for a GCJ-02 point in mainland China, to within a centimetre."""
    at_lng, at_lat = lng, lat
    # The shift changes so slowly that each round gains about four digits.
    for _round in range(4):
        shifted_lng, shifted_lat = gcj02_of(at_lng, at_lat)
        at_lng, at_lat = at_lng + lng - shifted_lng, at_lat + lat - shifted_lat
    return at_lng, at_lat
