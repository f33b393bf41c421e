"""The order of the tasks, derived from what they need; the same on every machine."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from hvsbuild.errors import HvsError
from hvsbuild.plan.task import Task


class PlanError(HvsError):
    """The tasks cannot be ordered. This is a fault of a task kind, not of a spec."""

    exit_code = 3


def _named(task: Task) -> str:
    """A task and the place in the spec that asks for it: `vhd-create (vhd.size)`."""
    return f"{task.id} ({'.'.join(map(str, task.spec_key))})" if task.spec_key else task.id


def graph_of(tasks: Iterable[Task]) -> nx.DiGraph[str]:
    """Edges run from a task to those that need it; each node carries its task. A missing provider is an error."""
    by_id: dict[str, Task] = {}
    for task in tasks:
        if task.id in by_id:
            raise PlanError("Two tasks have one id", seen=f"{_named(by_id[task.id])} and {_named(task)}")
        by_id[task.id] = task
    graph: nx.DiGraph[str] = nx.DiGraph()
    for task in by_id.values():
        graph.add_node(task.id, task=task)
    openers = {task.opens for task in by_id.values() if task.opens}
    for task in by_id.values():
        for need in task.needs:
            if need not in by_id:
                raise PlanError("A task needs another that is not there", seen=f"{_named(task)} needs {need}")
            graph.add_edge(need, task.id)
        for bracket in task.inside:
            if bracket not in openers:
                seen = f"{_named(task)} is inside {bracket}"
                raise PlanError("A task is inside a bracket that nothing opens", seen=seen)
    return graph


def _rank(task: Task) -> tuple[int, int, str]:
    """What goes first among tasks that are all ready: the stick is wiped late (a bad image must not cost a good
    stick), brackets are closed early and opened late (what belongs together stays together)."""
    return (int(task.destructive), 0 if task.closes else 2 if task.opens else 1, task.id)


def order(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """The tasks in execution order. A cycle is an error that names its tasks."""
    graph = graph_of(tasks)
    by_id: dict[str, Task] = {id: data["task"] for id, data in graph.nodes(data=True)}
    try:
        ids = list(nx.lexicographical_topological_sort(graph, key=lambda one: _rank(by_id[one])))
    except nx.NetworkXUnfeasible:
        cycle = [source for source, _ in nx.find_cycle(graph)]
        first = cycle.index(min(cycle))
        seen = " -> ".join(_named(by_id[id]) for id in [*cycle[first:], *cycle[: first + 1]])
        raise PlanError("The tasks need each other in a circle", seen=seen) from None
    return tuple(by_id[one] for one in ids)
