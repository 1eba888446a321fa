# SPDX-License-Identifier: BSD-2-Clause
"""The configurations of a page of docs/, as they stand there. A block begins with
the line ```LANGUAGE FILE; what is documented of this machine's surroundings, that is
addresses with ports and folders, is replaced, and nothing else."""
import os
import re

DOCS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../docs')
BLOCK = re.compile(r'^```\w+ (\S+)\n(.*?)^```$', re.M | re.S)


class Document:
    """The blocks by the name of their file, each to be fetched with replacements."""

    def __init__(self, page='resolvers.md'):
        path = os.path.join(DOCS, page)
        with open(path, encoding='utf-8') as file:
            text = file.read()
        self.blocks = dict(BLOCK.findall(text))
        self.fetched = set()
        if len(self.blocks) != len(BLOCK.findall(text)):
            raise ValueError(f'{path}: two blocks have one name')

    def block(self, name, places):
        """Block ${name} with each documented place, a key of ${places}, replaced by what
        stands here for it; the longest first, so that a port goes with its address."""
        self.fetched.add(name)
        text = self.blocks[name]
        for place in sorted(places, key=len, reverse=True):
            text = text.replace(place, places[place])
        return text

    def unused(self):
        """The blocks that no test has run."""
        return sorted(set(self.blocks) - self.fetched)
