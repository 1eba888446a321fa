# SPDX-License-Identifier: BSD-2-Clause
"""The names by which the resolvers are judged: of conficker/b, which has 250 a day, as
`foresink forecast' prints them for each day."""
import datetime
import subprocess

DAY = datetime.date(2026, 11, 22)  # the clock is before midnight at its end
FAMILY = 'conficker/b'
BACK, AHEAD = 1, 7  # days of the window, as they are when nobody says otherwise
EACH = 3            # names of each kind


class Names:
    """Each kind is a list of names; no name stands in two of them."""

    def __init__(self, foresink):
        self.foresink = foresink
        window = [self.of(days) for days in range(-BACK, AHEAD + 2)]
        seen = set()

        def pick(which, count=EACH):
            """The first names of a list that stand in no other list of the window."""
            here = [name for name in window[which] if name not in seen and not any(
                name in names for names in window[:which] + window[which + 1:])]
            seen.update(here[:count])
            return here[:count]

        self.old = pick(0)     # of the day that leaves at midnight
        self.new = pick(-1)    # of the day that comes at midnight
        self.today = pick(BACK)
        self.released = pick(BACK, 1)  # allowed after midnight
        allowed, holder = pick(BACK), pick(BACK, 1)
        self.allowed = allowed + self.below(allowed)
        self.holder = holder + ['www.' + holder[0], 'other.' + holder[0]]
        self.entries = allowed + ['www.' + holder[0]]  # of the allow list
        self.registered = pick(BACK)  # long before anybody could know them
        self.log_only = self.registered + self.below(self.registered)
        everything = set().union(*window)
        self.last_month = [name for name in self.of(-31) if name not in everything][:EACH]

    def of(self, days):
        """The list of the day that is so many days from DAY."""
        day = str(DAY + datetime.timedelta(days))
        return subprocess.run([self.foresink, 'forecast', '--family', FAMILY, '--date', day,
                               '--format', 'names'], stdin=subprocess.DEVNULL, check=True,
                              stdout=subprocess.PIPE, text=True).stdout.split()

    @staticmethod
    def below(names):
        return ['a.' + name for name in names] + ['mail.x.' + name for name in names]
