"""Profiles are data: all of them load, faults are told by file, and their voices exist."""

import itertools
import os
import subprocess

import pytest

from simulator.datafile import data_folder
from simulator.errors import InputError
from simulator.speech.profiles import list_profiles, load_profile
from simulator.vocabulary import BANDS

pytestmark = pytest.mark.unit
RAY = (data_folder("voices") / "ray.toml").read_text(encoding="utf-8")


def test_there_are_men_and_women_old_and_young_from_several_places():
    profiles = list_profiles()
    assert len(profiles) >= 8
    assert sum(profile.gender == "woman" for profile in profiles) >= 4
    assert sum(profile.gender == "man" for profile in profiles) >= 4
    assert min(profile.age for profile in profiles) < 25
    assert max(profile.age for profile in profiles) > 65
    assert len({profile.accent for profile in profiles}) >= 4
    assert len({profile.espeak.voice for profile in profiles}) == len(profiles)


@pytest.mark.parametrize("profile", list_profiles(), ids=lambda profile: profile.name)
def test_every_step_up_in_anger_is_faster_higher_louder_and_breathless(profile):
    ladder = [profile.bands[band] for band in BANDS]
    for calmer, angrier in itertools.pairwise(ladder):
        assert angrier.rate_wpm > calmer.rate_wpm
        assert angrier.pitch_semitones > calmer.pitch_semitones
        assert angrier.level_dbfs > calmer.level_dbfs
        assert angrier.pauses < calmer.pauses
        assert angrier.range_percent >= calmer.range_percent


def test_the_variants_named_are_there():
    if os.name != "posix":
        pytest.skip("espeak-ng is not the engine here")
    listed = subprocess.run(["espeak-ng", "--voices=variant"], capture_output=True, text=True, check=True).stdout
    known = {line.split("!v/")[1].split()[0] for line in listed.splitlines() if "!v/" in line}
    assert {profile.espeak.voice.partition("+")[2] for profile in list_profiles()} <= known


def test_a_profile_of_your_own(tmp_path):
    path = tmp_path / "ada.toml"
    path.write_text(RAY.replace('name = "ray"', 'name = "ada"'), encoding="utf-8")
    assert load_profile(path).name == "ada"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "ray"', 'name = "rey"', "it must be 'ray', like the file"),
        ('gender = "man"', 'gender = "robot"', "gender: .*'woman' or 'man'.*'robot'"),
        ("rate_wpm = 196", "rate_wpm = 900", "bands.furious.rate_wpm: .*less than or equal to 320.*900"),
        ("furious   = ", "livid = ", "bands.livid"),
        ('voice = "en-us+m3"', 'voice = "klingon"', "espeak.voice"),
        ("accent = ", "accent ", "not TOML"),
        ("[sapi5]", "volume = 2\n[sapi5]", "volume"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path, old, new, told):
    path = tmp_path / "ray.toml"
    assert old in RAY
    path.write_text(RAY.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=told):
        load_profile(path)


def test_a_band_that_is_missing_is_named(tmp_path):
    path = tmp_path / "ray.toml"
    path.write_text("\n".join(line for line in RAY.splitlines() if not line.startswith("cool")), encoding="utf-8")
    with pytest.raises(InputError, match="bands are missing: cool"):
        load_profile(path)


def test_no_such_voice_names_those_there_are():
    with pytest.raises(InputError, match=r"no voice 'nobody'; choose charlotte, .*vinnie"):
        load_profile("nobody")
    with pytest.raises(InputError, match="cannot read"):
        load_profile("nowhere/nobody.toml")
