"""Address files become rows, and every bad row is told with its line; nothing but the reader is needed."""

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from neighbours.geo.addresses import AddressRow, BadRow, UnreadableFile, read_addresses
from neighbours.geo.house_numbers import HouseNumber, parse_house_number, written_number

REAL = Path(__file__).parents[3] / "shared" / "data" / "addresses"
AROUND_SKANDERBORG = (9.5, 55.9, 10.2, 56.3)
OPEN = "LON,LAT,NUMBER,STREET,UNIT,CITY,POSTCODE\n"


def real_rows(name: str, extent: tuple[float, float, float, float] | None = None) -> list[AddressRow | BadRow]:
    path = REAL / name
    if not path.exists():
        pytest.skip(f"../shared/data/addresses/{name} is not here")
    with path.open("rb") as stream:
        return list(read_addresses(stream, extent))


def only_row(text: str, extent: tuple[float, float, float, float] | None = None) -> AddressRow | BadRow:
    (row,) = read_addresses(io.BytesIO(text.encode()), extent)
    return row


def test_open_addresses_columns_are_recognised_in_any_case_with_others_between():
    row = only_row("hash,lat,lon,Number,STREET,unit,City,District,PostCode,id\nx,56.1,9.9,4,Søndergade,,Veng,,8660,\n")
    assert row == AddressRow("Søndergade", 4, "", "", "8660", "Veng", 9.9, 56.1)


def test_the_danish_registers_own_file_is_read():
    rows = real_rows("dawa_format_3_rows.csv")
    assert rows[0] == AddressRow(
        "Abel Cathrines Gade", 3, "A", "", "1654", "København V", 12.5582458296225, 55.6720594006065
    )
    assert [row.number for row in rows if isinstance(row, AddressRow)] == [3, 28, 24]


def test_a_danish_flat_carries_its_floor_and_side():
    header = "id,status,vejnavn,husnr,etage,dør,postnr,postnrnavn,x,y\n"
    assert only_row(header + "1,1,Kærvej,012B,2,th,8660,Veng,9.9,56.1") == AddressRow(
        "Kærvej", 12, "B", "2. th", "8660", "Veng", 9.9, 56.1
    )
    assert only_row(header + "1,1,Kærvej,12,st,tv,8660,Veng,9.9,56.1").unit == "st. tv"


def test_an_address_that_was_closed_down_is_left_out():
    header = "id,status,vejnavn,husnr,postnr,postnrnavn,x,y\n"
    assert only_row(header + "1,2,Kærvej,12,8660,Veng,9.9,56.1") == BadRow(2, "no longer an address")


def test_an_openstreetmap_extract_is_read_whole():
    rows = real_rows("osm_north_bayreuth_villages_de.csv")
    assert len(rows) == 800
    assert rows[0] == AddressRow("Adam-Weber-Weg", 10, "", "", "95463", "Bindlach", 11.598863, 50.005582)


def test_the_invented_register_shows_all_its_planted_faults():
    rows = real_rows("invented_skanderborg.csv", AROUND_SKANDERBORG)
    why = Counter(row.why for row in rows if isinstance(row, BadRow))
    assert why == {"no coordinates": 12, "longitude and latitude are swapped": 8}
    assert rows[2137] == BadRow(2139, "no coordinates")
    assert len(rows) == 33_815
    names = {row.street for row in rows if isinstance(row, AddressRow)}
    assert not any(name.isupper() for name in names)


