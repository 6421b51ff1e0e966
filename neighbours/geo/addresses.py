"""Address files as a stream of rows: OpenAddresses, the Danish register's columns, OSM-style CSV.

Here: recognising the columns, reading row by row in bounded memory, saying what is wrong with which line, tidying
names. Not here: storing, look-up, and finding the area of an address.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from neighbours.geo.house_numbers import parse_house_number

Extent = tuple[float, float, float, float]

LONGEST_LINE = 100_000
LONGEST = {"street": 100, "number": 16, "unit": 40, "city": 80, "postcode": 10}

_COLUMNS: tuple[dict[str, str], ...] = (
    {"lon": "lon", "lat": "lat", "number": "number", "street": "street", "postcode": "postcode", "city": "city"},
    {
        "lon": "wgs84koordinat_længde",
        "lat": "wgs84koordinat_bredde",
        "number": "husnr",
        "street": "vejnavn",
        "postcode": "postnr",
        "city": "postnrnavn",
    },
    {"lon": "x", "lat": "y", "number": "husnr", "street": "vejnavn", "postcode": "postnr", "city": "postnrnavn"},
    {"lon": "lon", "lat": "lat", "number": "housenumber", "street": "street", "postcode": "postcode", "city": "city"},
)
_DANISH_CLOSED = {"2", "4"}  # status of the Danish register: 2 closed down, 4 given up before it was built
_SMALL_WORDS = frozenset(
    ("af", "i", "og", "på", "til", "ved", "under", "van", "der", "den", "de", "het", "en", "aan", "in", "op")
)
_ROMAN = re.compile(r"[IVX]+")
_WORD = re.compile(r"[^\W\d_]+")
_GENITIVE = re.compile(r"(?<=\w['’])S\b")


class UnreadableFile(ValueError):
    """The file as a whole cannot be read; the message is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class AddressRow:
    """One address, tidied. lon, lat in degrees (WGS84); `letter`, `unit`, `postcode`, `city` may be empty."""

    street: str
    number: int
    letter: str
    unit: str
    postcode: str
    city: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row left out: its line in the file (the header is line 1) and a short reason in English."""

    line: int
    why: str


def read_addresses(source: Iterable[str] | BinaryIO, extent: Extent | None = None) -> Iterator[AddressRow | BadRow]:
    """Read an address file row by row, never holding more than one row.

    `source` is a file opened in binary (UTF-8, with or without BOM) or an iterable of lines. `extent` is west, south,
    east, north in degrees of the areas served: with it a row that lies outside, but inside with its coordinates
    swapped, is told as swapped (without it only latitudes beyond 90 are). Raises UnreadableFile, on the first step,
    for unknown columns; later for a wrong encoding or a broken quote.
    """
    lines, last = _bounded_lines(source), 1
    try:
        header = next(lines, "")
        separator, picks = _recognised_columns(header)
        rows = csv.reader(lines, delimiter=separator)
        for row in rows:
            last = rows.line_num + 1
            if any(row):
                yield _read_row(row, last, picks, separator, extent)
    except UnicodeDecodeError:
        raise UnreadableFile("The file is not in UTF-8. Save it as UTF-8 and try again.") from None
    except csv.Error:
        raise UnreadableFile(f"From line {last + 1} a quote is opened and never closed.") from None


def _bounded_lines(source: Iterable[str] | BinaryIO) -> Iterator[str]:
    if not hasattr(source, "readline"):
        yield from source
        return
    if isinstance(source, io.TextIOBase):
        yield from _lines_of(source)
        return
    stream = cast(BinaryIO, source)
    wrapped = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    try:
        yield from _lines_of(wrapped)
    finally:
        if not stream.closed:
            wrapped.detach()  # whoever opened the file closes it


def _lines_of(stream: io.TextIOBase) -> Iterator[str]:
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise UnreadableFile(f"Line {number} is longer than {LONGEST_LINE} characters.")
        yield line


def _recognised_columns(header: str) -> tuple[str, dict[str, int]]:
    for separator in ",;\t":
        names = [_column_name(cell) for cell in next(csv.reader([header], delimiter=separator), [])]
        for columns in _COLUMNS:
            if set(columns.values()) <= set(names):
                wanted = columns | {"unit": "unit", "floor": "etage", "side": "dør", "status": "status"}
                return separator, {field: names.index(name) for field, name in wanted.items() if name in names}
    raise UnreadableFile(
        "The first line does not name the columns of an address file we know: "
        "LON, LAT, NUMBER, STREET, CITY, POSTCODE, or street, housenumber, postcode, city, lat, lon, "
        "or the Danish register's vejnavn, husnr, postnr, postnrnavn with coordinates."
    )


def _column_name(cell: str) -> str:
    return cell.strip().lstrip("\ufeff").strip('" ').lower().removeprefix("addr:")


def _read_row(
    row: list[str], line: int, picks: dict[str, int], separator: str, extent: Extent | None
) -> AddressRow | BadRow:
    cells = {field: _tidy(row[at]) if at < len(row) else "" for field, at in picks.items()}
    if separator == ";":
        cells |= {axis: cells[axis].replace(",", ".") for axis in ("lon", "lat")}
    why = _reason_against(cells, extent)
    return BadRow(line, why) if why else _address(cells)


def _tidy(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())


def _reason_against(cells: dict[str, str], extent: Extent | None) -> str:
    for field, longest in LONGEST.items():
        if len(cells.get(field, "")) > longest:
            return f"{field} longer than {longest} characters"
    if cells.get("status") in _DANISH_CLOSED:
        return "no longer an address"
    if not cells["street"]:
        return "no street"
    if parse_house_number(cells["number"]) is None:
        return "no house number" if not cells["number"] else f"house number not understood: {cells['number']}"
    return _reason_against_place(cells["lon"], cells["lat"], extent)


def _reason_against_place(lon_text: str, lat_text: str, extent: Extent | None) -> str:
    if not lon_text or not lat_text:
        return "no coordinates"
    lon, lat = _degrees(lon_text), _degrees(lat_text)
    if lon is None or lat is None:
        return "coordinates are not numbers"
    if _is_swapped(lon, lat, extent):
        return "longitude and latitude are swapped"
    if abs(lat) > 90 or abs(lon) > 180 or lon == lat == 0:
        return "coordinates are not on the map"
    return ""


def _degrees(text: str) -> float | None:
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _is_swapped(lon: float, lat: float, extent: Extent | None) -> bool:
    if extent is None:
        return 90 < abs(lat) <= 180 and abs(lon) <= 90
    return not _is_inside(lon, lat, extent) and _is_inside(lat, lon, extent)


def _is_inside(lon: float, lat: float, extent: Extent) -> bool:
    west, south, east, north = extent
    return west <= lon <= east and south <= lat <= north


def _address(cells: dict[str, str]) -> AddressRow:
    house = parse_house_number(cells["number"])
    assert house is not None  # asked before, in _reason_against
    unit = cells.get("unit") or " ".join(filter(None, (_floor(cells.get("floor", "")), cells.get("side", ""))))
    return AddressRow(
        street=_calm(cells["street"]),
        number=house.number,
        letter=house.letter,
        unit=unit or house.addition,
        postcode=cells["postcode"].upper(),
        city=_calm(cells["city"]),
        lon=float(cells["lon"]),
        lat=float(cells["lat"]),
    )


def _floor(text: str) -> str:
    return f"{text}." if text.isdigit() or text in {"st", "kl"} else text


def _calm(text: str) -> str:
    """Names in capitals only become ordinary names; all others keep their capitals."""
    if not text.isupper() or len(text) < 3:
        return text
    first, *rest = text.split(" ")
    calmed = [word.lower() if word.lower() in _SMALL_WORDS else _WORD.sub(_as_name, word) for word in rest]
    return _GENITIVE.sub("s", " ".join([_WORD.sub(_as_name, first), *calmed]))


def _as_name(found: re.Match[str]) -> str:
    word = found[0]
    if _ROMAN.fullmatch(word):
        return word
    if word.startswith("IJ"):  # one letter in Dutch
        return "IJ" + word[2:].lower()
    return word[0] + word[1:].lower()
