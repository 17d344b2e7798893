"""Which code the figures of a session rest on: the modules that compute them, and what these import."""

import ast
import hashlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import twin

ROOTS = ("twin.pipeline.stored", "twin.model.fingerprint")
# Words alone, and an athlete whose parameters are part of a version themselves.
_PASSIVE = {"twin.errors", "twin.records.people"}
_HOME = Path(twin.__file__).parent


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return a hash of the code that figures come from; words about it do not count."""
    return hash_of(*(meaning(_path(name).read_text("utf-8")) for name in modules_behind(*ROOTS)))


def modules_behind(*roots: str) -> tuple[str, ...]:
    """Return the modules of this library that some modules rest on, themselves included, by name.

    A name that a package only passes on leads to the module it comes from.

    Examples
    --------
    >>> modules_behind("twin.physiology.zones")
    ('twin.physiology.zones', 'twin.records.plain', 'twin.schema')
    """
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found and name not in _PASSIVE:
            found.add(name)
            waiting += _imported(ast.parse(_path(name).read_text("utf-8")))
    return tuple(sorted(found))


def meaning(source: str) -> str:
    """Return the code of a module without comments, docstrings and layout.

    >>> meaning("x = 1  # one") == meaning("(x) = 1"), meaning("'words'") == meaning("")
    (True, True)
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            node.body = [part for part in node.body if not _is_words(part)]
    return ast.dump(tree)


def hash_of(*parts: object) -> str:
    """Return a short hash of values by how they are written."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _is_words(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _imported(tree: ast.Module) -> Iterator[str]:
    """Yield the modules of this library that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("twin"):
            yield from (_home_of(node.module or "", alias.name) for alias in node.names)


def _home_of(module: str, name: str) -> str:
    """Return the module that a name is of: a module itself, or where a package has it from."""
    if _path(f"{module}.{name}").exists():
        return f"{module}.{name}"
    if _path(module).name != "__init__.py":
        return module
    for node in ast.walk(ast.parse(_path(module).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return _home_of(node.module or "", name)
    return module


def _path(module: str) -> Path:
    """Return the file of a module; of a package its ``__init__``."""
    place = _HOME.joinpath(*module.split(".")[1:])
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
