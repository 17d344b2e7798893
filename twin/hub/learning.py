"""Twins of a live process learn from its sessions: what is known when they join, and afterwards.

Calibrating fifteen sessions takes seconds of a core. In a thread it would share Python's lock with
ticks and screens; as a process of low priority it delays nobody.
"""

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from twin.hub.calibrating import known_of, known_twins, outdated
from twin.hub.recorder import Recorder
from twin.hub.twins import Twins
from twin.model.reserve import Known
from twin.records import Athlete, EnteredCapacity
from twin.store.calibrations import Calibrations

logger = logging.getLogger(__name__)

_PATIENCE_S = 5.0

Learnt = Callable[[str, Known], None]


class Calibrator:
    """Keeps the calibrations of a live process up to date.

    Parameters
    ----------
    folder : path
        Home of the store.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self._shelf = Calibrations(folder)
        self._lock = threading.Lock()
        self._wanted: dict[str, Learnt] = {}
        self._process: subprocess.Popen[str] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def known(self) -> dict[str, Known]:
        """Return what is known of every athlete, by id."""
        return known_twins(self._shelf)

    def known_of(self, athlete: str) -> Known:
        """Return what is known of an athlete, by id."""
        return known_of(self._shelf, athlete)

    def entered(self) -> dict[str, tuple[EnteredCapacity, ...]]:
        """Return the capacities that were entered by hand, by id of the athlete."""
        return self._shelf.entered.all()

    def refit(self, athletes: Sequence[str], learnt: Learnt) -> None:
        """Calibrate those of these athletes who have new sessions, in the background.

        `learnt` gets id and calibration of each as it is done, on a thread of the calibrator. While
        one round runs, those asked for wait for the next.
        """
        with self._lock:
            if self._closed:
                return
            self._wanted |= dict.fromkeys(outdated(self._shelf, athletes), learnt)
            if self._wanted and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="calibrator", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """End the process that calibrates; what it has not kept is made anew next time."""
        with self._lock:
            self._closed = True
            process, thread = self._process, self._thread
        if process is not None:
            process.terminate()
        if thread is not None:
            thread.join(_PATIENCE_S)
        self._shelf.close()

    def _work(self) -> None:
        while True:
            with self._lock:
                due, self._wanted = self._wanted, {}
                if self._closed or not due:
                    self._thread = None
                    return
            try:
                self._run(due)
            except Exception:  # the border to another process: recording must go on
                logger.exception("the twins of %s could not be calibrated", ", ".join(due))

    def _run(self, due: Mapping[str, Learnt]) -> None:
        command = [sys.executable, "-m", "twin", "calibrate", "--background",
                   "--data", str(self._folder), *due]  # fmt: skip
        with self._lock:
            if self._closed:
                return
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        with self._process as process:
            for line in process.stdout or ():
                athlete = line.split("\t")[0]
                due[athlete](athlete, known_of(self._shelf, athlete))
        if process.returncode and not self._closed:
            logger.error("calibrating ended with status %d", process.returncode)


class Learning:
    """Brings calibrations to the twins.

    Parameters
    ----------
    calibrator : Calibrator or None
        Without it the twins work from priors.
    twins : Twins
        Who learn.
    recorder : Recorder
        Knows who is being recorded: what they learn waits for the next session.
    """

    def __init__(self, calibrator: Calibrator | None, twins: Twins, recorder: Recorder) -> None:
        self._calibrator = calibrator
        self._twins = twins
        self._recorder = recorder
        self._loop: asyncio.AbstractEventLoop | None = None
        self._entered: dict[str, tuple[EnteredCapacity, ...]] = {}

    def join(self, squad: Sequence[Athlete], followed: int) -> None:
        """Give the athletes after the first `followed` twins that know earlier sessions.

        What has been imported since is learnt in the background. Called on the hub's loop.
        """
        self._loop = asyncio.get_running_loop()
        known = {} if self._calibrator is None else self._calibrator.known()
        self._twins.add(squad[followed:], known)
        if self._calibrator is not None:
            self._entered = self._calibrator.entered() | self._entered
        self.refit(squad, range(followed, len(squad)))

    def begin(self, squad: Sequence[Athlete], indices: Iterable[int]) -> None:
        """Have the next session of these athletes begin with the capacities entered until now."""
        if self._calibrator is None:
            return
        entered = self._calibrator.entered()
        for index in indices:
            who = squad[index].id
            if (now := entered.get(who, ())) != self._entered.get(who, ()):
                self._entered[who] = now
                self._twins.recalibrate(index, self._calibrator.known_of(who), at_once=False)

    def refit(self, squad: Sequence[Athlete], indices: Iterable[int]) -> None:
        """Calibrate these athletes in the background, where they have new sessions; any thread."""
        if self._calibrator is None or self._loop is None:
            return
        places, loop = {squad[i].id: i for i in indices}, self._loop

        def learnt(athlete: str, known: Known) -> None:
            if athlete in places and not loop.is_closed():
                loop.call_soon_threadsafe(self._adopt, athlete, places[athlete], known)

        self._calibrator.refit(list(places), learnt)

    def _adopt(self, athlete: str, index: int, known: Known) -> None:
        rests = athlete not in self._recorder.sessions
        self._twins.recalibrate(index, known, at_once=rests)

    def close(self) -> None:
        """End what runs in the background."""
        if self._calibrator is not None:
            self._calibrator.close()
