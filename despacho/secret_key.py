"""The secret key of a hub on one machine: a file in the data folder that only its owner can read."""

from __future__ import annotations

import base64
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

FILE_NAME = "secret.key"


def kept_key(folder: Path, *, octets: int) -> bytes:
    """The key in ``folder``; made there, with the folder, if there is none.

    Safe to call from several processes at once: the first one's key stays.

    Raises:
        ValueError: The file is damaged, or other users may read it.
    """
    path = folder / FILE_NAME
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _publish(path, base64.b64encode(os.urandom(octets)) + b"\n")
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ValueError(f"{path} can be read by other users; run `chmod 600 {path}`")
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != octets:
        raise ValueError(f"{path} is damaged: it should hold {octets} octets in base64. Put it back from a backup.")
    return key


def _publish(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, and never over another's.

    A link is made once the content is safely on disk; it fails where the name is taken, which rename would not.
    """
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)  # mode 0600
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
