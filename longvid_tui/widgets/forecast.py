"""The estimate: what is to be made, the strategies beside each other, and when each GPU films what."""

from __future__ import annotations

from collections.abc import Mapping

from longvid_tui.doing import TO_DO
from longvid_tui.gantt import chart, lanes, nearness, spoken
from longvid_tui.view.forecast import Forecast, Way
from longvid_tui.widgets.palette import colour_role
from longvid_tui.widgets.pane import FocusPane
from longvid_tui.widgets.writing import Row, cut, wrap

_AXIS_ROWS = 2


class Estimates(FocusPane):
    """Draws a forecast; the chart is that of the chosen strategy, and of the others where there is room."""

    HELP = "How long it will take. `h` and `l` choose a strategy, `R` starts with it, `b` asks for another box of GPUs."

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._forecast: Forecast | None = None
        self._said = "Estimating ..."
        self._places: Mapping[str, int] = {}
        self.strategy = ""
        """The one that is looked at; empty where no GPU has a part in it."""

    def show(self, forecast: Forecast, places: Mapping[str, int]) -> None:
        """`places`: positions of the segments in the film, which have their colours by them."""
        self._forecast, self._places, self._said = forecast, places, ""
        self.strategy = self.strategy or forecast.strategy
        self.redraw()

    def say(self, sentence: str) -> None:
        """Tell something in place of a forecast."""
        self._forecast, self._said = None, sentence
        self.redraw()

    def turn(self, step: int) -> None:
        """Look at the next strategy."""
        names = [way.name for way in self._forecast.ways] if self._forecast else []
        if names:
            self.strategy = names[(names.index(self.strategy) + step) % len(names)]
        self.redraw()

    def draw(self, width: int, height: int) -> list[Row]:
        known = self._forecast
        if known is None:
            return [[(line, "warn")] for line in wrap(self._said, width, height)]
        rows = self._works(known, width)
        if known.ways:
            rows += [[], *self._table(known, width)]
            rows += self._charts(known, width, height - len(rows) - len(known.remarks) - 2)
        rows += [[], *([(cut(remark, width), "dim")] for remark in known.remarks)] if known.remarks else []
        return rows

    def _works(self, known: Forecast, width: int) -> list[Row]:
        more = ", and what is unknown below" * any(work.each is None for work in known.work)
        whole = "unknown yet" if known.seconds is None else f"about {spoken(known.seconds)}{more}"
        rows: list[Row] = [
            [("In all: ", "dim"), (whole if known.work or known.ways else "nothing to make", "strong")]
        ]
        for work in known.work:
            each = "unknown" if work.each is None else f"about {work.each:.1f} s each"
            todo = TO_DO.get(work.kind, work.kind)
            said = f"{work.count:4} to {todo:9} {each}, {work.at_once} at a time ({work.source})"
            rows.append([(cut(said, width), "")])
        if known.ways:
            count = len({bar.segment for bar in known.ways[0].bars})
            rows.append([(cut(f"{count:4} to film      on {known.box} by {known.filmed_by}", width), "")])
        return rows

    def _table(self, known: Forecast, width: int) -> list[Row]:
        price = f"{'price':>8}" if known.ways[0].gpu_usd is not None else ""
        heads = f"  {'strategy':9}{'filmed in':>12}{'4 of 5 cases':>26}{'GPU-hours':>10}{'idle':>5}{price}"
        rows: list[Row] = [[(heads, "dim")]]
        for way in known.ways:
            lead = ">" if way.name == self.strategy else " "
            cases = f"{spoken(way.low)} - {spoken(way.high)}"
            figures = f"{spoken(way.seconds):>12}{cases:>26}{way.gpu_hours:10.1f}{way.idle:5.0%}"
            usd = "" if way.gpu_usd is None else f"${way.gpu_usd:.2f}"
            said = f"{lead} {way.name:9}{figures}{usd:>8}".rstrip()
            rows.append([(cut(said, width), "cursor" if way.name == self.strategy else "")])
        return rows

    def _charts(self, known: Forecast, width: int, room: int) -> list[Row]:
        """As many charts as fit, the chosen one first; GPUs beyond the room are counted."""
        rows: list[Row] = []
        turned = sorted(known.ways, key=lambda way: way.name != self.strategy)
        for way in turned:
            left = room - len(rows)
            if rows and left < len(known.gpus) + _AXIS_ROWS + 2:
                break
            rows += self._chart(known, way, width, left)
        return rows

    def _chart(self, known: Forecast, way: Way, width: int, room: int) -> list[Row]:
        most = max(1, room - _AXIS_ROWS - 2)
        named = lanes(way.bars, known.gpus, most)
        drawn = dict(list(named.items())[:most])
        lines = chart(way.bars, drawn, width, ascii_only=self.plain)
        undrawn = list(named)[most:]
        left = len(known.gpus) - known.gpus.index(undrawn[0]) if undrawn else 0
        more = f" ({left} GPU{'s' * (left > 1)} more)" if left else ""
        near = (
            f"{more} {nearness(way.planned, way.at_least)} as planned; {'.' if self.plain else '░'} is loading"
        )
        rows: list[Row] = [[], [(way.name, "strong"), (cut(near, width - len(way.name)), "dim")]]
        return rows + [[(span.text, self._role(span.segment)) for span in line] for line in lines]

    def _role(self, segment: str) -> str:
        return colour_role(self._places.get(segment, 0)) if segment else "dim"
