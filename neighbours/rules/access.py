"""The one written policy: which role opens which page by which method. What is not here is closed to everybody.

The doors (web/doors.py) ask `opens`; a test walks the whole URL map in every role and finds exactly this table.
Roles are seen from one request for help: `asker` and `helper` are its two, `neighbour` lives in the same area,
`elsewhere` in an area that it does not reach. `waiting` is not yet confirmed. `other_host` hosts another association.
"""

from collections.abc import Mapping

ROLES = (
    "stranger",
    "waiting",
    "neighbour",
    "elsewhere",
    "asker",
    "helper",
    "host",
    "other_host",
    "municipality",
    "operator",
)

# What the doors know before anything is loaded: the finer roles collapse into these.
DOOR_ROLE = {"elsewhere": "neighbour", "asker": "neighbour", "helper": "neighbour", "other_host": "host"}

EVERYBODY = frozenset(ROLES)
STRANGER = frozenset({"stranger"})
SIGNED_IN = EVERYBODY - STRANGER
RESIDENTS = SIGNED_IN - {"municipality", "operator"}
WAITING = frozenset({"waiting"})
CONFIRMED = RESIDENTS - WAITING
HOSTS = frozenset({"host", "other_host"})
OPERATOR = frozenset({"operator"})
OFFICIALS = frozenset({"municipality", "operator"})
WITHIN_REACH = CONFIRMED - {"elsewhere", "other_host"}
ASKER = frozenset({"asker"})
HELPER = frozenset({"helper"})
THE_TWO = ASKER | HELPER
OWN_HOST = frozenset({"host"})

Methods = Mapping[str, frozenset[str]]

