"""Every notebook runs from top to bottom, is kept without output, and labels its axes."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_the_readme_lists_every_notebook_with_its_question():
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[([\w-]+)\]\(notebooks/\1\.ipynb\) \| (.+) \|$", readme, re.MULTILINE)
    asked = {p.stem: nbformat.read(p, as_version=4).cells[0].source for p in NOTEBOOKS}
    assert len(asked) >= 7
    assert dict(listed) == {
        name: text.splitlines()[0].removeprefix("# ") for name, text in asked.items()
    }


@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the Jupyter client, not ours
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_runs_from_top_to_bottom(path, tmp_path):
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    ).execute()
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", ())]
    assert [o for o in outputs if o.output_type == "error"] == []
    warned = [o.text for o in outputs if o.get("name") == "stderr"]
    assert [text for text in warned if "Warning" in text] == []
    assert any("text/html" in o.get("data", {}) for o in outputs)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_kept_without_output_and_asks_one_question(path):
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [c for c in code if c.outputs or c.execution_count] == []
    titles = re.findall(r"^# .*", "\n".join(c.source for c in notebook.cells
                                            if c.cell_type == "markdown"), re.MULTILINE)  # fmt: skip
    assert len(titles) == 1
    assert titles[0].endswith("?")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_every_chart_names_both_axes(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "width=" in cell.source:
            assert "xlabel=" in cell.source
            assert "ylabel=" in cell.source
