"""Routes: read the form, ask the rule, call the action, render. No SQL and no rule of its own."""

from neighbours.web import host, municipality, public

PAGES = (public.pages, host.pages, municipality.pages)
