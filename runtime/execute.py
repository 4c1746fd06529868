"""Carries out a plan: each node is found in the store by the content of what it reads, or built into it."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from compiler.plan import Node, Plan
from compiler.plan import digest as digest_of
from compiler.plan.keys import key_document
from runtime.errors import NodeFailed
from runtime.names import stands_for
from runtime.running.crew import Crew, InProcess
from runtime.running.job import (
    Action,
    Built,
    Failed,
    Job,
    Part,
    Rotten,
    Started,
    Taken,
    TooLarge,
    Waiting,
    Warned,
    place_of,
)
from runtime.running.live import Live
from runtime.running.room import workers_within
from runtime.running.schedule import Schedule
from runtime.stand_ins import stand_ins

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from runtime.running.job import Message, Operations
    from runtime.store import Artifact, Store
    from runtime.surroundings import Surroundings

_PATIENCE = 3


class Listener(Protocol):
    """Hears how a run goes."""

    def started(self, node: Node) -> None:
        """A node is about to be built."""

    def progressed(self, node: Node, done: int, total: int) -> None:
        """A part of a node is done."""

    def finished(self, node: Node, action: Action, seconds: float) -> None:
        """A node's artifact is there."""

    def warned(self, message: str) -> None:
        """Something stops nothing, but a person should know."""


@dataclass(frozen=True, slots=True)
class Done:
    """One finished node; `key` is made from the content of its inputs, not from the plan's keys."""

    node: Node
    key: str
    artifact: Artifact
    action: Action
    seconds: float


