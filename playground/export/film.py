"""Turns frames into a film, GIF or MP4, on a thread of its own; an unfinished film leaves no file."""

import io
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import IO

from playground import paths

WAITING_FRAMES = 4
"""Frames that may wait for the encoder: who makes them asks first whether there is room."""
COLOURS = 256
ANSWER_SECONDS = 0.2
THREAD_NAME = "playground-film"
NO_PILLOW = (
    'GIF needs Pillow, which is not installed: pip install "nn-playground[animation]" adds it. '
    "MP4 does without, but needs the command ffmpeg."
)
NO_FFMPEG = (
    "MP4 needs the command ffmpeg, which was not found: install it from ffmpeg.org. "
    "GIF does without, but needs Pillow."
)

Size = tuple[int, int]
Frames = Iterator[bytes]
"""Pixels of red, green and blue, row after row from the top; each frame as large as the film."""


class FilmError(ValueError):
    """The film cannot be made; the sentence says why."""


class _CancelledError(Exception):
    """Nobody wants the film any more."""


@dataclass(frozen=True, slots=True)
class FilmFormat:
    """A kind of film. `missing` says what there is to install, nothing where it can be made."""

    key: str
    label: str
    help: str
    suffix: str
    missing: Callable[[], str]
    encode: Callable[[Frames, Size, float], bytes]


def _gif(frames: Frames, size: Size, per_second: float) -> bytes:
    """Return a GIF that plays for ever, each frame in the 256 colours that suit it best."""
    # The one place that needs it, and only for those who want a GIF.
    from PIL import Image

    def drawn() -> "Iterator[Image.Image]":
        for frame in frames:
            image = Image.frombytes("RGB", size, frame)
            # Without dithering, whose grain would crawl from frame to frame.
            yield image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)

    images, file = drawn(), io.BytesIO()
    first = next(images, None)
    if first is None:
        raise FilmError("There is no frame to make a film of.")
    # In hundredths of a second, as the format has them.
    milliseconds = 10 * max(2, round(100 / per_second))
    first.save(file, "GIF", save_all=True, append_images=images, duration=milliseconds, loop=0)
    return file.getvalue()


def _mp4(frames: Frames, size: Size, per_second: float) -> bytes:
    """Return an MP4 that every player reads."""
    command = shutil.which("ffmpeg")
    if command is None:
        raise FilmError(NO_FFMPEG)
    with tempfile.TemporaryDirectory() as folder:
        target, said = Path(folder) / "film.mp4", Path(folder) / "said.txt"
        pixels = [
            "-f",
            "rawvideo",
            "-pix_fmt",
            "rgb24",
            "-s",
            f"{size[0]}x{size[1]}",
            "-r",
            f"{per_second:g}",
        ]
        # Its colours are stored for each two pixels, so sides are even.
        output = ["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
        line = [command, "-nostdin", "-loglevel", "error", *pixels, "-i", "-", "-an", *output, str(target)]
        with said.open("wb") as words, subprocess.Popen(line, stdin=subprocess.PIPE, stderr=words) as process:
            assert process.stdin is not None
            _feed(process.stdin, frames, process)
        if process.returncode or not target.is_file():
            lines = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            raise FilmError(f"ffmpeg made no film: {lines[-1] if lines else 'it gave no reason'}.")
        return target.read_bytes()


def _feed(pipe: IO[bytes], frames: Frames, process: "subprocess.Popen[bytes]") -> None:
    """Hand over all frames; an encoder that has given up says itself why."""
    try:
        for frame in frames:
            pipe.write(frame)
        pipe.close()
    except BrokenPipeError:
        pass
    except BaseException:
        process.kill()
        raise


def _pillow_missing() -> str:
    return "" if find_spec("PIL") is not None else NO_PILLOW


def _ffmpeg_missing() -> str:
    return "" if shutil.which("ffmpeg") is not None else NO_FFMPEG


FILMS: tuple[FilmFormat, ...] = (
    FilmFormat("gif", "GIF", "Plays in every browser and slide, for ever.", ".gif", _pillow_missing, _gif),
    FilmFormat("mp4", "MP4", "A film with all colours, in a small file.", ".mp4", _ffmpeg_missing, _mp4),
)


class FilmWriter:
    """Encodes frames as they come, and writes the file when the last has been given.

    `error` says in a sentence what went wrong, once it is done; empty when there is a file.
    """

    def __init__(self, path: Path, film: FilmFormat, size: Size, per_second: float) -> None:
        self.path = path
        self.error = ""
        self._film, self._size, self._per_second = film, size, per_second
        self._queue: queue.Queue[bytes | None] = queue.Queue(WAITING_FRAMES)
        self._cancelled = threading.Event()
        self._thread = threading.Thread(target=self._main, name=THREAD_NAME, daemon=True)
        self._thread.start()

    @property
    def has_room(self) -> bool:
        """Whether another frame, or the end, can be given without waiting."""
        return not self._queue.full()

    @property
    def is_done(self) -> bool:
        """Whether there is a file, or never will be."""
        return not self._thread.is_alive()

    def put(self, frame: bytes) -> None:
        """Give the next frame; call it only while there is room."""
        self._queue.put_nowait(frame)

    def finish(self) -> None:
        """Say that the last frame has been given; call it only while there is room."""
        self._queue.put_nowait(None)

    def cancel(self) -> None:
        """Forget the film, and wait a moment for the encoder to let go."""
        self._cancelled.set()
        self._thread.join(timeout=2.0)

    def _frames(self) -> Frames:
        while not self._cancelled.is_set():
            try:
                frame = self._queue.get(timeout=ANSWER_SECONDS)
            except queue.Empty:
                continue
            if frame is None:
                return
            yield frame
        raise _CancelledError

    def _main(self) -> None:
        try:
            frames = self._frames()
            # The encoder begins with the first frame, so that none of it is made for nothing.
            content = self._film.encode(chain((next(frames),), frames), self._size, self._per_second)
            if not self._cancelled.is_set():
                paths.write_atomically(self.path, content)
        except (_CancelledError, StopIteration):
            self.error = "The film was cancelled."
        except FilmError as error:
            self.error = str(error)
        except OSError as error:
            self.error = f"{self.path} could not be written: {error.strerror or error}."
        except Exception as error:  # noqa: BLE001 - said in the window
            self.error = f"The film could not be made: {error}."
