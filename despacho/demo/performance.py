"""The whole performance: stage, story, verdict, and what is left behind."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console

from despacho.demo.buying import buyers_order, double_webhooks
from despacho.demo.cast import EVERYBODY, Part
from despacho.demo.evidence import Evidence
from despacho.demo.front_desk import CommandFailed
from despacho.demo.hub import HubRefused
from despacho.demo.keeping import Visit, keep_open
from despacho.demo.narration import Narrator
from despacho.demo.output import FOLDER, Output, missing_files, summarise
from despacho.demo.papers import invoices_come, open_documents
from despacho.demo.reading_back import StoreSilent, read_back
from despacho.demo.setting_up import STEPS, Desk, set_up
from despacho.demo.shipping import labels_bought, look_at_tracking_page, manifests_closed, parcels_reach
from despacho.demo.stage import Stage, StageBroken, open_stage
from despacho.demo.story import PATIENCE, Story
from despacho.demo.table import counts_line, orders_table
from despacho.demo.verdict import problems_of
from despacho.demo.waiting import until
from despacho.demo.world import World, WorldRefused

SEED = 20260723
CALL_SECONDS = 60.0
WIDTH = 132
"""Columns of the table where there is no terminal that has any."""
FAILURES = (StageBroken, CommandFailed, HubRefused, WorldRefused, StoreSilent, httpx.HTTPError)
"""What ends the demo before the story could be told."""


@dataclass
class Ending:
    """How it ended."""

    problems: list[str]
    tracking_page: str | None = None


def run_demo(
    keep_running: bool, *, cast: Sequence[Part] = EVERYBODY, folder: Path = FOLDER, visit: Visit | None = None
) -> int:
    """Play the whole story and check it.

    Args:
        keep_running: Leave hub and sandbox up at the end, until Ctrl-C.
        cast: The orders.
        visit: Somebody who looks at what keeps running; when he has done so it ends.
        folder: Is cleared, and holds labels, manifests, invoices and ``summary.json`` afterwards.

    Returns:
        0 if nothing is missing and nothing there twice, 1 otherwise.
    """
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH)
    try:
        return asyncio.run(_performed(console, cast, folder, keep_running=keep_running, visit=visit))
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("Interrupted; hub and sandbox are ended.")
        return 1
    except FAILURES as error:
        console.print(f"The demo could not be played: {error}", markup=False, highlight=False, soft_wrap=True)
        return 1


async def _performed(
    console: Console, cast: Sequence[Part], folder: Path, *, keep_running: bool, visit: Visit | None
) -> int:
    _end_on_signals()
    started = time.monotonic()
    narrator, output = Narrator(console), Output(folder)
    with tempfile.TemporaryDirectory(prefix="despacho-demo-") as data_dir:
        async with open_stage(Path(data_dir), output.logs, seed=SEED) as stage:
            narrator.say(f"Hub and sandbox are up after {time.monotonic() - started:.1f} s.")
            async with httpx.AsyncClient(timeout=CALL_SECONDS, trust_env=False) as http:
                ending = await _played(stage, http, narrator, output, cast)
                _tell(narrator, ending, output, time.monotonic() - started)
                if keep_running:
                    world = World(stage.sandbox_url, http)
                    await keep_open(narrator, stage, world, ending.tracking_page, visit=visit)
    return 1 if ending.problems else 0


async def _played(
    stage: Stage, http: httpx.AsyncClient, narrator: Narrator, output: Output, cast: Sequence[Part]
) -> Ending:
    world = World(stage.sandbox_url, http)
    with narrator.telling():
        with narrator.act("Two stores set up", STEPS) as act:
            desks = await set_up(stage, world, http, act)
        story = Story(world, desks, output, narrator)
        await _acts(story, cast)
        evidence = await read_back(world, http, story.placed)
        tracking_page = await look_at_tracking_page(story, evidence)
    problems = _problems(story, evidence, cast)
    output.write_summary(summarise(evidence, story.files, problems))
    narrator.console.print(orders_table(story.placed, evidence))
    narrator.say(counts_line(evidence))
    return Ending(problems, tracking_page)


async def _acts(story: Story, cast: Sequence[Part]) -> None:
    await buyers_order(story, cast)
    await story.all_of(double_webhooks(story), invoices_come(story), labels_bought(story))
    await story.all_of(_to_the_door(story), open_documents(story))
    await story.attempt(_quiet(story))
    for words, simulator, rule in story.arranged:
        if not await story.world.broke(simulator, rule):
            story.findings.append(f"It never came to this, although it was arranged: {words}.")


async def _to_the_door(story: Story) -> None:
    await manifests_closed(story)
    await story.attempt(parcels_reach(story, "in_transit", "Parcels on their way"))
    await story.attempt(parcels_reach(story, "delivered", "Parcels delivered"))


async def _quiet(story: Story) -> None:
    """Wait until nothing is under way any more: only then can it be said that nothing came twice."""

    async def quiet() -> bool:
        await story.world.webhooks_idle()
        return not any([await _busy(desk) for desk in story.desks.values()])

    await until("the hub has nothing left to do", quiet, within=PATIENCE)
    for desk in story.desks.values():
        for effect in await desk.hub.effects("rejected", "dead"):
            story.findings.append(f"{desk.store}: {effect.key} is {effect.state}: {effect.message}")
        if dead := await desk.hub.messages("dead"):
            story.findings.append(f"{desk.store}: the hub could not work off {dead} messages.")


async def _busy(desk: Desk) -> bool:
    """Whether the hub has something to do for the store; what waits for the store's button to act first does not count."""
    effects = await desk.hub.effects("pending", "running", "uncertain")
    return any(one.kind != "attach" or one.attempts for one in effects) or bool(await desk.hub.messages("pending"))


def _problems(story: Story, evidence: Evidence, cast: Sequence[Part]) -> list[str]:
    ruts = {desk.store: desk.rut for desk in story.desks.values()}
    problems = [*story.findings, *problems_of(story.placed, evidence, ruts=ruts)]
    if len(story.placed) != len(cast):
        problems.append(f"{len(story.placed)} orders could be placed; {len(cast)} were wanted.")
    return [*problems, *missing_files(evidence, story.files), *story.output.problems]


def _tell(narrator: Narrator, ending: Ending, output: Output, seconds: float) -> None:
    for problem in ending.problems:
        narrator.say(f"PROBLEM  {problem}")
    verdict = f"{len(ending.problems)} problems" if ending.problems else "Nothing is missing, nothing is there twice"
    narrator.say(f"{verdict}. {seconds:.1f} s. Labels, manifests, invoices and summary.json are in {output.folder}/.")


def _end_on_signals() -> None:
    """SIGTERM and SIGHUP end the demo as Ctrl-C does: with all that it started."""
    task = asyncio.current_task()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if task is not None:
            loop.add_signal_handler(number, task.cancel)
