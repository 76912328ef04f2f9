"""A model behind an OpenAI-compatible endpoint: Ollama, llama.cpp, vLLM, or a hosted service."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import urlsplit

from index.errors import ThalaengError
from index.settings import Settings
from qa.prompt import Prompt

if TYPE_CHECKING:
    from openai import AsyncOpenAI

__all__ = ["EndpointFailed", "EndpointModel", "Failure", "Model", "NoEndpoint"]

Failure = Literal["unreachable", "slow", "key", "model", "busy", "failing", "context", "request", "malformed"]

# Seconds in which an endpoint that is there takes a connection.
_CONNECTING = 5.0
# What servers write where a question is longer than their context; there is no code that all of them use.
_CONTEXT = ("context", "too long", "too many tokens", "maximum length", "max_model_len")


class NoEndpoint(ThalaengError):
    """No endpoint is set, or what talks to it is not installed."""


class EndpointFailed(Exception):
    """The endpoint gave no answer, or not all of one; `failure` says what went wrong."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure: Failure = failure


class Model(Protocol):
    """What writes: `EndpointModel`, or anything in its place."""

    name: str

    def stream(self, prompt: Prompt, until: float) -> Iterator[str]:
        """The text in pieces as it is written, until a moment of `time.monotonic`; raises `EndpointFailed`."""


class EndpointModel:
    """The model that the settings name. Safe to use from many threads; each text has a connection of its own."""

    def __init__(self, settings: Settings) -> None:
        """Raises `NoEndpoint` where none is set or the library for it is not there."""
        if not settings.llm_url:
            raise NoEndpoint(
                "No endpoint is set up to write answers. Set THALAENG_LLM_URL and THALAENG_LLM_MODEL, "
                "such as http://127.0.0.1:11434/v1 and qwen3:8b for Ollama."
            )
        try:
            import openai  # noqa: F401
        except ImportError as error:
            raise NoEndpoint("The endpoint client is not installed. Run: pip install -e '.[llm]'") from error
        self.name = settings.llm_model
        self._settings = settings

    def stream(self, prompt: Prompt, until: float) -> Iterator[str]:
        """The text in pieces as it is written.

        Ends, whatever the endpoint does, at `until` (of `time.monotonic`), then with `EndpointFailed("slow")`.
        Closing the iterator closes the connection, which tells a server to stop.
        """
        # A loop of its own, driven from piece to piece: a wait in it can be cut off at any moment, a read of a
        # blocking socket only between bytes.
        loop = asyncio.new_event_loop()
        pieces = self._pieces(prompt)
        try:
            while True:
                left = until - time.monotonic()
                try:
                    piece = loop.run_until_complete(asyncio.wait_for(anext(pieces), max(0.0, left)))
                except StopAsyncIteration:
                    return
                except TimeoutError as error:
                    raise EndpointFailed("slow") from error
                yield piece
        finally:
            with suppress(Exception):
                loop.run_until_complete(asyncio.wait_for(pieces.aclose(), 1.0))
            loop.close()

    async def _pieces(self, prompt: Prompt) -> AsyncGenerator[str]:
        import openai

        try:
            async with self._client() as client:
                stream = await self._begin(client, prompt)
                async with stream:
                    async for chunk in stream:
                        if chunk.choices and isinstance(piece := chunk.choices[0].delta.content, str):
                            yield piece
        except openai.APITimeoutError as error:
            raise EndpointFailed("slow") from error
        except openai.APIConnectionError as error:
            raise EndpointFailed("unreachable") from error
        except openai.APIStatusError as error:
            raise EndpointFailed(_failure(error.status_code, error.message)) from error
        except openai.APIError as error:
            # Said in the middle of a stream.
            raise EndpointFailed(_failure(500, error.message)) from error
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, KeyError) as error:
            # Not JSON, or JSON of another shape.
            raise EndpointFailed("malformed") from error

    def _client(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

        settings = self._settings
        timeout = Timeout(settings.llm_timeout, connect=min(_CONNECTING, settings.llm_timeout))
        return AsyncOpenAI(
            base_url=settings.llm_url,
            # A local server asks for none, and the library insists on one.
            api_key=settings.llm_key.get_secret_value() or "none",
            # What the environment says of another service is not for this one.
            organization="",
            project="",
            # A second try would take the time of the first again.
            max_retries=0,
            timeout=timeout,
            http_client=DefaultAsyncHttpxClient(timeout=timeout, trust_env=not _is_here(settings.llm_url)),
        )

    async def _begin(self, client: AsyncOpenAI, prompt: Prompt) -> Any:
        """The stream of an answer; what a model does not let be chosen is asked for once more without it."""
        import openai

        options: dict[str, Any] = {"max_tokens": prompt.longest, "temperature": self._settings.llm_temperature}
        while True:
            try:
                return await client.chat.completions.create(
                    model=self.name,
                    messages=[
                        {"role": "system", "content": prompt.rules},
                        {"role": "user", "content": prompt.request},
                    ],
                    stream=True,
                    **options,
                )
            except openai.BadRequestError as error:
                refused = error.param if error.param in options else None
                if refused is None or refused == "max_completion_tokens":
                    raise
                del options[refused]
                if refused == "max_tokens":
                    options["max_completion_tokens"] = prompt.longest


def _failure(status: int, message: str) -> Failure:
    if status in (401, 403):
        return "key"
    if status == 404:
        return "model"
    if status == 429:
        return "busy"
    if any(word in message.lower() for word in _CONTEXT):
        return "context"
    return "failing" if status >= 500 else "request"


def _is_here(url: str) -> bool:
    """Whether an address is of this machine: no proxy stands before it."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
