"""The page on physiology: its examples run, and no function lies there that nothing uses and nothing explains."""

import ast
import doctest
import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs/physiology.md"
ROOM = PROJECT / "twin/physiology"


def test_the_examples_of_the_page_run():
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried > 10
    assert failed == 0


def test_a_function_that_nothing_calls_is_explained_on_the_page():
    # A name that another module of the room, the product or a notebook speaks of is used.
    sources = {path: path.read_text(encoding="utf-8") for folder in ("twin", "notebooks")
               for path in (PROJECT / folder).rglob("*") if path.suffix in (".py", ".ipynb")}  # fmt: skip
    page = PAGE.read_text(encoding="utf-8")
    words = {path: set(re.findall(r"\w+", text)) for path, text in sources.items()}
    unexplained = [
        f"{path.name}: {node.name}"
        for path in ROOM.glob("*.py")
        for node in ast.parse(sources[path]).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if not re.search(rf"\b{node.name}\b", page)
        if not any(node.name in known for other, known in words.items() if other != path)
        if not _within(sources[path], node.name)
    ]
    assert unexplained == []


def _within(source: str, name: str) -> bool:
    """Whether a module uses its own function outside its docstrings."""
    return any(
        isinstance(node, ast.Name) and node.id == name for node in ast.walk(ast.parse(source))
    )