@dataclass
class Run:
    """A plan being carried out, and what it has given so far.

    Attributes:
        crew: who carries nodes out; without one this process does.
        needs: bytes that nodes are expected to hold, where something better than their estimate is known.
        memory: bytes that they may hold together; None for no limit.
        largest: bytes that any one of them may hold, where that is less: on a cluster it has one machine.
        anew: nodes that are built though the store has them.
        operations: what carries nodes out; None for the runtime's own.
        may_fail: nodes that nothing reads, whose failure ends nothing: it is kept in `failed`.
        limits: bytes that single nodes may hold, whatever there is; one that holds more has failed.
    """

    plan: Plan
    store: Store
    surroundings: Surroundings
    listener: Listener
    invocation: str = field(default_factory=lambda: uuid.uuid4().hex)
    done: dict[str, Done] = field(default_factory=dict)
    crew: Crew | None = None
    needs: Mapping[str, int] = field(default_factory=dict)
    memory: int | None = None
    largest: int | None = None
    anew: Collection[str] = ()
    operations: Operations | None = None
    may_fail: Collection[str] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    failed: dict[str, NodeFailed] = field(default_factory=dict)
    _stand_ins: dict[str, dict[str, str]] = field(default_factory=dict)
    _jobs: dict[str, Job] = field(default_factory=dict)
    _rotten: Counter[str] = field(default_factory=Counter)
    _fault: BaseException | None = None
    _needs: dict[str, int] = field(default_factory=dict)
    _fewer: dict[str, int] = field(default_factory=dict)

    def execute(self) -> dict[str, Done]:
        """Carry out every node, and return them in the order of the plan, after those that were there.

        When one fails that may not, those that run beside it are finished, and nothing more begins.

        Raises:
            RuntimeFault: a node could not be carried out. What was built before it stays in the store.
        """
        # A file that only the user has is asked for before anything begins.
        self._stand_ins = stand_ins(self.plan.nodes, self.surroundings)
        crew = self.crew or InProcess(self.store)
        self._needs = {node.address: node.estimate.memory for node in self.plan.nodes} | dict(self.needs)
        schedule = Schedule(self.plan.nodes, set(self.done), self._needs, self.memory, crew.slots)
        with self.store.in_use(), Live(self.store.runs, self._about(), crew.held) as live:
            try:
                self._carry_out(schedule, crew, live)
            finally:
                crew.end()
                self.store.sweep()
        if self._fault is not None:
            raise self._fault
        here = {node.address for node in self.plan.nodes}
        before = {address: done for address, done in self.done.items() if address not in here}
        now = [node.address for node in self.plan.nodes if node.address not in self.failed]
        self.done = before | {address: self.done[address] for address in now}
        return self.done

    def _about(self) -> dict[str, object]:
        plan = self.plan
        about = {"bundle": plan.bundle, "plan": plan.key, "nodes": len(plan.nodes), "memory": self.memory}
        return {"invocation": self.invocation, **about}

    def _carry_out(self, schedule: Schedule, crew: Crew, live: Live) -> None:
        while schedule.left or schedule.running:
            if self._fault is None:
                self._begin(schedule, crew, live)
            if not schedule.running:
                return
            live.show(schedule.left, len(self.done))
            crew.wait(lambda address, said: self._hear(schedule, live, address, said))

    def _begin(self, schedule: Schedule, crew: Crew, live: Live) -> None:
        """Start what is due and has room; what is found in the store needs neither process nor room."""
        looking = True
        while looking:
            looking = False
            for node in schedule.due():
                job = self._job(node)
                found = None if job.anew else self.store.find(job.key)
                if found is not None:
                    self._finish(schedule, job, Built(self.store.share(found), "reused", 0.0))
                    looking = True
                elif schedule.fits(node.address):
                    self._jobs[node.address] = replace(job, workers=self._workers(node, schedule))
                    schedule.begin(node.address)
                    live.begin(node)
                    crew.start(self._jobs[node.address], schedule.running[node.address])

    def _job(self, node: Node) -> Job:
        document = key_document(node, self.plan.seed, self._content)
        ours = self._stand_ins.get(node.address, {})
        if ours:
            # Nothing in the plan says which bytes are meant: those that are there say it.
            document = {**document, "stand_ins": ours}
        # Only what the node declares: what it reads beyond that would be missing from its key.
        whole = {address: self.done[address].artifact for address in sorted(node.inputs.nodes())}
        verified = {d: s for artifact in whole.values() for d, s in self.store.verified(artifact).items()}
        # Nobody reads what a manifest says of an input, and hundreds of them are megabytes.
        inputs = {address: replace(artifact, manifest={}) for address, artifact in whole.items()}
        return Job(
            node, self.plan.seed, self.plan.bundle, self.invocation, digest_of(document), document,
            inputs, self.surroundings, verified, ours, node.address in self.anew, self.operations,
            limit=self.limits.get(node.address),
        )  # fmt: skip

    def _workers(self, node: Node, schedule: Schedule) -> int | None:
        """Return how many workers of its own a node may run in what is set aside for it; None for any."""
        if self.memory is None:
            return None
        room = schedule.need(node.address)
        room = room if self.largest is None else min(room, self.largest)
        fitting = workers_within(node, self._needs[node.address], room)
        return min(fitting, self._fewer.get(node.address, fitting))

    def _content(self, address: str, entity: str | None, column: str | None) -> str:
        """Say what stands for an input in a key: the digest of what was really written."""
        artifact = self.done[address].artifact
        return stands_for(artifact.content, artifact.names, entity, column)

    def _hear(self, schedule: Schedule, live: Live, address: str, said: Message) -> None:
        job = self._jobs[address]
        match said:
            case Taken(worker):
                live.on(address, worker)
            case Waiting() | Started():
                live.said(address, "building" if isinstance(said, Started) else "waiting for another run")
                if isinstance(said, Started):
                    self.listener.started(job.node)
            case Part(done, total):
                live.part(address, done, total)
                self.listener.progressed(job.node, done, total)
            case Warned(message):
                self.listener.warned(message)
            case Built():
                self.store.objects.trust(said.verified)
                live.end(address)
                self._finish(schedule, job, replace(said, artifact=self.store.here(said.artifact)))
            case _:
                live.end(address)
                self._stumble(schedule, job, said)

    def _finish(self, schedule: Schedule, job: Job, built: Built) -> None:
        node = job.node
        self.done[node.address] = Done(node, job.key, built.artifact, built.action, built.seconds)
        schedule.finish(node.address)
        self.listener.finished(node, built.action, built.seconds)

    def _stumble(self, schedule: Schedule, job: Job, said: Message) -> None:
        """Take up what did not end well: again where that helps, else as the run's fault."""
        node = job.node
        workers = self._jobs[node.address].workers or 1
        match said:
            case TooLarge(held) if workers > 1:
                self._fewer[node.address] = workers // 2
                text = f"{node.address} held {_gib(held)}, more than was expected"
                self.listener.warned(f"{text}: it goes on with fewer workers")
                schedule.put_back(node, alone=True)
            case TooLarge(held, alone=False):
                text = f"{node.address} held {_gib(held)}, more than was expected: it is carried out alone"
                self.listener.warned(text)
                schedule.put_back(node, alone=True)
            case Rotten(upstream) if self._rotten[upstream] < _PATIENCE:
                self._rotten[upstream] += 1
                done = self.done.pop(upstream)
                self.store.doubt(done.key)
                schedule.put_back(node)
                schedule.put_back(done.node)
            case _:
                schedule.fail(node.address)
                fault = _fault(node, said, limited=node.address in self.limits)
                if node.address in self.may_fail and isinstance(fault, NodeFailed):
                    self.failed[node.address] = fault
                else:
                    self._fault = self._fault or fault


def _fault(node: Node, said: Message, *, limited: bool = False) -> BaseException:
    match said:
        case Failed(error):
            return error
        case TooLarge(held, memory=memory):
            own = "its own `memory:`, or " if limited else ""
            return NodeFailed(
                f"it was ended: it held {_gib(held)} of memory, and the budget is {_gib(memory)}",
                place=place_of(node),
                remedy=f"raise {own}`budget: {{memory: ...}}` or `--memory`, if its machine has as much",
                kind="over-budget",
            )
        case Rotten(upstream):
            remedy = "look at the disk of the store; `specc store verify` says what is broken"
            return NodeFailed(
                f"what {upstream} wrote goes bad again and again", place=node.address, remedy=remedy
            )
    raise TypeError(f"{node.address} did not end with {said}")


def _gib(size: int) -> str:
    return f"{size / 2**30:.2f} GiB"
