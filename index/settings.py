"""Everything that can be set, in one place: by environment variable, or by a `.env` file in the folder.

Each setting is documented in qa/README.md under "Settings"; a test holds the two together.
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from index.errors import BadSetting

__all__ = ["DEFAULT_MODEL", "Settings", "load_settings"]

DEFAULT_MODEL = "intfloat/multilingual-e5-small"
# Characters of a password that nobody finds by trying for a few years.
_SHORTEST = 8
# Not shown where it will not do: an address may have a password in it.
_SECRET = frozenset(["login", "add_password", "llm_key", "chroma_url", "llm_url"])
_PREFIX = "thalaeng_"
_FILE = ".env"
# What the tests are told by, which is no setting.
_OF_TESTS = frozenset(["test_home", "faults"])
# What the patterns below want, for people.
_PATTERNS = {
    "llm_url": "should be an address such as http://127.0.0.1:11434/v1",
    "root_path": "should begin with /, such as /news",
}


class Settings(BaseSettings):
    """Settings of the index and the chat; `THALAENG_HOME=/data python app.py` sets `home`."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file=_FILE, extra="ignore", frozen=True)

    home: Path = Field(
        default_factory=lambda: user_data_path("thalaeng", appauthor=False),
        description="Folder of the index and of the embedding model.",
    )
    model: str = Field(
        default=DEFAULT_MODEL,
        min_length=1,
        description="Embedding model: the built-in one, a hub id such as BAAI/bge-m3, or a local folder.",
    )
    snapshot: Path | None = Field(
        default=None,
        description="Snapshot that is asked, read only, or a link that leads to the newest one; else the home's index.",
    )
    chroma_url: str = Field(
        default="",
        description="Address of a Chroma server that holds the vectors; a folder of the home where it is empty.",
    )
    corpus: Path = Field(
        default=Path("corpus"),
        description="Folder of releases that the chat indexes when it starts with an empty index.",
    )
    max_file_mb: int = Field(
        default=20,
        ge=1,
        le=2000,
        description="Files larger than this many megabytes are skipped with a message.",
    )
    host: str = Field(default="127.0.0.1", description="Address the chat listens on; 0.0.0.0 opens it to the network.")
    port: int = Field(default=7860, ge=0, le=65535, description="Port of the chat; 0 takes any free one.")
    root_path: str = Field(
        default="",
        pattern=r"^(/[\w.~-]+)*/?$",
        description="Path under which a reverse proxy shows the chat, such as /news.",
    )
    concurrency: int = Field(default=4, ge=2, le=64, description="Questions answered at the same time.")
    questions_a_minute: int = Field(
        default=60, ge=0, le=10_000, description="Questions a client may ask in a minute; 0 is no limit."
    )
    looks_a_minute: int = Field(
        default=600,
        ge=0,
        le=100_000,
        description="Releases a client may open, lists it may look through and files it may send in a minute; "
        "0 is no limit.",
    )
    login: SecretStr = Field(
        default=SecretStr(""),
        description="A name and a password, name:password, that the chat asks for; none if empty.",
    )
    add_password: SecretStr = Field(
        default=SecretStr(""),
        description="A password for whoever may add releases from the page; nobody may if empty.",
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=10,
        description="Reverse proxies before the chat, whose X-Forwarded-For says who asks.",
    )
    answer_with: Literal["", "quotes", "local", "llm"] = Field(
        default="",
        description="quotes; local, with a machine translation below quotes in the other language; llm, written by the "
        "endpoint. Where it is empty, the chat takes the endpoint if one is set, else quotes.",
    )
    local_model: Path | None = Field(
        default=None,
        description="A model in a GGUF file that translates on this machine; Gemma 3 270M where it is empty.",
    )
    llm_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/@]+(/\S*)?)?$",
        description="OpenAI-compatible endpoint that writes answers, such as http://127.0.0.1:11434/v1; none if empty.",
    )
    llm_model: str = Field(
        default="", validate_default=True, description="The model's name at that endpoint, such as qwen3:8b."
    )
    llm_key: SecretStr = Field(default=SecretStr(""), description="The key that the endpoint asks for, if it does.")
    llm_timeout: float = Field(
        default=30.0, ge=1, le=600, description="Seconds that a written answer may take, all in all."
    )
    llm_temperature: float = Field(
        default=0.0, ge=0, le=2, description="How freely the model writes; 0 is the likeliest word each time."
    )
    llm_context: int = Field(
        default=4096, ge=1024, le=1_000_000, description="Tokens that the model takes, question and answer together."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """A variable that is empty, as compose files have them, is as one that is not there: an empty
        `THALAENG_HOME` is not the folder one is in. Where nothing is a choice too, as no login, it stays one.
        """
        nothing = ("", None, SecretStr(""))
        kept = {_PREFIX + name for name, setting in cls.model_fields.items() if setting.default in nothing}
        for source in (env_settings, dotenv_settings):
            assert isinstance(source, EnvSettingsSource)
            source.env_vars = {name: value for name, value in source.env_vars.items() if value or name in kept}
        return init_settings, env_settings, dotenv_settings, file_secret_settings

    @field_validator("login")
    @classmethod
    def _name_and_password(cls, login: SecretStr) -> SecretStr:
        name, _, password = login.get_secret_value().partition(":")
        if login.get_secret_value() and not (name.strip() and password.strip()):
            raise ValueError("should be name:password")
        return login

    @field_validator("add_password")
    @classmethod
    def _long_enough(cls, password: SecretStr) -> SecretStr:
        if 0 < len(password.get_secret_value().strip()) < _SHORTEST or password.get_secret_value().isspace():
            raise ValueError(f"should have {_SHORTEST} characters or more")
        return password

    @field_validator("llm_model")
    @classmethod
    def _named_with_its_endpoint(cls, model: str, info: ValidationInfo) -> str:
        if info.data.get("llm_url") and not model.strip():
            raise ValueError("should name a model that the endpoint of THALAENG_LLM_URL has")
        return model.strip()

    @field_validator("chroma_url")
    @classmethod
    def _address(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if url and not usable:
            raise ValueError("should be an address such as http://127.0.0.1:8000")
        return url

    @field_validator("snapshot", "local_model", mode="before")
    @classmethod
    def _none(cls, path: object) -> object:
        return path or None

    @field_validator("home", "corpus", "snapshot", "local_model")
    @classmethod
    def _expand(cls, path: Path | None) -> Path | None:
        return path and path.expanduser()


def load_settings(**chosen: object) -> Settings:
    """The settings of a command: its options go before the environment, and that before the defaults.

    An option that was not given is None. Raises `BadSetting` with a line for each value that will not do, for each
    name that no setting has and for each line of the `.env` file that cannot be read: a misspelt THALAENG_LOGIN would
    leave the chat open to all.
    """
    lines = _unknown(_in_file())
    try:
        settings = Settings.model_validate({name: value for name, value in chosen.items() if value is not None})
    except ValidationError as error:
        for fault in error.errors():
            name = "_".join(map(str, fault["loc"]))
            given = "" if name in _SECRET else f", not {fault['input']!r}"
            lines.append(f"Setting {name} (THALAENG_{name.upper()}): {_should(name, fault)}{given}.")
        raise BadSetting("\n".join(lines)) from error
    if lines:
        raise BadSetting("\n".join(lines))
    return settings


def _in_file() -> list[str]:
    """The names that the `.env` file sets; raises `BadSetting` where it cannot be read, or a line of it for here."""
    from dotenv.parser import parse_stream

    if not Path(_FILE).is_file():
        return []
    try:
        with Path(_FILE).open(encoding="utf-8") as file:
            parts = list(parse_stream(file))
    except UnicodeDecodeError as error:
        raise BadSetting(f"The file {_FILE} is not text in UTF-8. Save it as UTF-8.") from error
    except OSError as error:
        raise BadSetting(f"The file {_FILE} cannot be read: {error.strerror}.") from error
    # What the line says is not shown: there may be a password in it.
    odd = [part.original.line for part in parts if part.error and _PREFIX in part.original.string.lower()]
    if odd:
        raise BadSetting("\n".join(f"Line {line} of {_FILE} cannot be read. Write NAME=value." for line in odd))
    return [part.key for part in parts if part.key]


def _unknown(in_file: list[str]) -> list[str]:
    """A line for each variable, of the environment or of the `.env` file, that would be a setting and is none."""
    given = [name for name in (*os.environ, *in_file) if name.lower().startswith(_PREFIX)]
    lines = []
    for name in dict.fromkeys(map(str.lower, given)):
        setting = name.removeprefix(_PREFIX)
        if setting not in Settings.model_fields and setting not in _OF_TESTS:
            near = get_close_matches(setting, Settings.model_fields, 1)
            hint = f"; did you mean THALAENG_{near[0].upper()}?" if near else ". qa/README.md lists all settings."
            lines.append(f"There is no setting {name.upper()}{hint}")
    return lines


def _should(name: str, fault: Any) -> str:
    """What a value should be, for people."""
    setting, kind = Settings.model_fields.get(name), fault["type"]
    if kind == "string_pattern_mismatch" and name in _PATTERNS:
        return _PATTERNS[name]
    if kind == "literal_error" and setting:
        return f"should be one of {', '.join(filter(None, get_args(setting.annotation)))}"
    limits = [
        str(getattr(limit, end))
        for end in ("ge", "le")
        for limit in (setting.metadata if setting else ())
        if hasattr(limit, end)
    ]
    if len(limits) == 2:
        whole = "a whole number, " if kind.startswith("int_") else ""
        return f"should be {whole}{' to '.join(limits)}"
    return str(fault["msg"]).removeprefix("Value error, ")
