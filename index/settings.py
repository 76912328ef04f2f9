"""Everything that can be set, in one place: by environment variable, or by a `.env` file in the folder.

Each setting is documented in README.md under "Settings"; a test holds the two together.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import BadSetting

__all__ = ["DEFAULT_MODEL", "Settings", "load_settings"]

DEFAULT_MODEL = "intfloat/multilingual-e5-small"
# Characters of a password that nobody finds by trying for a few years.
_SHORTEST = 8
# Not shown where it will not do.
_SECRET = frozenset(["login", "add_password", "llm_key", "chroma_url"])


class Settings(BaseSettings):
    """Settings of the index and the chat; `THALAENG_HOME=/data python app.py` sets `home`."""

    model_config = SettingsConfigDict(env_prefix="THALAENG_", env_file=".env", extra="ignore", frozen=True)

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

    An option that was not given is None. Raises `BadSetting` with a line for each value that will not do.
    """
    try:
        return Settings.model_validate({name: value for name, value in chosen.items() if value is not None})
    except ValidationError as error:
        lines = []
        for fault in error.errors():
            name = "_".join(map(str, fault["loc"]))
            given = "" if name in _SECRET else f", not {fault['input']!r}"
            lines.append(f"Setting {name} (THALAENG_{name.upper()}): {fault['msg']}{given}.")
        raise BadSetting("\n".join(lines)) from error
