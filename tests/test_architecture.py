"""Who may import whom, one home per library, small modules: the rules of the house, held.

A rule is a function from a source tree to its violations, so each is also shown to catch a planted
one. An exception to a size needs its reason here.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]

FOUNDATION = {"errors", "schema", "records", "protocols", "settings"}
MIDDLE = {"pipeline", "files", "sources", "store", "bus", "model", "rules"}
LAWS = FOUNDATION | {"physiology", "sensors"}
MAY_IMPORT: dict[str, set[str]] = {
    **dict.fromkeys(FOUNDATION, FOUNDATION),
    "physiology": FOUNDATION | {"sensors"},
    "sensors": FOUNDATION,
    **dict.fromkeys(MIDDLE, FOUNDATION),
    "pipeline": LAWS,
    "model": LAWS,
    "rules": LAWS,
    "archive": LAWS | MIDDLE,
    "hub": LAWS | MIDDLE,
    "state": LAWS | MIDDLE | {"archive", "hub"},
    "views": LAWS | {"model", "state"},
    "web": LAWS | MIDDLE | {"hub", "state", "views"},
    "cli": LAWS | MIDDLE | {"archive", "hub", "state", "views", "web"},
    "apps": LAWS | MIDDLE | {"archive", "hub", "state", "views"},
    "simulator": FOUNDATION,
}

# Each third-party library has one home; what is not listed is free (NumPy, pandas).
HOMES: dict[str, tuple[str, ...]] = {
    "bleak": (
        "twin/sources/ble_adapters.py",
        "twin/sources/ble_bumble.py",
        "twin/sources/ble_bumble_calls.py",
        "twin/sources/ble_bumble_client.py",
        "twin/sources/ble_bumble_scanner.py",
        "twin/sources/ble_link.py",
        "twin/sources/ble_scanner.py",
        "twin/sources/ble_streams.py",
    ),
    "bokeh": ("twin/views", "apps"),
    "bumble": (
        "twin/sources/ble_bumble.py",
        "twin/sources/ble_bumble_calls.py",
        "twin/sources/ble_bumble_client.py",
        "twin/sources/ble_bumble_scanner.py",
        "simulator",
    ),
    "click": ("twin/cli",),
    "distributed": ("twin/archive/work.py",),
    "dotenv": ("twin/settings.py",),
    "fitfast": ("twin/files",),
    "garmin_fit_sdk": ("twin/files",),
    "holoviews": ("twin/views", "apps"),
    "hvplot": ("twin/views", "apps"),
    "influxdb_client": ("twin/store/influx.py",),
    "lxml": ("twin/files",),
    "matplotlib": ("twin/views",),
    "panel": ("twin/views", "twin/cli/serve.py", "twin/web/plugin.py", "apps"),
    "panel_material_ui": ("twin/views", "apps"),
    "param": ("twin/state", "twin/views", "apps"),
    "pyarrow": ("twin/store", "twin/files", "twin/bus/columns.py"),
    "redis": ("twin/bus/redis.py",),
    "sqlite3": ("twin/store",),
    "streamz": ("twin/pipeline/graph.py",),
    "tornado": ("twin/web", "twin/cli/serve.py"),
    "yaml": ("twin/settings.py",),
}
# Who imports by name; the hub's only door to the screens is decision 18.
BY_NAME = {
    "twin/__init__.py",
    "twin/cli/__init__.py",
    "twin/cli/simulate.py",
    "twin/files/formats.py",
    "twin/hub/showing.py",
    "twin/sources/registry.py",
}
PRODUCT = ("twin", "simulator", "apps")
NO_NAMES = {"utils", "helpers", "common", "misc"}

MODULE_LINES, FUNCTION_LINES, APP_LINES = 250, 30, 40
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}

# Rooms that others build on: what a function gives is shown by an example that is run.
SHOWN = {"model", "physiology", "rules", "sensors", "records", "files"}
NOT_SHOWN = {
    "twin/model/backtest.py:backtest": "needs recordings of hours; docs/twin.md shows it",
    "twin/model/bands.py:together": "puts columns side by side, as replaying.together shows",
}


def modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Yield every product module under `root` by its path, parsed."""
    for top in PRODUCT:
        for path in sorted((root / top).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            yield path.relative_to(root).as_posix(), ast.parse(text, str(path))


def room_of(path: str) -> str:
    """Return the room a file stands in: ``twin/store/log.py`` is in "store"."""
    parts = path.removesuffix(".py").split("/")
    return parts[1] if parts[0] == "twin" and len(parts) > 1 else parts[0]


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the full name of everything a module imports, wherever in it; relative ones as '.'."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield "."
            elif node.module in {"twin", "simulator"}:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def wrong_imports(root: Path) -> list[str]:
    """Return every import that goes against the direction of the layers."""
    wrong = []
    for path, tree in modules(root):
        if path in {"twin/__init__.py", "twin/__main__.py"}:
            continue  # the front doors reach into the house by name
        room = room_of(path)
        for name in imported(tree):
            top, _, rest = name.partition(".")
            target = rest.partition(".")[0] if top == "twin" else top
            if name == ".":
                wrong.append(f"{path}: relative import")
            elif room not in MAY_IMPORT:
                wrong.append(f"{path}: no room of that name")
                break
            elif target in MAY_IMPORT and target != room and target not in MAY_IMPORT[room]:
                wrong.append(f"{path}: {room} may not import {name}")
    return wrong


def strangers(root: Path) -> list[str]:
    """Return every third-party library met outside its home, and the environment read elsewhere."""
    met = []
    for path, tree in modules(root):
        tops = {name.partition(".")[0] for name in imported(tree)}
        for library in sorted(tops & HOMES.keys()):
            if not any(path == h or path.startswith(h + "/") for h in HOMES[library]):
                met.append(f"{path}: {library} lives in {' and '.join(HOMES[library])}")
        if path != "twin/settings.py" and any(map(_reads_environment, ast.walk(tree))):
            met.append(f"{path}: only twin/settings.py reads the environment")
    return met


def _reads_environment(node: ast.AST) -> bool:
    names = {"environ", "getenv", "environb"}
    if isinstance(node, ast.ImportFrom) and node.module == "os":
        return any(alias.name in names for alias in node.names)
    return (
        isinstance(node, ast.Attribute)
        and node.attr in names
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    )


def by_name(root: Path) -> list[str]:
    """Return modules that import by name and are not among those that may."""
    return [
        f"{path}: imports by name"
        for path, tree in modules(root)
        if path not in BY_NAME and any(map(_imports_by_name, ast.walk(tree)))
    ]


def _imports_by_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Attribute) and "import_module" in (
        getattr(node, "id", ""), getattr(node, "attr", ""))  # fmt: skip


