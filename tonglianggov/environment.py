"""What the environment says: SECRET_KEY_FILE=/run/secrets/key is the same as SECRET_KEY=…"""

from typing import Any

import environ
from environ.fileaware_mapping import FileAwareMapping


class _Files(FileAwareMapping):
    """A file that an editor has written ends with a line break: that is no part of the value."""

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        return value.strip() if self.env.get(f"{key}_FILE") else value


class Env(environ.FileAwareEnv):
    """The environment, for every variable also from the file that NAME_FILE names."""

    ENVIRON = _Files()
