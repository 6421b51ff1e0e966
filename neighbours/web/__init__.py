"""Routes: read the form, ask the rule, call the action, render. No SQL and no rule of its own."""

from neighbours.web import account, ask, host, joining, municipality, offer, public, signing_in

PAGES = (
    public.pages,
    joining.pages,
    signing_in.pages,
    account.pages,
    host.pages,
    municipality.pages,
    ask.pages,
    offer.pages,
)
