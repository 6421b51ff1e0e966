"""Templates written out once for each language: what is the same on every page is worked out when they are compiled.

A page has some two hundred words, signs and addresses that never change: `{{ _('Urgent') }}`, `{{ pictogram('pin') }}`,
`{{ url_for('ask.start') }}`. Looked up each time they cost more than everything else on it. Jinja itself folds
constants; this adds that these functions, given constants, are constants too, in one language and below one root.
"""

from collections.abc import Callable, Mapping
from typing import Any

import jinja2
from flask import Flask, has_request_context, request
from flask.templating import Environment
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from neighbours.language import _, current_language


class Template(jinja2.Template):
    """One whose macros are made once. Nothing is ever lent to a single template, which is what Jinja looks for."""

    def _get_default_module(self, ctx: Any = None) -> Any:
        return super()._get_default_module()


def fold_templates(app: Flask) -> None:
    """Before the app's templates are used for the first time."""
    app.jinja_environment = FoldedEnvironment


class FoldedEnvironment(Environment):
    """Finds a template in the form for the language that is spoken; outside a page in the plain one."""

    folds = False
    template_class = Template

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self._languages: dict[tuple[str, str], FoldedEnvironment] = {}

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> jinja2.Template:
        """As Jinja does."""
        return super(FoldedEnvironment, self._here()).get_template(name, parent, globals)

    def _here(self) -> "FoldedEnvironment":
        if self.folds or not has_request_context():
            return self
        place = (current_language(), request.script_root)
        if place not in self._languages:
            found = self.overlay()
            found.folds = True
            self._languages[place] = found
        return self._languages[place]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.folds and (name or "").endswith(".html"):
            Folding(self.globals).visit(tree)
        return tree


class Folding(NodeTransformer):
    """Puts the answer in the place of a call that gives the same for the same, where all it is given is known."""

    def __init__(self, lent: Mapping[str, Any]) -> None:
        self._same: dict[str, Callable[..., str]] = {name: lent[name] for name in ("asset", "pictogram", "url_for")}
        self._same |= {"_": _said, "gettext": _said}

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 (Jinja's name)
        """The call, or what it gives."""
        self.generic_visit(node)
        given = [*node.args, *(pair.value for pair in node.kwargs)]
        is_known = all(isinstance(value, nodes.Const) for value in given) and not (node.dyn_args or node.dyn_kwargs)
        if not (is_known and isinstance(node.node, nodes.Name) and node.node.name in self._same):
            return node
        facts = {pair.key: pair.value.as_const() for pair in node.kwargs}
        answer = self._same[node.node.name](*(value.as_const() for value in node.args), **facts)
        return nodes.Const(answer, lineno=node.lineno)

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 (Jinja's name)
        """Stays as it is: Jinja puts constants together without looking which of them are safe."""
        return node


def _said(text: str, **facts: Any) -> Markup:
    """As Jinja's own gettext says it on a page."""
    return Markup(_(text)) % facts
