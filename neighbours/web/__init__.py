"""Routes: read the form, ask the rule, call the action, render. No SQL and no rule of its own."""

from neighbours.web import public

PAGES = (public.pages,)
