"""Which signs the templates ask for by name: straight, by a choice, by a {% set %}, or by a macro that hands it on.

Read from their trees, so that a page that no test opens counts too. What comes from a row is not here. No test either.
"""

from collections.abc import Iterator, Mapping

from jinja2 import Environment, nodes

EVERY = Environment(extensions=["jinja2.ext.i18n"])
Takes = dict[str, list[int | str]]  # of each macro, at which place and by which name it takes a sign


def signs_of(templates: Mapping[str, str]) -> set[str]:
    """The signs that these templates ask for."""
    trees = [EVERY.parse(text) for text in templates.values()]
    takes: Takes = {"pictogram": [0]}
    for _ in range(3):  # a macro hands on to a macro, which hands on to a third
        takes |= {macro.name: _taken(macro, takes) for tree in trees for macro in tree.find_all(nodes.Macro)}
    return {sign for tree in trees for sign in _asked(tree, takes)} - {""}


def _taken(macro: nodes.Macro, takes: Takes) -> list[int | str]:
    handed = {
        leaf.name for given in _given(macro, takes) for leaf in _leaves(given, {}) if isinstance(leaf, nodes.Name)
    }
    return [key for place, each in enumerate(macro.args) if each.name in handed for key in (place, each.name)]


def _asked(tree: nodes.Template, takes: Takes) -> Iterator[str]:
    set_here = {
        each.target.name: each.node for each in tree.find_all(nodes.Assign) if isinstance(each.target, nodes.Name)
    }
    also = {
        alias: takes[name]
        for each in tree.find_all(nodes.FromImport)
        for name, alias in _renamed(each)
        if name in takes
    }
    asked = [*_given(tree, takes | also), *(node for name, node in set_here.items() if name == "sign")]
    for leaf in (leaf for each in asked for leaf in _leaves(each, set_here)):
        if isinstance(leaf, nodes.Const) and isinstance(leaf.value, str):
            yield leaf.value


def _renamed(imported: nodes.FromImport) -> Iterator[tuple[str, str]]:
    return (each for each in imported.names if isinstance(each, tuple))


def _given(node: nodes.Node, takes: Takes) -> Iterator[nodes.Expr]:
    """What is given as a sign in each call below a node."""
    for call in node.find_all(nodes.Call):
        name = getattr(call.node, "name", getattr(call.node, "attr", ""))
        named = {pair.key: pair.value for pair in call.kwargs}
        for key in takes.get(name, ()):
            if isinstance(key, int) and key < len(call.args):
                yield call.args[key]
            elif key in named:
                yield named[str(key)]


def _leaves(node: nodes.Expr, set_here: Mapping[str, nodes.Expr]) -> list[nodes.Expr]:
    """What an expression may come to: both sides of a choice, each value of a dictionary, what a name was set to."""
    parts: list[nodes.Expr] = []
    if isinstance(node, nodes.CondExpr):
        parts = [node.expr1, *([node.expr2] if node.expr2 else [])]
    elif isinstance(node, (nodes.Or, nodes.And)):
        parts = [node.left, node.right]
    elif isinstance(node, nodes.Name) and node.name in set_here:
        parts = [set_here[node.name]]
    elif isinstance(node, nodes.Dict):
        parts = [pair.value for pair in node.items]
    elif isinstance(node, nodes.Getitem):
        parts = [part for leaf in _leaves(node.node, set_here) for part in _items(leaf, node.arg)]
    elif isinstance(node, nodes.Call) and getattr(node.node, "attr", "") == "get":
        parts = [node.node.node, *node.args[1:]]  # type: ignore[attr-defined]
    else:
        return [node]
    return [leaf for part in parts for leaf in _leaves(part, set_here)]


def _items(node: nodes.Expr, key: nodes.Expr) -> list[nodes.Expr]:
    """The one item of a tuple that is named by its number; else the thing itself, which was taken apart before."""
    if isinstance(node, nodes.Tuple) and isinstance(key, nodes.Const):
        return [node.items[key.value]]
    return [node]
