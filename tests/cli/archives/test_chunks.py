"""`grille.cli.archives.chunks`: bounded chunks, over all sources."""

from __future__ import annotations

from pathlib import Path

from recordings import SAID, Make, lines

from grille.cli.archives import chunks as room
from grille.cli.archives.chunks import chunks
from grille.cli.archives.cuts import Place
from grille.cli.archives.sources import found

BEGIN = Place()


def test_small_sources_share_a_chunk_and_each_is_done_in_it(archive: Path) -> None:
    sources = found([str(archive)])
    (chunk,) = chunks(sources, lambda _: BEGIN, "")
    assert len(chunk.records) == 3 * len(SAID)
    assert [(each.source, each.place, each.used) for each in chunk.reached] == [
        (each, None, each.size) for each in sources
    ]


def test_a_chunk_has_so_many_records_and_says_how_far_it_reaches(make: Make) -> None:
    sources = found([str(make("a.jsonl", lines(["word"] * 250).encode()))])
    cut = list(chunks(sources, lambda _: BEGIN, ""))
    assert [len(each.records) for each in cut] == [100, 100, 50]
    assert [each.reached[0].place for each in cut] == [Place(100, 700), Place(200, 1400), None]


def test_a_chunk_is_so_large_and_one_record_may_be_larger(make: Make, tmp_path: Path) -> None:
    for name, size in (("a", room.LARGEST), ("b", 10), ("c", room.LARGEST - 10), ("d", 1)):
        make(f"{name}.txt", b"x" * size)
    sizes = [
        [len(raw.data) for raw in each.records] for each in chunks(found([f"{tmp_path}/*.txt"]), lambda _: BEGIN, "")
    ]
    assert sizes == [[room.LARGEST], [10, room.LARGEST - 10], [1]]


def test_what_is_done_is_not_opened_and_the_rest_goes_on(archive: Path) -> None:
    sources = found([str(archive)])
    (archive / "a.har").unlink()
    starts = {sources[0]: None, sources[1]: Place(4, (archive / "b.flow").stat().st_size), sources[2]: BEGIN}
    (chunk,) = chunks(sources, starts.__getitem__, "")
    assert [raw.name for raw in chunk.records] == [f"{archive}/c.jsonl:{n}" for n in (1, 2, 3, 4)]
    assert [each.source for each in chunk.reached] == sources[1:]
