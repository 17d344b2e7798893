"""The documents say what is there: glossary, README, settings, pages of the apps."""

import dataclasses
import importlib.util
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from twin import settings

PROJECT = Path(__file__).parents[1]
README = PROJECT / "README.md"
PAGES = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), PROJECT / "data/README.md"])


def targets(makefile: str) -> set[str]:
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def typed(text: str, program: str) -> list[list[str]]:
    """Return what readers are told to type after a program's name, in code blocks and in `code`."""
    blocks = re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.split("#")[0] for block in blocks for line in block.splitlines()]
    code = [*lines, *re.findall(rf"`((?:\S*/)?{program} [^`]*)`", text)]
    words = [shlex.split(line.replace("'s ", " ")) for line in code]
    return [w[1:] for w in words if len(w) > 1 and w[0].rpartition("/")[2] == program]


def wrong_command(words: list[str]) -> str:
    """Return what the `twin` command would refuse in these words, empty where it accepts them."""
    from twin.cli import main

    command: click.Command = main
    path = iter(words)
    for word in path:
        if isinstance(command, click.Group) and not word.startswith("-"):
            inner = command.get_command(click.Context(command), word)
            if inner is None:
                return f"twin {' '.join(words)}: no command {word!r}"
            command = inner
        elif word.startswith("--"):
            known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}
            if word.partition("=")[0] not in known:
                return f"twin {' '.join(words)}: no option {word!r}"
    return ""


def test_the_glossary_is_made_from_the_data_dictionary():
    script = PROJECT / "docs/make_glossary.py"
    spec = importlib.util.spec_from_file_location("make_glossary", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stale = module.page() != (PROJECT / "docs/glossary.md").read_text(encoding="utf-8")
    assert not stale, "run: python docs/make_glossary.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(PROJECT).as_posix())
def test_every_command_on_a_page_exists(page):
    text = page.read_text(encoding="utf-8")
    known = targets((PROJECT / "Makefile").read_text(encoding="utf-8"))
    assert {words[0] for words in typed(text, "make") if words} <= known
    assert [wrong for words in typed(text, "twin") if (wrong := wrong_command(words))] == []


def test_a_command_that_does_not_exist_is_caught():
    text = (
        "```sh\nmake dmeo\n.venv/bin/twin serve --sauce simulator:3  # moves\n```\nand `twin sreve`"
    )
    assert typed(text, "make") == [["dmeo"]]
    assert [wrong_command(words) for words in typed(text, "twin")] == [
        "twin serve --sauce simulator:3: no option '--sauce'",
        "twin sreve: no command 'sreve'",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(PROJECT).as_posix())
def test_every_link_and_named_file_exists(page):
    text = re.sub(
        r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
    )
    links = re.findall(r"\]\((?!http|#)([^)#]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    rooms = r"(?:twin|simulator|apps|docs|tests|data|benchmarks|notebooks)"
    named = re.findall(rf"`({rooms}/[\w/.-]*)`", text)
    own = page.parent == PROJECT / "data"
    assert own or [path for path in named if not (PROJECT / path).exists()] == []


def test_the_table_of_wishes_names_files():
    rows = [r for r in README.read_text(encoding="utf-8").splitlines() if r.startswith("| ")]
    wishes = [r for r in rows if re.search(r"`(?:twin|simulator|apps|docs)/", r)]
    assert len(wishes) >= 8


@pytest.mark.parametrize("field", dataclasses.fields(settings.Settings), ids=lambda f: f.name)
def test_every_setting_stands_in_both_examples_with_its_meaning(field):
    name, meaning = field.name.upper(), field.metadata["doc"]
    dotenv = (PROJECT / ".env.example").read_text(encoding="utf-8")
    config = (PROJECT / "config.example.yaml").read_text(encoding="utf-8")
    assert re.search(rf"^{name}=", dotenv, re.MULTILINE)
    assert name in yaml.safe_load(config)
    assert name in README.read_text(encoding="utf-8")
    assert meaning.split(",")[0].split(";")[0] in config


@pytest.mark.parametrize("example", [".env.example", "config.example.yaml"])
def test_the_examples_hold_the_defaults(example, tmp_path):
    (tmp_path / example.replace(".example", "")).write_text((PROJECT / example).read_text())
    assert settings.load(tmp_path, {}) == settings.Settings()


def test_every_app_has_its_page():
    apps = {path.stem for path in (PROJECT / "apps").glob("*.py")}
    assert apps
    assert [app for app in apps if not (PROJECT / f"docs/{app}.md").is_file()] == []


def test_decisions_are_numbered_and_short():
    pages = sorted((PROJECT / "docs/decisions").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    assert [page.name for page in pages if len(page.read_text().splitlines()) > 20] == []
