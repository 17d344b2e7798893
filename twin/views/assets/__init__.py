"""Scripts, styles and pictures of the pages, served from this machine only."""

from pathlib import Path

_HERE = Path(__file__).parent


def read_assets(*names: str) -> str:
    """Return files of this folder as one text, in the order given.

    A component runs as one module in the browser; its parts are written as several files.
    """
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)
