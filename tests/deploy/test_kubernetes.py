"""What deploy/kubernetes says of larum is what larum is: commands, keys, ports, times, names, rights."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
from typer.testing import CliRunner

from streams.cli import app
from streams.core.receivers import Alertmanager
from streams.worker import STOP_SECONDS
from tests.deploy.manifests import KUBERNETES, OVERLAYS, ROOT, SECRETS, documents, of, one, pods, rendered, settings

each_overlay = pytest.mark.parametrize("overlay", OVERLAYS)


def container(template: dict[str, Any]) -> dict[str, Any]:
    (found,) = template["spec"]["containers"]
    assert isinstance(found, dict)
    return found


@each_overlay
def test_the_command_line_takes_each_command(overlay: str) -> None:
    commands = set()
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    for template in pods(overlay).values():
        command, *arguments = container(template)["args"]
        with group.commands[command].make_context(command, arguments) as context:
            mounted = {mount["name"]: mount["mountPath"] for mount in container(template)["volumeMounts"]}
            assert str(context.params["config"]) == f"{mounted['config']}/larum.toml"
        assert "command" not in container(template), "the image's entry point is larum"
        commands.add(command)
    assert commands == {"worker", "notify", "web", "topics"}


@each_overlay
def test_larum_check_finds_the_configuration_in_order(overlay: str) -> None:
    found = KUBERNETES / overlay / "larum.toml"
    assert one(overlay, "ConfigMap")["data"] == {"larum.toml": found.read_text()}
    checked = CliRunner().invoke(app, ["check", "--config", str(found)], env=SECRETS)
    assert checked.exit_code == 0, checked.output


@each_overlay
def test_secrets_are_given_by_reference_only(overlay: str) -> None:
    assert not of(overlay, "Secret")
    for template in pods(overlay).values():
        assert all(variable.keys() == {"name", "valueFrom"} for variable in container(template).get("env", []))
    text = (KUBERNETES / overlay / "larum.toml").read_text()
    assert not re.search(r"^(sasl_password|url|secret|token|password|routing_key|api_key)\s*=", text, re.MULTILINE)


def test_production_is_given_each_secret_that_its_configuration_needs() -> None:
    given = {variable["name"] for template in pods("production").values() for variable in container(template)["env"]}
    assert given == {"LARUM_KAFKA_SASL_PASSWORD"}
    assert all(name.startswith(("LARUM_RECEIVER_", "LARUM_TOKEN_")) for name in SECRETS.keys() - given)
    secrets = {
        "larum-notify": [{"secretRef": {"name": "larum-receivers", "optional": True}}],
        "larum-web": [{"secretRef": {"name": "larum-tokens"}}],
    }
    for name, template in pods("production").items():
        assert container(template).get("envFrom", []) == secrets.get(name, [])
        mounts = [mount["mountPath"] for mount in container(template)["volumeMounts"]]
        assert settings("production").kafka.ssl_cafile in [f"{mount}/ca.crt" for mount in mounts]


@each_overlay
def test_a_pod_can_do_no_more_than_it_must(overlay: str) -> None:
    for template in pods(overlay).values():
        pod, own = template["spec"], container(template)
        assert pod["securityContext"]["runAsNonRoot"]
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert pod["serviceAccountName"] in of(overlay, "ServiceAccount")
        assert own["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert own["resources"]["limits"].keys() == {"memory", "ephemeral-storage"}
        assert own["resources"]["requests"].keys() == {"cpu", "memory", "ephemeral-storage"}
        assert re.search(r":\d+\.\d+\.\d+$", own["image"])
        user = f"USER {pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}"
        assert user in (ROOT / "deploy" / "container" / "Dockerfile").read_text().splitlines()
    assert one(overlay, "Namespace")["metadata"]["labels"] == {"pod-security.kubernetes.io/enforce": "restricted"}


@each_overlay
def test_probes_and_scrapes_ask_at_the_port_of_the_configuration(overlay: str) -> None:
    port = settings(overlay).server.port
    assert settings(overlay).server.host == "0.0.0.0"
    for name, deployment in of(overlay, "Deployment").items():
        own = container(deployment["spec"]["template"])
        assert own["ports"] == [{"name": "metrics", "containerPort": port}]
        paths = {kind: own[f"{kind}Probe"]["httpGet"] for kind in ("startup", "liveness", "readiness")}
        ready, begun = ("/healthz", "/readyz") if name == "larum-web" else ("/readyz", "/healthz")
        assert paths == {
            "startup": {"path": begun, "port": "metrics"},
            "liveness": {"path": "/healthz", "port": "metrics"},
            "readiness": {"path": ready, "port": "metrics"},
        }, name
    services = of(overlay, "Service")
    pages = services.pop("larum-pages")
    assert pages["spec"]["ports"] == [{"name": "pages", "port": port, "targetPort": "metrics"}]
    for service in services.values():
        assert service["spec"]["ports"] == [{"name": "metrics", "port": port, "targetPort": "metrics"}]
        assert service["spec"]["publishNotReadyAddresses"], "a worker that is not ready is scraped all the same"


@each_overlay
def test_the_pages_are_reached_by_the_ingress_alone_and_know_their_name(overlay: str) -> None:
    (ingress,) = of(overlay, "NetworkPolicy")["larum-web"]["spec"]["ingress"]
    assert ingress["ports"] == [{"protocol": "TCP", "port": "metrics"}]
    (source,) = ingress["from"]
    assert source["namespaceSelector"]["matchLabels"] == {"kubernetes.io/metadata.name": "ingress-nginx"}
    found = settings(overlay)
    assert found.web.address
    assert found.web.address.startswith("https://")
    assert [token.role for token in found.tokens] == ["admin"]


@each_overlay
def test_a_worker_has_time_to_stop_and_the_group_to_meet(overlay: str) -> None:
    worker = of(overlay, "Deployment")["larum-worker"]["spec"]
    assert worker["template"]["spec"]["terminationGracePeriodSeconds"] >= STOP_SECONDS + 10
    assert worker["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    probe = container(worker["template"])["livenessProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] > settings(overlay).kafka.session_timeout_seconds
    assert of(overlay, "PodDisruptionBudget")["larum-worker"]["spec"]["maxUnavailable"] == 1
    assert {spread["topologyKey"] for spread in worker["template"]["spec"]["topologySpreadConstraints"]} == {
        "kubernetes.io/hostname",
        "topology.kubernetes.io/zone",
    }


@each_overlay
def test_selectors_find_what_they_are_meant_for(overlay: str) -> None:
    labels = {name: template["metadata"]["labels"] for name, template in pods(overlay).items()}

    def found(selector: dict[str, str]) -> set[str]:
        return {name for name, own in labels.items() if selector.items() <= own.items()}

    assert {name: found(service["spec"]["selector"]) for name, service in of(overlay, "Service").items()} == {
        "larum": {"larum-worker"},  # the job of the alerts is named after the Service
        "larum-notify": {"larum-notify"},
        "larum-web": {"larum-web"},
        "larum-pages": {"larum-web"},
    }
    budgets = of(overlay, "PodDisruptionBudget").items()
    assert {name: found(budget["spec"]["selector"]["matchLabels"]) for name, budget in budgets} == {
        "larum-worker": {"larum-worker"},
        "larum-notify": {"larum-notify"},
        "larum-web": {"larum-web"},
    }
    networks = of(overlay, "NetworkPolicy").items()
    assert {name: found(policy["spec"]["podSelector"]["matchLabels"]) for name, policy in networks} == {
        "larum": labels.keys(),
        "larum-notify": {"larum-notify"},
        "larum-web": {"larum-web"},
    }
    for deployment in of(overlay, "Deployment").values():
        spreads = deployment["spec"]["template"]["spec"].get("topologySpreadConstraints", [])
        selectors = [deployment["spec"]["selector"], *(spread["labelSelector"] for spread in spreads)]
        assert all(found(one["matchLabels"]) == {deployment["metadata"]["name"]} for one in selectors)


def test_the_service_monitor_finds_all_services_but_the_one_for_people() -> None:
    wanted = one("production", "ServiceMonitor")["spec"]["selector"]["matchLabels"].items()
    services = of("production", "Service")
    found = {name for name, one in services.items() if wanted <= one["metadata"].get("labels", {}).items()}
    assert found == services.keys() - {"larum-pages"}


@each_overlay
def test_the_network_lets_through_what_the_configuration_names(overlay: str) -> None:
    policies = of(overlay, "NetworkPolicy")
    kafka, notify = settings(overlay).kafka, policies["larum-notify"]["spec"]["egress"]
    assert (namespace(kafka.bootstrap_servers), int(kafka.bootstrap_servers.rpartition(":")[2])) in reached(
        policies["larum"]["spec"]["egress"]
    )
    for receiver in settings(overlay).receivers:
        for url in receiver.urls if isinstance(receiver, Alertmanager) else ():
            address = urlsplit(url)
            assert (namespace(address.hostname or ""), address.port) in reached(notify)
    assert any("ipBlock" in to for rule in notify for to in rule["to"])
    assert all(rule["ports"] == [{"protocol": "TCP", "port": 443}] for rule in notify if "ipBlock" in rule["to"][0])
    (ingress,) = policies["larum"]["spec"]["ingress"]
    assert ingress["ports"] == [{"protocol": "TCP", "port": "metrics"}]


def namespace(host: str) -> str:
    """The namespace of a Service's name in the cluster."""
    return host.partition(".svc")[0].rpartition(".")[2]


