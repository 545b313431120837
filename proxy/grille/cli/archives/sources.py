"""What there is to read: local files, folders and globs, and whatever fsspec has an address for.

    a.har  logs/  'logs/**/*.jsonl.gz'  -  s3://bucket/2026/*.parquet

Files that end in `.gz` or `.zst` are decompressed as they come. This module must not read more than it is asked for,
and knows no form of what is in a file.
"""

from __future__ import annotations

import glob
import gzip
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import zstandard

from grille.errors import SettingsError

STDIN = "-"
_GLOB = frozenset("*?[")
_STAMPS = ("etag", "ETag", "md5", "mtime", "LastModified", "last_modified", "updated", "created")
"""Where file systems of fsspec say that a file is another one than before."""
_COMPRESSED = frozenset({".gz", ".zst"})


@dataclass(frozen=True, slots=True)
class Source:
    """One file. `stamp` is another one when the file has changed; `size` is in bytes as stored, 0 when nobody
    knows. `suffix` is what its name ends in, without `.gz` or `.zst`."""

    name: str
    size: int
    stamp: str

    @property
    def suffix(self) -> str:
        path = PurePosixPath(self.name)
        return (path.with_suffix("") if path.suffix.lower() in _COMPRESSED else path).suffix.lower()


def found(names: Iterable[str]) -> list[Source]:
    """The files that `names` mean, in order, each once. Raises `SettingsError`, or `OSError` for a missing one."""
    return list(dict.fromkeys(source for name in names for source in _found(name)))


def _found(name: str) -> Iterator[Source]:
    if name == STDIN:
        yield Source(STDIN, 0, "")
    elif "://" in name:
        yield from _remote(name)
    elif _GLOB.intersection(name) and not Path(name).exists():
        paths = sorted(glob.glob(name, recursive=True))
        if not paths:
            raise SettingsError(f"{name} fits no file")
        for path in paths:
            if not Path(path).is_dir():
                yield _local(Path(path))
    elif Path(name).is_dir():
        yield from _within(Path(name))
    else:
        yield _local(Path(name))


def _within(folder: Path) -> Iterator[Source]:
    """Everything in the folder that is not hidden."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    shown = [path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    if not shown:
        raise SettingsError(f"{folder} has no file in it")
    yield from map(_local, shown)


def _local(path: Path) -> Source:
    status = path.stat()
    return Source(str(path), status.st_size, f"{status.st_size}:{status.st_mtime_ns}")


def _remote(url: str) -> Iterator[Source]:
    try:
        import fsspec
    except ImportError:
        raise SettingsError(f"{url}: URLs are read with fsspec: pip install 'grille[archives]'") from None
    try:
        system, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:  # a file system that needs a package of its own, or that nobody knows
        raise SettingsError(f"{url}: {error}") from None
    if _GLOB.intersection(path):
        paths = sorted(system.glob(path))
    else:
        paths = sorted(system.find(path)) if system.isdir(path) else [path]
    if not paths:
        raise SettingsError(f"{url} fits no file")
    for each in paths:
        about = system.info(each)
        if about.get("type") != "directory":
            size = about.get("size") or 0
            yield Source(system.unstrip_protocol(each), size, f"{size}:{_stamp(about)}")


def _stamp(about: Mapping[str, object]) -> str:
    return next((f"{about[key]}" for key in _STAMPS if about.get(key) is not None), "")


class Opened:
    """A source that is being read: `stream` is decompressed, and `used` says how many bytes of what is stored are
    behind it."""

    def __init__(self, source: Source, stored: BinaryIO) -> None:
        self.source = source
        self._stored = stored
        self.stream = _decompressed(source, stored)

    def used(self) -> int:
        try:
            return self._stored.tell()
        except (OSError, ValueError):  # a pipe, or closed
            return 0


@contextmanager
def opened(source: Source) -> Iterator[Opened]:
    """Raises `OSError`."""
    if source.name == STDIN:
        yield Opened(source, sys.stdin.buffer)
        return
    with _stored(source.name) as stored:
        yield Opened(source, stored)


def _stored(name: str) -> BinaryIO:
    if "://" not in name:
        return Path(name).open("rb")
    import fsspec

    system, path = fsspec.core.url_to_fs(name)
    stored: BinaryIO = system.open(path, "rb")
    return stored


def _decompressed(source: Source, stored: BinaryIO) -> BinaryIO:
    match PurePosixPath(source.name).suffix.lower():
        case ".gz":
            return gzip.GzipFile(fileobj=stored)  # type: ignore[return-value]  # it reads like one
        case ".zst":
            reader = zstandard.ZstdDecompressor().stream_reader(stored, read_across_frames=True)
            return io.BufferedReader(reader)
        case _:
            return stored
