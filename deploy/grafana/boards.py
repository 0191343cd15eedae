"""What all of larum's dashboards have in common: variables, links to each other, and crises as annotations."""

from __future__ import annotations

from collections.abc import Iterable

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models import dashboard as model

from deploy.grafana.panels import DATA_SOURCE, GREEN, VERMILLION, Panel

ALL = model.VariableOption(selected=True, text="All", value="$__all")


def board(uid: str, title: str, description: str) -> dashboard.Dashboard:
    """Begin a dashboard: its data source is chosen at the top, and so are its sisters, found by their tag."""
    links = (
        dashboard.DashboardLink("larum")
        .type(model.DashboardLinkType.DASHBOARDS)
        .tags(["larum"])
        .include_vars(True)
        .keep_time(True)
    )
    return (
        dashboard.Dashboard(f"larum: {title}")
        .uid(uid)
        .description(description)
        .tags(["larum"])
        .timezone("browser")
        .time("now-6h", "now")
        .refresh("30s")
        .readonly()
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .link(links)
        .with_variable(dashboard.DatasourceVariable("datasource").label("Prometheus").type("prometheus"))
    )


def rows(board: dashboard.Dashboard, named: Iterable[tuple[str, Iterable[Panel]]]) -> dashboard.Dashboard:
    """Put panels on a dashboard, in rows with a name; those of a row without one come as they are."""
    for title, panels in named:
        if title:
            board = board.with_row(dashboard.Row(title))
        for panel in panels:
            board = board.with_panel(panel)
    return board


def choice(name: str, label: str, values: str) -> dashboard.QueryVariable:
    """Let one value be chosen from those that Prometheus has."""
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(DATA_SOURCE)
        .query(values)
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
    )


def choices(name: str, label: str, values: str) -> dashboard.QueryVariable:
    """Let any of the values be chosen that Prometheus has; at first all are."""
    return choice(name, label, values).multi(True).include_all(True).current(ALL)


def crises(brand: str) -> tuple[dashboard.AnnotationQuery, dashboard.AnnotationQuery, dashboard.AnnotationQuery]:
    """Mark where a crisis was opened or raised, where it rose again, and where it was closed.

    Grafana titles an annotation that comes from Prometheus with the label `alertname`. A brand that moves to another
    worker has no series for a while; only one that is seen to be calm is out of its crisis.
    """
    reached = f"sum by (brand, severity) (increase(larum_crises_total{{{brand}}}[1m])) > 0"
    was = f"max by (brand) (larum_crisis_severity{{{brand}}} offset 1m) > 0"
    calm = f"max by (brand) (larum_crisis_severity{{{brand}}}) == 0"
    over = f'label_replace(({was}) and on (brand) ({calm}), "now", "calm", "", "")'
    wave, before = (f"max by (brand) (larum_crisis_wave{{{brand}}}{ago}) > 1" for ago in ("", " offset 1m"))
    again = f'label_replace(({wave}) unless on (brand) ({before}), "now", "again", "", "")'
    return (
        _mark("Waves", VERMILLION, f'label_join({again}, "alertname", " rises ", "brand", "now")'),
        _mark("Crises", VERMILLION, f'label_join({reached}, "alertname", " reached ", "brand", "severity")'),
        _mark("Ends of crises", GREEN, f'label_join({over}, "alertname", " is ", "brand", "now")'),
    )


def _mark(name: str, colour: str, expression: str) -> dashboard.AnnotationQuery:
    return (
        dashboard.AnnotationQuery().name(name).datasource(DATA_SOURCE).enable(True).icon_color(colour).expr(expression)
    )
