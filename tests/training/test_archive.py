"""An archive is read in memory alone; one that is not made as ours are is refused before it is inflated."""

import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from playground.training.archive import HEADER, Archive, BadArchiveError, npy, pack

KNOWN = ("text.json", "array.npy")


def packed(**changes: bytes) -> bytes:
    entries = {"text.json": b'{"a": 1}', "array.npy": npy(np.arange(6.0).reshape(3, 2))}
    return pack({**entries, **changes}, {"format": "test"})


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def with_manifest(*entries: tuple[str | zipfile.ZipInfo, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    return zipped(("manifest.json", json.dumps({"entries": {}}).encode()), *entries, packing=packing)


def opened(content: bytes) -> Archive:
    archive = Archive(content)
    archive.require(KNOWN)
    return archive


def test_that_what_was_packed_is_read_again() -> None:
    archive = opened(packed())
    assert archive.manifest == {"format": "test"}
    assert archive.json("text.json") == {"a": 1}
    np.testing.assert_array_equal(archive.array("array.npy", (3, 2), np.float64), [[0, 1], [2, 3], [4, 5]])
    assert archive.array("array.npy", (None, 2), np.float64).shape == (3, 2)


def test_that_an_archive_that_another_program_packed_tighter_is_read() -> None:
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    assert opened(zipped(*entries, packing=zipfile.ZIP_DEFLATED)).json("text.json") == {"a": 1}


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("text.json")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def encrypted() -> bytes:
    content = bytearray(with_manifest(("text.json", b"{}")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rindex(signature) + offset] |= 1
    return bytes(content)


def twice() -> bytes:
    return with_manifest(("text.json", b"{}"), ("tex2.json", b"{}")).replace(b"tex2.json", b"text.json")


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda: with_manifest(("../text.json", b"{}")), "text.json"),
        (lambda: with_manifest(("/etc/text.json", b"{}")), "/etc"),
        (lambda: with_manifest(("folder/", b"")), "plain"),
        (lambda: with_manifest((link(), b"/etc/passwd")), "plain"),
        (encrypted, "encrypted"),
        (twice, "twice"),
        (lambda: with_manifest(("text.json", b"{}"), packing=zipfile.ZIP_BZIP2), "packed"),
        (lambda: with_manifest(*((f"{n}.json", b"{}") for n in range(200))), "too many"),
        (lambda: zipped(("text.json", b"{}")), "manifest"),
        (lambda: with_manifest(("text.json", b"{}")), "names"),
        (lambda: zipped(("manifest.json", b"[" * 100_000)), "written"),
        (lambda: zipped(("manifest.json", b'{"entries": 3}')), "names no"),
    ],
)
def test_that_an_archive_that_is_not_as_ours_are_is_refused(make: Callable[[], bytes], word: str) -> None:
    with pytest.raises(BadArchiveError, match=word):
        opened(make())


def test_that_a_bomb_is_refused_before_it_is_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = with_manifest(("array.npy", b"\0" * 50_000_000), packing=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    archive = Archive(bomb)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("inflated"))
    with pytest.raises(BadArchiveError, match="too large"):
        archive.array("array.npy", (3, 2), np.float64)


def test_that_an_array_with_too_many_rows_is_refused_before_it_is_inflated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    archive = Archive(with_manifest(("array.npy", npy(np.zeros((1000, 2)))), packing=zipfile.ZIP_DEFLATED))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("inflated"))
    with pytest.raises(BadArchiveError, match="too large"):
        archive.array("array.npy", (None, 2), np.float64, 100)


def test_that_no_row_more_than_allowed_is_taken() -> None:
    archive = opened(packed())
    assert archive.array("array.npy", (None, 2), np.float64, 3).shape == (3, 2)
    with pytest.raises(BadArchiveError, match="does not fit"):
        archive.array("array.npy", (None, 2), np.float64, 2)


def test_that_entries_that_are_too_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [(f"{number}.npy", b"\0" * 40_000_000) for number in range(3)]
    bomb = with_manifest(*entries, packing=zipfile.ZIP_DEFLATED)
    monkeypatch.setattr("playground.training.archive.MAX_BYTES", 100_000_000)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("inflated"))
    with pytest.raises(BadArchiveError, match="too large together"):
        Archive(bomb)


def test_that_an_entry_that_is_longer_than_it_says_is_not_inflated_to_its_end() -> None:
    bomb = bytearray(with_manifest(("array.npy", b"\0" * 50_000_000), packing=zipfile.ZIP_DEFLATED))
    at = bomb.rindex(b"PK\x01\x02") + 24
    bomb[at : at + 4] = (200).to_bytes(4, "little")
    with pytest.raises(BadArchiveError, match="cannot be read"):
        Archive(bytes(bomb)).array("array.npy", (3, 2), np.float64)


def test_that_an_entry_that_was_changed_is_noticed() -> None:
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        entries = [(name, archive.read(name).replace(b'"a"', b'"b"')) for name in archive.namelist()]
    with pytest.raises(BadArchiveError, match=r"changed by another program: text\.json"):
        opened(zipped(*entries)).json("text.json")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY",
        npy(np.arange(6.0).reshape(3, 2))[:-1],
        npy(np.arange(6.0).reshape(3, 2)) + b"\0",
        npy(np.asfortranarray(np.zeros((3, 2))).T),
        npy(np.zeros((3, 2), dtype=">f8")),
        npy(np.zeros((3, 2), dtype=np.complex128)),
        npy(np.zeros((3, 2))).replace(b"(3, 2)", b"(3,-2)"),
        npy(np.zeros((3, 2))).replace(b"(3, 2), }", b"(999999999999, 2), }")[: HEADER // 2],
    ],
)
def test_that_an_array_that_is_not_what_it_should_be_is_refused(content: bytes) -> None:
    with pytest.raises(BadArchiveError):
        opened(packed(**{"array.npy": content})).array("array.npy", (3, 2), np.float64)


def test_that_nothing_is_written_when_an_archive_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(zipfile.ZipFile, "extract", lambda *_: pytest.fail("extracted"))
    archive = opened(packed())
    archive.array("array.npy", (3, 2), np.float64)
    assert not list(tmp_path.iterdir())
