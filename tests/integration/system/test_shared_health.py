"""How providers answer, told between processes through Redis, which nobody needs for anything."""

from __future__ import annotations

from redis.asyncio import Redis

from despacho_system.shared_health import PREFIX, SharedHealth

PATIENT = 2.0


async def told(*all_of_them: SharedHealth) -> None:
    """Until what is new has been told."""
    for one in all_of_them:
        if one._telling is not None:
            await one._telling


async def test_what_one_process_sees_another_shows(redis_url: str) -> None:
    web = SharedHealth(redis_url, pause_s=0, patience_s=PATIENT)
    worker = SharedHealth(redis_url, pause_s=0, patience_s=PATIENT)
    worker.board.failed("a", "503")
    worker.board.rests("a", 60)
    web.board.answered("a", 200, 0.1)
    await told(web, worker)
    for one in (web, worker):
        seen = (await one.of(["a", "b"]))["a"]
        assert (seen.calls, seen.failures, seen.failure) == (2, 1, "503")
        assert seen.answered_at is not None
        assert seen.rests_until is not None
    assert set(await web.of(["b"])) == set()
    assert await web.of([]) == {}
    await web.aclose()
    await worker.aclose()


async def test_what_redis_holds_otherwise_is_nothing(redis_url: str) -> None:
    redis = Redis.from_url(redis_url)
    await redis.hset(PREFIX + "a", mapping={"x": "nonsense", "y": "{}"})
    health = SharedHealth(redis_url, patience_s=PATIENT)
    assert (await health.of(["a"]))["a"].calls == 0, "an empty report is one; nonsense is none"
    await redis.aclose()
    await health.aclose()


async def test_without_redis_a_process_shows_what_it_has_seen_itself() -> None:
    health = SharedHealth("redis://127.0.0.1:1", pause_s=0)
    health.board.answered("a", 200, 0.1)
    await told(health)
    assert (await health.of(["a"]))["a"].calls == 1
    await health.aclose()
