"""The dashboard for the wall: who is in a crisis, since when, why it is one, and whether larum can be believed."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.models import dashboard as model

from deploy.grafana.boards import board, choices, crises, rows
from deploy.grafana.panels import (
    LANGUAGE_COLOURS,
    ORANGE,
    PER_MINUTE,
    SKY,
    VERMILLION,
    band,
    banded,
    coloured,
    listing,
    number,
    plot,
    query,
    severities,
    severity_names,
    stacked,
)

BRANDS, GRAVEST = 'brand=~"$brand"', 'brand=~"$gravest"'
PLOTTED, LISTED = 6, 50  # of very many brands, as many as a person can look at
ONE_BRAND = "/d/larum-one-brand?var-brand={}&var-datasource=${{datasource}}&${{__url_time_range}}"


def situation_room() -> dashboard.Dashboard:
    """All brands at a glance."""
    about = "Which brands are in a crisis, since when, what was seen and expected, and whether larum itself is well."
    waves, opened, closed = crises(BRANDS)
    made = (
        board("larum-situation-room", "Situation room", about)
        .with_variable(choices("brand", "Brand", "label_values(larum_crisis_severity, brand)"))
        .with_variable(_gravest())
        .annotation(waves)
        .annotation(opened)
        .annotation(closed)
    )
    return rows(
        made,
        [
            ("", [*_headlines(), _severity_by_brand(), _open_crises()]),
            ("What was seen and what was expected", _bands()),
            ("Where it is said, and how unusual it is", _mentions()),
        ],
    )


def _gravest() -> dashboard.QueryVariable:
    """Choose, unseen, the brands that are plotted one by one: the gravest, of equals the most surprising."""
    gravity = f"max by (brand) (larum_crisis_severity{{{BRANDS}}}) + 0.001 * max by (brand) (larum_surprise)"
    chosen = choices("gravest", "Gravest", f"query_result(topk({PLOTTED}, {gravity}))")
    return chosen.regex('/brand="([^"]+)"/').hide(model.VariableHide.HIDE_VARIABLE)


def _headlines() -> list[stat.Panel]:
    return [
        number(
            "Brands in a crisis",
            "Brands with an open crisis of any severity.",
            "short",
            "count(max by (brand) (larum_crisis_severity) > 0) or vector(0)",
            (1, SKY),
        ),
        number(
            "Critical",
            "Brands with a critical crisis.",
            "short",
            "count(max by (brand) (larum_crisis_severity) == 3) or vector(0)",
            (1, VERMILLION),
        ),
        number(
            "Longest open",
            "Time since the oldest of the open crises was detected.",
            "s",
            "time() - min(larum_crisis_detected_timestamp_seconds)",
            (900, ORANGE),
            (3600, VERMILLION),
        ),
        number(
            "Posts a minute",
            "Posts read from all sources. None is blindness, not calm.",
            PER_MINUTE,
            "sum(rate(larum_posts_total[5m])) * 60",
        ).decimals(0),
        number(
            "Least heard",
            "Part of its expected posts that come from the source that is heard least: 0 is blind.",
            "percentunit",
            "min(larum_source_coverage_ratio)",
        ).decimals(0),
        number(
            "Judged until",
            "How long ago everything was said that is judged by now: crises are seen that much later.",
            "s",
            "time() - min(larum_closed_timestamp_seconds)",
            (600, ORANGE),
            (1800, VERMILLION),
        ).decimals(0),
    ]


def _severity_by_brand() -> statetimeline.Panel:
    gravity = f"max by (brand) (max_over_time(larum_crisis_severity{{{BRANDS}}}[$__range] @ end()))"
    severity = f"max by (brand) (larum_crisis_severity{{{BRANDS}}}) and on (brand) topk({LISTED}, {gravity})"
    asked = query(severity, "{{brand}}")
    link = dashboard.DashboardLink("This brand").url(ONE_BRAND.format("${__field.labels.brand}"))
    about = f"Severity of the open crisis of each brand; grey while there is none. Of many brands the {LISTED} gravest."
    return severities("Severity by brand", about, asked, 9).span(10).data_links([link])


def _open_crises() -> table.Panel:
    """List what is open; a brand's name leads to its own dashboard."""
    is_open = f"and on (brand) (max by (brand) (larum_crisis_severity{{{BRANDS}}}) > 0)"
    columns = {
        "severity": f"max by (brand) (larum_crisis_severity{{{BRANDS}}}) > 0",
        "since detection": f"time() - max by (brand) (larum_crisis_detected_timestamp_seconds{{{BRANDS}}})",
        "since onset": f"time() - max by (brand) (larum_crisis_onset_timestamp_seconds{{{BRANDS}}})",
        "surprise": f"max by (brand) (larum_surprise{{{BRANDS}}}) {is_open}",
        "negativity": f"max by (brand) (larum_negativity_ratio{{{BRANDS}}}) {is_open}",
    }
    about = "Brands with an open crisis: how grave, for how long, and what was seen of late."
    panel = listing("Open crises", about, "brand", columns).span(14).height(9).no_value("no crisis")
    looks: dict[str, dict[str, object]] = {
        "brand": {"links": [{"title": "This brand", "url": ONE_BRAND.format("${__value.raw}")}]},
        "severity": {"mappings": severity_names(), "custom.cellOptions": {"type": "color-text"}},
        "since detection": {"unit": "s"},
        "since onset": {"unit": "s"},
        "negativity": {"unit": "percentunit"},
    }
    for name, properties in looks.items():
        given = [model.DynamicConfigValue(id_val=key, value=value) for key, value in properties.items()]
        panel = panel.override_by_name(name, given)
    return panel


def _bands() -> list[timeseries.Panel]:
    voices = plot(
        "Voices of $gravest",
        f"Independent voices in each bucket beside the expected number: of the {PLOTTED} gravest brands.",
        "short",
        *band("voices", GRAVEST),
        width=24,
    )
    negativity = plot(
        "Negativity of $gravest",
        f"Share of negative voices beside the brand's own baseline: of the {PLOTTED} gravest brands.",
        "percentunit",
        *band("negativity_ratio", GRAVEST),
        width=24,
    )
    return [banded(panel).repeat("gravest").repeat_direction("h").max_per_row(3) for panel in (voices, negativity)]


def _mentions() -> list[timeseries.Panel]:
    per_minute = f"(rate(larum_mentions_total{{{BRANDS}}}[$__rate_interval])) * 60"
    by_source, by_language = query(f"sum by (source) {per_minute}"), query(f"sum by (language) {per_minute}")
    surprise = query(f"max by (brand, kind) (larum_surprise{{{GRAVEST}}})", "{{brand}} {{kind}}")
    return [
        stacked(plot("Mentions by source", "Mentions a minute.", PER_MINUTE, by_source)),
        coloured(
            stacked(plot("Mentions by language", "Mentions a minute.", PER_MINUTE, by_language)), LANGUAGE_COLOURS
        ),
        plot("Surprise", "-log10 of the probability of what was seen: 6 is one in a million.", "short", surprise),
    ]
