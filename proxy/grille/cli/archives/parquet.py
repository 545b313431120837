"""Parquet, in and out. The one file that knows pyarrow, which comes with the extra `archives`.

A cell of one column is read like a line of JSON lines; one that is null holds nothing to read. This module must not
hold more than a batch of rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from grille.errors import Malformed, SettingsError

if TYPE_CHECKING:
    import pyarrow

COLUMNS = ("entry", "body", "text")
"""The column that is read, the first that is there, unless one is named."""
_ROWS = 1024


def cells(stream: BinaryIO, name: str, column: str, start: int) -> Iterator[tuple[int, bytes]]:
    """Each cell that is not null behind row `start`, with the number of its row (from 1). Raises `Malformed`, and
    `SettingsError` without pyarrow."""
    needed(name)
    import pyarrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(stream)
        chosen = _chosen(file.schema_arrow.names, column)
        number = 0
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if number + rows <= start:
                number += rows
                continue
            for batch in file.iter_batches(_ROWS, row_groups=[group], columns=[chosen]):
                for cell in batch.column(0):
                    number += 1
                    if number > start and cell.is_valid:
                        yield number, _bytes(cell.as_py())
    except pyarrow.ArrowException:
        raise Malformed("this is not Parquet, or it is damaged") from None


def _chosen(there: list[str], column: str) -> str:
    chosen = column or next((each for each in COLUMNS if each in there), "")
    if chosen not in there:
        wanted = column or " or ".join(COLUMNS)
        raise Malformed(f"there is no column {wanted}: --column names one of {', '.join(there)}")
    return chosen


def _bytes(cell: object) -> bytes:
    if isinstance(cell, bytes):
        return cell
    return (cell if isinstance(cell, str) else json.dumps(cell, default=str)).encode("utf-8", "surrogatepass")


# -- out ------------------------------------------------------------------------------------------

_NESTED = ("why", "against", "sent")
"""What is kept as JSON: its shape hangs on what there is to say."""


def write(lines: Path, file: Path) -> None:
    """Write the results in `lines`, JSON lines, as a Parquet file. Raises `SettingsError` without pyarrow."""
    needed(str(file))
    import pyarrow
    from pyarrow import parquet

    schema = _schema()
    with lines.open(encoding="utf-8") as read, parquet.ParquetWriter(file, schema, compression="zstd") as out:
        for some in batched(read, _ROWS, strict=False):
            rows = [_flat(json.loads(line)) for line in some]
            out.write_table(pyarrow.Table.from_pylist(rows, schema))


def _flat(line: Mapping[str, object]) -> dict[str, object]:
    row = {key: json.dumps(value) if key in _NESTED else value for key, value in line.items()}
    findings = row.get("findings")
    if isinstance(findings, list):
        row["findings"] = [_flat(each) for each in findings]
    return row


def _schema() -> pyarrow.Schema:
    import pyarrow

    text, number = pyarrow.string(), pyarrow.int64()
    texts = pyarrow.list_(text)
    finding = pyarrow.struct(
        {"address": text, "start": number, "end": number, "entity": text, "score": pyarrow.float64()}
        | {"detector": text, "action": text, "because": text, "why": text}
    )
    refusal = pyarrow.struct({"code": text, "text": text, "because": text})
    return pyarrow.schema(
        {"name": text, "unread": text, "direction": text, "endpoint": text, "clients": texts, "verdict": text}
        | {"enforced": pyarrow.bool_(), "refusals": pyarrow.list_(refusal), "findings": pyarrow.list_(finding)}
        | {"evidence": texts, "against": text, "sent": text}
    )


def needed(name: str) -> None:
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise SettingsError(f"{name}: Parquet needs pyarrow: pip install 'grille[archives]'") from None
