"""A whole bundle under Wine's cmd.exe: every script in order, every byte, every failure, every closing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hvsbuild.bundle.manifest import TaskEntry
from hvsbuild.bundle.render import Bundle
from tests.wine import bundles
from tests.wine.bundles import DISK, HOME, IMAGE, command, file_name
from tests.wine.crutches import Crutches
from tests.wine.recorded import Call, Recorder, owners
from tests.wine.wine import Done, Wine

WIPE = f"/wipe:{DISK}"
CONFIRMED = f"wipe {DISK}\r\n".encode()
ODD = ("registry-more-types", "registry-current-control-set")  # quotation marks in data; a variable in a script
GOLDEN = [pytest.param(bundle, id=name) for name, bundle in bundles.golden() if name in ODD]
BUNDLES = [bundles.small(), *bundles.plain_examples()]


def ran(done: Done) -> list[str]:
    """The scripts that were run, as run.cmd announces them."""
    return [line.removeprefix("== ") for line in done.lines if line.startswith("== ")]


def show(bundle: Bundle) -> Call:
    return ("diskpart", "/s", bundles.temporary(bundle) + "show.diskpart", f"select disk {DISK}\r\ndetail disk\r\n")


@pytest.mark.parametrize("bundle", [*(pytest.param(one, id=one.manifest.spec.name) for one in BUNDLES), *GOLDEN])
def test_all_scripts_run_in_order_with_the_bound_bytes(
    wine: Wine, crutches: Crutches, bundle: Bundle, tmp_path: Path
) -> None:
    bundles.install(wine, bundle, crutches)
    (done,) = wine.run(command(DISK, IMAGE), stdin=CONFIRMED)
    tasks = bundles.in_run_cmd(bundle)
    assert (done.code, ran(done)) == (0, [file_name(task) for task in tasks]), done.lines
    assert done.lines[-1] == "Done: the stick is ready."
    for task in tasks:
        file = bundles.temporary(bundle) + file_name(task)
        assert wine.path(file).read_bytes() == crutches.apply(bundles.bound(bundle, task)), task.id
    calls = wine.calls()
    expected, _ = owners(bundle, tmp_path / "alone")
    assert calls == [show(bundle), *expected]

    # and the bench reads run.cmd in the same way
    bench = Recorder(tmp_path / "bench", bundles.letters(bundle.manifest))
    for path, data in bundle.scripts.items():
        bench.write(HOME + path.replace("/", "\\"), data)
    bench.write(IMAGE, b"an image")
    on_bench = bench.run(HOME + "run.cmd", DISK, IMAGE, WIPE)
    assert (on_bench.code, ran(on_bench), on_bench.lines[-1]) == (0, ran(done), done.lines[-1])
    assert bench.calls == calls
    for letter in bundles.letters(bundle.manifest):
        assert wine.files(letter) == bench.files(letter)


# --- failures ---

CODES = (1, 5, -1, -2147024891, -2147467259)  # the last two: 0x80070005 and 0x80004005, as diskpart ends
CALLS = 21  # that the scripts of the small bundle make


def closers(bundle: Bundle, failed: TaskEntry) -> list[TaskEntry]:
    """What must be closed after a task failed: what was opened ahead of it, or perhaps by it; the last opened first."""
    manifest, open_now = bundle.manifest, list[TaskEntry]()
    for task in manifest.tasks:
        closer = manifest.closer(task.opens, task.place) if task.opens else None
        if closer and closer not in open_now:
            open_now.append(closer)
        if task == failed:
            break
        if task.closes:
            open_now = [one for one in open_now if (one.closes, one.place) != (task.closes, task.place)]
    return open_now[::-1]


@pytest.fixture(scope="session")
def small_calls(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Call], list[TaskEntry]]:
    return owners(bundles.small(), tmp_path_factory.mktemp("small") / "bench")


@pytest.mark.parametrize("k", range(1, CALLS + 1))
def test_a_failure_at_each_call(
    wine: Wine, crutches: Crutches, k: int, small_calls: tuple[list[Call], list[TaskEntry]]
) -> None:
    """The run ends with the code of the call that failed; what is open is closed, even when the first closing fails."""
    bundle, code = bundles.small(), CODES[k % len(CODES)]
    expected, owner = small_calls
    assert len(expected) == CALLS, "CALLS is out of date"
    if expected[k - 1][:2] == ("reg", "query"):
        return  # no failure, but how a script learns that a value is not there: see below
    failed, showing = owner[k - 1], 1
    bundles.install(wine, bundle, crutches)
    (done,) = wine.run(command(DISK, IMAGE, WIPE), env={"HVS_FAIL": f"{k + showing}:{code} {k + showing + 1}:87"})
    closed = closers(bundle, failed)
    tasks = bundle.manifest.tasks
    assert done.code == code, done.lines
    assert ran(done) == [file_name(task) for task in (*tasks[: tasks.index(failed) + 1], *closed)]
    closing = [call for closer in closed for call, whose in zip(*small_calls, strict=True) if whose == closer]
    assert wine.calls() == [show(bundle), *expected[:k], *closing]
    assert f"FAILED with code {code}. Closing what is open." in done.lines
    assert "Done: the stick is ready." not in done.lines


def test_a_value_that_is_not_there_is_not_deleted(
    wine: Wine, crutches: Crutches, small_calls: tuple[list[Call], list[TaskEntry]]
) -> None:
    bundle, (expected, _) = bundles.small(), small_calls
    (query,) = [number for number, call in enumerate(expected) if call[:2] == ("reg", "query")]
    bundles.install(wine, bundle, crutches)
    (done,) = wine.run(command(DISK, IMAGE, WIPE), env={"HVS_FAIL": f"{query + 2}:1"})
    assert (done.code, len(ran(done))) == (0, len(bundle.manifest.tasks))
    assert expected[query + 1][:2] == ("reg", "delete")
    assert wine.calls() == [show(bundle), *expected[: query + 1], *expected[query + 2 :]]


def _no_workspace(wine: Wine) -> None:
    wine.write(r"C:\hvsbuild", b"a file where the folder should be")


def _old_vhd_stays(wine: Wine) -> None:
    wine.path(r"C:\hvsbuild\small\os.vhd").mkdir(parents=True)


def _no_volume_in_the_vhd(wine: Wine) -> None:
    wine.path("R:\\").rmdir()


def _no_stick(wine: Wine) -> None:
    wine.path("Y:\\").rmdir()


def _bound_script_stays(wine: Wine) -> None:
    wine.path(r"C:\Temp\hvsbuild-small\003-vhd-format.diskpart").mkdir(parents=True)


@pytest.mark.parametrize(
    ("obstacle", "failing"),
    [
        (_no_workspace, "workspace"),
        (_old_vhd_stays, "workspace"),
        (_bound_script_stays, "vhd-format"),
        (_no_volume_in_the_vhd, "image-apply"),
        (_no_stick, "vhd-copy"),
    ],
)
def test_a_failure_of_cmds_own_commands(
    wine: Wine, crutches: Crutches, obstacle: Callable[[Wine], None], failing: str
) -> None:
    """mkdir, del, the writing of a bound script, echo into a file, copy."""
    bundle = bundles.small()
    bundles.install(wine, bundle, crutches)
    obstacle(wine)
    (done,) = wine.run(command(DISK, IMAGE, WIPE))
    tasks, failed = bundle.manifest.tasks, bundle.manifest.task(failing)
    upto = [file_name(task) for task in tasks[: tasks.index(failed) + 1]]
    assert (done.code, ran(done)) == (1, upto + [file_name(task) for task in closers(bundle, failed)]), done.lines


def test_a_variable_named_errorlevel_hides_no_failure(wine: Wine, crutches: Crutches) -> None:
    bundles.install(wine, bundles.small(), crutches)
    (done,) = wine.run(command(DISK, IMAGE, WIPE), env={"HVS_FAIL": "2:5", "ERRORLEVEL": "0"})
    assert (done.code, len(wine.calls())) == (5, 2)


# --- what is refused ---


def test_nothing_runs_without_the_typed_confirmation(wine: Wine, crutches: Crutches) -> None:
    bundle = bundles.small()
    bundles.install(wine, bundle, crutches)
    answers = ["", "y", "yes", "wipe", "wipe 1", "wipe 22", " wipe 2", "Wipe 2", "2", "%HVS_ANSWER%"]
    if not crutches.used:  # Wine 8 expands !NAME! before it takes the `if` apart
        answers.append('x"=="x" rem ')
    for answer in answers:
        (done,) = wine.run(command(DISK, IMAGE), stdin=f"{answer}\r\n".encode() if answer else b"")
        assert done.code == 4, answer
        assert done.lines[-1].endswith("Nothing was changed.")
        assert ran(done) == []
        assert wine.calls() == [show(bundle)]


def test_which_third_word_stands_for_the_confirmation(wine: Wine, crutches: Crutches) -> None:
    bundles.install(wine, bundles.small(), crutches)
    words = ("/wipe:1", "/wipe", "/wipe:", "/y", "wipe 2", "/wipe:22")
    for done in wine.run(*(command(DISK, IMAGE, word) for word in words)):
        assert (done.code, ran(done)) == (4, [])
    assert wine.calls() == [show(bundles.small())] * len(words)


@pytest.mark.parametrize("wipe", ["if-empty", "if-ours"])
def test_a_policy_that_needs_eyes_takes_no_third_word(wine: Wine, crutches: Crutches, wipe: str) -> None:
    bundle = bundles.small(wipe)
    bundles.install(wine, bundle, crutches)
    (done,) = wine.run(command(DISK, IMAGE, WIPE))
    assert (done.code, ran(done), wine.calls()) == (4, [], [show(bundle)])


def test_a_spec_that_allows_no_wipe(wine: Wine, crutches: Crutches) -> None:
    bundles.install(wine, bundles.small("refuse"), crutches)
    (done,) = wine.run(command(DISK, IMAGE, WIPE), stdin=CONFIRMED)
    assert (done.code, ran(done), wine.calls()) == (4, [], [])


NO_DISKS = ["", "0", "00", "01", " 0", " 2", "=0", ";0", "2;0", ",0", "+2", "-1", "2 0", "2x", "0x2", "system", "*"]


def test_a_word_that_is_no_disks_number(wine: Wine, crutches: Crutches) -> None:
    bundles.install(wine, bundles.small(), crutches)
    lines = [command(word, IMAGE, f"/wipe:{word}") for word in NO_DISKS]
    for word, done in zip(NO_DISKS, wine.run(*lines), strict=True):
        assert (done.code, done.lines[-1]) == (2, "The disk with that number is wiped. Disk 0 is refused."), word
    assert wine.calls() == []


def test_missing_words_and_images(wine: Wine, crutches: Crutches) -> None:
    bundles.install(wine, bundles.small(), crutches)
    images = {r"C:\absent.wim": "There is no file", r"C:\a!b.wim": "must not have"}
    for image in [*images][1:]:
        wine.write(image, b"an image")
    for done in wine.run(command(), command(DISK)):
        assert (done.code, done.lines[0][:6]) == (2, "usage:")
    for says, done in zip(images.values(), wine.run(*(command(DISK, image, WIPE) for image in images)), strict=True):
        assert (done.code, says in done.lines[-1]) == (2, True), done
    assert wine.calls() == []


def test_an_image_with_a_percent_sign_in_its_path(tmp_path: Path) -> None:
    """On the bench: Wine loses a percent sign on its way into a batch file."""
    bench = Recorder(tmp_path / "bench", "")
    bench.write(HOME + "run.cmd", bundles.small().scripts["run.cmd"])
    bench.write(r"C:\100%.wim", b"an image")
    done = bench.run(HOME + "run.cmd", DISK, r"C:\100%.wim", WIPE)
    assert (done.code, done.lines[-1]) == (2, 'The path of an input must not have % or ! in it: "C:\\100%.wim".')
    assert bench.calls == []


def test_no_such_disk(wine: Wine, crutches: Crutches) -> None:
    bundles.install(wine, bundles.small(), crutches)
    (done,) = wine.run(command(DISK, IMAGE, WIPE), env={"HVS_FAIL": "1:-2147024809"})
    assert (done.code, done.lines[-1], len(wine.calls())) == (2, "There is no disk 2.", 1)
