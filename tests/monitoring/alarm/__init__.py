"""From a post in Kafka to a pager, all parts real: broker, worker, notifier, Prometheus, Alertmanager, receiver."""
