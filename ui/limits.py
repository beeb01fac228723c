"""How much one visitor may ask for, so that one cannot keep all others waiting. Pure."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

MOST_KEYS = 10_000  # visitors that are remembered before those with a full bucket are forgotten


@dataclass(frozen=True)
class Rate:
    """``burst`` requests at once, and one more every ``seconds``: a token bucket."""

    burst: int
    seconds: float


# Questions to the networks.
VISITOR = Rate(40, 0.5)
# What a page asks without them, such as another face: more than any hand can click.
CLICKS = Rate(60, 0.1)
# Frames of a camera: the page sends six a second at most (assets/camera.js).
FRAMES = Rate(20, 0.15)
# A whole lecture hall may come from one address; more than this the networks do not manage anyway.
# Its uploads are counted here only, for they do not say whose they are.
ADDRESS = Rate(900, 0.1)
# Refusals that are told as a failed answer, to one address; each costs a little of the queue.
ANSWERS = Rate(60, 0.5)
# Wrong passwords from one address.
PASSWORDS = Rate(30, 2.0)
MOST_WAITING = 200  # photos that wait for the networks before the next is told to come back


class Limiter:
    """One bucket for each key. May be asked from any thread; clock: seconds, only going up."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic):
        self.rate, self.clock = rate, clock
        self._full_at: dict[str, float] = {}  # when each bucket is full again
        self._lock = threading.Lock()

    def wait(self, key: str) -> int:
        """0 where one more is allowed, which is then counted; else in how many seconds it is."""
        rate, now = self.rate, self.clock()
        with self._lock:
            full_at = max(now, self._full_at.get(key, now))
            over = full_at + rate.seconds - now - rate.burst * rate.seconds
            if over > 1e-9:
                return math.ceil(over)
            self._full_at[key] = full_at + rate.seconds
            if len(self._full_at) > MOST_KEYS:
                self._full_at = {k: full for k, full in self._full_at.items() if full > now}
        return 0

    def look(self, key: str) -> int:
        """As ``wait``, but nothing is counted."""
        rate, now = self.rate, self.clock()
        full_at = max(now, self._full_at.get(key, now))
        return max(0, math.ceil(full_at + rate.seconds - now - rate.burst * rate.seconds - 1e-9))
