"""``despacho serve`` with real processes: killed children come back, a killed parent takes all along."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis

from despacho_services.effects import EffectPolicy
from despacho_system.redis_server import embedded_redis
from despacho_system.supervisor import Patience

pytestmark = [pytest.mark.redis, pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")]

SERVE = """
import sys
from datetime import timedelta
from pathlib import Path
from despacho.supervision import AlreadyServing, serve
command = (sys.executable, "-c", sys.argv[2])
try:
    code = serve(command, command, data_dir=Path(sys.argv[1]))
except AlreadyServing as error:
    sys.exit(f"refused: {error}")
sys.exit(code)
"""
WAITS = "import signal; signal.pause()"
TELLS = """
import json, os, signal
from datetime import timedelta
from pathlib import Path
folder = Path(os.environ["DESPACHO_DATA_DIR"])
draft = folder / f"told-{os.getpid()}.new"
draft.write_text(json.dumps({"redis": os.environ["DESPACHO_REDIS_URL"], "group": os.getpgid(0)}))
draft.rename(draft.with_suffix(".json"))
signal.pause()
"""


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Look again and again: other processes tell nobody when they are ready."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def lives(pid: int) -> bool:
    """Whether the process runs; one that is dead and not yet buried does not."""
    try:
        os.kill(pid, 0)
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text("ascii")
    except (ProcessLookupError, FileNotFoundError):
        return False


class Served:
    """One supervisor with its folder."""

    def __init__(self, data_dir: Path, child: str = WAITS) -> None:
        self.data_dir = data_dir
        self.process = subprocess.Popen([sys.executable, "-c", SERVE, str(data_dir), child], stderr=subprocess.PIPE)

    def pid(self, name: str) -> int:
        try:
            return int((self.data_dir / "run" / f"{name}.pid").read_text() or 0)
        except FileNotFoundError:
            return 0

    def children(self) -> list[int]:
        until(lambda: all(self.pid(name) for name in ("redis", "web", "worker")))
        return [self.pid(name) for name in ("redis", "web", "worker")]

    def comes_back(self, name: str, old: int) -> int:
        until(lambda: self.pid(name) not in (0, old))
        return self.pid(name)

    def end(self) -> None:
        self.process.kill()
        if self.process.stderr and not self.process.stderr.closed:
            self.process.communicate()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    one = Served(tmp_path)
    yield one
    one.end()


def test_killed_children_come_back(served: Served) -> None:
    before = served.children()
    for name, pid in zip(("redis", "web", "worker"), before, strict=True):
        os.kill(pid, signal.SIGKILL)
        assert lives(served.comes_back(name, pid))


def test_asked_to_end_it_ends_all_of_them_and_leaves_no_trace(served: Served) -> None:
    children = served.children()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(10) == 0
    assert not any(lives(pid) for pid in children)
    assert [path.name for path in (served.data_dir / "run").glob("*.pid") if path.read_text()] == []


def test_killed_itself_it_takes_its_children_along(served: Served) -> None:
    children = served.children()
    served.process.kill()
    until(lambda: not any(lives(pid) for pid in children))


def test_after_being_killed_it_starts_again_on_the_same_folder(served: Served) -> None:
    served.children()
    served.end()
    again = Served(served.data_dir)
    try:
        client = redis.Redis(unix_socket_path=str(served.data_dir / "run" / "redis.sock"))
        until(lambda: _answers(client))
        client.close()
    finally:
        again.end()


def test_a_data_folder_that_it_makes_is_its_owner_s_alone(tmp_path: Path) -> None:
    one = Served(tmp_path / "data")
    try:
        one.children()
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    finally:
        one.end()


def test_a_second_one_on_the_same_folder_is_refused(served: Served) -> None:
    children = served.children()
    second = Served(served.data_dir)
    _, told = second.process.communicate(timeout=10)
    assert f"running on {served.data_dir} already (process {served.process.pid})" in told.decode()
    assert second.process.returncode == 1
    assert served.children() == children


def test_children_are_told_where_redis_is_and_hear_no_ctrl_c(tmp_path: Path) -> None:
    one = Served(tmp_path, TELLS)
    try:
        until(lambda: len(list(tmp_path.glob("told-*.json"))) == 2)
        for path in tmp_path.glob("told-*.json"):
            told = json.loads(path.read_text())
            assert told["redis"] == f"unix://{tmp_path}/run/redis.sock"
            assert told["group"] != os.getpgid(one.process.pid)
    finally:
        one.end()


def test_a_command_that_is_wrong_ends_the_hub_with_its_code(tmp_path: Path) -> None:
    one = Served(tmp_path, "raise SystemExit(2)")
    _, told = one.process.communicate(timeout=10)
    assert one.process.returncode == 2
    assert b"ended with code 2; giving up" in told


def test_a_folder_with_a_path_too_long_for_a_socket_is_served_over_loopback(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    made = embedded_redis(folder)
    server = subprocess.Popen(made.argv)
    try:
        client = redis.Redis.from_url(made.url)
        until(lambda: _answers(client))
        client.close()
        stranger = redis.Redis.from_url("redis://" + made.url.partition("@")[2])
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()
        stranger.close()
    finally:
        server.kill()
        server.wait()


def test_the_supervisor_is_patient_with_a_worker_that_finishes_its_work() -> None:
    assert timedelta(seconds=Patience().grace) > EffectPolicy().grace


def _answers(client: "redis.Redis") -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False
