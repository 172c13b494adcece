import json
import stat
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner

from simulator.cues.contract import MeasureOutput
from simulator.errors import InputError
from simulator.recording.audio import write_audio
from tests.command_line import command as command_of
from tests.cues.voices import join, say, silence

pytestmark = pytest.mark.unit
export, measure, plot = (command_of(name) for name in ("export", "measure", "plot"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("audio")
    trainee = join(silence(4.8), say(3.2), silence(3), say(1.8, seed=4), silence(2.2), seed=9)
    customer = join(silence(1), say(3, f0=210, seed=7), silence(5), say(4, f0=210, seed=8), silence(2))
    write_audio(made / "trainee.wav", trainee)
    write_audio(made / "customer.flac", customer)
    write_audio(made / "short.wav", customer[:160000])
    import soundfile

    soundfile.write(made / "stereo.wav", np.stack([trainee, customer], axis=1), 16000, subtype="PCM_16")
    (made / "words.json").write_text(
        json.dumps(
            [
                {"word": w, "start_ms": 4900 + 300 * i, "stop_ms": 5100 + 300 * i}
                for i, w in enumerate("i am very sorry".split())
            ]
        ),
        encoding="utf-8",
    )
    return made


def run(command, *args):
    return CliRunner().invoke(command, [str(arg) for arg in args])


def test_json_is_the_contract(folder, tmp_path):
    done = run(
        measure, folder / "trainee.wav", "--customer", folder / "customer.flac", "--transcript", folder / "words.json",
        "--json", "--tracks", tmp_path / "tracks.npz",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    found = MeasureOutput.model_validate_json(done.stdout)
    assert found.duration_ms == 15000
    assert found.measures["words_per_minute"].value == pytest.approx(48, rel=0.05)
    assert found.measures["interruptions"].value == 1
    assert found.measures["steadiness"].value is None
    assert "s needed" in found.measures["steadiness"].reason
    (overlap,) = found.spans.overlaps
    assert overlap.kind == "interruption"
    assert [len(pair) for pair in found.spans.trainee_speech] == [2, 2]
    plain = json.loads(done.stdout)
    assert plain["schema"] == "hotseat.measure/1"
    assert isinstance(plain["measures"]["interruptions"]["value"], int)


def test_tracks_are_as_promised(folder, tmp_path):
    run(measure, folder / "trainee.wav", "--tracks", tmp_path / "tracks.npz", "--json")
    with np.load(tmp_path / "tracks.npz") as tracks:
        assert set(tracks) == {"f0_hz", "f0_time_ms", "level_dbfs", "level_time_ms"}
        assert tracks["f0_hz"].dtype == tracks["level_dbfs"].dtype == np.float32
        assert tracks["f0_time_ms"][:3].tolist() == [5, 15, 25]
        assert len(tracks["f0_hz"]) == len(tracks["level_dbfs"]) == len(tracks["level_time_ms"]) == 1500
        assert np.isnan(tracks["f0_hz"][:400]).all()
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "tracks.npz").stat().st_mode) == 0o600


def test_the_table_is_for_people(folder):
    done = run(measure, folder / "trainee.wav", "--customer", folder / "customer.flac")
    assert "talk_share" in done.stdout
    assert "interruption at 0:1" in done.stdout
    assert "unmeasurable" in done.stdout


def test_a_shorter_track_is_padded_with_a_note(folder):
    done = run(measure, folder / "trainee.wav", "--customer", folder / "short.wav", "--json")
    assert json.loads(done.stdout)["duration_ms"] == 15000
    assert "short.wav is 5.000 s shorter than the other track" in done.stderr


def test_a_stereo_file_can_hold_both(folder):
    done = run(measure, folder / "stereo.wav", "--channels", "lr", "--json")
    assert json.loads(done.stdout)["measures"]["interruptions"]["value"] == 1
    mixed = run(measure, folder / "stereo.wav", "--json")
    assert "--channels lr" in mixed.stderr
    other = run(measure, folder / "stereo.wav", "--channels", "rl", "--json")
    assert json.loads(other.stdout)["measures"]["f0_median_hz"]["value"] == pytest.approx(210, rel=0.03)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nowhere.wav"], "no file"),
        (["words.json"], "not audio"),
        (["trainee.wav", "--transcript", "trainee.wav"], "not UTF-8|not JSON"),
        (["stereo.wav", "--channels", "lr", "--customer", "short.wav"], "not both"),
        (["trainee.wav", "--channels", "lr"], "no channel 1"),
        (["trainee.wav", "--tracks", "tracks.txt"], "must end in .npz"),
    ],
)
def test_wrong_input_is_said(folder, args, message):
    placed = [arg if arg.startswith("-") or arg == "lr" else folder / arg for arg in args]
    done = run(measure, *placed)
    with pytest.raises(Exception, match=message):
        raise done.exception


def test_the_transcript_of_another_recording_is_refused(folder, tmp_path):
    words = [{"word": "hello", "start_ms": 0, "stop_ms": 300}, {"word": "goodbye", "start_ms": 99000, "stop_ms": 99400}]
    (tmp_path / "other.json").write_text(json.dumps(words), encoding="utf-8")
    done = run(measure, folder / "trainee.wav", "--transcript", tmp_path / "other.json", "--json")
    with pytest.raises(InputError, match=r"the word 'goodbye' at 1:39\.0, and the recording ends at 0:"):
        raise done.exception


