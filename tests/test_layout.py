"""The table of who may import whom, and what else keeps the house in shape. Broken rules are listed, not counted."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BASE = {
    "models",
    "neighbours.config",
    "neighbours.database",
    "neighbours.clock",
    "neighbours.sealing",
}
# A floor and what it may import of this house besides itself. What is not named below is a way out or a word for the
# floors above: it belongs to "ways", which may know everything under web.
MAY_IMPORT = {
    "neighbours.rules": {"neighbours.geo", "models"},
    "neighbours.geo": {"models"},
    "neighbours.queries": BASE | {"neighbours.rules", "neighbours.geo"},
    "neighbours.actions": BASE | {"neighbours.rules", "neighbours.geo"},
    "neighbours.web": BASE | {"neighbours.queries", "neighbours.actions", "neighbours.rules", "neighbours.geo", "ways"},
    "ways": BASE | {"neighbours.queries", "neighbours.actions", "neighbours.rules", "neighbours.geo"},
    "models": set(),
    "app": BASE | {"neighbours.web", "ways"},
}
PURE = ("neighbours.rules", "neighbours.geo")
NOT_PURE = {"flask", "flask_sqlalchemy", "flask_login", "flask_wtf", "sqlalchemy"}
ONE_FILE = {"flask_sqlalchemy": "models", "flask_login": "neighbours.web.doors", "flask_babel": "neighbours.language"}
WRITING = {"writing", "insert", "update", "delete"}
NAMED_BY_LIBRARIES = {
    "get_template",
    "get_id",
    "get_json",
    "get_text",
    "process_bind_param",
    "process_result_value",
}
MOST_LINES, MOST_LINES_OF_MODELS, LONGEST_FUNCTION, MOST_FILES = 300, 1000, 40, 15


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


SOURCES = {
    module_of(path): path
    for path in [ROOT / "app.py", ROOT / "models.py", *sorted((ROOT / "neighbours").rglob("*.py"))]
}
TREES = {module: ast.parse(path.read_text(encoding="utf-8")) for module, path in SOURCES.items()}


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and full name of everything imported: `from a import b` names `a.b` where that is a module, else `a`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names = {f"{base}.{name.name}" if f"{base}.{name.name}" in SOURCES else base for name in node.names}
            yield from ((node.lineno, name) for name in names)


def floor_of(module: str) -> str:
    """The floor a module of this house stands on."""
    for floor in (*MAY_IMPORT, *sorted(BASE)):
        if module == floor or module.startswith(floor + "."):
            return floor
    return "ways"


def against_the_table(trees: dict[str, ast.AST]) -> list[str]:
    """Every import that goes up, across or out of a pure floor."""
    wrong = []
    for module, tree in trees.items():
        floor = floor_of(module)
        for line, name in imports(tree):
            top = name.split(".")[0]
            ours = top in {"neighbours", "models", "app"}
            allowed = {floor, *MAY_IMPORT.get(floor, BASE)}
            if (ours and floor_of(name) not in allowed) or (floor in PURE and top in NOT_PURE):
                wrong.append(f"{module}:{line} imports {name}")
    return wrong


def test_imports_go_one_way():
    assert against_the_table(TREES) == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("neighbours.rules.may", "import flask"),
        ("neighbours.rules.may", "from neighbours.queries.who import who"),
        ("neighbours.geo.areas", "from sqlalchemy import text"),
        ("neighbours.queries.who", "from neighbours.actions.moving import move"),
        ("neighbours.actions.moving", "from neighbours.queries.who import who"),
        ("neighbours.actions.moving", "from neighbours import web"),
        ("neighbours.worker", "import app"),
        ("neighbours.config", "from neighbours.web import doors"),
        ("models", "from neighbours.rules import kinds"),
    ],
)
def test_the_table_notices_an_import_that_goes_the_wrong_way(module, line):
    assert against_the_table({module: ast.parse(line)}) != []


@pytest.mark.parametrize("library", ONE_FILE)
def test_a_library_kept_at_arms_length_is_named_in_one_file(library):
    users = {module for module, tree in TREES.items() for _, name in imports(tree) if name.split(".")[0] == library}
    assert users == {ONE_FILE[library]}


def writes_elsewhere(trees: dict[str, ast.AST]) -> list[str]:
    """What writes, or imports what does, on another floor than the actions'."""
    wrong = []
    for module, tree in trees.items():
        if floor_of(module) in {"neighbours.actions", "neighbours.database"}:
            continue
        for node in ast.walk(tree):
            names = {name.name for name in node.names} if isinstance(node, ast.ImportFrom) else set()
            source = str(getattr(node, "module", ""))
            if (
                (names & WRITING and source.startswith(("sqlalchemy", "neighbours.database")))
                or (isinstance(node, ast.Attribute) and node.attr in {"commit", "flush", "add_all"})
                or (
                    isinstance(node, ast.Constant)
                    and str(node.value).lstrip().startswith(("INSERT ", "UPDATE ", "DELETE "))
                )
            ):
                wrong.append(f"{module}:{getattr(node, 'lineno', '?')}")
    return wrong


