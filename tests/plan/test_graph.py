"""The order: derived, the same on every machine, and an error that names its tasks where there is none."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvsbuild.plan.compile import Plan, compile_plan
from hvsbuild.plan.graph import PlanError, graph_of, order
from hvsbuild.plan.task import Task
from hvsbuild.spec.profile import load_profile, profile_names
from tests.golden import spec_of

CIRCLE = "need each other in a circle"
HIVES = ("SYSTEM", "SOFTWARE", "DEFAULT", "COMPONENTS")


def task(id: str, *needs: str, **more: Any) -> Task:
    return Task(id=id, kind="probe", tool="cmd", needs=needs, **more)


def plan_of(**changes: Any) -> Plan:
    loaded = spec_of(changes)
    return compile_plan(loaded.spec)


def some_registry(hives: tuple[str, ...]) -> list[dict[str, Any]]:
    value = {"type": "REG_DWORD", "data": 1}
    return [{"hive": hive, "key": "ControlSet001", "values": {"one": value, "two": "absent"}} for hive in hives]


PLANS = {
    **{os: plan_of(os=os, boot={"firmware": load_profile(os).firmware[0]}) for os in profile_names()},
    "no registry": plan_of(registry=None),
    "all hives": plan_of(registry=some_registry(HIVES)),
    "by name": plan_of(image={"source": "a.wim", "name": "A"}),
}


@st.composite
def graphs(draw: st.DrawFn) -> list[Task]:
    """Tasks without a circle: each may need those ahead of it."""
    count = draw(st.integers(1, 12))
    made = list[Task]()
    for number in range(count):
        needs = draw(st.lists(st.sampled_from([one.id for one in made]), unique=True)) if made else []
        opens = draw(st.sampled_from([None, None, f"bracket-{number}"]))
        id = f"t{draw(st.integers(0, 99)):02}-{number}"
        made.append(task(id, *needs, opens=opens, destructive=draw(st.booleans())))
    return made


@given(graphs(), st.randoms())
def test_the_order_does_not_depend_on_the_input(tasks: list[Task], shuffler: random.Random) -> None:
    first = order(tasks)
    shuffled = [replace(one, needs=tuple(shuffler.sample(one.needs, len(one.needs)))) for one in tasks]
    shuffler.shuffle(shuffled)
    assert [one.id for one in order(shuffled)] == [one.id for one in first]
    assert nx.is_directed_acyclic_graph(graph_of(tasks))  # type: ignore[arg-type]
    for position, one in enumerate(first):
        assert set(one.needs) <= {earlier.id for earlier in first[:position]}


@given(graphs())
def test_what_destroys_waits_for_all_that_can_go_first(tasks: list[Task]) -> None:
    """Whatever runs after a destructive task needs it, or another destructive one: nothing else was put off."""
    ordered = order(tasks)
    graph = graph_of(tasks)
    destructive = {one.id for one in tasks if one.destructive}
    first = next((position for position, one in enumerate(ordered) if one.destructive), len(ordered))
    for one in ordered[first:]:
        assert one.destructive or destructive & nx.ancestors(graph, one.id)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_plan_comes_out_the_same_however_it_is_shuffled(plan: Plan) -> None:
    shuffler = random.Random(7)
    for _ in range(20):
        shuffled = list(plan.tasks)
        shuffler.shuffle(shuffled)
        assert order(shuffled) == plan.tasks


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_task_runs_inside_its_brackets(plan: Plan) -> None:
    """Each bracket of a task is open when it runs, and every one is closed after all that is inside of it."""
    opened = list[str]()
    for one in plan.tasks:
        if one.closes and not one.opens:
            last = [bracket for bracket in opened if not bracket.startswith("letter:")][-1]
            assert last == one.closes, f"{one.id} closes what was not opened last"
            opened.remove(last)
        assert all(bracket in opened for bracket in one.inside), f"{one.id} runs outside of {one.inside}"
        if one.opens and not one.closes:
            assert one.opens not in opened, f"{one.id} opens {one.opens} a second time"
            opened.append(one.opens)
    assert [bracket for bracket in opened if not bracket.startswith("letter:")] == []


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_the_needs_alone_keep_the_brackets(plan: Plan) -> None:
    """Not by luck of the order: opener -> task -> closer are paths in the graph."""
    graph, tasks = graph_of(plan.tasks), plan.tasks
    ancestors = {one.id: nx.ancestors(graph, one.id) for one in tasks}
    for one in tasks:
        for bracket in one.inside:
            openers = [other for other in tasks if other.opens == bracket and not other.closes]
            mine = [other for other in openers if other.id in ancestors[one.id]]
            assert mine, f"{one.id} does not need what opens {bracket}"
            closers = {other.place: other for other in tasks if other.closes == bracket and not other.opens}
            around = closers.get(mine[-1].place)
            assert around is None or one.id in ancestors[around.id], f"{around and around.id} may close before {one.id}"


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_the_stick_is_wiped_late(plan: Plan) -> None:
    """The VHD is finished and detached before the stick is touched."""
    ids = [one.id for one in plan.tasks]
    (wipe,) = [one.id for one in plan.tasks if one.destructive]
    assert ids.index(wipe) == ids.index("vhd-detach") + 1


def test_the_seed_in_its_order() -> None:
    assert [one.id for one in PLANS["hyperv-server-2008-r2"].tasks] == [
        *("workspace", "vhd-create", "vhd-format", "vhd-attach", "image-apply"),
        *("hive-load-SYSTEM", "registry-SYSTEM", "hive-unload-SYSTEM", "vhd-stamp", "vhd-detach"),
        *("disk-prepare", "disk-active", "disk-letter", "boot-code", "vhd-copy"),
        *("stick-attach", "boot-files", "stick-detach", "boot-settings", "disk-stamp"),
    ]


def test_preparing_the_stick_and_building_the_vhd_are_independent() -> None:
    graph = graph_of(PLANS["hyperv-server-2008-r2"].tasks)
    vhd, stick = nx.ancestors(graph, "vhd-detach"), nx.ancestors(graph, "boot-code")
    assert not vhd & stick


@pytest.mark.parametrize(
    ("tasks", "phrase", "names"),
    [
        (
            [task("a", "c"), task("b", "a"), task("c", "b", spec_key=("vhd", "size"))],
            CIRCLE,
            "a -> b -> c (vhd.size) -> a",
        ),
        ([task("a", "a")], CIRCLE, "a -> a"),
        ([task("a", "gone", spec_key=("disk",))], "needs another that is not there", "a (disk) needs gone"),
        ([task("a", inside=("hive:X",))], "bracket that nothing opens", "a is inside hive:X"),
        ([task("a"), task("a", spec_key=("name",))], "Two tasks have one id", "a and a (name)"),
    ],
)
def test_what_cannot_be_ordered_names_its_tasks(tasks: list[Task], phrase: str, names: str) -> None:
    with pytest.raises(PlanError, match=phrase) as caught:
        order(tasks)
    assert caught.value.seen == names
    assert caught.value.exit_code == 3
    with pytest.raises(PlanError) as again:
        order(tasks[::-1])
    assert again.value.seen == names or phrase == "Two tasks have one id"
