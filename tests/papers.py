"""Small documents made by hand, with a text in whatever place of them a test asks for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe"
CATALOG, PAGES = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def zipped(entries: Mapping[str, bytes | str], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(parts: Mapping[str, bytes | str] | None = None, body: str = "<w:p><w:r><w:t>words</w:t></w:r></w:p>") -> bytes:
    document = f'<?xml version="1.0"?><w:document {W}><w:body>{body}</w:body></w:document>'
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": document, **(parts or {})})


def word(inside: str, root: str = "hdr") -> str:
    return f'<?xml version="1.0"?><w:{root} {W}>{inside}</w:{root}>'


def xlsx(parts: Mapping[str, bytes | str]) -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": f"<workbook {S}/>", **parts})


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< " + entries + b" /Length %d >>\nstream\n" % len(content) + content + b"\nendstream"


def written(text: str) -> bytes:
    """What a page does that shows `text`."""
    return b"BT /F1 12 Tf 50 100 Td (" + text.encode("latin-1") + b") Tj ET"


def pdf(contents: bytes = written("words"), *more: bytes, page: bytes = b"", trailer: bytes = b"") -> bytes:
    """One page, and whatever other objects: the first of `more` is number 6."""
    sheet = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> " + page + b" >>"
    )
    out, offsets = b"%PDF-1.7\n", []
    objects = (CATALOG, PAGES, sheet, stream(contents), FONT, *more)
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    at = len(out)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + rows
    end = b"trailer\n<< /Size %d /Root 1 0 R " % (len(objects) + 1) + trailer + b" >>\nstartxref\n%d\n%%%%EOF\n" % at
    return out + head + end
