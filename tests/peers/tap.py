# SPDX-License-Identifier: BSD-2-Clause
"""What a test says: TAP."""


class Tap:
    """Counts tests; what explains a failure stands below it."""

    def __init__(self):
        self.count, self.failed = 0, 0

    def test(self, good, words, *explain):
        self.count += 1
        self.failed += not good
        print('ok' if good else 'not ok', self.count, '-', words, flush=True)
        if not good:
            for text in explain:
                for line in str(text() if callable(text) else text).splitlines()[-20:]:
                    print('#', line, flush=True)
        return good
