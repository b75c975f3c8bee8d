"""PostgreSQL and Redis of the tests' own: the ones that `make stack` starts, thrown away after."""

from deploy.native.servers import PostgreSQL, Redis, free_port, program

__all__ = ["PostgreSQL", "Redis", "free_port", "program"]
