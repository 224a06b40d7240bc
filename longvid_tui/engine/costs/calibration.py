"""What own runs teach: how far they are off the published figures, and how much they vary."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

_LEARNING_RATE = 0.3


@dataclass(frozen=True)
class Residual:
    """How far `runs` runs were off their published figure: mean and variance of log(real/figure)."""

    mean: float = 0.0
    variance: float = 0.0
    runs: int = 0

    def after(self, error: float) -> Residual:
        """With one more error log(real/figure): a moving average with weight 0.3, more for the first runs."""
        weight = max(_LEARNING_RATE, 1 / (self.runs + 1))
        surprise = error - self.mean
        variance = (1 - weight) * (self.variance + weight * surprise**2)
        return Residual(self.mean + weight * surprise, variance, self.runs + 1)

    @property
    def factor(self) -> float:
        return math.exp(self.mean)

    @property
    def spread(self) -> float:
        """Relative deviation to plan with; at least 0.1 as long as there are fewer than 3 runs, then 0.03."""
        return max(0.03 if self.runs >= 3 else 0.1, math.sqrt(self.variance))


@dataclass(frozen=True)
class Calibration:
    """What own runs taught: a residual for each kind of run, and one shared by the whole box."""

    own: Mapping[str, Residual] = field(default_factory=dict)
    shared: Residual = Residual()

    def after(self, key: str, real: float, figure: float) -> Calibration:
        """With one more run of `real` seconds where the uncorrected figure said `figure`."""
        error = math.log(real / figure)
        own = {**self.own, key: self.own.get(key, Residual()).after(error)}
        return Calibration(own, self.shared.after(error))

    def factor(self, key: str) -> float:
        return self.own.get(key, self.shared).factor
