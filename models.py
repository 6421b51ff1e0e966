"""Every table of the house, in chapters: places, people, help, trust, what was moved and told.

Columns and constraints only: no rules, no queries. Internal ids are integers and stay inside; what a URL
names is `ref`, random and unguessable. Times are aware UTC (`Moment`). The db object is born here.
"""

import secrets
from datetime import UTC, date, datetime, time

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    UniqueConstraint,
    text,
    true,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware UTC time. SQLite has no zones, so it is stored there as naive UTC text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time must not reach the database")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    registry = registry(metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: Moment()})


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def new_ref() -> str:
    """Twelve random URL-safe characters (72 bits): what a URL names, impossible to count through."""
    return secrets.token_urlsafe(9)


def one_of(column: str, *values: str) -> CheckConstraint:
    """A CHECK that the column holds one of the words; `column` is also the constraint's name."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def exactly_one(name: str, *columns: str) -> CheckConstraint:
    """A CHECK that exactly one of the columns is filled."""
    filled = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    return CheckConstraint(f"({filled}) = 1", name=name)


Ref = Mapped[str]


def ref_column() -> Mapped[str]:
    return mapped_column(String(16), unique=True, default=new_ref)


# ---------------------------------------------------------------- places


class Installation(Base):
    """One row: who runs this, whether it is a demo, and the versions that caches are keyed by.

    `emptied_at`: when old texts were emptied last, so that a clock that jumps empties nothing.
    """

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    demo: Mapped[bool]
    operator: Mapped[str] = mapped_column(String(200))
    contact_email: Mapped[str] = mapped_column(String(254))
    contact_phone: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    areas_version: Mapped[int] = mapped_column(default=1)
    rules_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    emptied_at: Mapped[datetime | None]


class Municipality(Base):
    """A municipality in the background: a name, a zone, and its public population with source and year."""

    __tablename__ = "municipality"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    name: Mapped[str] = mapped_column(String(120), unique=True)
    country: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str] = mapped_column(String(64))
    population: Mapped[int]
    population_source: Mapped[str] = mapped_column(String(200))
    population_year: Mapped[int]


class Official(Base):
    """Somebody who works for a municipality, or for the operator. Not a resident, and never counted as one."""

    __tablename__ = "official"
    __table_args__ = (one_of("role", "municipality", "operator"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    role: Mapped[str] = mapped_column(String(16))
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    phone: Mapped[str | None] = mapped_column(String(32), index=True)
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]


class Association(Base):
    """A village association, sports club or residents' group; `label` is what it calls its kind."""

    __tablename__ = "association"
    __table_args__ = (one_of("steps_in", "directly", "looks", "introduces"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    label: Mapped[str] = mapped_column(String(80))
    steps_in: Mapped[str] = mapped_column(String(16), default="directly")
    created_at: Mapped[datetime]


class Area(Base):
    """A local area: a polygon (WKB, longitude and latitude) made of whole cells. `suggestions`: neighbours are chosen.

    `label` is the name people see: "Veng", or "Veng & Sminge" once a small area is joined to it.
    """

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("municipality_id", "key"), one_of("state", "soon", "open", "closed"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    municipality_id: Mapped[int] = mapped_column(ForeignKey("municipality.id"), index=True)
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"), index=True)
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    key: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    label: Mapped[str] = mapped_column(String(250))
    polygon: Mapped[bytes]
    doors: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(8), default="soon")
    suggestions: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]


class AdjacentArea(Base):
    """Areas whose borders meet, both ways round; across a municipal border too."""

    __tablename__ = "adjacent_area"
    __table_args__ = {"sqlite_with_rowid": False}

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)


class Cell(Base):
    """What others may depend on instead of a home. Frozen: a cell may only ever be cut, never moved.

    Every area has one whole cell; a register adds cut ones of at least 50 doors. The centre is the doors' mean in
    whole metres; `region` is the cut cell's polygon (WKB), empty for the whole cell, whose region is its area.
    """

    __tablename__ = "cell"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    whole: Mapped[bool]
    lon: Mapped[float]
    lat: Mapped[float]
    doors: Mapped[int]
    region: Mapped[bytes | None]
    created_at: Mapped[datetime]


