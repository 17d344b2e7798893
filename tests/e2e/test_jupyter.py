"""`live.show()` in a real JupyterLab: it draws itself, moves and is seen."""

import json
import os
import subprocess
import sys
import time

import nbformat
import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]

KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
# Seconds since each view's browser spoke, as the kernel knows it.
SPOKEN = """
import gc
from twin.views.notebook import Lifeline
print([time.monotonic() - line._heard_at for line in gc.get_objects() if type(line) is Lifeline])
"""
# Asked of the kernel itself: a cell's output may be out of sight, and JupyterLab then drops it.
ASK = """async code => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel
  let said = ""
  const asked = kernel.requestExecute({code})
  asked.onIOPub = message => { said += message.content.text ?? "" }
  await asked.done
  return said
}"""
CELLS = (
    "import time, twin\n"
    "live = twin.live(['simulator:3'])\n"
    "while live.tick() is None or not live.tick().squad: time.sleep(0.1)",
    "live.show(live.tick().squad[0].name)",
    "live.show(dark=True)",
)


@pytest.fixture
def lab(tmp_path, until):
    """The address of a notebook in a JupyterLab of this test's own."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    nbformat.write(notebook, tmp_path / "live.ipynb")
    own = {f"JUPYTER_{kind}_DIR": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    own |= {"DATA_DIR": str(tmp_path / "data"), "IPYTHONDIR": str(tmp_path / "ipython")}
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1",
        "--ServerApp.port=0", "--IdentityProvider.token=", "--expose-app-in-browser",
        "--LabApp.news_url=None", "--LabApp.extension_manager=readonly",
    ]  # fmt: skip
    with (tmp_path / "lab.log").open("w") as log:
        lab = subprocess.Popen(command, cwd=tmp_path, env=os.environ | own, stdout=log, stderr=log)
    try:
        said = until(lambda: list((tmp_path / "RUNTIME").glob("jpserver-*.json")), "JupyterLab", 60)
        yield json.loads(said[0].read_text())["url"].rstrip("/") + "/lab/tree/live.ipynb?reset"
    finally:
        lab.terminate()
        lab.wait(timeout=30)


def test_the_views_move_in_jupyterlab_and_say_that_they_are_seen(lab, open_page, until, artefacts):
    page = open_page(lab, 1440, 1000)
    page.wait_for_function(
        "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
    )
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    squad = page.locator("li.tile .rate")
    until(lambda: squad.count() == 3, "the squad", 60, page=page)
    elapsed = page.locator(".tile[data-name=elapsed] .number")
    for shown, name in ((squad.first, "squad"), (elapsed, "athlete")):
        shown.scroll_into_view_if_needed()
        before = shown.text_content()
        until(lambda shown=shown, before=before: shown.text_content() != before, name, page=page)
        page.screenshot(path=artefacts / f"jupyter-{name}.png")
    assert page.locator("li.tile a.open[href]").count() == 0, "links that lead out of JupyterLab"
    assert page.url.split("?")[0].endswith("/lab/tree/live.ipynb"), "an address that is not ours"

    asked_at = time.monotonic()

    def heard() -> bool:
        spoken = json.loads(page.evaluate(ASK, SPOKEN))
        print("seconds since each view's browser spoke:", spoken)
        page.wait_for_timeout(500)
        return len(spoken) == 2 and max(spoken) < time.monotonic() - asked_at - 1

    until(heard, "the browser saying that it looks at both", page=page)
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert page.watch.outside == []
