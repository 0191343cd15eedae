"""Manifests for Kubernetes, and the code that makes one of them."""
