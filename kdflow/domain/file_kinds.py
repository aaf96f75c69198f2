"""What a file that somebody sends us is, told by its content alone, and the name it is saved under."""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from kdflow.domain.errors import Unreadable
from kdflow.domain.sag import one_line

MAX_FILE = 20 * 1024 * 1024
"""The largest file, in bytes."""

MAX_PARTS = 10_000
"""Files in a zip file: the largest documents have hundreds."""

MAX_FILENAME = 100
"""Letters in the name of a file, without its ending: less than any file system takes."""

_OFFICE = "application/vnd.openxmlformats-officedocument."

OFFICE: Mapping[str, str] = {
    "word/": f"{_OFFICE}wordprocessingml.document",
    "xl/": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}presentationml.presentation",
}
"""What a zip file with a list of its contents is, by the folder that its parts are in."""

TEXT = "text/plain; charset=utf-8"
OLD_TEXT = "text/plain; charset=windows-1252"
"""Text as old programs for Windows save it; it is kept as it is."""

HEADS: Mapping[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
"""What a file is by its first bytes; a zip file is looked into, and anything else must be plain text."""

ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How a zip file begins, and what Office saved before it used them: a document with a password still is one."""

ENDINGS: Mapping[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    TEXT: (".txt", ".csv", ".md"),
    OLD_TEXT: (".txt", ".csv"),
    OFFICE["word/"]: (".docx",),
    OFFICE["xl/"]: (".xlsx",),
    OFFICE["ppt/"]: (".pptx",),
}
"""How the name of such a file ends; another end would let the reader's computer take it for something else."""

_MARKUP = re.compile(r"\A\s*<[a-z!?/]|<script", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MACROS = re.compile(r"(.*/)?vbaproject\.bin|.*/macrosheets/.*", re.IGNORECASE)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE)


def media_type(content: bytes, filename: str = "") -> str:
    """What a file is, by its content; its name only tells that old text is meant to be text.

    Raises:
        Unreadable: it is nothing we take; the code says why.
    """
    if not content:
        raise _refused("the file is empty", "file-empty")
    if len(content) > MAX_FILE:
        raise _refused(f"a file has at most {MAX_FILE // 1024 // 1024} MB")
    if content.startswith(OLD_OFFICE):
        raise _refused("a document is saved without a password, as today's programs save it", "file-locked")
    if content.startswith(ZIP):
        return _office_type(content)
    found = (kind for head, kind in HEADS.items() if content.startswith(head))
    return next(found, None) or _text_type(content, filename)


def name_of(filename: str, kind: str) -> str:
    """The name a file is saved under: without folders, without what cannot be seen, none that a computer keeps for
    itself, not too long; and with the end of what it is. Text called .bat, or a document called .docm, would be
    run where it is opened."""
    name = one_line(re.split(r"[\\/]", filename)[-1]).strip(" .") or "bilag"
    name = f"_{name}" if _RESERVED.match(name) else name
    ends = ENDINGS.get(kind, ("",))
    end = next((one for one in ends if name.lower().endswith(one)), None)
    stem = name[: len(name) - len(end)] if end else name
    return stem[:MAX_FILENAME].strip(" .") + (name[-len(end) :] if end else ends[0])


def _office_type(content: bytes) -> str:
    """What a zip file is by its list of parts; none of them is unpacked."""
    if content.count(b"PK\x01\x02") > MAX_PARTS:
        raise _refused(f"a document has at most {MAX_PARTS} parts", "file-broken")
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise _refused("the zip file is broken", "file-broken") from error
    names = [one.filename for one in parts]
    if any(one.flag_bits & 1 for one in parts):
        raise _refused("a part of the document is encrypted", "file-locked")
    if any(map(_MACROS.fullmatch, names)):
        raise _refused("the document has macros", "file-macros")
    found = (kind for folder, kind in OFFICE.items() if any(name.startswith(folder) for name in names))
    kind = next(found, None) if "[Content_Types].xml" in names else None
    if kind is None:
        raise _refused("a zip file that is no document of Office")
    return kind


def _text_type(content: bytes, filename: str) -> str:
    kind = TEXT
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not filename.lower().endswith(ENDINGS[OLD_TEXT]):
            raise _refused("neither a kind we know nor UTF-8 text") from error
        kind, text = OLD_TEXT, _old_text(content)
    if _CONTROLS.search(text):
        raise _refused("text with control characters in it")
    if _MARKUP.search(text):
        raise _refused("a page for a browser, or a drawing that can run", "file-markup")
    return kind


def _old_text(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _refused("neither UTF-8 nor Windows-1252 text") from error


def _refused(message: str, code: str = "file-kind") -> Unreadable:
    return Unreadable(message, code, "file")
