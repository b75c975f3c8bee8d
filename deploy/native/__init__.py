"""The production stack without containers: the commands of docker-compose.yml as plain processes.

`make stack` runs it at a desk, the tests and the drills run it on servers of their own.
"""
