"""Archives of models that somebody made on purpose: nothing is unpacked outside, nothing without end."""

import struct
import zipfile

import pytest

from simulator.errors import ModelError
from simulator.speech import install

pytestmark = pytest.mark.unit
NAME = "vosk-model-attack"


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path / "data"))
    return tmp_path / f"{NAME}.zip"


def refused(archive, says):
    with pytest.raises(ModelError, match=says):
        install.install_from(archive, name=NAME)
    assert not (install.models_folder() / NAME).exists()
    left = list(install.models_folder().rglob("*")) if install.models_folder().exists() else []
    assert left == []


def pack(archive, *members):
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(f"{NAME}/am/final.mdl", b"x")
        for member in members:
            file.writestr(member, b"x")


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/x", "c:/x", "a/c:x", "..\\x", "a\\..\\..\\x", "\\\\host\\x"])
def test_a_member_outside_is_refused(archive, tmp_path, name):
    pack(archive, name)
    refused(archive, "which no model does")
    assert not list(tmp_path.parent.glob("x"))


@pytest.mark.parametrize("name", ["./", ".", "a/./b", "//"])
def test_a_member_that_is_nothing_is_no_index_error(archive, name):
    pack(archive, zipfile.ZipInfo(name))
    try:
        assert install.install_from(archive, name=NAME).is_dir()
    except ModelError:
        pass


@pytest.mark.parametrize("kind", [0o120777, 0o010644, 0o020644])
def test_a_link_or_a_device_is_refused(archive, kind):
    member = zipfile.ZipInfo(f"{NAME}/odd")
    member.external_attr = kind << 16
    pack(archive, member)
    refused(archive, "which no model does")


def test_too_many_files_are_refused_before_they_are_listed(archive, monkeypatch):
    pack(archive, *(f"{NAME}/{n}" for n in range(install.MOST_FILES)))
    monkeypatch.setattr(zipfile, "ZipFile", None)  # not even its list is read
    refused(archive, "more files than a model has")


def test_a_list_that_lies_about_its_length_is_refused(archive):
    pack(archive, *(f"{NAME}/{n}" for n in range(install.MOST_FILES)))
    content = bytearray(archive.read_bytes())
    struct.pack_into("<HH", content, len(content) - 14, 1, 1)
    archive.write_bytes(content)
    refused(archive, "files of")


def test_more_bytes_than_a_model_has_are_refused(archive, monkeypatch):
    monkeypatch.setattr(install, "MOST_BYTES", 10_000_000)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"{NAME}/am/final.mdl", bytes(11_000_000))
    assert archive.stat().st_size < 20_000
    refused(archive, "it is not unpacked")


def test_a_huge_archives_other_list_is_refused(archive):
    pack(archive)
    content = archive.read_bytes()
    end = content.rfind(b"PK\5\6")
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, 0, 1)
    archive.write_bytes(content[:end] + locator + content[end:])
    refused(archive, "more files than a model has")
