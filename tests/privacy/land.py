"""The land of the invented county: the areas as features of a file, the lines of its address register. No database."""

import random
from typing import Any

WEST, SOUTH, WIDTH, HEIGHT = 9.60, 56.00, 0.06, 0.03
NAMES = ("Nordby", "Sydby", "Lilleby", "Udenby", "Flatby", "Sentby", "Fjernby", "Ensomby")
DOORS = (210, 90, 30, 0, 60, 0, 60, 30)
STREETS = ("Ahornvej", "Birkevej", "Cedervej", "Elmevej", "Fyrrevej", "Granvej", "Hasselvej", "Lærkevej")


def feature(number: int) -> dict[str, Any]:
    """One area as a feature of a GeoJSON file."""
    west, east = round(WEST + number * WIDTH, 6), round(WEST + (number + 1) * WIDTH, 6)
    ring = [[west, SOUTH], [east, SOUTH], [east, SOUTH + HEIGHT], [west, SOUTH + HEIGHT], [west, SOUTH]]
    properties = {"key": f"{number + 1:04}", "name": NAMES[number]}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def lines_of(number: int, many: int) -> list[str]:
    """An area's addresses: each tenth door has three flats, each fifteenth a second house number at the same spot."""
    draw = random.Random(number)
    lines = []
    for place in range(many):
        lon = WEST + (number + draw.uniform(0.05, 0.95)) * WIDTH
        lat = SOUTH + draw.uniform(0.05, 0.95) * HEIGHT
        street, house = STREETS[place % len(STREETS)], 100 * number + place // len(STREETS) + 1
        units = ("1. tv", "1. th", "2. tv") if place % 10 == 0 else ("",)
        lines += [line(lon, lat, house, street, unit) for unit in units]
        if place % 15 == 0:
            lines.append(line(lon, lat, house + 50, street))
    return lines


def line(lon: float, lat: float, number: int, street: str, unit: str = "") -> str:
    """One line of the address file."""
    return f"{lon:.7f},{lat:.7f},{number},{street},{unit},Prøvekøb,,,8660,,"
