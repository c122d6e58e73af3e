"""A password-protected Office file, as far as a reader without the password can see it.

Such a file is a compound file ([MS-CFB]) with the streams `EncryptionInfo` and `EncryptedPackage`
([MS-OFFCRYPTO] 2.3.4). Both are left empty here: a reader gives up at the sight of them.
"""

from __future__ import annotations

import struct

_SECTOR = 512
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def encrypted_office_file() -> bytes:
    fat = struct.pack("<128I", _FAT, _END, *[_FREE] * 126)
    directory = (
        _entry("Root Entry", kind=5, child=1)
        + _entry("EncryptionInfo", kind=2, right=2)
        + _entry("EncryptedPackage", kind=2)
        + _entry("", kind=0)
    )
    return _header() + fat + directory


def _header() -> bytes:
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    # directory sectors, FAT sectors, first directory sector, transaction, mini cutoff, mini FAT, DIFAT
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    return head + struct.pack("<109I", 0, *[_FREE] * 108)


def _entry(name: str, *, kind: int, child: int = _NONE, right: int = _NONE) -> bytes:
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    entry = text.ljust(64, b"\0") + struct.pack("<HBB", length, kind, 1)
    entry += struct.pack("<3I", _NONE, right, child) + bytes(16 + 4 + 16)
    return entry + struct.pack("<IQ", _END if kind else 0, 0)
