"""A pack gives back what was put in, knows what it lacks, and takes sentences apart into its lines."""

import numpy as np
import pytest

from simulator.errors import ModelError
from simulator.speech.natural.voice_pack import PackedLine, VoicePack, encode, find_pack, own_pack, pack_bytes, parts_of

pytestmark = pytest.mark.unit
TEXTS = ("No.", "That's not it.", "No. Never.", "Where is it?")


def line(seed=1):
    times = np.arange(16_000) / 16_000
    tone = (0.3 * np.sin(2 * np.pi * 180 * seed * times) * np.hanning(16_000)).astype(np.float32)
    f0_hz = np.where(np.arange(100) % 10 < 5, 180.0 * seed, 0.0)
    return PackedLine(samples=tone, f0_hz=f0_hz)


@pytest.fixture
def pack(tmp_path):
    path = tmp_path / "story.zip"
    path.write_bytes(pack_bytes("model 1", "af_heart", {text: encode(line()) for text in TEXTS}))
    opened = VoicePack(path)
    yield opened
    opened.close()


def test_a_line_comes_back_as_it_was(pack):
    kept, was = pack.line("No."), line()
    assert len(kept.samples) == len(was.samples)
    assert np.corrcoef(kept.samples, was.samples)[0, 1] > 0.98
    assert np.array_equal(kept.f0_hz > 0, was.f0_hz > 0)
    assert np.abs(12 * np.log2(kept.f0_hz[kept.f0_hz > 0] / 180)).max() <= 0.13


def test_the_same_line_is_the_same_bytes():
    assert encode(line()) == encode(line())
    assert encode(line()) != encode(line(2))


def test_what_is_said_together_is_found_in_parts(pack):
    assert parts_of("No.", pack) == ("No.",)
    assert parts_of("No. Never.", pack) == ("No. Never.",)
    assert parts_of("No. Where is it?", pack) == ("No.", "Where is it?")
    whole = "That's not it. No. Never. Where is it?"
    assert parts_of(whole, pack) == ("That's not it.", "No. Never.", "Where is it?")
    assert parts_of("No. Nothing else.", pack) == ()
    assert pack.lacks(("No.", "Yes.")) == ("Yes.",)


def test_a_line_that_is_not_there_is_named(pack):
    with pytest.raises(ModelError, match=r"'Yes\.' cannot be read"):
        pack.line("Yes.")


def test_what_is_no_pack_is_refused(tmp_path):
    path = tmp_path / "story.zip"
    path.write_bytes(b"no zip at all")
    with pytest.raises(ModelError, match="is no voice pack"):
        VoicePack(path)


def test_only_a_whole_pack_of_the_right_voice_speaks(tmp_path, monkeypatch):
    monkeypatch.setenv("HOTSEAT_DATA", str(tmp_path))
    path = own_pack("story")
    path.parent.mkdir()
    path.write_bytes(pack_bytes("model 1", "af_heart", {text: encode(line()) for text in TEXTS}))
    found = find_pack("story", "af_heart", TEXTS)
    assert found is not None
    found.close()
    assert find_pack("story", "af_heart", (*TEXTS, "One more.")) is None
    assert find_pack("story", "bm_lewis", TEXTS) is None
    path.write_bytes(path.read_bytes()[:500])
    assert find_pack("story", "af_heart", TEXTS) is None
