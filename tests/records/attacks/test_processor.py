"""Issue 13, item 5: another processor, another numpy."""

import os
import subprocess
import sys

import numpy as np
import pytest

from simulator.cues.export.document import to_document
from simulator.cues.measurement import Measure, Measurement
from simulator.recording.manifest import installed_versions, processor
from simulator.scoring.folder import derived_files, judge_folder
from simulator.scoring.rubric import load_rubric
from tests.records.conftest import scored_call

pytestmark = pytest.mark.unit
OTHER = {
    "without AVX": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR", "OPENBLAS_CORETYPE": "Nehalem"},
    "four threads": {"OPENBLAS_NUM_THREADS": "4", "OMP_NUM_THREADS": "4"},
}
CODE = """
import sys
from pathlib import Path
from simulator.recording.folder import CallFolder
from simulator.scoring.folder import derived_files, judge_folder
from simulator.scoring.rubric import load_rubric
scored = judge_folder(CallFolder.open(Path(sys.argv[1])), load_rubric("certification"))
sys.stdout.buffer.write("".join(derived_files(scored).values()).encode())
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return scored_call(tmp_path_factory.mktemp("processor"))


@pytest.mark.parametrize("setting", OTHER)
def test_a_folder_scores_the_same_on_another_processor(folder, setting):
    here = "".join(derived_files(judge_folder(folder, load_rubric("certification"))).values())
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE, str(folder.path)], capture_output=True, check=True,
        env={**os.environ, **OTHER[setting]},
    )  # fmt: skip
    assert done.stdout.decode() == here


def test_what_two_versions_of_numpy_gave_is_written_alike():
    """190.8139 and 190.814 made `certify` refuse a call."""
    one, other = (
        to_document(Measurement(duration=320, measures={"f0_median_hz": Measure(value=value, unit="Hz")}))
        for value in (190.8139, 190.814)
    )
    assert one == other
    assert one["measures"]["f0_median_hz"]["value"] == 190.8


def test_numpy_is_2_and_the_manifest_names_the_processor():
    assert int(np.__version__.split(".")[0]) >= 2
    assert installed_versions()["processor"] == processor()
    assert len(processor().split()) >= 2
