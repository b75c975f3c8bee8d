from math import cos, hypot, radians

from hypothesis import given
from hypothesis import strategies as st

from grids.datum import gcj02_of, wgs84_of

# Mainland China, roughly.
longitudes = st.floats(75, 134, allow_nan=False)
latitudes = st.floats(18, 53, allow_nan=False)


def metres(a, b):
    east = (a[0] - b[0]) * 111_320 * cos(radians(a[1]))
    return hypot(east, (a[1] - b[1]) * 111_320)


@given(longitudes, latitudes)
def test_there_and_back_is_less_than_a_centimetre_off(lng, lat):
    assert metres(wgs84_of(*gcj02_of(lng, lat)), (lng, lat)) < 0.01


@given(longitudes, latitudes)
def test_the_shift_is_a_few_hundred_metres(lng, lat):
    assert 20 < metres(gcj02_of(lng, lat), (lng, lat)) < 1500


def test_a_known_point_is_shifted_as_published():
    # Tiananmen: 116.3912757, 39.906217 in WGS 84 (eviltransform's and gcoord's own example values).
    assert metres(gcj02_of(116.3912757, 39.906217), (116.397518, 39.907621)) < 5
