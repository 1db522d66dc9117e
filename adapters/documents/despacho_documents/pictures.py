"""Signatures drawn on a screen or scanned: untrusted pictures, made small and harmless."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image  # comes with reportlab

MOST_PIXELS = 8_000_000
_KEPT = (1200, 600)
_TOO_LARGE = "the signature's picture is larger than 8 megapixels"


def picture(content: bytes) -> Image.Image:
    """A PNG or JPEG in grey over white, no larger than print needs.

    Raises:
        ValueError: It is neither, is broken, or has more than 8 megapixels. Those of a JPEG are counted after it was opened at a
            fraction of its size, so that a photograph passes.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            image.draft("L", _KEPT)
            if image.width * image.height > MOST_PIXELS:
                raise ValueError(_TOO_LARGE)
            flat = image.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise ValueError(_TOO_LARGE) from error
    except (OSError, SyntaxError, EOFError, struct.error, zlib.error) as error:
        raise ValueError("the signature's picture is no readable PNG or JPEG") from error
    flat.thumbnail(_KEPT)
    paper = Image.new("RGBA", flat.size, "white")
    paper.alpha_composite(flat)
    return paper.convert("L")
