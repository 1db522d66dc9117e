"""Keeping processes alive: when they are started again, when that is given up, in which order they are ended."""

import signal
from pathlib import Path

import pytest

from despacho_system.supervisor import Child, Patience, Supervisor

PATIENCE = Patience(first_restart=0.1, longest_restart=10, settled_after=5, attempts=3, grace=20)


class FakeProcess:
    """A process that lives until the test ends it; obeys signals if it is told to."""

    def __init__(self, machine: "Machine", child: Child, pid: int) -> None:
        self.machine = machine
        self.name = child.name
        self.pid = pid
        self.code: int | None = None
        self.obeys = {signal.SIGTERM, signal.SIGKILL}

    def poll(self) -> int | None:
        return self.code

    def send_signal(self, sig: int) -> None:
        if self.code is None:
            self.machine.sent.append((self.name, signal.Signals(sig).name))
            if sig in self.obeys:
                self.code = -sig


class Machine:
    """Processes and time, both in the test's hands."""

    def __init__(self, run_dir: Path) -> None:
        self.now = 0.0
        self.run_dir = run_dir
        self.started: list[FakeProcess] = []
        self.sent: list[tuple[str, str]] = []

    def __call__(self) -> float:
        return self.now

    def start(self, child: Child) -> FakeProcess:
        process = FakeProcess(self, child, 100 + len(self.started))
        self.started.append(process)
        return process

    def supervisor(self, *names: str) -> Supervisor:
        children = [Child(name=name, argv=(name,), outlives=name == "redis") for name in names]
        made = Supervisor(children, self.run_dir, patience=PATIENCE, start=self.start, monotonic=self)
        made.start()
        return made

    def last(self, name: str) -> FakeProcess:
        return [process for process in self.started if process.name == name][-1]

    def end(self, supervisor: Supervisor) -> None:
        for wait_s in supervisor.ending():
            self.now += wait_s


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_ids_of_its_processes_can_be_read(machine: Machine) -> None:
    supervisor = machine.supervisor("redis", "web")
    assert supervisor.pids() == {"redis": 100, "web": 101}
    assert (machine.run_dir / "redis.pid").read_text() == "100\n"
    assert (machine.run_dir / "web.pid").read_text() == "101\n"


def test_as_long_as_all_live_there_is_nothing_to_do(machine: Machine) -> None:
    supervisor = machine.supervisor("web")
    assert supervisor.tend() is None
    assert len(machine.started) == 1


def test_a_dead_process_is_started_again_shortly_after(machine: Machine) -> None:
    supervisor = machine.supervisor("web")
    machine.last("web").code = -9
    assert supervisor.tend() == pytest.approx(0.1)
    assert supervisor.pids() == {}
    assert not (machine.run_dir / "web.pid").exists()
    machine.now += 0.1
    assert supervisor.tend() is None
    assert supervisor.pids() == {"web": 101}
    assert (machine.run_dir / "web.pid").read_text() == "101\n"


def test_a_process_that_keeps_dying_is_started_ever_more_slowly(machine: Machine) -> None:
    supervisor = machine.supervisor("web")
    waits = []
    for _ in range(10):
        machine.last("web").code = -9
        wait_s = supervisor.tend()
        assert wait_s is not None
        waits.append(round(wait_s, 1))
        machine.now += wait_s
        supervisor.tend()
    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10, 10]
    assert supervisor.outcome is None


def test_after_it_lived_for_a_while_it_is_started_promptly_again(machine: Machine) -> None:
    supervisor = machine.supervisor("web")
    for _ in range(8):
        machine.now += 6
        machine.last("web").code = 1
        assert supervisor.tend() == pytest.approx(0.1)
        machine.now += 0.1
        supervisor.tend()
    assert supervisor.outcome is None


def test_one_process_s_death_does_not_touch_the_others(machine: Machine) -> None:
    supervisor = machine.supervisor("redis", "web", "worker")
    machine.last("worker").code = -9
    supervisor.tend()
    machine.now += 1
    supervisor.tend()
    assert [process.name for process in machine.started] == ["redis", "web", "worker", "worker"]
    assert machine.sent == []


def test_a_wrong_command_is_not_tried_again(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    supervisor = machine.supervisor("web", "worker")
    machine.last("web").code = 2
    supervisor.tend()
    assert supervisor.outcome == 2
    assert capsys.readouterr().err == "despacho: web ended with code 2; giving up\n"


def test_a_process_that_never_comes_up_is_given_up(machine: Machine) -> None:
    supervisor = machine.supervisor("web")
    for _ in range(3):
        assert supervisor.outcome is None
        machine.last("web").code = 1
        machine.now += supervisor.tend() or 0
        supervisor.tend()
    assert supervisor.outcome == 1
    assert len(machine.started) == 3


def test_all_are_ended_and_those_that_others_use_come_last(machine: Machine) -> None:
    supervisor = machine.supervisor("redis", "web", "worker")
    machine.end(supervisor)
    assert machine.sent == [("web", "SIGTERM"), ("worker", "SIGTERM"), ("redis", "SIGTERM")]
    assert supervisor.pids() == {}
    assert list(machine.run_dir.iterdir()) == []
    assert machine.now == 0


def test_what_does_not_end_within_the_grace_is_ended_by_force(machine: Machine) -> None:
    supervisor = machine.supervisor("redis", "web", "worker")
    machine.last("worker").obeys = {signal.SIGKILL}
    machine.end(supervisor)
    assert machine.sent == [
        ("web", "SIGTERM"),
        ("worker", "SIGTERM"),
        ("worker", "SIGKILL"),
        ("redis", "SIGTERM"),
    ]
    assert machine.now >= PATIENCE.grace


def test_somebody_impatient_ends_all_at_once(machine: Machine) -> None:
    supervisor = machine.supervisor("redis", "worker")
    machine.last("worker").obeys = {signal.SIGKILL}
    waits = supervisor.ending()
    next(waits)
    supervisor.kill()
    assert list(waits) == []
    assert machine.now == 0


def test_nothing_is_started_again_once_it_was_given_up(machine: Machine) -> None:
    supervisor = machine.supervisor("web", "worker")
    machine.last("web").code = 2
    machine.last("worker").code = -9
    supervisor.tend()
    machine.now += 60
    assert supervisor.tend() == 0
    assert len(machine.started) == 2
    machine.end(supervisor)
    assert machine.sent == []
