"""Films of frames: GIF, MP4, and what is left when one is not finished."""

import io
import os
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from playground import paths
from playground.export import film
from playground.export.film import FILMS, NO_FFMPEG, NO_PILLOW, FilmFormat, FilmWriter

SIZE = (8, 6)
GIF, MP4 = FILMS


def frame(shade: int) -> bytes:
    return bytes([shade, 0, 255 - shade]) * (SIZE[0] * SIZE[1])


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 20.0
    while not until():
        assert time.monotonic() < end, "the film is never done"
        os.sched_yield() if hasattr(os, "sched_yield") else None


def make(path: Path, kind: FilmFormat, frames: int) -> FilmWriter:
    writer = FilmWriter(path, kind, SIZE, 10.0)
    for number in range(frames):
        wait(lambda: writer.has_room or writer.is_done)
        if writer.is_done:
            return writer
        writer.put(frame(10 * number))
    wait(lambda: writer.has_room or writer.is_done)
    writer.finish()
    wait(lambda: writer.is_done)
    return writer


def counting(kept: list[bytes]) -> FilmFormat:
    """A film that is its frames one after the other."""

    def encode(frames: film.Frames, _size: film.Size, _per_second: float) -> bytes:
        kept.extend(frames)
        return b"".join(kept)

    return FilmFormat("raw", "Raw", "", ".raw", lambda: "", encode)


def test_that_every_frame_arrives_in_its_order_and_the_file_is_written_last(tmp_path: Path) -> None:
    kept: list[bytes] = []
    writer = make(tmp_path / "a.raw", counting(kept), 20)
    assert writer.error == ""
    assert kept == [frame(10 * number) for number in range(20)]
    assert (tmp_path / "a.raw").read_bytes() == b"".join(kept)


def test_that_a_cancelled_film_leaves_no_file_and_no_thread(tmp_path: Path) -> None:
    writer = FilmWriter(tmp_path / "a.raw", counting([]), SIZE, 10.0)
    writer.put(frame(0))
    writer.cancel()
    assert writer.is_done
    assert list(tmp_path.iterdir()) == []


def test_that_a_film_without_frames_is_none(tmp_path: Path) -> None:
    writer = FilmWriter(tmp_path / "a.raw", counting([]), SIZE, 10.0)
    writer.finish()
    wait(lambda: writer.is_done)
    assert writer.error
    assert list(tmp_path.iterdir()) == []


def test_that_a_full_disk_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(paths, "write_atomically", full)
    writer = make(tmp_path / "a.raw", counting([]), 2)
    assert "could not be written: No space left on device." in writer.error


def test_that_a_gif_has_its_frames_and_plays_for_ever(tmp_path: Path) -> None:
    pytest.importorskip("PIL")
    from PIL import Image

    writer = make(tmp_path / "a.gif", GIF, 5)
    assert writer.error == ""
    with Image.open(io.BytesIO((tmp_path / "a.gif").read_bytes())) as image:
        assert image.size == SIZE
        assert image.n_frames == 5
        assert image.info["loop"] == 0
        assert image.info["duration"] == 100
        image.seek(4)
        assert image.convert("RGB").getpixel((0, 0)) == (40, 0, 215)


def test_that_what_is_missing_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film, "find_spec", lambda _name: None)
    monkeypatch.setattr(film.shutil, "which", lambda _name: None)
    assert GIF.missing() == NO_PILLOW
    assert "nn-playground[animation]" in NO_PILLOW
    assert MP4.missing() == NO_FFMPEG
    monkeypatch.setattr(film, "find_spec", lambda _name: object())
    assert GIF.missing() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no command there")
def test_that_ffmpeg_is_given_the_pixels_and_its_words_are_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "ffmpeg"

    def install(body: str) -> None:
        command.write_text(f"#!{sys.executable}\nimport sys\n{body}\n", encoding="utf-8")
        command.chmod(command.stat().st_mode | stat.S_IXUSR)

    monkeypatch.setattr(film.shutil, "which", lambda _name: str(command))
    assert MP4.missing() == ""
    install("open(sys.argv[-1], 'wb').write(' '.join(sys.argv).encode() + sys.stdin.buffer.read())")
    writer = make(tmp_path / "a.mp4", MP4, 3)
    assert writer.error == ""
    written = (tmp_path / "a.mp4").read_bytes()
    assert b"-s 8x6 -r 10" in written
    assert written.endswith(frame(0) + frame(10) + frame(20))
    install("sys.stderr.write('first\\nUnknown encoder'); sys.exit(1)")
    writer = make(tmp_path / "b.mp4", MP4, 3)
    assert writer.error == "ffmpeg made no film: Unknown encoder."
    assert not (tmp_path / "b.mp4").exists()
