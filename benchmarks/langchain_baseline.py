"""The chain that tutorials build, over the same releases with the same model: what the figures are held against.

`RecursiveCharacterTextSplitter(1000, 200)`, `HuggingFaceEmbeddings` with the model's own prompts, and `Chroma`
by cosine. Needs `pip install -e '.[baseline]'`.
"""

from __future__ import annotations

import sys
from typing import Any

from index.convert import quiet_libraries
from index.embed import default_model_folder
from index.release import canonical_url
from index.settings import DEFAULT_MODEL, Settings
from index.store import Store

__all__ = ["LangChainBaseline", "is_installed"]

_CHUNK, _OVERLAP = 1000, 200
# Chunks looked at for a question, and chunks put into Chroma at a time.
_NEAREST = 30
_BATCH = 512


class LangChainBaseline:
    """The chunks of all releases of a home, in a Chroma folder of their own there.

    Made in a quarter of an hour, and again where the index or the model has changed since.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        quiet_libraries()
        from langchain_chroma import Chroma
        from langchain_huggingface import HuggingFaceEmbeddings

        embeddings = HuggingFaceEmbeddings(
            model_name=str(default_model_folder(settings)) if settings.model == DEFAULT_MODEL else settings.model,
            encode_kwargs={"prompt_name": "passage"},
            query_encode_kwargs={"prompt_name": "query"},
        )
        self._chroma = Chroma(
            "chunks",
            embedding_function=embeddings,
            persist_directory=str(settings.home / "langchain"),
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        done = settings.home / "langchain" / "complete"
        made_of = f"{store.meta('fingerprint')} {store.meta('generation')}"
        if not done.is_file() or done.read_text(encoding="utf-8") != made_of:
            self._chroma.reset_collection()
            self._fill(store)
            done.write_text(made_of, encoding="utf-8")

    def _fill(self, store: Store) -> None:
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
        waiting: list[tuple[str, str]] = []
        count = 0
        for stored in store.releases():
            release = stored.release
            waiting += [(chunk, release.url) for chunk in splitter.split_text(f"{release.title}\n{release.text}")]
            if len(waiting) >= _BATCH:
                count += self._put(waiting)
                print(f"LangChain baseline: {count} chunks", file=sys.stderr)
                waiting = []
        self._put(waiting)

    def _put(self, chunks: list[tuple[str, str]]) -> int:
        if chunks:
            self._chroma.add_texts([text for text, _ in chunks], [{"url": url} for _, url in chunks])
        return len(chunks)

    def ask(self, question: str) -> tuple[list[str], list[str]]:
        """The addresses of the releases nearest to a question, best first, and the nearest chunks."""
        found: list[Any] = self._chroma.similarity_search(question, k=_NEAREST)
        addresses = [canonical_url(str(document.metadata["url"])) for document in found]
        return list(dict.fromkeys(addresses)), [str(document.page_content) for document in found]


def is_installed() -> bool:
    """Whether the packages of the baseline are there."""
    from importlib.util import find_spec

    return all(find_spec(name) is not None for name in ("langchain_chroma", "langchain_huggingface"))
