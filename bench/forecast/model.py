#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Conficker C in plain Python: the peer of bench_generate, in the same run.

An exact model: the x87 sine by whole numbers (foresink-families(7) explains
it). Prints names a second; with a file it compares its list with that one.

    model.py DAYS [YYYY-MM-DD LIST SUFFIXES]
"""
import datetime
import math
import struct
import sys
import time

MASK = (1 << 64) - 1
PI66 = 0xC90FDAA22168C234C  # pi * 2**66, cut to 66 bits as the x87 has it
MULTIPLY, DIVIDE, ADD, RANDOM = 0x2682D10B7, 0x19254D38000, 0xF1E34A09, 0x4F3D859E


def fsin(number):
    """The x87's sine of a whole number."""
    quadrant = (2 * (number << 66) + PI66 // 2) // PI66
    rest = (number << 67) - quadrant * PI66  # in units of 2**-67
    high = math.ldexp(rest, -67)
    low = math.ldexp(rest - int(math.ldexp(high, 67)), -67)
    sine = math.sin(high) + math.cos(high) * low
    cosine = math.cos(high) - math.sin(high) * low
    return (sine, cosine, -sine, -cosine)[quadrant & 3]


def day_list(day, suffixes):
    """The 50,000 names of a day."""
    ticks = (day - datetime.date(1601, 1, 1)).days * 864_000_000_000
    key = (ticks * MULTIPLY & MASK) // DIVIDE + ADD
    pack, unpack = struct.Struct("<d").pack, struct.Struct("<Q").unpack
    names = []

    def draw():
        nonlocal key
        product = key * RANDOM & MASK
        x = float(key)
        p = float(product)
        if product < 1 << 54:
            p += fsin(int(x))
        key = unpack(pack(p * x * x))[0]
        low = key & 0xFFFFFFFF
        return low if low < 1 << 31 else (1 << 32) - low

    for _ in range(50_000):
        letters = [chr(97 + draw() % 26) for _ in range(draw() % 6 + 4)]
        names.append("".join(letters) + "." + suffixes[draw() % 116])
    return names


def main():
    suffixes = ["com"] * 116
    if len(sys.argv) > 4:
        with open(sys.argv[4], encoding="ascii") as table:
            suffixes = [line.split("\t")[1] for line in table][1:]
        with open(sys.argv[3], encoding="ascii") as published:
            wanted = published.read().split()
        if day_list(datetime.date.fromisoformat(sys.argv[2]), suffixes) != wanted:
            sys.exit("model.py: its list is not the published one")
    runs = []
    for run in range(3):
        began = time.process_time()
        for day in range(int(sys.argv[1])):
            day_list(datetime.date(2020, 1, 1 + run) + datetime.timedelta(day), suffixes)
        runs.append(int(sys.argv[1]) * 50_000 / (time.process_time() - began))
    print(f"Python model of conficker/c: {sorted(runs)[1] * 1e-6:.4f} M names/s, median of 3")


main()