def reached(egress: list[dict[str, Any]]) -> set[tuple[str, int]]:
    """Namespaces and ports that may be reached."""
    return {
        (to["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"], port["port"])
        for rule in egress
        for to in rule["to"]
        if "namespaceSelector" in to
        for port in rule["ports"]
    }


def test_there_are_never_more_workers_than_partitions() -> None:
    kafka = settings("production").kafka
    spec = one("production", "ScaledObject")["spec"]
    assert spec["scaleTargetRef"]["name"] in of("production", "Deployment")
    assert 1 < spec["minReplicaCount"] <= spec["fallback"]["replicas"] <= spec["maxReplicaCount"] == kafka.partitions
    assert "replicas" not in of("production", "Deployment")["larum-worker"]["spec"], "that is for KEDA to say"
    (trigger,) = spec["triggers"]
    about = trigger["metadata"]
    assert (about["bootstrapServers"], about["consumerGroup"], about["topic"]) == (
        kafka.bootstrap_servers,
        kafka.group,
        kafka.posts_topic,
    )
    assert about["sasl"].replace("_sha", "-sha-").upper() == kafka.sasl_mechanism
    assert trigger["authenticationRef"]["name"] in of("production", "TriggerAuthentication")
    assert of("small", "Deployment")["larum-worker"]["spec"]["replicas"] <= settings("small").kafka.partitions


def test_the_small_size_needs_no_operator() -> None:
    groups = {document["apiVersion"].partition("/")[0] for document in documents("small")}
    assert groups == {"v1", "apps", "batch", "policy", "networking.k8s.io"}


@each_overlay
def test_no_two_objects_share_kind_and_name(overlay: str) -> None:
    names = [(document["kind"], document["metadata"]["name"]) for document in documents(overlay)]
    assert len(names) == len(set(names))
    assert "localhost" not in json.dumps(rendered(overlay))
