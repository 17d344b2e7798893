"""A slow screen gets the newest tick and never a queue; a closed one gets nothing."""

import gc
import weakref
from collections.abc import Callable

from twin.state import Follower


class Ticker:
    """Tells ticks to whoever subscribed, at once."""

    def __init__(self) -> None:
        self.callbacks: list[Callable] = []

    def subscribe(self, callback: Callable) -> Callable[[], None]:
        self.callbacks.append(callback)
        return lambda: self.callbacks.remove(callback)

    def tell(self, tick: object) -> None:
        for callback in list(self.callbacks):
            callback(tick)


class Screen:
    """Shows a tick; nothing else."""

    def show(self, tick: object) -> None:
        self.shown = tick


def test_ticks_that_come_while_one_waits_become_one_update_with_the_newest():
    ticker, shown, waiting = Ticker(), [], []
    Follower(ticker, shown.append, waiting.append)
    for number in range(10):
        ticker.tell(number)
    assert len(waiting) == 1
    waiting.pop()()
    assert shown == [9]


def test_the_tick_after_an_update_is_shown_too():
    ticker, shown, waiting = Ticker(), [], []
    Follower(ticker, shown.append, waiting.append)
    for number in range(3):
        ticker.tell(number)
        waiting.pop()()
    assert shown == [0, 1, 2]
    assert waiting == []


def test_a_tick_that_comes_during_an_update_is_not_lost():
    ticker, shown, waiting = Ticker(), [], []

    def show(tick: int) -> None:
        shown.append(tick)
        if tick == 1:
            ticker.tell(2)

    Follower(ticker, show, waiting.append)
    ticker.tell(1)
    waiting.pop()()
    waiting.pop()()
    assert shown == [1, 2]


def test_a_closed_follower_shows_nothing_and_closing_twice_is_no_error():
    ticker, shown, waiting = Ticker(), [], []
    follower = Follower(ticker, shown.append, waiting.append)
    ticker.tell(1)
    follower.close()
    follower.close()
    waiting.pop()()
    ticker.tell(2)
    assert (shown, waiting, ticker.callbacks) == ([], [], [])


def test_a_closed_follower_lets_its_screen_go():
    ticker = Ticker()
    screen = Screen()
    follower = Follower(ticker, screen.show, lambda update: update())
    ticker.tell(1)
    follower.close()
    gone = weakref.ref(screen)
    del screen, follower
    gc.collect()
    assert gone() is None


def test_a_screen_that_rests_is_shown_a_tick_a_minute():
    ticker, shown, waiting, now, rests = Ticker(), [], [], [0.0], [True]
    Follower(
        ticker, shown.append, waiting.append, rests=lambda tick: rests[0], seconds=lambda: now[0]
    )
    for number in range(130):  # one a second
        now[0] = float(number)
        ticker.tell(number)
        while waiting:
            waiting.pop()()
    assert shown == [0, 60, 120]
    rests[0] = False
    ticker.tell(130)
    waiting.pop()()
    assert shown[-1] == 130
