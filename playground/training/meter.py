"""Steps a second, averaged over about a second."""

import time


class Meter:
    """Is told the number of the step now and then, and knows the rate from it."""

    def __init__(self) -> None:
        self._points: list[tuple[float, int]] = []

    def restart(self, step: int) -> None:
        """Forget what was before a pause."""
        self._points = [(time.perf_counter(), step)]

    def read(self, step: int) -> float:
        """Return the current rate; 0 before anything was measured."""
        now = time.perf_counter()
        self._points.append((now, step))
        while len(self._points) > 2 and now - self._points[0][0] > 1.0:
            self._points.pop(0)
        then, first = self._points[0]
        return (step - first) / (now - then) if now > then else 0.0
