"""How to recognise a full disk, or a quota that is used up: by its error number, and in what programs say.
Standard library only."""

from __future__ import annotations

import errno
import os
import re

NUMBERS = (errno.ENOSPC, errno.EDQUOT)
"""`errno` of an OSError, and of libav's errors, which has the same numbers."""

SAID = re.compile("|".join(os.strerror(number) for number in NUMBERS))
"""What a program says then, somewhere in a line of its output."""
