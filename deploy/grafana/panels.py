"""The kinds of panel that larum's dashboards are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models import prometheus as asking

Panel: TypeAlias = timeseries.Panel | stat.Panel | statetimeline.Panel | table.Panel

# Okabe and Ito's colours, told apart by colour-blind readers too; the severities also carry their names.
GREY, SKY, ORANGE, VERMILLION, BLUE, GREEN, PURPLE = (
    "#8C9BAB", "#56B4E9", "#E69F00", "#D55E00", "#0072B2", "#009E73", "#CC79A7",
)  # fmt: skip
SEVERITIES = (("calm", GREY), ("notice", SKY), ("warning", ORANGE), ("critical", VERMILLION))
SEVERITY_COLOURS = dict(SEVERITIES[1:])
LANGUAGE_COLOURS = {"pl": BLUE, "en": ORANGE}  # others get one of Grafana's

DATA_SOURCE = model.DataSourceRef(type_val="prometheus", uid="${datasource}")
PER_MINUTE, PER_SECOND = "suffix: /min", "suffix: /s"


def query(expression: str, legend: str = "") -> prometheus.Dataquery:
    """Ask Prometheus for the course of an expression over the time shown."""
    return prometheus.Dataquery().expr(expression).legend_format(legend or "__auto").range()


def latest(expression: str) -> prometheus.Dataquery:
    """Ask Prometheus for the value of an expression now: where it is dear, or a table shows it."""
    return prometheus.Dataquery().expr(expression).format(asking.PromQueryFormat.TABLE).instant()


def plot(title: str, description: str, unit: str, *queries: prometheus.Dataquery, width: int = 8) -> timeseries.Panel:
    """Plot one or more queries over time."""
    panel = (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(DATA_SOURCE)
        .unit(unit)
        .span(width)
        .height(8)
        .min(0)
        .line_width(2)
        .show_points(looks.VisibilityMode.NEVER)
        .color_scheme(dashboard.FieldColor().mode(model.FieldColorModeId.PALETTE_CLASSIC))
        .legend(common.VizLegendOptions().show_legend(True).placement(looks.LegendPlacement.BOTTOM))
        .tooltip(common.VizTooltipOptions().mode(looks.TooltipDisplayMode.MULTI).sort(looks.SortOrder.DESCENDING))
    )
    for number, one in enumerate(queries):
        panel = panel.with_target(one.ref_id(chr(ord("A") + number)))
    return panel


def stacked(panel: timeseries.Panel) -> timeseries.Panel:
    """Pile the series of a plot up, where their sum means something."""
    return panel.stacking(common.StackingConfig().mode(looks.StackingMode.NORMAL)).fill_opacity(40).line_width(1)


def coloured(panel: timeseries.Panel, colours: Mapping[str, str]) -> timeseries.Panel:
    """Give series of known names colours of their own."""
    for name, colour in colours.items():
        panel = panel.override_by_name(name, [_property("color", {"mode": "fixed", "fixedColor": colour})])
    return panel


def banded(panel: timeseries.Panel) -> timeseries.Panel:
    """Draw what was seen over a quiet band from the expected to the upper bound of the ordinary."""
    quiet = [_property("color", {"mode": "fixed", "fixedColor": GREY}), _property("custom.lineWidth", 1)]
    return (
        coloured(panel, {"seen": BLUE})
        .override_by_name("expected", quiet)
        .override_by_name(
            "ordinary up to",
            [
                *quiet,
                _property("custom.lineStyle", {"fill": "dash", "dash": [6, 4]}),
                _property("custom.fillBelowTo", "expected"),
                _property("custom.fillOpacity", 15),
            ],
        )
    )


def number(title: str, description: str, unit: str, expression: str, *steps: tuple[float, str]) -> stat.Panel:
    """Show the latest value of a query, coloured from each of `steps` on."""
    thresholds = [model.Threshold(color=GREY), *(model.Threshold(value=value, color=color) for value, color in steps)]
    return (
        stat.Panel()
        .title(title)
        .description(description)
        .datasource(DATA_SOURCE)
        .unit(unit)
        .span(4)
        .height(4)
        .no_value("none")
        .graph_mode(looks.BigValueGraphMode.NONE)
        .color_mode(looks.BigValueColorMode.VALUE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(thresholds))
        .with_target(query(expression).ref_id("A"))
    )


def listing(title: str, description: str, by: str, columns: Mapping[str, str]) -> table.Panel:
    """List what has a value in all of some queries that go by one label, a named column for each."""
    letters = {chr(ord("A") + number): name for number, name in enumerate(columns)}
    times = {name: True for number in range(1, len(columns) + 1) for name in ("Time", f"Time {number}")}
    alone = len(columns) == 1  # Grafana then leaves the letter away
    names = {"Value" if alone else f"Value #{letter}": name for letter, name in letters.items()}
    panel = (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(DATA_SOURCE)
        .unit("short")
        .with_transformation(_transformed("joinByField", {"byField": by, "mode": "inner"}))
        .with_transformation(_transformed("organize", {"excludeByName": times, "renameByName": names}))
    )
    for letter, name in letters.items():
        panel = panel.with_target(latest(columns[name]).ref_id(letter))
    return panel


def severity_names() -> list[model.ValueMapping]:
    """Map the numbers of severities to their names and colours."""
    names = {
        str(value): model.ValueMappingResult(text=name, color=color, index=value)
        for value, (name, color) in enumerate(SEVERITIES)
    }
    return [model.ValueMap(options=names)]


def severities(title: str, description: str, one: prometheus.Dataquery, height: int) -> statetimeline.Panel:
    """Show severities as coloured strips over time."""
    steps = [model.Threshold(value=value or None, color=color) for value, (_, color) in enumerate(SEVERITIES)]
    return (
        statetimeline.Panel()
        .title(title)
        .description(description)
        .datasource(DATA_SOURCE)
        .span(24)
        .height(height)
        .mappings(severity_names())
        .thresholds(dashboard.ThresholdsConfig().mode(model.ThresholdsMode.ABSOLUTE).steps(steps))
        .color_scheme(dashboard.FieldColor().mode(model.FieldColorModeId.THRESHOLDS))
        .merge_values(True)
        .row_height(0.9)
        .show_value(looks.VisibilityMode.AUTO)
        .with_target(one.ref_id("A"))
    )


def band(what: Literal["voices", "negativity_ratio"], brand: str) -> tuple[prometheus.Dataquery, ...]:
    """Ask for what was seen, what was expected, and where the ordinary ends; one worker at a time owns a brand.

    Voices are of one bucket: over days, where a point stands for many, it shows their mean. Negativity is of an hour.
    """
    seen = "observed_voices" if what == "voices" else what
    shown = "max(avg_over_time({}[$__rate_interval]))" if what == "voices" else "max({})"
    return (
        query(shown.format(f"larum_{seen}{{{brand}}}"), "seen"),
        query(shown.format(f"larum_expected_{what}{{{brand}}}"), "expected"),
        query(shown.format(f"larum_upper_{what}{{{brand}}}"), "ordinary up to"),
    )


def _transformed(name: str, options: dict[str, object]) -> model.DataTransformerConfig:
    return model.DataTransformerConfig(id_val=name, options=options)


def _property(name: str, value: object) -> model.DynamicConfigValue:
    return model.DynamicConfigValue(id_val=name, value=value)
