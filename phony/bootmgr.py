"""A 16-bit stand-in for `bootmgr`: it says on the screen and on COM1 that it was reached, and how, and stops.

It is entered as Windows' boot code enters the real one: at 2000:0000, with the boot drive in DL and the volume's boot
record at 0000:7C00 (GRUB's `ntldr` command does the same: grub-core/loader/i386/pc/ntldr.c). The line it prints:

    hvsbuild phony bootmgr: reached, drive 80, partition at sector 00000800

Then it writes to port 0xF4, where QEMU's `isa-debug-exit` (if there is one) ends the machine, and halts.
"""

from __future__ import annotations

import re

REACHED = "hvsbuild phony bootmgr: reached"
EXIT_VALUE = 0x20  # isa-debug-exit turns it into the exit code 2 * 0x20 + 1
EXIT_CODE = 2 * EXIT_VALUE + 1

# One line an instruction: an optional label, the bytes, what they mean. `{r name}` is an 8-bit and `{R name}` a 16-bit
# distance from the next instruction, `{a name}` the 16-bit address of a label.
PROGRAM = """
            8c c8           mov ax, cs
            8e d8           mov ds, ax
            88 d3           mov bl, dl          ; BL keeps the drive
            be {a setup}    mov si, setup
port:       ad              lodsw               ; AL: port - 0x300, AH: value
            3c 00           cmp al, 0
            74 {r ready}    jz ready
            b6 03           mov dh, 3
            88 c2           mov dl, al
            88 e0           mov al, ah
            ee              out dx, al
            eb {r port}     jmp port
ready:      be {a hello}    mov si, hello
            e8 {R print}    call print
            88 df           mov bh, bl          ; two hex digits from the top of BX
            b5 02           mov ch, 2
            e8 {R hex}      call hex
            be {a where}    mov si, where
            e8 {R print}    call print
            31 c0           xor ax, ax
            8e c0           mov es, ax
            26 8b 1e 1e 7c  mov bx, es:[7c1e]   ; hidden sectors of the boot record, upper half
            b5 04           mov ch, 4
            e8 {R hex}      call hex
            26 8b 1e 1c 7c  mov bx, es:[7c1c]   ; and lower half
            b5 04           mov ch, 4
            e8 {R hex}      call hex
            be {a end}      mov si, end
            e8 {R print}    call print
            b0 20           mov al, EXIT_VALUE
            e6 f4           out 0xf4, al
stop:       fa              cli
            f4              hlt
            eb {r stop}     jmp stop

print:      ac              lodsb               ; the text at DS:SI up to its NUL
            3c 00           cmp al, 0
            74 {r back}     jz back
            e8 {R char}     call char
            eb {r print}    jmp print
back:       c3              ret

hex:        c1 c3 04        rol bx, 4           ; CH digits of BX from its top
            88 d8           mov al, bl
            24 0f           and al, 0x0f
            3c 0a           cmp al, 10
            1c 69           sbb al, 0x69        ; 0..15 to its ASCII digit
            2f              das
            e8 {R char}     call char
            fe cd           dec ch
            75 {r hex}      jnz hex
            c3              ret

char:       53              push bx             ; AL to the screen and to COM1
            51              push cx
            50              push ax
            b4 0e           mov ah, 0x0e        ; BIOS: teletype output
            bb 07 00        mov bx, 7
            cd 10           int 0x10
            ba fd 03        mov dx, 0x3fd       ; line status
            31 c9           xor cx, cx          ; at most 65536 tries: there may be no COM1
wait:       ec              in al, dx
            a8 20           test al, 0x20       ; ready for the next byte
            e1 {r wait}     loopz wait
            ba f8 03        mov dx, 0x3f8
            58              pop ax
            ee              out dx, al
            59              pop cx
            5b              pop bx
            c3              ret
"""
# COM1 at 115200 8N1: no interrupts, divisor 1, 8 bits, FIFO on, DTR and RTS. Pairs of port - 0x300 and value.
SETUP = bytes.fromhex("f900 fb80 f801 f900 fb03 fa07 fc03 0000")
TEXTS = {"hello": f"{REACHED}, drive ", "where": ", partition at sector ", "end": "\r\n"}
LINE = re.compile(r"(?:(\w+):)?\s*((?:[0-9a-f]{2} |\{\w \w+\} ?)+)")
PIECE = re.compile(r"\{(\w) (\w+)\}|([0-9a-f]{2})")
WIDTH = {"r": 1, "R": 2, "a": 2}


def assemble() -> bytes:
    """The program: code, then the setup table, then the texts."""
    lines = [LINE.match(line) for line in PROGRAM.splitlines() if line.strip()]
    code = [(line[1], PIECE.findall(line[2])) for line in lines if line]
    if len(code) != len(lines):
        raise AssertionError("a line of PROGRAM was not understood")
    labels: dict[str, int] = {}
    at = 0
    for label, pieces in code:
        if label:
            labels[label] = at
        at += sum(WIDTH.get(kind, 1) for kind, _, _ in pieces)
    tail = b""
    for name, data in {"setup": SETUP, **{key: text.encode() + b"\0" for key, text in TEXTS.items()}}.items():
        labels[name] = at + len(tail)
        tail += data
    return _encode(code, labels) + tail


def _encode(code: list[tuple[str, list[tuple[str, str, str]]]], labels: dict[str, int]) -> bytes:
    done = bytearray()
    for _, pieces in code:
        end = len(done) + sum(WIDTH.get(kind, 1) for kind, _, _ in pieces)
        for kind, name, byte in pieces:
            if byte:
                done += bytes.fromhex(byte)
            elif kind == "a":
                done += labels[name].to_bytes(2, "little")
            else:
                done += (labels[name] - end).to_bytes(WIDTH[kind], "little", signed=True)
    return bytes(done)
