"""The files under deploy/, and docker-compose.yml: whether what reads them will understand them."""
