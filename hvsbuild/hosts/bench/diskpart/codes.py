"""How a command fails, and the exit codes that diskpart ends with.

Microsoft documents 0 to 5 (0 no error, 2 bad parameters, 3 script not opened, 5 command syntax, or an object improperly
selected or invalid for the command). What is seen in the field are the HRESULTs of the Virtual Disk Service. The bench
gives 5 for syntax and selection, 2 and 3 for the command line, else the HRESULT that the operation would meet. They are
unsigned here; `cmd` shows those above 0x7fffffff as negative numbers, and a script must test for "not 0" only.
Names and numbers: learn.microsoft.com "Virtual Disk Service Common Return Codes", winerror.h.
"""

from __future__ import annotations

BAD_PARAMETERS = 2
NO_SCRIPT = 3
SYNTAX = SELECTION = 5

FILE_NOT_FOUND = 0x80070002
PATH_NOT_FOUND = 0x80070003
ACCESS_DENIED = 0x80070005
WRITE_PROTECT = 0x80070013
SHARING_VIOLATION = 0x80070020
FILE_EXISTS = 0x80070050
INVALID_PARAMETER = 0x80070057
DISK_FULL = 0x80070070

VDS_PARTITION_LIMIT_REACHED = 0x80042407
VDS_OPERATION_DENIED = 0x8004240A
VDS_NOT_ENOUGH_SPACE = 0x8004240F
VDS_DEVICE_IN_USE = 0x80042413
VDS_INVALID_OPERATION = 0x80042415
VDS_DISK_NOT_CONVERTIBLE = 0x80042559
VDS_DISK_REMOVEABLE = 0x8004255A  # Microsoft's spelling
VDS_DRIVE_LETTER_NOT_FREE = 0x8004255C
VDS_NTFS_NOT_SUPPORTED = 0x80042914
VDS_FAT32_NOT_SUPPORTED = 0x80042915
VDS_ALREADY_ATTACHED = 0x80042934
VDS_ALREADY_DETACHED = 0x80042935
VHD_FORMAT_UNKNOWN = 0xC03A0004
VHD_PARENT_NOT_FOUND = 0xC03A000D
VHD_CHILD_PARENT_ID_MISMATCH = 0xC03A000E
VHD_HOST_FILE_UNFIT = 0xC03A001A  # the file that holds the VHD is sparse, compressed or encrypted
VHD_INVALID_TYPE = 0xC03A001B


class DiskpartError(Exception):
    """What the real diskpart would answer with a failing exit code. `noerr` lets the script go on."""

    def __init__(self, code: int, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)
