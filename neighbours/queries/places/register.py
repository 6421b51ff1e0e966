"""The address register's look-up: one statement over the folded streets, ranked, at most eight suggestions.

What is suggested depends on the text and the register alone: no resident, no area's state, nothing of who asks.
Not here: taking the text apart (geo/folding.py), the geocoder around it (places/geocoding.py).
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, TextClause, text

from models import db
from neighbours.geo.folding import Question

MOST = 8
SHORTEST = 2  # folded letters of a street below which nothing is looked up

STREET = "(a.street_folded >= :street{n} AND a.street_folded < :beyond{n})"
# The true spelling: the whole street is what was typed first, or all that was typed is how the street begins.
SPELLING = (
    "a.street || ' ' = substr(CAST(:{typed} AS text) || ' ', 1, length(a.street) + 1)"
    " OR CAST(:{typed} AS text) = substr(a.street, 1, length(CAST(:{typed} AS text)))"
)
PLACE = "(a.place_folded LIKE :place{n} OR a.place_folded LIKE :village{n})"
SUGGESTIONS = """
    SELECT a.ref, a.street, a.number_value, a.letter, a.unit, a.postcode, a.city, door.lon, door.lat,
           area.ref AS area_ref, area.label AS area_name
      FROM address a
      JOIN door ON door.id = a.door_id
      JOIN cell ON cell.id = door.cell_id
      JOIN area ON area.id = cell.area_id
     WHERE ({readings})
       AND (:number = 0 OR a.number_value = :number
            OR :letter = '' AND (a.number_value BETWEEN :number * 10 AND :number * 10 + 9
                                 OR a.number_value BETWEEN :number * 100 AND :number * 100 + 99
                                 OR a.number_value BETWEEN :number * 1000 AND :number * 1000 + 999))
     ORDER BY CASE WHEN a.number_value = :number THEN 0 ELSE 1 END,
              CASE WHEN :number = 0 OR a.letter = :letter THEN 0 ELSE 1 END,
              CASE WHEN a.postcode = :postcode THEN 0 ELSE 1 END,
              CASE WHEN {place} THEN 0 ELSE 1 END,
              CASE WHEN a.street_folded IN ({streets}) THEN 0 ELSE 1 END,
              CASE WHEN {spelling} THEN 0 ELSE 1 END,
              CASE WHEN replace(lower(a.unit), '.', '') = :unit THEN 0 ELSE 1 END,
              a.street_folded, a.street, a.number_value, a.letter, a.unit, a.postcode, a.id
     LIMIT :most
    """


def addresses_like(asked: Question, most: int = MOST) -> Sequence[Row[Any]]:
    """The addresses that a question may mean, the likeliest first; at most eight, none for less than two letters.

    Rows: ref, street, number_value, letter, unit, postcode, city, lon, lat (degrees), area_ref, area_name. A street
    that begins as typed is found; the exact house number stands before longer ones (4 before 40), then the postcode
    and the place as typed (a town or a village), then the whole street, then the true spelling.
    """
    readings = [(street, place) for street, place in asked.readings() if len(street) >= SHORTEST]
    if not readings:
        return []
    return db.session.execute(_statement(len(readings)), _values(asked, readings, most)).all()


@cache
def _statement(readings: int) -> TextClause:
    """The first reading ranks by its place; the others, whose place is a guess, must be at the place."""
    one = [STREET.format(n=n) + (f" AND {PLACE.format(n=n)}" if n else "") for n in range(readings)]
    streets = ", ".join(f":street{n}" for n in range(readings))
    spelling = " OR ".join(SPELLING.format(typed=typed) for typed in ("typed", "first", "title"))
    return text(
        SUGGESTIONS.format(readings=" OR ".join(one), streets=streets, place=PLACE.format(n=0), spelling=spelling)
    )


def _values(asked: Question, readings: list[tuple[str, str]], most: int) -> dict[str, Any]:
    typed = " ".join(asked.typed.replace(",", " ").split())
    values: dict[str, Any] = {
        "number": asked.number or 0,
        "letter": asked.letter,
        "unit": asked.unit,
        "postcode": asked.postcode,
        "typed": typed,
        "first": typed[:1].upper() + typed[1:].lower(),
        "title": typed.title(),
        "most": min(most, MOST),
    }
    for n, (street, place) in enumerate(readings):
        values |= {f"street{n}": street, f"beyond{n}": f"{street}{{"}  # "{" is the letter after z
        values |= {f"place{n}": f"{place}%", f"village{n}": f"%|{place}%"}
    return values
