"""Self-relative security descriptors like those in a Windows image ([MS-DTYP] 2.4: SID, ACE, ACL, descriptor)."""

from __future__ import annotations

import struct
from functools import cache

SYSTEM, ADMINISTRATORS, USERS, EVERYONE, CREATOR_OWNER = (
    "S-1-5-18",
    "S-1-5-32-544",
    "S-1-5-32-545",
    "S-1-1-0",
    "S-1-3-0",
)
TRUSTED_INSTALLER = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
FULL, MODIFY, READ_RUN = 0x1F01FF, 0x1301BF, 0x1200A9
TO_FILES, TO_FOLDERS, ONLY_BELOW = 0x01, 0x02, 0x08  # inheritance flags of an entry
BELOW = TO_FILES | TO_FOLDERS
SELF_RELATIVE, DACL_PRESENT, DACL_PROTECTED, DACL_INHERITED = 0x8000, 0x0004, 0x1000, 0x0400


def sid(text: str) -> bytes:
    """`S-1-5-18` as bytes."""
    revision, authority, *rest = (int(part) for part in text.split("-")[1:])
    return bytes([revision, len(rest)]) + authority.to_bytes(6, "big") + struct.pack(f"<{len(rest)}I", *rest)


@cache
def descriptor(owner: str, *allowed: tuple[str, int, int], control: int = DACL_PROTECTED) -> bytes:
    """A descriptor whose entries each allow (who, access mask, inheritance flags); the group is the owner."""
    entries = b""
    for who, mask, flags in allowed:
        body = struct.pack("<I", mask) + sid(who)
        entries += struct.pack("<BBH", 0, flags, 4 + len(body)) + body
    acl = struct.pack("<BBHHH", 2, 0, 8 + len(entries), len(allowed), 0) + entries
    by, head = sid(owner), 20
    places = (head + len(acl), head + len(acl) + len(by), 0, head)  # owner, group, no SACL, DACL
    return struct.pack("<BBHIIII", 1, 0, SELF_RELATIVE | DACL_PRESENT | control, *places) + acl + by + by


_EVERYDAY = ((ADMINISTRATORS, FULL, BELOW), (SYSTEM, FULL, BELOW), (USERS, READ_RUN, BELOW))
ROOT = descriptor(TRUSTED_INSTALLER, *_EVERYDAY, (CREATOR_OWNER, 0x10000000, BELOW | ONLY_BELOW))
SYSTEM_FOLDER = descriptor(TRUSTED_INSTALLER, (TRUSTED_INSTALLER, FULL, BELOW), *_EVERYDAY)
SYSTEM_FILE = descriptor(
    TRUSTED_INSTALLER,
    (TRUSTED_INSTALLER, FULL, 0),
    (ADMINISTRATORS, READ_RUN, 0),
    (SYSTEM, READ_RUN, 0),
    (USERS, READ_RUN, 0),
)
HIVE_FILE = descriptor(ADMINISTRATORS, (SYSTEM, FULL, 0), (ADMINISTRATORS, FULL, 0))
USER_FOLDER = descriptor(SYSTEM, (SYSTEM, FULL, BELOW), (ADMINISTRATORS, FULL, BELOW), (EVERYONE, READ_RUN, BELOW))
PROGRAM_FILE = descriptor(
    ADMINISTRATORS, (SYSTEM, FULL, 0x10), (ADMINISTRATORS, FULL, 0x10), (USERS, MODIFY, 0x10), control=DACL_INHERITED
)
