"""What a hub stands on besides its database: the data folder, the secret key, Redis, the public address."""

from __future__ import annotations

import os
import shutil
import stat

from despacho.diagnosis.findings import Finding, error, ok, skipped, warning
from despacho.reach import unreachable_from_outside
from despacho.schema import DatabaseNotReady, current_revision
from despacho.secret_key import FILE_NAME
from despacho.settings import ConfigurationInvalid, Settings
from despacho.supervision import RUN_FOLDER
from despacho_system.redis_server import RedisMissing, embedded_redis_url, redis_program

ENOUGH_DISK_MB = 500
PATIENCE_S = 5.0


def data_folder(settings: Settings) -> Finding:
    """Whether the folder is ours, private, and has room."""
    folder = settings.data_dir
    if not folder.exists():
        return ok("data folder", f"{folder} will be made by `despacho serve`")
    if not os.access(folder, os.W_OK | os.X_OK):
        return error("data folder", f"{folder} cannot be written", "Run as its owner, or set DESPACHO_DATA_DIR.")
    if os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        return warning("data folder", f"{folder} can be read by other users", f"Run `chmod 700 {folder}`.")
    free_mb = shutil.disk_usage(folder).free // 2**20
    if free_mb < ENOUGH_DISK_MB:
        return warning("data folder", f"only {free_mb} MB are free on its disk", "Make room before the disk is full.")
    return ok("data folder", f"{folder}, {free_mb} MB free")


def secret_key(settings: Settings) -> Finding:
    """Whether there is a key. None is made here: an examination changes nothing."""
    path = settings.data_dir / FILE_NAME
    if not settings.secret_key and not path.exists():
        return _no_key(settings)
    try:
        keys = settings.keys()
    except (ConfigurationInvalid, OSError) as problem:
        return error("secret key", str(problem), "Put the file in order; without the key no stored credential opens.")
    return ok("secret key", "in DESPACHO_SECRET_KEY" if settings.secret_key else f"{path}, {len(keys)} key")


async def surroundings(settings: Settings, *, offline: bool) -> list[Finding]:
    """Redis and the public address."""
    return [await _redis(settings), await _public_address(settings, offline=offline)]


def _no_key(settings: Settings) -> Finding:
    try:
        lost = current_revision(settings) is not None
    except DatabaseNotReady:
        lost = False  # told of the database itself
    if not lost:
        return ok("secret key", "will be made in the data folder")
    path = settings.data_dir / FILE_NAME
    return error(
        "secret key",
        f"there is a database, and {path} is gone",
        "Put it back from a backup; else add every store and account again.",
    )


async def _redis(settings: Settings) -> Finding:
    url = settings.redis_url or embedded_redis_url(settings.data_dir / RUN_FOLDER)
    trouble = "no hub has run on this data folder" if url is None else await _redis_trouble(url)
    if trouble is None:
        return ok("redis", "answers" if settings.redis_url else "the hub's own one answers")
    if settings.redis_url:
        return error("redis", f"does not answer ({trouble})", "Check DESPACHO_REDIS_URL, and that the server runs.")
    try:
        program = redis_program()
    except RedisMissing as missing:
        return error("redis", "there is none to start", str(missing))
    return ok("redis", f"the hub is not running; it will start {program}")


async def _redis_trouble(url: str) -> str | None:
    from redis.exceptions import RedisError  # noqa: PLC0415 - only where somebody is asked

    from despacho_jobs.wire import connect  # noqa: PLC0415 - as above

    try:
        pool = await connect(url)
    except (RedisError, OSError) as problem:
        return type(problem).__name__
    await pool.aclose(close_connection_pool=True)
    return None


async def _public_address(settings: Settings, *, offline: bool) -> Finding:
    unreachable = unreachable_from_outside(settings)
    if unreachable is not None:
        return error("public address", unreachable.found, unreachable.remedy)
    if offline:
        return skipped("public address", f"{settings.public_url} was not called (--offline)")
    trouble = await _nobody_there(settings.public_url)
    if trouble is None:
        return ok("public address", f"the hub answers at {settings.public_url}")
    remedy = "Start the hub with `despacho serve`; check its --port, and the proxy in front of it."
    return warning("public address", f"{settings.public_url}: {trouble}", remedy)


async def _nobody_there(url: str) -> str | None:
    import httpx  # noqa: PLC0415 - only where somebody is asked

    try:
        async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client:
            answer = await client.get(f"{url}/health/live")
    except httpx.HTTPError as problem:
        return f"no answer ({type(problem).__name__})"
    if answer.status_code != 200 or b'"live"' not in answer.content:
        return f"somebody else answers there (status {answer.status_code})"
    return None