def loose_ends(root: Path) -> list[str]:
    """Return print calls of the library and modules named after nothing."""
    found = []
    for path, tree in modules(root):
        if Path(path).stem in NO_NAMES:
            found.append(f"{path}: a module is named by its one idea")
        if path.startswith("apps/") and Path(path).stem in {"twin", "simulator"}:
            found.append(f"{path}: the app would shadow the package")
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
                found.append(f"{path}:{node.lineno}: print in a library")
    return found


def too_long(root: Path) -> list[str]:
    """Return modules, apps and functions over their size, exceptions left out."""
    found = []
    for path, tree in modules(root):
        lines = len((root / path).read_text(encoding="utf-8").splitlines())
        limit = APP_LINES if path.startswith("apps/") else MODULE_LINES
        if lines > limit and path not in LONG_MODULES:
            found.append(f"{path}: {lines} lines, at most {limit}")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = _body_lines(node)
                if size > FUNCTION_LINES and f"{path}:{node.name}" not in LONG_FUNCTIONS:
                    found.append(f"{path}:{node.name}: {size} lines, at most {FUNCTION_LINES}")
    return found


def not_shown(root: Path) -> list[str]:
    """Return public functions of the rooms that others build on, whose docstring has no example."""
    return [
        f"{path}:{node.name}: no example in its docstring"
        for path, tree in modules(root)
        if room_of(path) in SHOWN
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and ">>>" not in (ast.get_docstring(node) or "")
        and f"{path}:{node.name}" not in NOT_SHOWN
    ]


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize(
    "rule", [wrong_imports, strangers, by_name, loose_ends, too_long, not_shown]
)
def test_the_house_keeps_its_rule(rule):
    assert rule(PROJECT) == []


