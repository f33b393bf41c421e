"""diskpart on the bench: scripts read as Microsoft documents them, with real effects on the bench's disks.

`lexer` and `parser` read a script by the table in `grammar`, `values` converts options, `script` runs the commands,
`session` holds the focus; `vdisks`, `disks`, `parts`, `volumes`, `listing` do the work, `layout` and `makefs` know
where partitions go and how file systems are made, `codes` names the exit codes.

What differs from Windows, on purpose: no drive letters but by `assign`; `clean` discards the whole disk; identifiers
are derived, so the same disk gets the same ones again; `active` takes the mark off the disk's other partitions.
"""

from hvsbuild.hosts.bench.diskpart.cli import diskpart
from hvsbuild.hosts.bench.diskpart.script import run_script

__all__ = ["diskpart", "run_script"]
