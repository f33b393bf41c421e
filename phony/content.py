"""Bytes for phony files: cheap, the same each time, no two files alike, and about as compressible as real ones."""

from __future__ import annotations

import hashlib
import random
from functools import cache

POOL = 8 << 20
SLICE = 256 << 10


@cache
def pool() -> bytes:
    """Random bytes and well-known words in short turns: LZX in 32 KiB chunks makes about half of it."""
    generator, parts, size = random.Random("hvsbuild phony image"), [], 0
    words = [generator.randbytes(generator.randint(3, 24)) for _ in range(256)]
    while size < POOL:
        noise = generator.randbytes(generator.randint(4, 40))
        known = b"".join(generator.choices(words, k=generator.randint(1, 8)))
        parts += [noise, known]
        size += len(noise) + len(known)
    return b"".join(parts)[:POOL]


def fill(name: str, size: int) -> bytes:
    """`size` bytes that begin with the file's own name, as far as they reach."""
    digest = hashlib.sha256(name.encode()).digest()
    head = f"{digest.hex()[:16]} {name}\r\n".encode()
    if size <= len(head):
        return head[:size]
    ground, parts, rest, step = pool(), [head], size - len(head), int.from_bytes(digest[:8], "little")
    while rest > 0:
        start = step % (POOL - SLICE)
        part = ground[start : start + min(SLICE, rest)]
        parts.append(part)
        rest -= len(part)
        step = step * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1  # Knuth's MMIX generator
    return b"".join(parts)


def program(name: str, size: int = 4096, machine: int = 0x8664) -> bytes:
    """Something that looks like a Windows program to those who read headers: MZ, PE, a machine type, and a name.

    It has no sections and no code, and does nothing.
    """
    head = b"MZ".ljust(0x3C, b"\0") + (0x40).to_bytes(4, "little")
    head += b"PE\0\0" + machine.to_bytes(2, "little") + bytes(18)
    return head + fill(name, max(0, size - len(head)))


def text(*lines: str) -> bytes:
    """A text file as Windows writes it."""
    return "".join(line + "\r\n" for line in lines).encode()


def sizes(count: int, total: int, seed: str) -> list[int]:
    """`count` file sizes that add up to `total`: many small ones, few big ones (log-normal), like a real image."""
    generator = random.Random(seed)
    weights = [min(generator.lognormvariate(0, 1.9), 400.0) for _ in range(count)]
    scale = total / sum(weights) if weights else 0
    found = [int(weight * scale) for weight in weights]
    if found:
        found[-1] += total - sum(found)
    return found
