"""`grille.framing.multipart`: a strict reader that knows where every byte of a part stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grille.errors import Malformed, TooLarge
from grille.framing.multipart import MOST_PARTS, Stretch, is_multipart, parse, splice

TYPE = ("multipart/form-data; boundary=b0undary",)
FIELD = b'--b0undary\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nwords\r\n'
END = b"--b0undary--\r\n"
DISPOSITION = b'Content-Disposition: form-data; name="prompt"'


def with_head(head: bytes, content: bytes = b"words") -> bytes:
    return b"--b0undary\r\n" + head + b"\r\n\r\n" + content + b"\r\n" + END


def test_parts_have_names_files_headers_and_spans() -> None:
    file = (
        b'--b0undary\r\nContent-Disposition: form-data; name="file"; filename="a b.txt"\r\n'
        b"Content-Type: text/plain; charset=UTF-8\r\nX-Note: 4111\r\n\r\none\r\n\r\ntwo\r\n"
    )
    body = FIELD + file + END
    first, second = parse(body, TYPE).parts
    assert first.name is not None
    assert (first.name.text, first.filename, first.headers) == ("prompt", None, ())
    assert body[first.start : first.end] == b"words"
    assert second.filename is not None
    assert second.filename.text == "a b.txt"
    assert body[second.filename.start : second.filename.end] == b"a b.txt"
    assert body[second.start : second.end] == b"one\r\n\r\ntwo"
    assert second.headers == (("Content-Type", "text/plain; charset=UTF-8"), ("X-Note", "4111"))


def test_related_parts_need_no_name() -> None:
    body = b"--b\r\nContent-Type: application/json\r\n\r\n{}\r\n--b\r\n\r\nfile\r\n--b--"
    form = parse(body, ('Multipart/Related; type="application/json"; boundary="b"',))
    assert [(part.name, body[part.start : part.end]) for part in form.parts] == [(None, b"{}"), (None, b"file")]
    assert (form.boundary, form.type) == ("b", "application/json")


@pytest.mark.parametrize(
    "value",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=b0undary; boundary=other",
        "multipart/form-data; boundary=b0undary; BOUNDARY=b0undary",
        "multipart/form-data; boundary=b0undary; charset=utf-7",
        "multipart/form-data; boundary*=utf-8''b0undary",
        "multipart/mixed; boundary=b0undary",
        "text/plain, multipart/form-data; boundary=b0undary",
        'multipart/form-data; boundary="b0und\\ary"',
        "multipart/form-data; boundary=" + "b" * 71,
    ],
)
def test_a_content_type_that_receivers_could_read_in_two_ways_is_refused(value: str) -> None:
    assert is_multipart([value])
    with pytest.raises(Malformed):
        parse(FIELD + END, [value])


def test_two_content_types_are_refused() -> None:
    with pytest.raises(Malformed):
        parse(FIELD + END, [*TYPE, "application/json"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        END,
        FIELD,
        b"4111" + FIELD + END,
        b"\r\n" + FIELD + END,
        FIELD + END + b"4111",
        FIELD + END + END,
        (FIELD + END).replace(b"\r\n", b"\n"),
        FIELD.replace(b"words\r\n", b"words\n") + END,
        FIELD.replace(b"words", b"one--b0undary two") + END,
        FIELD.replace(b"words", b"one\n--b0undary\nContent-Disposition: form-data; name=x\n\ntwo") + END,
        FIELD.replace(b"--b0undary\r\n", b"--b0undary \r\n") + END,
        FIELD.replace(b"\r\n\r\nwords", b"") + END,
        with_head(DISPOSITION + b"\r\n" + DISPOSITION),
        with_head(DISPOSITION + b"\n"),
        with_head(DISPOSITION + b"\r\nX: a\r\n folded"),
        with_head(DISPOSITION + b"\r\nno colon"),
        with_head(DISPOSITION + b"\r\nX: \xff"),
        with_head(DISPOSITION + b"\r\nX: " + b"a" * 17_000),
        with_head(DISPOSITION + b"\r\nContent-Transfer-Encoding: base64"),
        with_head(DISPOSITION + b"\r\nContent-Type: multipart/mixed; boundary=c"),
        with_head(DISPOSITION + b"\r\nContent-Type: message/rfc822"),
        with_head(DISPOSITION + b"\r\nContent-Type: text/plain; charset=utf-16"),
        with_head(DISPOSITION + b'; filename="a"; filename="b"'),
        with_head(DISPOSITION + b"; filename*=utf-8''b"),
        with_head(DISPOSITION + b"; filename=\"a\"; filename*=utf-8''b"),
        with_head(DISPOSITION + b'; filename="a\\"; name="b"'),
        with_head(DISPOSITION + b"; size=4111"),
        with_head(b"Content-Disposition: form-data"),
        with_head(b'Content-Disposition: form-data; filename="a"'),
        with_head(b"Content-Disposition: form-data; name=prompt"),
        with_head(b'Content-Disposition: attachment; name="prompt"'),
        with_head(b'Content-Disposition: form-data; name="\xff"'),
    ],
)
def test_what_parsers_disagree_on_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body, TYPE)


def test_too_many_parts_are_refused() -> None:
    assert len(parse(FIELD * MOST_PARTS + END, TYPE).parts) == MOST_PARTS
    with pytest.raises(TooLarge):
        parse(FIELD * (MOST_PARTS + 1) + END, TYPE)


CONTENT = st.binary(max_size=40).filter(lambda data: b"--b0undary" not in data)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\'), max_size=12)
EDITS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(NAMES, NAMES, CONTENT), min_size=1, max_size=5), st.data())
def test_edits_change_what_they_name_and_no_other_byte(
    parts: list[tuple[str, str, bytes]], data: st.DataObject
) -> None:
    body = b"".join(
        f'--b0undary\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'.encode()
        + content + b"\r\n"
        for name, file, content in parts
    ) + END  # fmt: skip
    form = parse(body, TYPE)
    assert [body[part.start : part.end] for part in form.parts] == [content for _, _, content in parts]
    changes: list[tuple[Stretch, str]] = []
    expected = b""
    at = 0
    for part in form.parts:
        assert part.filename is not None
        if data.draw(st.booleans()):
            name = data.draw(NAMES)
            changes.append((part.filename, name))
            expected += body[at : part.filename.start] + name.encode()
            at = part.filename.end
        if data.draw(st.booleans()):
            text = data.draw(EDITS)
            changes.append((Stretch(part.start, part.end, ""), text))
            expected += body[at : part.start] + text.encode()
            at = part.end
    assert splice(body, TYPE, changes) == expected + body[at:]


def test_a_name_stays_between_its_quotes() -> None:
    body = FIELD + END
    name = parse(body, TYPE).parts[0].name
    assert name is not None
    changed = splice(body, TYPE, [(name, 'a"; filename="b\r\n')])
    assert b'name="a%22; filename=%22b%0D%0A"\r\n' in changed


def test_a_text_that_would_make_other_parts_is_not_written() -> None:
    body = FIELD + END
    part = parse(body, TYPE).parts[0]
    with pytest.raises(ValueError, match="parts"):
        splice(body, TYPE, [(Stretch(part.start, part.end, "words"), "x\r\n" + FIELD.decode())])


def test_no_word_of_a_body_is_shown() -> None:
    assert "words" not in repr(Stretch(0, 5, "words"))
    assert "4111" not in repr(parse(with_head(DISPOSITION), TYPE))
