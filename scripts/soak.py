"""Let a run go on for a very long time with every instrument open, and see whether its memory stays flat.

Prints how much memory the process has at every hundredth of the epochs. Exit code 1 when it has grown by more
than `--most` megabytes since the first fifth, in which caches fill.
"""

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import bench_gui
import psutil

MEGABYTE = 1 << 20
LONGEST = 4 * 3600.0


def main() -> int:
    """Print epochs, megabytes and seconds; return the exit code."""
    options = _options()
    if not options.screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    samples = soak(options.epochs, instruments=not options.closed)
    settled = [memory for epoch, memory in samples if epoch >= options.epochs / 5]
    grown = settled[-1] - settled[0]
    print(f"{samples[-1][0]:,} epochs; {settled[0]:.1f} MB after a fifth, {settled[-1]:.1f} MB at the end")
    return int(grown > options.most)


def soak(epochs: int, instruments: bool) -> list[tuple[int, float]]:
    """Train the default network in the window for so many epochs; return (epoch, megabytes) on the way."""
    from playground.app import make_application, make_window
    from playground.experiment import files
    from playground.settings import FLAT_OUT, Settings

    bench_gui.allow_kernels(compiled_first=True)
    window = make_window(make_application(), files.example("circle"), Settings(speed=FLAT_OUT))
    window.resize(1440, 900)
    window.show()
    while window.bridge.snapshot is None:
        bench_gui.let_pass(0.1)
    if instruments:
        bench_gui.show_instruments(window, True)
    process, began, samples = psutil.Process(), time.monotonic(), [(0, 0.0)]
    window.bridge.play_until(epochs)
    while window.bridge.playing and time.monotonic() < began + LONGEST:
        bench_gui.let_pass(0.2)
        epoch = window.bridge.snapshot.epoch if window.bridge.snapshot is not None else 0
        if epoch >= samples[-1][0] + epochs / 100 or not window.bridge.playing:
            samples.append((epoch, process.memory_info().rss / MEGABYTE))
            print(f"{epoch:>10,}  {samples[-1][1]:8.1f} MB  {time.monotonic() - began:7.1f} s", flush=True)
    window.close()
    window.deleteLater()
    return samples


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=200_000, help="how long (default: %(default)s)")
    parser.add_argument("--most", type=float, default=20.0, help="megabytes of growth that are let pass")
    parser.add_argument("--closed", action="store_true", help="with all instruments closed")
    parser.add_argument("--screen", action="store_true", help="on the real display instead of off screen")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
