"""What users install from: container, compose file, conda environment, pins, Makefile, CI."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import click
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

PROJECT = Path(__file__).parents[1]


def text(path: str) -> str:
    return (PROJECT / path).read_text(encoding="utf-8")


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Return instruction and argument of each line of a Dockerfile, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", dockerfile)
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


DOCKERFILE = instructions(text("Dockerfile"))
PYPROJECT = tomllib.loads(text("pyproject.toml"))


def pins() -> dict[str, str]:
    lines = [x for x in text("requirements.txt").splitlines() if not x.startswith("#")]
    return dict(line.split("==") for line in lines)


def names_in(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def arguments(name: str) -> list[str]:
    return [argument for instruction, argument in DOCKERFILE if instruction == name]


def test_the_image_knows_its_instructions():
    known = [
        "FROM",
        "RUN",
        "WORKDIR",
        "COPY",
        "USER",
        "ENV",
        "VOLUME",
        "EXPOSE",
        "HEALTHCHECK",
        "CMD",
    ]
    assert [i for i, _ in DOCKERFILE if i not in known] == []
    assert DOCKERFILE[0][0] == "FROM"


def test_every_file_the_image_copies_exists_and_is_let_through():
    allowed = {x[1:] for x in text(".dockerignore").splitlines() if x.startswith("!")}
    copied = {source for line in arguments("COPY") for source in shlex.split(line)[:-1]}
    assert copied == allowed
    assert [source for source in copied if not (PROJECT / source).exists()] == []


def test_the_image_runs_as_an_ordinary_user_who_owns_the_data():
    assert arguments("USER") == ["twin"]
    assert any("chown twin:twin /data" in line for line in arguments("RUN"))
    assert arguments("ENV") == ["DATA_DIR=/data"]
    assert arguments("VOLUME") == ["/data"]


def test_the_image_installs_the_pinned_releases_on_a_supported_python():
    assert any("pip install --no-cache-dir -c requirements.txt ." in x for x in arguments("RUN"))
    python = re.fullmatch(r"python:(3\.\d+)-slim", arguments("FROM")[0])[1]
    assert python in SpecifierSet(PYPROJECT["project"]["requires-python"])


def test_the_image_asks_itself_whether_it_is_well():
    (check,) = arguments("HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    compile(command[2], "healthcheck", "exec")
    assert f":{arguments('EXPOSE')[0]}/liveness" in command[2]


def test_compose_builds_the_image_and_keeps_the_data():
    compose = yaml.safe_load(text("compose.yaml"))
    dashboard = compose["services"]["dashboard"]
    assert dashboard["build"] == "."
    assert dashboard["volumes"] == ["data:/data"]
    assert "data" in compose["volumes"]
    assert dashboard["ports"] == [f"{arguments('EXPOSE')[0]}:{arguments('EXPOSE')[0]}"]


@pytest.mark.parametrize("where", ["Dockerfile", "compose.yaml"])
def test_the_command_of_the_container_is_one_that_twin_accepts(where):
    from twin.cli import main

    command = (
        json.loads(arguments("CMD")[0])
        if where == "Dockerfile"
        else yaml.safe_load(text(where))["services"]["dashboard"]["command"]
    )
    assert command[:2] == ["twin", "serve"]
    serve = main.get_command(click.Context(main), "serve")
    with serve.make_context("serve", list(command[2:])) as context:
        assert context.params["address"] == "0.0.0.0"
    port = next(p.default for p in serve.params if "--port" in p.opts)
    assert str(port) == arguments("EXPOSE")[0]


def test_conda_installs_the_same_pins():
    environment = yaml.safe_load(text("environment.yml"))
    (python,) = [x for x in environment["dependencies"] if str(x).startswith("python=")]
    assert python.partition("=")[2] in SpecifierSet(PYPROJECT["project"]["requires-python"])
    assert environment["dependencies"][-1]["pip"][0] == "-c requirements.txt"
    extras = re.search(r"\[(.*)\]", environment["dependencies"][-1]["pip"][1])[1].split(",")
    assert set(extras) <= PYPROJECT["project"]["optional-dependencies"].keys()


def test_every_dependency_is_pinned_within_its_range():
    extras = PYPROJECT["project"]["optional-dependencies"].values()
    wanted = [*PYPROJECT["project"]["dependencies"], *(x for extra in extras for x in extra)]
    needs = [Requirement(x) for x in wanted if not x.startswith("athlete-digital-twin")]
    pinned = {canonical(name): version for name, version in pins().items()}
    loose = [str(n) for n in needs if pinned.get(canonical(n.name), "?") not in n.specifier]
    assert loose == []


def test_the_pins_name_no_registry():
    assert not re.search(r"https?://|--index|--find-links|@", text("requirements.txt"))


def test_bare_make_lists_the_targets_and_makes_nothing(tmp_path):
    shutil.copy(PROJECT / "Makefile", tmp_path)
    listed = subprocess.run(["make"], cwd=tmp_path, capture_output=True, text=True, check=True)
    for target in ("demo", "test", "lint", "serve", "notebooks", "bench"):
        assert f"make {target} " in listed.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["Makefile"]


def test_make_says_which_python_it_needs_where_there_is_none(tmp_path):
    shutil.copy(PROJECT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "requirements.txt"):
        (tmp_path / name).touch()
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "make", "sed", "rm", "touch"):
        (tools / name).symlink_to(shutil.which(name))
    old = tools / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")  # an interpreter that is too old
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "demo"], cwd=tmp_path, capture_output=True, text=True, env={"PATH": str(tools)}
    )
    assert done.returncode != 0
    assert "Python 3.11, 3.12 or 3.13 is needed" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_ci_runs_make_test_and_nothing_else():
    lines = [x for x in text(".ci/run").splitlines() if x and not x.startswith("#")]
    assert lines[-1] == "exec make test"
    assert os.access(PROJECT / ".ci/run", os.X_OK)
    jobs = yaml.safe_load(text(".github/workflows/ci.yml"))["jobs"]
    assert ".ci/run" in [step.get("run") for step in jobs["test"]["steps"]]
    supported = {
        f"3.{minor}"
        for minor in range(20)
        if f"3.{minor}" in SpecifierSet(PYPROJECT["project"]["requires-python"])
    }
    assert set(jobs["test"]["strategy"]["matrix"]["python"]) == supported


def test_hooks_run_tools_that_are_installed():
    hooks = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    entries = [hook["entry"] for repo in hooks if repo["repo"] == "local" for hook in repo["hooks"]]
    dev = " ".join(x for e in PYPROJECT["project"]["optional-dependencies"].values() for x in e)
    tools = [entry.split()[0].rpartition("/")[2] for entry in entries]
    assert [tool for tool in tools if tool not in f"{dev} python"] == []


def test_a_wheel_carries_apps_and_assets(tmp_path):
    """Built without a network by the setuptools at hand, from a copy."""
    for name in ("twin", "simulator", "apps"):
        shutil.copytree(
            PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PROJECT / name, tmp_path)
    build = "from setuptools import build_meta; build_meta.build_wheel('.')"
    subprocess.run(
        [sys.executable, "-c", build], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    carried = {
        re.sub(r"^.*\.data/data/share/athlete-digital-twin/", "", n) for n in names_in(wheel)
    }
    product = [p for top in ("twin", "simulator", "apps") for p in (tmp_path / top).rglob("*.*")]
    wanted = {path.relative_to(tmp_path).as_posix() for path in product if path.is_file()}
    assert {n for n in wanted if "__pycache__" not in n} - carried == set()