ACCESS: Mapping[str, Methods] = {
    # Everybody's pages
    "static": {"GET": EVERYBODY},
    "public.start": {"GET": EVERYBODY},
    "public.health": {"GET": EVERYBODY},
    "public.find": {"GET": EVERYBODY},
    "public.suggestions": {"GET": EVERYBODY},
    "public.area": {"GET": EVERYBODY},
    "public.behind": {"GET": EVERYBODY},
    "maps.area": {"GET": EVERYBODY},
    "public.accessibility": {"GET": EVERYBODY},
    "chosen.page": {"GET": EVERYBODY},
    "chosen.record": {"GET": EVERYBODY},
    "chosen.switch_mine": {"POST": CONFIRMED},
    "chosen.switch_area": {"POST": OWN_HOST},
    "feedback.write": {"GET": EVERYBODY, "POST": EVERYBODY},
    "feedback.thanks": {"GET": EVERYBODY},
    "offline.page": {"GET": EVERYBODY},
    "offline.worker": {"GET": EVERYBODY},
    "public.language": {"POST": EVERYBODY},
    # Joining: whoever is signed in already is led to the start page
    "joining.choose": {"POST": EVERYBODY},
    "joining.begin": {"POST": EVERYBODY},
    "joining.name": {"GET": EVERYBODY, "POST": EVERYBODY},
    "joining.contact": {"GET": EVERYBODY, "POST": EVERYBODY},
    "joining.help": {"GET": EVERYBODY, "POST": EVERYBODY},
    "joining.times": {"GET": EVERYBODY, "POST": EVERYBODY},
    "joining.reach": {"GET": EVERYBODY, "POST": EVERYBODY},
    "joining.code": {"GET": EVERYBODY, "POST": EVERYBODY},
    "joining.again": {"POST": EVERYBODY},
    "joining.known": {"GET": EVERYBODY, "POST": EVERYBODY},
    # Signing in and out
    "signing_in.contact": {"GET": EVERYBODY, "POST": EVERYBODY},
    "signing_in.code": {"GET": EVERYBODY, "POST": EVERYBODY},
    "signing_in.again": {"POST": EVERYBODY},
    "signing_in.person": {"GET": EVERYBODY, "POST": EVERYBODY},
    "signing_in.leave": {"POST": SIGNED_IN},
    # What was typed before signing in
    "kept.page": {"GET": SIGNED_IN},
    # One's own account
    "account.details": {"GET": RESIDENTS},
    "account.name": {"GET": RESIDENTS, "POST": RESIDENTS},
    "account.help": {"GET": RESIDENTS, "POST": RESIDENTS},
    "account.shown": {"GET": RESIDENTS, "POST": RESIDENTS},
    "account.pause": {"GET": RESIDENTS, "POST": RESIDENTS},
    "account.end_pause": {"POST": RESIDENTS},
    "account.contact": {"GET": RESIDENTS, "POST": RESIDENTS},
    "account.contact_code": {"GET": RESIDENTS, "POST": RESIDENTS},
    "account.contact_again": {"POST": RESIDENTS},
    "account.letter_code": {"GET": RESIDENTS, "POST": RESIDENTS},
    "account.address_log": {"GET": RESIDENTS},
    "account.sessions": {"GET": SIGNED_IN},
    "account.end_session": {"POST": SIGNED_IN},
    "account.end_all_sessions": {"POST": SIGNED_IN},
    # How one wishes to be told; the link of a mail opens to whoever has it
    "notices.own": {"GET": RESIDENTS, "POST": RESIDENTS},
    "notices.from_mail": {"GET": EVERYBODY, "POST": EVERYBODY},
    # One's own calendar; the address itself opens to whoever has it
    "calendars.page": {"GET": CONFIRMED},
    "calendars.make": {"POST": CONFIRMED},
    "calendars.switch_off": {"POST": CONFIRMED},
    "calendars.feed": {"GET": EVERYBODY},
    # Asking for help, and standing offers
    "ask.start": {"GET": CONFIRMED},
    "ask.begin": {"POST": CONFIRMED},
    "ask.what": {"GET": ASKER, "POST": ASKER},
    "ask.when": {"GET": ASKER, "POST": ASKER},
    "ask.where": {"GET": ASKER, "POST": ASKER},
    "ask.check": {"GET": ASKER, "POST": ASKER},
    "ask.posted": {"GET": ASKER},
    "ask.withdrawn": {"GET": ASKER},
    "ask.drop": {"POST": ASKER},
    "ask.undo_drop": {"POST": ASKER},
    "ask.take_back": {"POST": ASKER},
    "ask.withdraw": {"POST": ASKER},
    "ask.undo_withdraw": {"POST": ASKER},
    "ask.again": {"POST": ASKER},
    "offer.start": {"GET": CONFIRMED},
    "offer.begin": {"POST": CONFIRMED},
    "offer.what": {"GET": ASKER, "POST": ASKER},
    "offer.when": {"GET": ASKER, "POST": ASKER},
    "offer.check": {"GET": ASKER, "POST": ASKER},
    "offer.posted": {"GET": ASKER},
    "offer.withdrawn": {"GET": ASKER},
    "offer.drop": {"POST": ASKER},
    "offer.undo_drop": {"POST": ASKER},
    "offer.take_back": {"POST": ASKER},
    "offer.withdraw": {"POST": ASKER},
    "offer.undo_withdraw": {"POST": ASKER},
    # The local host
    "host.desk": {"GET": HOSTS},
    "host.confirm": {"POST": OWN_HOST},
    "host.refuse": {"POST": OWN_HOST},
    "host.undo": {"POST": OWN_HOST},
    "host.make_letter": {"POST": OWN_HOST},
    "host.letter": {"GET": OWN_HOST},
    "host.notice": {"GET": OWN_HOST},
    "host.told": {"POST": OWN_HOST},
    "host.undo_told": {"POST": OWN_HOST},
    # The municipality, in the background
    "municipality.overview": {"GET": OFFICIALS},
    # What is nearby, one request, one offer, and one's own help
    "nearby.list": {"GET": CONFIRMED},
    "nearby.offers": {"GET": CONFIRMED},
    "maps.near": {"GET": CONFIRMED},
    "maps.picture": {"GET": CONFIRMED},
    "help.one": {"GET": WITHIN_REACH},
    "offers.one": {"GET": WITHIN_REACH},
    "mine.list": {"GET": CONFIRMED},
    # Yes: replies and agreements
    "replies.reply": {"POST": WITHIN_REACH - ASKER},
    "replies.not_now": {"POST": WITHIN_REACH - ASKER},
    "replies.accept": {"POST": ASKER},
    "replies.decline": {"POST": ASKER},
    "replies.keep": {"POST": ASKER},
    "replies.undo": {"POST": ASKER},
    "replies.withdraw": {"POST": HELPER},
    "agreements.one": {"GET": THE_TWO},
    "agreements.calendar": {"GET": THE_TWO},
    "agreements.cancel": {"POST": THE_TWO},
    "agreements.done": {"POST": THE_TWO},
    "agreements.missed": {"POST": THE_TWO},
    "agreements.undo": {"POST": THE_TWO},
    "agreements.open_address": {"POST": ASKER},
    "agreements.share_phone": {"POST": THE_TWO},
    "agreements.thanks": {"POST": THE_TWO},
    # Conversations
    "talk.list": {"GET": CONFIRMED},
    "talk.news": {"GET": CONFIRMED},
    "talk.one": {"GET": THE_TWO, "POST": THE_TWO},
    "talk.new": {"GET": THE_TWO},
    "beginning.question": {"GET": WITHIN_REACH - ASKER, "POST": WITHIN_REACH - ASKER},
    "beginning.to_helper": {"GET": ASKER, "POST": ASKER},
    # Another day: here it is the helper who suggests it
    "suggestions.another_day": {"GET": THE_TWO, "POST": THE_TWO},
    "suggestions.yes": {"POST": ASKER},
    "suggestions.no": {"POST": ASKER},
    "suggestions.take_back": {"POST": HELPER},
    # Blocking, and telling of a problem; the scene's report about Bo's message is told by Anna
    "block.request": {"GET": WITHIN_REACH - ASKER, "POST": WITHIN_REACH - ASKER},
    "block.offer": {"GET": WITHIN_REACH - ASKER, "POST": WITHIN_REACH - ASKER},
    "block.reply": {"GET": ASKER, "POST": ASKER},
    "block.agreement": {"GET": THE_TWO, "POST": THE_TWO},
    "block.thread": {"GET": THE_TWO, "POST": THE_TWO},
    "block.list": {"GET": RESIDENTS},
    "block.undo": {"POST": RESIDENTS},
    "report.request": {"GET": WITHIN_REACH - ASKER, "POST": WITHIN_REACH - ASKER},
    "report.offer": {"GET": WITHIN_REACH - ASKER, "POST": WITHIN_REACH - ASKER},
    "report.reply": {"GET": ASKER, "POST": ASKER},
    "report.agreement": {"GET": THE_TWO, "POST": THE_TWO},
    "report.message": {"GET": ASKER, "POST": ASKER},
    "report.people": {"GET": RESIDENTS},
    "report.told": {"GET": ASKER},
    "looking.release": {"POST": OWN_HOST},
    "looking.keep": {"POST": OWN_HOST},
    "looking.reports": {"GET": OPERATOR},
    "looking.operator_release": {"POST": OPERATOR},
    "looking.operator_keep": {"POST": OPERATOR},
    # The demo village: also needs the mark in the database and a visitor on this machine
    "demo.choose": {"GET": EVERYBODY},
    "demo.sign_in": {"POST": EVERYBODY},
    "demo.outbox": {"GET": EVERYBODY},
}


def opens(endpoint: str | None, method: str, role: str) -> bool:
    """Whether somebody of this door role may come as far as the page itself; the page then asks its own rule."""
    allowed = ACCESS.get(endpoint or "", {}).get("GET" if method in {"GET", "HEAD"} else method, frozenset())
    # A host is a neighbour too: asks, helps, offers.
    may_be = {role, "neighbour"} if role == "host" and allowed & THE_TWO else {role}
    return any(DOOR_ROLE.get(fine, fine) in may_be for fine in allowed)


def is_known(endpoint: str | None, method: str) -> bool:
    """Whether the table names this page and method at all."""
    return ("GET" if method in {"GET", "HEAD"} else method) in ACCESS.get(endpoint or "", {})
