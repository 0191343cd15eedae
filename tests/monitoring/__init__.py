"""larum beside the monitoring it feeds: a real Prometheus, its checker, and Alertmanager's."""
