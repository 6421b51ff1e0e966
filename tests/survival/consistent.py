"""The one check of a whole database: whether every state is what its steps, places and messages say. Reads only."""

from collections.abc import Iterator
from itertools import groupby, pairwise

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from neighbours.rules.moves import MOVES

# What must find nothing: in words, and as a statement that gives what is wrong.
NEVER = {
    "a request whose taken places are not its agreements": """
        SELECT h.id FROM help_request h WHERE h.taken <> (SELECT count(*) FROM agreement a
         WHERE a.help_request_id = h.id AND a.status IN ('agreed', 'done'))""",
    "an open request that is full": "SELECT id FROM help_request WHERE status = 'open' AND taken >= places",
    "a request that is agreed with nobody": "SELECT id FROM help_request WHERE status = 'agreed' AND taken = 0",
    "an ended request with an agreement that stands": """
        SELECT h.id FROM help_request h JOIN agreement a ON a.help_request_id = h.id AND a.status = 'agreed'
         WHERE h.status IN ('draft', 'withdrawn', 'expired', 'done')""",
    "a standing agreement whose reply is not accepted": """
        SELECT a.id FROM agreement a JOIN reply p ON p.id = a.reply_id
         WHERE a.status = 'agreed' AND p.status <> 'accepted'""",
    "an accepted reply without its agreement": """
        SELECT p.id FROM reply p WHERE p.status = 'accepted' AND NOT EXISTS (SELECT 1 FROM agreement a
         WHERE a.reply_id = p.id AND a.status IN ('agreed', 'done', 'missed'))""",
    "two agreements on one reply": """
        SELECT reply_id FROM agreement WHERE status IN ('agreed', 'done') GROUP BY reply_id HAVING count(*) > 1""",
    "an agreement of which nobody is told": """
        SELECT a.id FROM agreement a WHERE a.status = 'agreed' AND NOT EXISTS (SELECT 1 FROM dispatch d
         WHERE d.kind IN ('agreed', 'moved_up') AND d.thing = 'agreement' AND d.thing_id = a.id)""",
    "an offer of which nobody is told": """
        SELECT p.id FROM reply p JOIN help_request h ON h.id = p.help_request_id AND h.status = 'open'
         WHERE p.status = 'offered' AND h.taken = 0 AND NOT EXISTS (SELECT 1 FROM dispatch d
         WHERE d.kind = 'somebody_offered' AND d.thing = 'reply' AND d.thing_id = p.id)""",
    "one who was invited by message and has none": """
        SELECT i.id FROM invitation i WHERE i.how = 'message' AND NOT EXISTS (SELECT 1 FROM dispatch d
         WHERE d.kind IN ('asked', 'asked_directly') AND d.thing_id = i.help_request_id
           AND d.resident_id = i.resident_id)""",
    "an invitation of a wave that the request has not come to": """
        SELECT i.id FROM invitation i JOIN help_request h ON h.id = i.help_request_id WHERE i.wave > h.wave""",
    "a message about something that is not there": """
        SELECT d.id FROM dispatch d WHERE (d.thing = 'agreement' AND NOT EXISTS (SELECT 1 FROM agreement a
         WHERE a.id = d.thing_id)) OR (d.thing = 'reply' AND NOT EXISTS (SELECT 1 FROM reply p WHERE p.id = d.thing_id))
         OR (d.thing = 'help_request' AND NOT EXISTS (SELECT 1 FROM help_request h WHERE h.id = d.thing_id))""",
    "a message that went out and is held, sealed or without its time": """
        SELECT id FROM dispatch WHERE status = 'sent'
           AND (sent_at IS NULL OR leased_by IS NOT NULL OR leased_until IS NOT NULL OR sealed IS NOT NULL)""",
    "a message that failed without a reason, or is held": """
        SELECT id FROM dispatch WHERE status = 'failed' AND (error IS NULL OR leased_by IS NOT NULL)""",
    "a message that is half held": """
        SELECT id FROM dispatch WHERE (leased_by IS NULL) <> (leased_until IS NULL)""",
    "a step without its thing": """
        SELECT s.id FROM step s WHERE (s.thing = 'agreement' AND NOT EXISTS (SELECT 1 FROM agreement a
         WHERE a.id = s.thing_id)) OR (s.thing = 'reply' AND NOT EXISTS (SELECT 1 FROM reply p WHERE p.id = s.thing_id))
         OR (s.thing = 'help_request' AND NOT EXISTS (SELECT 1 FROM help_request h WHERE h.id = s.thing_id))""",
}
MOVED = ("help_request", "offer", "reply", "agreement")
STEPS = text("SELECT thing, thing_id, move, after FROM step ORDER BY thing, thing_id, id")


def consistent(session: Session) -> list[str]:
    """What is wrong, one sentence each; an empty list when everything holds together."""
    wrong = [f"{words}: {found}" for words, found in _found(session) if found]
    wrong += _wrong_steps(session)
    if session.get_bind().dialect.name == "sqlite":
        wrong += [f"SQLite: {row[0]}" for row in session.execute(text("PRAGMA integrity_check")) if row[0] != "ok"]
        wrong += [f"a reference to nothing: {row}" for row in session.execute(text("PRAGMA foreign_key_check"))]
    session.rollback()
    return wrong


def _found(session: Session) -> Iterator[tuple[str, list[int]]]:
    for words, statement in NEVER.items():
        yield words, list(session.scalars(text(statement)))


def _wrong_steps(session: Session) -> Iterator[str]:
    """Each thing stands where its last step left it, and each of its steps began where the one before had ended."""
    steps = {
        key: list(rows)
        for key, rows in groupby(session.execute(STEPS).all(), key=lambda row: (row.thing, row.thing_id))
    }
    for thing in MOVED:
        for row in session.execute(text(f"SELECT id, status FROM {thing}")).all():
            own = steps.get((thing, row.id), [])
            if not own or own[-1].after != row.status:
                yield f"{thing} {row.id} is {row.status}, and its steps say {[step.move for step in own]}"
            yield from (f"{thing} {row.id}: {b.move} after {a.after}" for a, b in pairwise(own) if not _follows(a, b))


def _follows(before: Row[tuple[str, int, str, str]], step: Row[tuple[str, int, str, str]]) -> bool:
    """What is no move of the table, such as showing one's number, leaves the state as it is."""
    move = MOVES[step.thing].get(step.move)
    return step.after == before.after if move is None else before.after in move.before and step.after == move.after