@pytest.mark.parametrize(
    ("rule", "path", "text"),
    [
        (wrong_imports, "twin/records.py", "from twin.store import open_store"),
        (wrong_imports, "twin/physiology/zones.py", "from twin.pipeline import clean"),
        (wrong_imports, "twin/store/log.py", "import twin.files"),
        (wrong_imports, "twin/store/log.py", "def f():\n    from twin import files"),
        (wrong_imports, "twin/state.py", "from twin.views.theme import DARK"),
        (wrong_imports, "twin/views/squad.py", "from twin.store import open_store"),
        (wrong_imports, "twin/hub/hub.py", "import simulator.source"),
        (wrong_imports, "simulator/heart.py", "from twin.physiology.zones import zone"),
        (wrong_imports, "twin/attic/box.py", "import numpy"),
        (wrong_imports, "twin/store/log.py", "from .rolling import Ring"),
        (strangers, "twin/hub/hub.py", "import panel as pn"),
        (strangers, "twin/pipeline/clean.py", "from streamz import Stream"),
        (strangers, "twin/sources/polar.py", "import bleak.exc"),
        (strangers, "twin/store/embedded.py", "def f():\n    import influxdb_client"),
        (strangers, "twin/hub/hub.py", "import os\nroot = os.environ['HOME']"),
        (strangers, "twin/hub/hub.py", "from os import getenv"),
        (by_name, "twin/hub/hub.py", "import importlib\nimportlib.import_module('twin.views')"),
        (loose_ends, "twin/hub/hub.py", "def f():\n    print('here')"),
        (loose_ends, "twin/hub/utils.py", "x = 1"),
        (loose_ends, "apps/twin.py", "x = 1"),
        (too_long, "twin/hub/hub.py", "x = 1\n" * 251),
        (too_long, "apps/squad.py", "x = 1\n" * 41),
        (too_long, "twin/hub/hub.py", 'def f():\n    """Give."""\n' + "    x = 1\n" * 31),
        (not_shown, "twin/model/plan.py", 'def f():\n    """Give."""\n'),
    ],
)
def test_a_planted_violation_is_caught(rule, path, text, tmp_path):
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert len(rule(tmp_path)) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("twin/hub/hub.py", "from twin.store import open_store\nimport twin.pipeline.graph"),
        ("twin/store/log.py", "from twin.store.rolling import Ring\nimport numpy as np"),
        ("twin/pipeline/graph.py", "from streamz import Stream"),
        ("twin/settings.py", "import os\nhome = os.environ['HOME']"),
        ("twin/physiology/hrv.py", 'def _f():\n    """Give.\n' + "    x\n" * 31 + '    """\n'),
        ("twin/physiology/hrv.py", 'def f():\n    """Give.\n\n    >>> f()\n    """\n'),
        ("twin/hub/hub.py", 'def f():\n    """Give."""\n'),
    ],
)
def test_what_is_allowed_passes(path, text, tmp_path):
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert [
        v
        for rule in (wrong_imports, strangers, by_name, loose_ends, too_long, not_shown)
        for v in rule(tmp_path)
    ] == []


def test_every_exception_is_still_needed():
    assert [p for p in LONG_MODULES if not (PROJECT / p).is_file()] == []
    named = [*LONG_FUNCTIONS, *NOT_SHOWN]
    assert [f for f in named if not (PROJECT / f.partition(":")[0]).is_file()] == []


def test_import_twin_does_nothing():
    """No heavy library, thread or socket before something is asked for."""
    script = """
import sys, threading
asked = []
sys.addaudithook(lambda event, _: asked.append(event) if event.startswith("socket.") else None)
import twin
heavy = {"bleak", "bokeh", "holoviews", "influxdb_client", "numpy", "pandas", "panel", "streamz"}
assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()
assert threading.active_count() == 1 and not asked, asked
assert not [m for m in sys.modules if m.startswith("twin.")]
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
