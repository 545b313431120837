"""The head is kept while a run lasts, off the requests' way, and is exact at the end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from grille.addon import heads
from grille.errors import AuditFailed
from grille.sinks.chain import Link, Memory
from grille.sinks.heads import Head, read


def link(seq: int) -> Link:
    return Link("a" * 16, seq, "0" * 64)


def test_it_lies_beside_the_records() -> None:
    assert heads.place(Path("/var/log/grille/audit.jsonl")) == Path("/var/log/grille/audit.head.json")


def test_it_is_written_now_and_then_and_at_the_end_and_only_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heads, "SECONDS", 0.01)
    file, written = tmp_path / "audit.head.json", []
    real = heads.heads.write

    def spy(where: Path, writers: Mapping[str, Memory], time: object) -> None:
        written.append(writers["audit.jsonl"])
        real(where, writers, time)  # type: ignore[arg-type]

    monkeypatch.setattr(heads.heads, "write", spy)
    now = {"audit.jsonl": Memory(link(1), False)}

    async def memories() -> Mapping[str, Memory]:
        return dict(now)

    async def scene() -> Head:
        async with heads.kept(file, memories) as former:
            while not written:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            now["audit.jsonl"] = Memory(link(2), True)
        return former

    assert asyncio.run(scene()).writers == {}
    assert written == [Memory(link(1), False), Memory(link(2), True)]
    assert read(file).writers == now
    assert asyncio.run(scene()).writers == now, "the next run begins with it"


def test_one_that_cannot_be_written_is_said_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(heads, "SECONDS", 0.01)
    folder = tmp_path / "later"

    async def memories() -> Mapping[str, Memory]:
        return {"audit.jsonl": Memory(link(1), False)}

    async def scene() -> None:
        async with heads.kept(folder / "audit.head.json", memories):
            await asyncio.sleep(0.1)
            folder.mkdir()

    asyncio.run(scene())
    assert "audit.head.json could not be written: No such file" in capfd.readouterr().err
    assert read(folder / "audit.head.json").writers["audit.jsonl"].link == link(1)


def test_where_nothing_was_recorded_there_is_none(tmp_path: Path) -> None:
    async def memories() -> Mapping[str, Memory]:
        return {}

    async def scene() -> None:
        async with heads.kept(tmp_path / "audit.head.json", memories):
            pass

    asyncio.run(scene())
    assert not (tmp_path / "audit.head.json").exists()


def test_two_runs_do_not_keep_one_head(tmp_path: Path) -> None:
    async def nothing() -> Mapping[str, Memory]:
        return {}

    async def scene(file: Path) -> None:
        async with heads.kept(file, nothing), heads.kept(file.with_name("other.head.json"), nothing):
            with pytest.raises(AuditFailed, match="another run keeps"):
                async with heads.kept(file, nothing):
                    pass

    asyncio.run(scene(tmp_path / "audit.head.json"))
    asyncio.run(scene(tmp_path / "audit.head.json"))