def test_only_actions_write():
    assert writes_elsewhere(TREES) == []


@pytest.mark.parametrize(
    "line",
    [
        "from sqlalchemy import select, update",
        "from neighbours.database import writing",
        "db.session.commit()",
        "text('\\n  UPDATE resident SET name = 1')",
    ],
)
def test_a_write_outside_the_actions_is_noticed(line):
    assert writes_elsewhere({"neighbours.web.people.host": ast.parse(line)}) != []
    assert writes_elsewhere({"neighbours.actions.people.hosting": ast.parse(line)}) == []


def test_nobody_assigns_a_status():
    places = [
        f"{module}:{node.lineno}"
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Attribute) and target.attr == "status" for target in node.targets)
    ]
    assert places == []


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for module, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield module, node


def test_no_import_stands_inside_a_function():
    assert [f"{module}:{line}" for module, function in functions() for line, _ in imports(function)] == []


def test_functions_are_short_and_named_by_a_verb_of_their_own():
    assert [
        f"{module}:{function.lineno} {function.name}"
        for module, function in functions()
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
        or (
            function.name.startswith(("get_", "handle_", "process_", "do_")) and function.name not in NAMED_BY_LIBRARIES
        )
    ] == []


def crowded(files: Iterable[Path]) -> list[str]:
    """Folders with more files than one takes in at a glance: they want rooms."""
    return [f"{folder}: {n} files" for folder, n in Counter(path.parent for path in files).items() if n > MOST_FILES]


def test_no_folder_holds_more_than_fifteen_files():
    assert crowded(SOURCES.values()) == []


def test_a_sixteenth_file_is_noticed():
    folder = Path("neighbours/rules")
    assert crowded(folder / f"{number}.py" for number in range(MOST_FILES)) == []
    assert crowded(folder / f"{number}.py" for number in range(MOST_FILES + 1)) == ["neighbours/rules: 16 files"]


def files_named_in_vain(module: str, path: Path, tree: ast.AST) -> Iterator[str]:
    """The files that docstrings name and that are neither beside them nor above them nor below the house itself."""
    for node in ast.walk(tree):
        said = ast.get_docstring(node) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) else None
        for name in re.findall(r"(?<![\w./*])[\w/]+\.py\b", said or ""):
            if not any((folder / name).is_file() for folder in (*path.parents, ROOT / "neighbours")):
                yield f"{module}: {name}"


def test_docstrings_name_files_that_are_there():
    wrong = [files_named_in_vain(module, path, TREES[module]) for module, path in SOURCES.items()]
    assert [name for names in wrong for name in names] == []


def test_a_file_that_is_gone_is_noticed():
    path, said = ROOT / "neighbours/web/help/ask.py", '"""How it looks is in help.py, wanted.py and rules/may.py."""'
    assert list(files_named_in_vain("ask", path, ast.parse(said))) == ["ask: help.py"]


def test_files_are_short_and_say_what_is_in_them():
    wrong = []
    for module, path in SOURCES.items():
        lines = sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
        if lines > (MOST_LINES_OF_MODELS if module == "models" else MOST_LINES):
            wrong.append(f"{module}: {lines} lines")
        if not ast.get_docstring(TREES[module]):
            wrong.append(f"{module}: no docstring")
        if path.stem in {"utils", "helpers", "services", "common", "misc"}:
            wrong.append(f"{module}: a name that says nothing")
    assert wrong == []
