"""The value of a secret setting: from its file, if there is one, or else from the setting itself."""

from pathlib import Path

from topology.access.errors import AccessError
from topology.settings import Settings


def secret(declared: Settings, name: str) -> str:
    """Returns a secret; "" if it is not set.

    Args:
        declared: The settings.
        name: The setting, such as `kafka_password`. Its file is that of the setting `kafka_password_file`.

    Raises:
        AccessError: The file cannot be read or is empty.
    """
    file = getattr(declared, f"{name}_file")
    if not file:
        return str(getattr(declared, name).get_secret_value())
    variable = f"TRIPLEWIRE_{name.upper()}_FILE"
    try:
        # Editors and `echo` end a file with a line break, which is no part of the secret.
        text = Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise AccessError(f"cannot read {file}: {reason}; set {variable} to a file that holds the secret") from None
    if not text:
        raise AccessError(f"{file} is empty; set {variable} to a file that holds the secret")
    return text