def read_textgrid(text):
    """Tiers of a TextGrid as [(name, [(start, stop, label)])], by the long format's own words."""
    tiers = []
    for block in text.split("    item [")[1:]:
        name = block.split('name = "')[1].split('"')[0]
        rows = []
        for part in block.split("intervals [")[1:]:
            start = float(part.split("xmin = ")[1].split()[0])
            stop = float(part.split("xmax = ")[1].split()[0])
            rows.append((start, stop, part.split('text = "')[1].rsplit('"', 1)[0]))
        tiers.append((name, rows))
    return tiers


def test_textgrid_covers_the_call_without_a_gap(folder):
    text = run(export, folder / "trainee.wav", "--customer", folder / "customer.flac").stdout
    tiers = read_textgrid(text)
    assert [name for name, _ in tiers][:3] == ["trainee speech", "customer speech", "overlaps"]
    for _, rows in tiers:
        assert rows[0][0] == 0
        assert rows[-1][1] == 15
        assert all(one[1] == two[0] and one[0] < one[1] for one, two in pairwise(rows))
    assert [row[2] for row in dict(tiers)["overlaps"] if row[2]] == ["interruption"]


def test_praat_opens_the_textgrid(folder, tmp_path):
    parselmouth = pytest.importorskip("parselmouth", reason="Praat is not installed: pip install praat-parselmouth")
    run(export, folder / "trainee.wav", "-o", tmp_path / "call.TextGrid")
    grid = parselmouth.read(str(tmp_path / "call.TextGrid"))
    assert parselmouth.praat.call(grid, "Get label of interval", 1, 2) == "speech"
    assert parselmouth.praat.call(grid, "Get end time") == 15


def test_rttm_is_nists(folder):
    rows = run(export, folder / "trainee.wav", "--customer", folder / "customer.flac", "--format", "rttm").stdout
    fields = [row.split() for row in rows.splitlines()]
    assert all(len(row) == 10 and row[0] == "SPEAKER" and row[1] == "trainee" for row in fields)
    assert [row[7] for row in fields] == ["customer", "trainee", "customer", "trainee"]
    assert float(fields[1][3]) == pytest.approx(4.8, abs=0.06)
    assert float(fields[1][4]) == pytest.approx(3.2, abs=0.08)


def test_elan_audacity_and_webvtt(folder):
    args = (folder / "trainee.wav", "--customer", folder / "customer.flac", "--format")
    elan = [row.split("\t") for row in run(export, *args, "elan").stdout.splitlines()]
    assert elan[0] == ["tier", "begin_ms", "end_ms", "duration_ms", "annotation"]
    assert all(int(row[2]) - int(row[1]) == int(row[3]) > 0 for row in elan[1:])
    audacity = [row.split("\t") for row in run(export, *args, "audacity").stdout.splitlines()]
    assert all(len(row) == 3 and float(row[0]) < float(row[1]) for row in audacity)
    assert "overlaps: interruption" in [row[2] for row in audacity]
    vtt = run(export, *args, "webvtt").stdout
    assert vtt.startswith("WEBVTT\n\n1\n00:00:0")
    assert "<v customer>speech" in vtt


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_picture_is_one_and_the_same(folder, tmp_path, kind):
    for name in ("one", "two"):
        done = run(
            plot, folder / "trainee.wav", "--customer", folder / "customer.flac", "-o", tmp_path / f"{name}.{kind}"
        )
        assert done.exit_code == 0, done.exception
    one, two = ((tmp_path / f"{name}.{kind}").read_bytes() for name in ("one", "two"))
    assert one == two
    if kind == "png":
        assert one.startswith(b"\x89PNG")
    else:
        texts = [node.text for node in ET.fromstring(one).iter("{http://www.w3.org/2000/svg}text")]
        assert "trainee speaks (2)" in texts
        assert "interruptions (1)" in texts


def test_a_picture_of_a_minute_reads_in_minutes_and_of_one_speaker_has_no_overlaps(folder, tmp_path):
    track = join(silence(30), say(2), silence(30))
    write_audio(tmp_path / "long.wav", track)
    assert run(plot, tmp_path / "long.wav", "-o", tmp_path / "long.svg").exit_code == 0
    tree = ET.fromstring((tmp_path / "long.svg").read_bytes())
    texts = [node.text for node in tree.iter("{http://www.w3.org/2000/svg}text")]
    assert {"0:30", "1:00", "trainee speaks (1)"} <= set(texts)
    assert not any(text.startswith(("interruptions", "customer")) for text in texts)


def test_measuring_loads_nothing_it_does_not_need(folder):
    args = [str(folder / "trainee.wav"), "--customer", str(folder / "trainee.wav"), "--json"]
    code = (
        "import sys; from simulator.cli.main import main; sys.argv = ['hotseat', 'measure', *sys.argv[1:]]\n"
        "try: main()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["schema"] == "hotseat.measure/1"
    heavy = {"pydantic", "yaml", "rich", "soundfile", "soxr", "matplotlib", "platformdirs"}
    assert not heavy & set(done.stderr.split())


def test_a_picture_needs_a_name_that_says_what_it_is(folder, tmp_path):
    done = run(plot, folder / "trainee.wav", "-o", tmp_path / "x.gif")
    assert "must end in .png or .svg" in str(done.exception)
