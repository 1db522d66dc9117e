"""Signatures drawn on a screen or scanned: untrusted pictures, made small and harmless."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image  # comes with reportlab

MOST_PIXELS = 16_000_000
_KEPT = (1200, 600)
_TOO_LARGE = "the signature's picture is larger than 16 megapixels"


def picture(content: bytes) -> Image.Image:
    """A PNG or JPEG in grey over white, no larger than print needs.

    Raises:
        ValueError: It is neither, is broken, or is larger than 16 megapixels.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ValueError(_TOO_LARGE)
            flat = image.convert("RGBA")
    except Image.DecompressionBombError as error:
        raise ValueError(_TOO_LARGE) from error
    except (OSError, SyntaxError, EOFError, struct.error, zlib.error) as error:
        raise ValueError("the signature's picture is no readable PNG or JPEG") from error
    paper = Image.new("RGBA", flat.size, "white")
    paper.alpha_composite(flat)
    grey = paper.convert("L")
    grey.thumbnail(_KEPT)
    return grey
