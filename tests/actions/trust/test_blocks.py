"""One condition, said in words for statements and in Core: either of two blocked the other."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from models import Block, Resident, db
from neighbours.database import are_apart, not_blocked, writing
from tests.village import NOW
from tests.yes import person


def said_both_ways(app: Flask, one: str, other: str) -> set[bool]:
    """Whether the two are apart, as the words and the Core clause say it, of values and of columns."""
    a, b = person(app, one), person(app, other)
    with app.app_context():
        words = text(f"SELECT 1 WHERE {not_blocked(':a', ':b')}")
        column = select(Resident.id).where(Resident.id == a, are_apart(Resident.id, b))
        return {
            db.session.scalar(words, {"a": a, "b": b}) is None,
            bool(db.session.scalar(select(are_apart(a, b)))),
            db.session.scalar(column) is not None,
        }


@pytest.mark.parametrize(("by", "other"), [("Anna", "Bo"), ("Bo", "Anna")])
def test_whoever_blocks_both_are_apart_and_nobody_else(app_on_both: Flask, by: str, other: str) -> None:
    with app_on_both.app_context(), writing() as session:
        session.add(Block(by_id=person(app_on_both, by), other_id=person(app_on_both, other), at=NOW))
    assert said_both_ways(app_on_both, "Anna", "Bo") == {True}
    assert said_both_ways(app_on_both, "Bo", "Anna") == {True}
    assert said_both_ways(app_on_both, "Anna", "Carl") == {False}


def test_nobody_is_never_blocked(app_on_both: Flask) -> None:
    with app_on_both.app_context():
        assert db.session.scalar(text(f"SELECT 1 WHERE {not_blocked('NULL', '1')}")) == 1
        assert not db.session.scalar(select(are_apart(None, 1)))
