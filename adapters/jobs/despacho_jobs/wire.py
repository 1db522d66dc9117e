"""What both sides of Redis agree on: queue names, job names, and the form in which jobs travel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import msgspec
from arq.connections import ArqRedis, RedisSettings, create_pool

from despacho_core.ledgers import Lane

INBOX_QUEUE = "despacho:inbox"
SCHEDULE_QUEUE = "despacho:schedule"
WAKE_JOB = "despacho.wake"
EXPIRY_MS = 10 * 60 * 1000
"""A hint that nobody took for ten minutes is of no use: a worker that starts looks at everything anyway."""


def lane_queue(lane: Lane) -> str:
    """The queue of a lane."""
    return f"despacho:lane:{lane.value}"


def encode(job: dict[str, Any]) -> bytes:
    """A job as MessagePack. arq's own default is pickle, with which whoever writes to Redis runs code here."""
    return msgspec.msgpack.encode(job, enc_hook=repr)


def decode(raw: bytes) -> dict[str, Any]:
    """A job that `encode` made. Raises ``ValueError`` for anything else."""
    return msgspec.msgpack.decode(raw, type=dict[str, Any])


def redis_settings(url: str) -> RedisSettings:
    """Connection settings of a ``redis://``, ``rediss://`` or ``unix://`` address. One attempt, at most a second: we try again."""
    read = RedisSettings.from_dsn(url)
    return replace(
        read,
        username=unquote(read.username) if read.username else None,
        password=unquote(read.password) if read.password else None,
        unix_socket_path=unquote(read.unix_socket_path) if read.unix_socket_path else None,
        conn_timeout=1,
        conn_retries=0,
    )


async def connect(url: str) -> ArqRedis:
    """A pool of connections that speaks our form. Raises ``RedisError`` or ``OSError`` while Redis is away."""
    return await create_pool(
        redis_settings(url),
        job_serializer=encode,
        job_deserializer=decode,
        default_queue_name=SCHEDULE_QUEUE,
        expires_extra_ms=EXPIRY_MS,
    )
