"""What both sides of Redis agree on: queue names, job names, and the form in which jobs travel."""

from __future__ import annotations

from typing import Any

import msgspec
from arq.connections import ArqRedis
from redis.asyncio import ConnectionPool

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


async def connect(url: str) -> ArqRedis:
    """A pool of connections to ``redis://``, ``rediss://`` or ``unix://`` that speaks our form; one attempt, for a second at most.

    Made here rather than by arq's ``create_pool``, which leaves an open connection behind when it is given up.

    Raises:
        RedisError: Redis is away, or refuses.
        OSError: It cannot be reached.
    """
    pool = ArqRedis(
        ConnectionPool.from_url(url, socket_connect_timeout=1),
        job_serializer=encode,
        job_deserializer=decode,
        default_queue_name=SCHEDULE_QUEUE,
        expires_extra_ms=EXPIRY_MS,
    )
    try:
        await pool.ping()
    except BaseException:
        await pool.aclose(close_connection_pool=True)
        raise
    return pool
