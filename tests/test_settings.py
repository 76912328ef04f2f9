"""Settings: what is misspelt, empty or out of range is said so that it can be mended."""

from __future__ import annotations

from pathlib import Path

import pytest
from platformdirs import user_data_path

from index.errors import BadSetting
from index.settings import load_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a `.env` file."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("THALAENG_LOGN", "There is no setting THALAENG_LOGN; did you mean THALAENG_LOGIN?"),
        ("thalaeng_ad_password", "There is no setting THALAENG_AD_PASSWORD; did you mean THALAENG_ADD_PASSWORD?"),
        ("THALAENG_ZZZZ", "There is no setting THALAENG_ZZZZ. qa/README.md lists all settings."),
    ],
)
@pytest.mark.parametrize("in_file", [False, True])
def test_a_setting_that_does_not_exist_is_named(
    name: str, says: str, in_file: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if in_file:
        (folder / ".env").write_text(f"{name}=somebody:sesame\nOTHER_SERVICE=1\n", encoding="utf-8")
    else:
        monkeypatch.setenv(name, "somebody:sesame")
    with pytest.raises(BadSetting) as error:
        load_settings()
    assert str(error.value) == says


@pytest.mark.parametrize(
    ("written", "says"),
    [
        (b"# mine\nTHALAENG_LOGIN: anna:sesame\n", "Line 2 of .env cannot be read. Write NAME=value."),
        (b'THALAENG_LOGIN="anna:sesame\n', "Line 1 of .env cannot be read. Write NAME=value."),
        # As PowerShell writes it, and with a comment in the Thai code page.
        ("THALAENG_LOGIN=anna:sesame\n".encode("utf-16"), "The file .env is not text in UTF-8. Save it as UTF-8."),
        ("THALAENG_PORT=1 # ที่นี่\n".encode("cp874"), "The file .env is not text in UTF-8. Save it as UTF-8."),
    ],
)
def test_a_file_of_settings_that_cannot_be_read_is_said(written: bytes, says: str, folder: Path) -> None:
    (folder / ".env").write_bytes(written)
    with pytest.raises(BadSetting) as error:
        load_settings()
    assert str(error.value) == says


@pytest.mark.parametrize("written", ["\ufeffTHALAENG_PORT=1\r\n", "export THALAENG_PORT='1' # here\nodd of another\n"])
def test_what_is_no_fault_of_the_file_is_not_said(written: str, folder: Path) -> None:
    (folder / ".env").write_text(written, encoding="utf-8", newline="")
    assert load_settings().port == 1


def test_in_whatever_case_a_setting_is_one_and_what_tests_are_told_by_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in [("thalaeng_Port", "1"), ("THALAENG_TEST_HOME", "x"), ("THALAENG_FAULTS", "3")]:
        monkeypatch.setenv(name, value)
    assert load_settings().port == 1


def test_an_empty_variable_is_as_one_that_is_not_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "CORPUS", "PORT", "MODEL", "LLM_TIMEOUT"):
        monkeypatch.setenv(f"THALAENG_{name}", "")
    settings = load_settings()
    assert settings.home == user_data_path("thalaeng", appauthor=False)
    assert (settings.corpus, settings.port) == (Path("corpus"), 7860)
    (folder / ".env").write_text("THALAENG_HOME=/data\nTHALAENG_CORPUS=\n", encoding="utf-8")
    settings = load_settings()
    assert (settings.home, settings.corpus) == (Path("/data"), Path("corpus"))


def test_where_nothing_is_a_choice_an_empty_variable_goes_before_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("THALAENG_LOGIN=a:b\nTHALAENG_CHROMA_URL=http://10.0.0.5\n", encoding="utf-8")
    for name in ("LOGIN", "CHROMA_URL", "SNAPSHOT"):
        monkeypatch.setenv(f"THALAENG_{name}", "")
    settings = load_settings()
    assert (settings.login.get_secret_value(), settings.chroma_url, settings.snapshot) == ("", "", None)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CONCURRENCY", "-1", "should be 2 to 64, not '-1'."),
        ("PORT", "a lot", "should be a whole number, 0 to 65535, not 'a lot'."),
        ("LLM_TIMEOUT", "0.5", "should be 1 to 600, not '0.5'."),
        ("ROOT_PATH", "news", "should begin with /, such as /news, not 'news'."),
        ("LLM_URL", "localhost:11434", "should be an address such as http://127.0.0.1:11434/v1."),
        ("LLM_URL", "https://me:sesame@host/v1", "should be an address such as http://127.0.0.1:11434/v1."),
        ("CHROMA_URL", "x", "should be an address such as http://127.0.0.1:8000."),
        ("LOGIN", "sesame", "should be name:password."),
        ("ANSWER_WITH", "a poem", "should be one of quotes, local, llm, not 'a poem'."),
    ],
)
def test_a_value_that_will_not_do_is_said_with_what_would(
    name: str, value: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"THALAENG_{name}", value)
    with pytest.raises(BadSetting) as error:
        load_settings()
    assert str(error.value) == f"Setting {name.lower()} (THALAENG_{name}): {says}"
