"""Statement 1 of every page: who is asking, their area, their host's contact, roles, unread, and the versions."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, bindparam, text

from models import Moment
from neighbours.database import not_blocked
from neighbours.queries.reading import read
from neighbours.rules.help.reasons import Likes
from neighbours.sealing import token_hash

PERSON = """
    SELECT i.demo, i.operator, i.contact_email, i.contact_phone, i.language AS house_language,
           i.areas_version, i.rules_version,
           s.id AS session_id, s.seen_on, r.id AS resident_id, o.id AS official_id, o.role AS official_role,
           coalesce(r.ref, o.ref) AS ref, coalesce(r.name, o.name) AS name,
           coalesce(r.language, o.language) AS language,
           r.status, r.confirmed_at, r.cell_id, r.languages, r.kinds, r.slots, r.reach, r.village_only,
           r.suggestions, a.suggestions AS area_suggestions,
           a.id AS area_id, a.ref AS area_ref, a.label AS area_name, a.state AS area_state,
           a.association_id, m.id AS municipality_id, m.name AS municipality_name, m.zone,
           EXISTS (SELECT 1 FROM membership mine JOIN area ours ON ours.association_id = mine.association_id
                     JOIN resident newcomer ON newcomer.area_id = ours.id AND newcomer.status = 'waiting'
                    WHERE mine.resident_id = r.id AND mine.role = 'host') AS somebody_waits,
           (SELECT min(mine.association_id) FROM membership mine
             WHERE mine.resident_id = r.id AND mine.role = 'host') AS hosts_id,
           h.name AS host_name, h.phone AS host_phone,
           (SELECT count(*) FROM reply JOIN help_request asked ON asked.id = reply.help_request_id
             WHERE asked.asker_id = r.id AND asked.status = 'open' AND reply.status IN ('offered', 'reserve')) +
           (SELECT count(*) FROM reply JOIN help_request asked ON asked.id = reply.help_request_id
             WHERE asked.acted_by_id = r.id AND asked.asker_id IS DISTINCT FROM r.id
               AND asked.status = 'open' AND reply.status IN ('offered', 'reserve')) AS unread,
           {unread_messages} AS unread_messages
      FROM installation i
      LEFT JOIN auth_session s ON s.token_hash = :token_hash AND s.ended_at IS NULL AND s.expires_at > :now
      LEFT JOIN resident r ON r.id = s.resident_id AND r.status IN ('waiting', 'confirmed')
      LEFT JOIN official o ON o.id = s.official_id
      LEFT JOIN area a ON a.id = r.area_id
      LEFT JOIN municipality m ON m.id = coalesce(a.municipality_id, o.municipality_id)
      LEFT JOIN resident h ON h.id = (
            SELECT hosting.resident_id FROM membership hosting
             WHERE hosting.association_id = a.association_id AND hosting.role = 'host'
             ORDER BY hosting.since, hosting.id LIMIT 1)
    """
# Messages of the other side that are new to me: as the neighbour, as who asks, as the host who asked for somebody.
UNREAD_MESSAGES = """
           (SELECT count(*) FROM thread t JOIN help_request h ON h.id = t.help_request_id
              JOIN message m ON {new} AND m.id > t.helper_seen AND m.by_id <> t.helper_id
             WHERE t.helper_id = r.id AND {together}) +
           (SELECT count(*) FROM help_request h JOIN thread t ON t.help_request_id = h.id
              JOIN message m ON {new} AND m.id > t.asker_seen AND m.by_id = t.helper_id
             WHERE h.asker_id = r.id AND {together}) +
           (SELECT count(*) FROM help_request h JOIN thread t ON t.help_request_id = h.id
              JOIN message m ON {new} AND m.id > t.asker_seen AND m.by_id = t.helper_id
             WHERE h.acted_by_id = r.id AND h.asker_id IS DISTINCT FROM r.id AND {together})"""
NEW = "m.thread_id = t.id AND m.held_at IS NULL AND m.text IS NOT NULL AND h.opened_at IS NOT NULL"
TOGETHER = f"{not_blocked('t.helper_id', 'h.asker_id')} AND {not_blocked('t.helper_id', 'h.acted_by_id')}"

WHO = (
    text(PERSON.format(unread_messages=UNREAD_MESSAGES.format(new=NEW, together=TOGETHER)))
    .bindparams(bindparam("now", type_=Moment()))
    .columns(
        demo=Boolean(),
        village_only=Boolean(),
        suggestions=Boolean(),
        area_suggestions=Boolean(),
        seen_on=Date(),
        confirmed_at=Moment(),
        somebody_waits=Boolean(),
    )
)


@dataclass(frozen=True)
class Who:
    """One row. A stranger has no session_id; an official has no resident_id; nobody else has neither."""

    demo: bool
    operator: str
    contact_email: str
    contact_phone: str | None
    house_language: str
    areas_version: int
    rules_version: int
    session_id: int | None
    seen_on: date | None
    resident_id: int | None
    official_id: int | None
    official_role: str | None
    ref: str | None
    name: str | None
    language: str | None
    status: str | None
    confirmed_at: datetime | None
    cell_id: int | None
    languages: int | None
    kinds: int | None
    slots: int | None
    reach: int | None
    village_only: bool | None
    suggestions: bool | None
    area_suggestions: bool | None
    area_id: int | None
    area_ref: str | None
    area_name: str | None
    area_state: str | None
    association_id: int | None
    municipality_id: int | None
    municipality_name: str | None
    zone: str | None
    somebody_waits: bool
    hosts_id: int | None
    host_name: str | None
    host_phone: str | None
    unread: int
    unread_messages: int
    token: str | None = None

    @property
    def signed_in(self) -> bool:
        return self.resident_id is not None or self.official_id is not None

    @property
    def confirmed(self) -> bool:
        return self.status == "confirmed"

    @property
    def suggested(self) -> bool:
        """Whether what fits is shown first: neither the person nor the host of the area has switched it off."""
        return bool(self.suggestions and self.area_suggestions)

    @property
    def likes(self) -> Likes:
        """What lists and reasons ask of one's own wishes."""
        return Likes(self.slots or 0, self.kinds or 0)

    @property
    def role(self) -> str:
        """stranger, waiting, neighbour, host, municipality or operator: what the doors ask for."""
        if self.official_role:
            return self.official_role
        if self.resident_id is None:
            return "stranger"
        if not self.confirmed:
            return "waiting"
        return "host" if self.hosts_id else "neighbour"

    def with_host_of(self, area: Any) -> "Who":
        """The same, with the host of this area (host_name, host_phone) as the one to ring."""
        return replace(self, host_name=area.host_name, host_phone=area.host_phone)

    # What Flask-Login asks of a signed-in person.
    @property
    def is_authenticated(self) -> bool:
        return self.signed_in

    @property
    def is_active(self) -> bool:
        return self.signed_in

    @property
    def is_anonymous(self) -> bool:
        return not self.signed_in

    def get_id(self) -> str:
        return self.token or ""


def who(token: str | None, now: datetime) -> Who | None:
    """The person behind a session token (none: a stranger). None before the installation is set up."""
    rows = read(WHO, {"token_hash": token_hash(token or ""), "now": now})
    return Who(**rows[0]._asdict(), token=token) if rows else None
