"""`live.show()`: the pages' views in a notebook, fetched by name, as the hub knows no screen."""

from importlib import import_module
from typing import Any

_HOME = "twin.views.notebook"


class Shown:
    """What follows a hub and can be looked at in a notebook."""

    def show(self, athlete: str = "", *, window_min: int = 10, dark: bool = False) -> Any:
        """Return what the pages show, as an object that moves in a notebook.

        Parameters
        ----------
        athlete : str
            Id or name: the page of this athlete; empty: the squad.
        window_min : int
            Length of an athlete's charts, 1 to 90. [min]
        dark : bool
            In the colours of the dark scheme.

        Returns
        -------
        panel.viewable.Viewer
            To be left as the last line of a cell, or to be placed in a layout of Panel.

        Raises
        ------
        UnknownAthleteError
            If nobody in the squad is called that.

        Notes
        -----
        It moves between two cells: while one runs, the kernel has no time for the screen.
        """
        return import_module(_HOME).LiveView(self, athlete, window_min=window_min, dark=dark)
