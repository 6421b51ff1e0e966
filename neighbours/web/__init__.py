"""Routes: read the form, ask the rule, call the action, render. No SQL and no rule of its own."""

from neighbours.web import chosen, demo, feedback, kept, maps, municipality, offline, public
from neighbours.web.help import agreements, ask, mine, nearby, offer, offers, replies, suggestions, wanted
from neighbours.web.people import account, calendar, host, joining, notices, signing_in
from neighbours.web.talk import beginning, threads
from neighbours.web.trust import blocking, looking, reporting

PAGES = (
    public.pages,
    chosen.pages,
    feedback.pages,
    offline.pages,
    maps.pages,
    joining.pages,
    signing_in.pages,
    account.pages,
    calendar.pages,
    notices.pages,
    host.pages,
    kept.pages,
    municipality.pages,
    demo.pages,
    ask.pages,
    offer.pages,
    nearby.pages,
    wanted.pages,
    offers.pages,
    mine.pages,
    replies.pages,
    agreements.pages,
    threads.pages,
    beginning.pages,
    suggestions.pages,
    blocking.pages,
    reporting.pages,
    looking.pages,
)
