"""A small file that travels in a form from the page that shows it to the one that acts on it: packed as text."""

import base64
import binascii
import zlib

from kdflow.web.forms import Gap, Incomplete

PACKED_LIMIT = 40_000
"""The longest packed file, in characters: less than a field may hold."""

SIZE_LIMIT = 1024 * 1024
"""The largest file, in bytes; what is packed tighter than any honest file is not unpacked further."""


def pack(data: bytes, field: str) -> str:
    """A file as the text of a field.

    Raises:
        Incomplete: it is too large for that; the gap leads to `field`, where it was chosen.
    """
    packed = base64.b64encode(zlib.compress(data, 9)).decode() if len(data) <= SIZE_LIMIT else None
    if packed is None or len(packed) > PACKED_LIMIT:
        raise Incomplete(Gap("file-long", field))
    return packed


def unpack(text: str) -> bytes:
    """The file in a field.

    Raises:
        Incomplete: the field does not hold what `pack` wrote.
    """
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(base64.b64decode(text, validate=True), SIZE_LIMIT)
    except (binascii.Error, ValueError, zlib.error):
        raise Incomplete(Gap("form", "")) from None
    if len(text) > PACKED_LIMIT or not stream.eof:
        raise Incomplete(Gap("form", ""))
    return data
