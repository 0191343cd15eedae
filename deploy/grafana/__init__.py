"""Grafana: dashboards as code, the JSON they make, and provisioning."""
