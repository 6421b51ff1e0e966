"""Routes: read the form, ask the rule, call the action, render. No SQL and no rule of its own."""

from neighbours.web import (
    account,
    agreements,
    ask,
    demo,
    help,
    host,
    joining,
    mine,
    municipality,
    nearby,
    offer,
    offers,
    public,
    replies,
    signing_in,
)

PAGES = (
    public.pages,
    joining.pages,
    signing_in.pages,
    account.pages,
    host.pages,
    municipality.pages,
    demo.pages,
    ask.pages,
    offer.pages,
    nearby.pages,
    help.pages,
    offers.pages,
    mine.pages,
    replies.pages,
    agreements.pages,
)
