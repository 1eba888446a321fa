#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The peer that everybody writes first: names in a set of Python's.

    names_in_set.py NAMES LOG [alone]

Counts the lines of a BIND query log that ask for a name or for one below it;
"alone" looks for the name itself only. Cutting from the right, where the name
is the fifth word, was the fastest of seven ways to write this; so were bytes,
not text.
"""
import sys


def names_and_parents(names, log):
    hits = 0
    for line in log:
        name = line.rsplit(b' ', 5)[1]
        while name:
            if name in names:
                hits += 1
                break
            name = name.partition(b'.')[2]
    return hits


def names_alone(names, log):
    hits = 0
    for line in log:
        if line.rsplit(b' ', 5)[1] in names:
            hits += 1
    return hits


def main():
    with open(sys.argv[1], 'rb') as file:
        names = frozenset(file.read().split())
    with open(sys.argv[2], 'rb') as log:
        print((names_alone if sys.argv[3:] == ['alone'] else names_and_parents)(names, log))


main()