@pytest.mark.parametrize("dress", ["{}", "\ufeff{}"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_byte_order_marks_and_line_endings_make_no_difference(dress: str, ending: str):
    text = dress.format(OPEN + "9.9,56.1,4,Ågade,,Veng,8660\n9.9,56.1,x,Ågade,,Veng,8660\n").replace("\n", ending)
    rows = list(read_addresses(io.BytesIO(text.encode())))
    assert rows == [
        AddressRow("Ågade", 4, "", "", "8660", "Veng", 9.9, 56.1),
        BadRow(3, "house number not understood: x"),
    ]


def test_semicolons_come_with_decimal_commas():
    text = '"street";"housenumber";"postcode";"city";"lat";"lon"\n"Ågade";"4";"8660";"Veng";"56,1";"9,9"\n'
    assert only_row("\ufeff" + text) == AddressRow("Ågade", 4, "", "", "8660", "Veng", 9.9, 56.1)


@pytest.mark.parametrize(
    ("lon", "lat", "why"),
    [
        ("", "56.1", "no coordinates"),
        ("9.9", " ", "no coordinates"),
        ("east", "56.1", "coordinates are not numbers"),
        ("nan", "56.1", "coordinates are not numbers"),
        ("9.9", "inf", "coordinates are not numbers"),
        ("1_0", "56.1", "coordinates are not numbers"),
        ("181", "56.1", "coordinates are not on the map"),
        ("723743.16", "6175322.16", "coordinates are not on the map"),
        ("0", "0", "coordinates are not on the map"),
        ("56.1", "109.9", "longitude and latitude are swapped"),
    ],
)
def test_missing_and_impossible_coordinates_are_told(lon: str, lat: str, why: str):
    assert only_row(f"{OPEN}{lon},{lat},4,Ågade,,Veng,8660") == BadRow(2, why)


def test_swapped_axes_are_seen_by_the_areas_served_but_far_places_are_not_called_swapped():
    swapped, far = f"{OPEN}56.1,9.9,4,Ågade,,Veng,8660", f"{OPEN}12.5,55.6,4,Ågade,,Veng,8660"
    assert only_row(swapped, AROUND_SKANDERBORG) == BadRow(2, "longitude and latitude are swapped")
    assert isinstance(only_row(far, AROUND_SKANDERBORG), AddressRow)
    assert isinstance(only_row(swapped), AddressRow)


def test_rows_without_street_or_number_or_far_too_long_are_told():
    assert only_row(f"{OPEN}9.9,56.1,4,,,Veng,8660") == BadRow(2, "no street")
    assert only_row(f"{OPEN}9.9,56.1,,Ågade,,Veng,8660") == BadRow(2, "no house number")
    assert only_row(f"{OPEN}9.9,56.1,4,{'Å' * 101},,Veng,8660") == BadRow(2, "street longer than 100 characters")
    assert only_row(f"{OPEN}9.9") == BadRow(2, "no street")


def test_names_in_capitals_are_calmed_and_all_others_kept():
    def street(name: str) -> str:
        return only_row(f"{OPEN}9.9,56.1,4,{name},,VENG,8660").street

    assert street("  SØNDERGADE ") == "Søndergade"
    assert street("PLADSEN  VED ÅEN") == "Pladsen ved Åen"
    assert street("H.C. ANDERSENS VEJ") == "H.C. Andersens Vej"
    assert street("CHRISTIAN IX'S VEJ") == "Christian IX's Vej"
    assert street("IJSSELSTRAAT") == "IJsselstraat"
    assert street("Ny McDonald Vej") == "Ny McDonald Vej"
    assert only_row(f"{OPEN}9.9,56.1,4,Ågade,,VENG,1017 ab") == AddressRow(
        "Ågade", 4, "", "", "1017 AB", "Veng", 9.9, 56.1
    )


def test_a_file_in_another_encoding_is_refused_in_one_sentence():
    latin = (OPEN + "9.9,56.1,4,Ågade,,Veng,8660\n" * 5000).encode("latin-1")
    with pytest.raises(UnreadableFile, match="not in UTF-8"):
        list(read_addresses(io.BytesIO(latin)))


@pytest.mark.parametrize("text", ["", "\n", "name,age\nBo,70\n", "{}", "LON,LAT\n1,2\n", "\x00\x00"])
def test_a_file_of_something_else_is_refused_naming_the_columns(text: str):
    with pytest.raises(UnreadableFile, match="LON, LAT, NUMBER, STREET"):
        list(read_addresses(io.BytesIO(text.encode())))


def test_an_endless_line_and_an_open_quote_are_refused():
    with pytest.raises(UnreadableFile, match="Line 2 is longer"):
        list(read_addresses(io.BytesIO(OPEN.encode() + b"9" * 200_000)))
    with pytest.raises(UnreadableFile, match="From line 2 a quote"):
        list(
            read_addresses(
                io.BytesIO((OPEN + '9.9,56.1,4,"Ågade,,Veng,8660\n' + "9.9,56.1,4,Ågade,,Veng,8660\n" * 6000).encode())
            )
        )


def test_the_file_stays_open_for_whoever_opened_it():
    stream = io.BytesIO((OPEN + "9.9,56.1,4,Ågade,,Veng,8660\n").encode())
    list(read_addresses(stream))
    assert not stream.closed
    next(read_addresses(io.BytesIO(stream.getvalue())))


def test_the_file_is_never_held_whole():
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        yield OPEN
        for number in range(1, 1_000_000):
            taken += 1
            yield f"9.9,56.1,{number % 99 + 1},Ågade,,Veng,8660\n"

    rows = read_addresses(lines())
    for _ in range(10):
        next(rows)
    assert taken <= 11


@pytest.mark.parametrize(
    ("text", "parts", "written"),
    [
        ("4", (4, "", ""), "4"),
        ("3A", (3, "A", ""), "3A"),
        ("3 a", (3, "A", ""), "3A"),
        ("007b", (7, "B", ""), "7B"),
        ("12-2", (12, "", "2"), "12-2"),
        ("12 bis", (12, "", "bis"), "12 bis"),
        ("12-A", (12, "A", ""), "12A"),
        ("12a-2", (12, "A", "2"), "12A-2"),
        ("4, 2. th", (4, "", "2. th"), "4, 2. th"),
    ],
)
def test_house_numbers_are_taken_apart_and_written_again(text: str, parts: tuple[int, str, str], written: str):
    house = parse_house_number(text)
    assert house == HouseNumber(*parts)
    assert written_number(*house) == written


@pytest.mark.parametrize("text", ["", "0", "x", "A4", "12 1/2", "123456", "-3", "٤٥٦٧٨٩"])
def test_what_is_no_house_number_is_none(text: str):
    assert parse_house_number(text) is None
