"""An address as a QR code (ISO/IEC 18004) for a phone's camera: the only door to segno."""

from __future__ import annotations

import segno

from kdflow.drawing.parts import INK, PAPER


def qr_code(address: str) -> str:
    """A picture of an address, dark on white in every theme, with the border of four modules that cameras need. It
    says nothing of itself to those who do not see it."""
    return segno.make(address, error="m", micro=False).svg_inline(scale=4, border=4, dark=INK, light=PAPER)
