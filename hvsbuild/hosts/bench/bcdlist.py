"""A BCD store as bcdedit prints it on a machine: partitions by their drive letters."""

from __future__ import annotations

from functools import partial

from hvsbuild.formats.bcd import Store
from hvsbuild.formats.bcd_text import Lister
from hvsbuild.hosts.bench.bootdevice import letter_of
from hvsbuild.hosts.bench.machine import Machine


def lister(machine: Machine, store: Store, *, verbose: bool) -> Lister:
    return Lister(store, verbose, partial(letter_of, machine))