class NearCell(Base):
    """Kept ready for lists: from cell a, the cells b of its own and the adjacent areas, by band and metres."""

    __tablename__ = "near_cell"
    __table_args__ = {"sqlite_with_rowid": False}

    a: Mapped[int] = mapped_column(ForeignKey("cell.id"), primary_key=True)
    band: Mapped[int] = mapped_column(primary_key=True)
    b: Mapped[int] = mapped_column(ForeignKey("cell.id"), primary_key=True)
    area_b: Mapped[int] = mapped_column(ForeignKey("area.id"))
    metres: Mapped[int]


class RegisterImport(Base):
    """One reading of an address file. The oldest one decides for ever where cells may be cut."""

    __tablename__ = "register_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    file_name: Mapped[str] = mapped_column(String(200))
    doors: Mapped[int]
    addresses: Mapped[int]


class Door(Base):
    """A distinct access point of the register (equal coordinates are one door) and the cell that it fell into."""

    __tablename__ = "door"
    __table_args__ = (UniqueConstraint("lon", "lat"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"), index=True)
    lon: Mapped[float]
    lat: Mapped[float]
    since_id: Mapped[int] = mapped_column(ForeignKey("register_import.id"))


class Address(Base):
    """A line of the register. Public data about houses, not about people. `street_folded` is what is searched."""

    __tablename__ = "address"
    __table_args__ = (
        UniqueConstraint("door_id", "street", "number", "unit", "postcode"),
        Index("ix_address_search", "street_folded", "number_value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    door_id: Mapped[int] = mapped_column(ForeignKey("door.id"))
    street: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str] = mapped_column(String(40), default="")
    postcode: Mapped[str] = mapped_column(String(10))
    city: Mapped[str] = mapped_column(String(80))
    # By bytes on both engines, so that a beginning is a range of the index in any locale.
    street_folded: Mapped[str] = mapped_column(String(120).with_variant(String(120, collation="C"), "postgresql"))
    place_folded: Mapped[str] = mapped_column(String(100))
    number_value: Mapped[int]
    letter: Mapped[str] = mapped_column(String(8), default="")


class Place(Base):
    """A place to meet: public (library, hall) or a green of the association."""

    __tablename__ = "place"
    __table_args__ = (one_of("kind", "public", "green"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    association_id: Mapped[int | None] = mapped_column(ForeignKey("association.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))


# ---------------------------------------------------------------- people


ASKED_BY = (
    "cell_id", "status", "suggestions", "kinds", "languages", "slots", "reach", "most_a_week", "break_until", "ref",
    "id",
)  # fmt: skip


class Resident(Base):
    """A neighbour: one account that both asks and helps. `name` is the person's own choice.

    `cell_id` is all that others may depend on; the exact address is sealed in `home`. `languages`, `kinds` (that they
    like to help with), `slots`: bit masks of rules/languages.py, rules/help/kinds.py and rules/help/slots.py. `reach`:
    how far the person goes, in metres; 0 is the own area only. `most_a_week`: so often at most the person is asked to
    help; 0 is never. `suggestions`: lists are in the order of what fits, and the person may be asked. `told_by`: by
    messages, or by the host who rings or prints.
    """

    __tablename__ = "resident"
    __table_args__ = (
        Index("ix_resident_area_id_status", "area_id", "status"),
        # Whether somebody fits a request is read from this alone.
        Index("ix_resident_fits", *ASKED_BY),
        one_of("status", "waiting", "confirmed", "refused", "left"),
        one_of("confirmed_how", "host", "letter", "setup"),
        one_of("told_by", "message", "host"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    phone: Mapped[str | None] = mapped_column(String(32), index=True)
    share_phone: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(8))
    languages: Mapped[int]
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"))
    village_only: Mapped[bool] = mapped_column(default=False)
    kinds: Mapped[int] = mapped_column(default=0, server_default="0")
    slots: Mapped[int] = mapped_column(default=0)
    reach: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(10))
    joined_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_how: Mapped[str | None] = mapped_column(String(8))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"))
    refused_at: Mapped[datetime | None]
    break_until: Mapped[date | None]
    most_a_week: Mapped[int] = mapped_column(default=3, server_default="3")
    suggestions: Mapped[bool] = mapped_column(default=True, server_default=true())
    told_by: Mapped[str] = mapped_column(String(8), default="message", server_default="message")


class NoticeWish(Base):
    """How a neighbour wishes to be told of one kind of notice (rules/notices.py); no row: as is usual for it."""

    __tablename__ = "notice_wish"
    __table_args__ = (one_of("how", "at_once", "daily", "never"), {"sqlite_with_rowid": False})

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    notice: Mapped[str] = mapped_column(String(16), primary_key=True)
    how: Mapped[str] = mapped_column(String(8))


class CalendarAddress(Base):
    """The private address of somebody's agreements as a calendar; deleted when it is revoked. The token is sealed."""

    __tablename__ = "calendar_address"

    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[bytes]
    since: Mapped[datetime]


class Membership(Base):
    """A neighbour in an association, as member or as its local host."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("resident_id", "association_id"), one_of("role", "member", "host"))

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    association_id: Mapped[int] = mapped_column(ForeignKey("association.id"), index=True)
    role: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime]


class AssistedPerson(Base):
    """Somebody without an account, for whom a host acts; the consent says how and when it was given."""

    __tablename__ = "assisted_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"))
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[str] = mapped_column(String(8))
    consent_how: Mapped[str] = mapped_column(String(200))
    consent_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))


class Home(Base):
    """An exact address, sealed with a key from outside the database. No query for others joins this table."""

    __tablename__ = "home"
    __table_args__ = (exactly_one("of_one", "resident_id", "assisted_person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), unique=True)
    assisted_person_id: Mapped[int | None] = mapped_column(ForeignKey("assisted_person.id"), unique=True)
    sealed: Mapped[bytes]
    since: Mapped[datetime]


class Unsealing(Base):
    """Each time an address was opened: whose, by whom, why. The person can read this log."""

    __tablename__ = "unsealing"
    __table_args__ = (one_of("why", "join", "letter", "agreement", "assisted"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("home.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"))
    why: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]


class AuthSession(Base):
    """A sign-in that can be ended from anywhere. Only the hash of its token is kept."""

    __tablename__ = "auth_session"
    __table_args__ = (exactly_one("of_one", "resident_id", "official_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    official_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"), index=True)
    device: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    seen_on: Mapped[date]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OneTimeCode(Base):
    """A six-digit code that was sent to an e-mail or telephone, known or not; both are kept as hashes only."""

    __tablename__ = "one_time_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    contact_hash: Mapped[str] = mapped_column(String(64), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LetterCode(Base):
    """The code from a letter to one person's address: single use, bound to the area. Sealed until it is printed."""

    __tablename__ = "letter_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sealed: Mapped[bytes | None]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """One attempt at something that is limited (a code asked for, a code tried), by a hash of who or where."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_scope_key_hash_at", "scope", "key_hash", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(16))
    key_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


# ---------------------------------------------------------------- help


OPEN_OF_A_KIND = ("cell_id", "status", "kind", "urgent", "opened_at", "id", "slots", "languages")


class HelpRequest(Base):
    """Help wanted. Others see it through its cell; `taken` of `places` helpers are agreed.

    `when_kind`: a day, weekdays, or whenever. `slots` says the same as a bit mask, for filters and for who fits.
    `wave`: how many waves of neighbours were asked; the next is due at `wave_at`, none where it is empty.
    `first_asked_id`: the neighbour whose standing offer it answers, asked before all others.
    """

    __tablename__ = "help_request"
    __table_args__ = (
        Index("ix_help_request_open", "cell_id", "status", "urgent", "opened_at", "id", "kind", "slots", "languages"),
        Index("ix_help_request_open_kind", *OPEN_OF_A_KIND),
        Index("ix_help_request_expires", "status", "expires_at"),
        Index("ix_help_request_wave", "status", "wave_at"),
        exactly_one("asked_by_one", "asker_id", "assisted_person_id"),
        one_of("status", "draft", "held", "open", "agreed", "done", "withdrawn", "expired"),
        one_of("when_kind", "day", "weekdays", "whenever"),
        one_of("place_kind", "home", "public", "green"),
        one_of("channel", "self", "on_behalf"),
        CheckConstraint("places BETWEEN 1 AND 20 AND taken BETWEEN 0 AND places", name="places"),
        CheckConstraint(
            "status IN ('draft', 'withdrawn') OR (title IS NOT NULL AND when_kind IS NOT NULL "
            "AND place_kind IS NOT NULL AND opened_at IS NOT NULL AND expires_at IS NOT NULL)",
            name="complete",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    asker_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    assisted_person_id: Mapped[int | None] = mapped_column(ForeignKey("assisted_person.id"), index=True)
    acted_by_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10), default="self")
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"))
    kind: Mapped[str] = mapped_column(String(16))
    subkind: Mapped[str | None] = mapped_column(String(24))
    title: Mapped[str | None] = mapped_column(String(80))
    text: Mapped[str | None] = mapped_column(String(1000))
    language: Mapped[str] = mapped_column(String(8))
    languages: Mapped[int]
    when_kind: Mapped[str | None] = mapped_column(String(10))
    day: Mapped[date | None]
    at_time: Mapped[time | None]
    slots: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int | None]
    places: Mapped[int] = mapped_column(default=1)
    taken: Mapped[int] = mapped_column(default=0)
    place_kind: Mapped[str | None] = mapped_column(String(8))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    place_text: Mapped[str | None] = mapped_column(String(120))
    urgent: Mapped[bool] = mapped_column(default=False)
    first_yes: Mapped[bool] = mapped_column(default=False)
    noticeboard: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    wave: Mapped[int] = mapped_column(default=0, server_default="0")
    wave_at: Mapped[datetime | None]
    first_asked_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"))


class Offer(Base):
    """A standing offer of help, to be browsed."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("ix_offer_open", "cell_id", "status", "opened_at", "id", "kind", "slots", "languages"),
        Index("ix_offer_expires", "status", "expires_at"),
        one_of("status", "draft", "held", "open", "withdrawn", "expired"),
        CheckConstraint(
            "status IN ('draft', 'withdrawn') OR (title IS NOT NULL AND opened_at IS NOT NULL "
            "AND expires_at IS NOT NULL)",
            name="complete",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    cell_id: Mapped[int] = mapped_column(ForeignKey("cell.id"))
    kind: Mapped[str] = mapped_column(String(16))
    subkind: Mapped[str | None] = mapped_column(String(24))
    title: Mapped[str | None] = mapped_column(String(80))
    text: Mapped[str | None] = mapped_column(String(1000))
    language: Mapped[str] = mapped_column(String(8))
    languages: Mapped[int]
    slots: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class Reply(Base):
    """A neighbour's "I can help", with a short line."""

    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("help_request_id", "helper_id"),
        one_of("status", "offered", "reserve", "accepted", "declined", "withdrawn"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"))
    helper_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    line: Mapped[str] = mapped_column(String(300), default="")
    share_phone: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    # Since when in reserve: who waited longest moves up first.
    reserve_at: Mapped[datetime | None]


class Invitation(Base):
    """A neighbour was asked to help: in which wave, by a message or by the host who rings, and for which reasons.

    `reasons`: codes of rules/help/choosing.py, so that they are said in the reader's language. Wave 0 was asked by the
    asker in person. `not_now_at`: the neighbour said "not this time"; nobody else is told.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("help_request_id", "resident_id"),
        Index("ix_invitation_resident_id_asked_at", "resident_id", "asked_at"),
        one_of("how", "message", "ring"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"))
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    wave: Mapped[int]
    how: Mapped[str] = mapped_column(String(8))
    reasons: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    not_now_at: Mapped[datetime | None]


class Agreement(Base):
    """One row per yes to a helper. The address opens by the asker's act alone (`address_opened_at`)."""

    __tablename__ = "agreement"
    __table_args__ = (
        Index("ix_agreement_status_day", "status", "day"),
        one_of("status", "agreed", "done", "cancelled", "missed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"), index=True)
    # Not unique: a helper whose agreement was cancelled may be agreed with again.
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id"), index=True)
    helper_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    when_kind: Mapped[str] = mapped_column(String(10))
    day: Mapped[date | None]
    at_time: Mapped[time | None]
    slots: Mapped[int]
    asker_shares_phone: Mapped[bool] = mapped_column(default=False)
    helper_shares_phone: Mapped[bool] = mapped_column(default=False)
    address_opened_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


STANDS = text("status = 'proposed'")


class Proposal(Base):
    """One of the two suggests another day or time; nothing moves until the other says yes. One stands at a time."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index("uq_proposal_stands", "agreement_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        one_of("status", "proposed", "accepted", "declined", "withdrawn"),
        one_of("when_kind", "day", "weekdays", "whenever"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    when_kind: Mapped[str] = mapped_column(String(10))
    day: Mapped[date | None]
    at_time: Mapped[time | None]
    slots: Mapped[int]
    status: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Thanks(Base):
    """A private thank you between the two of an agreement."""

    __tablename__ = "thanks"
    __table_args__ = (UniqueConstraint("agreement_id", "from_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    from_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    text: Mapped[str] = mapped_column(String(500))
    language: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


# ---------------------------------------------------------------- trust


class Thread(Base):
    """A conversation about one help request between who asks (or asked for somebody) and one neighbour.

    `asker_seen`, `helper_seen`: the id of the newest message that each has read.
    """

    __tablename__ = "thread"
    __table_args__ = (
        UniqueConstraint("help_request_id", "helper_id"),
        Index("ix_thread_opened_by_id_created_at", "opened_by_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    help_request_id: Mapped[int] = mapped_column(ForeignKey("help_request.id"))
    helper_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    asker_seen: Mapped[int] = mapped_column(default=0)
    helper_seen: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Message(Base):
    """What one of the two wrote. `smells`: words of fraud that it holds; both are warned. Emptied after 90 days."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    text: Mapped[str | None] = mapped_column(String(1000))
    language: Mapped[str] = mapped_column(String(8))
    smells: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime]
    held_at: Mapped[datetime | None]


class Block(Base):
    """One neighbour wants nothing to do with another. Neither sees the other from then on, nor what was before."""

    __tablename__ = "block"
    __table_args__ = {"sqlite_with_rowid": False}

    by_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), primary_key=True, index=True)
    at: Mapped[datetime]


class Report(Base):
    """Somebody tells of a problem, or (by nobody) words smell of fraud. It never goes to the person it is about.

    `thing`, `thing_id`: what is held until somebody has looked. `goes_to`: the hosts of the area's association, or the
    operator where the only host is the one it is about.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_area_id_status", "area_id", "status"),
        one_of("goes_to", "host", "operator"),
        one_of("status", "open", "closed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    by_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    against_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    thing: Mapped[str] = mapped_column(String(16))
    thing_id: Mapped[int]
    reason: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(1000), default="")
    language: Mapped[str] = mapped_column(String(8))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    goes_to: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(8), default="open")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


# ---------------------------------------------------------------- what was moved, and what is told


class Step(Base):
    """One row per move: which thing, by which move, to which state, by whom (nobody: the clock), when.

    `area_id`: where a resident, request or offer stood then; replies and agreements stand where their request does.
    """

    __tablename__ = "step"
    __table_args__ = (Index("ix_step_thing_thing_id", "thing", "thing_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[str] = mapped_column(String(16))
    thing_id: Mapped[int]
    move: Mapped[str] = mapped_column(String(16))
    after: Mapped[str] = mapped_column(String(10))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    official_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    at: Mapped[datetime] = mapped_column(index=True)


# Few are: else whoever looks for what is not in a letter would walk the whole outbox by this index.
GATHERED = text("digest_id IS NOT NULL")
# What a host tells: the desk reads it neighbour by neighbour.
BY_HOST = text("channel = 'host' OR status = 'failed'")


class Dispatch(Base):
    """The outbox: one message that is due to one person. `sealed` holds what must not lie open (a code, a recipient).

    `thing`, `thing_id`: what it is about; the text is made when it is sent, in the recipient's language.
    Channel `host`: the local host rings or prints it, and says so (`done_by_id`), as with one that failed for good.
    Status `gathers`: it waits for the daily letter, which takes it along (`digest_id`) at `due_at`.
    """

    __tablename__ = "dispatch"
    __table_args__ = (
        Index("ix_dispatch_due", "status", "due_at"),
        Index("ix_dispatch_about", "thing", "thing_id"),
        Index("ix_dispatch_digest_id", "digest_id", sqlite_where=GATHERED, postgresql_where=GATHERED),
        Index("ix_dispatch_by_host", "resident_id", "due_at", sqlite_where=BY_HOST, postgresql_where=BY_HOST),
        one_of("channel", "email", "text", "host"),
        one_of("status", "due", "gathers", "sent", "failed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Ref = ref_column()
    kind: Mapped[str] = mapped_column(String(24))
    channel: Mapped[str] = mapped_column(String(8))
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    thing: Mapped[str | None] = mapped_column(String(16))
    thing_id: Mapped[int | None]
    sealed: Mapped[bytes | None]
    status: Mapped[str] = mapped_column(String(8), default="due")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(40))
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("dispatch.id"))
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"))
    done_at: Mapped[datetime | None]


class Reminder(Base):
    """Somebody was reminded of something for a day, so that it is said once, whatever the clock does."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("kind", "thing", "thing_id", "resident_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    thing: Mapped[str] = mapped_column(String(16))
    thing_id: Mapped[int]
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    day: Mapped[date]
    at: Mapped[datetime]
