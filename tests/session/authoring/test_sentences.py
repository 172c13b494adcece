"""A file as a form: every field keeps what it says, and a changed field changes nothing else."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.customer.scenario import FILE, Scenario
from simulator.datafile import data_folder, read_yaml
from simulator.errors import InputError
from simulator.scoring.rubric import SHIPPED
from simulator.session.authoring.sentences import add_entry, parts_of, read_place, set_field
from simulator.session.stories import EXAMPLE

pytestmark = pytest.mark.unit
STORY = (EXAMPLE / FILE).read_text("utf-8")
FIELDS = [field for part in parts_of(STORY) for entry in part.entries for field in entry.fields]
SAID = st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=60).filter(str.strip)


def load(text):
    """Another reader than the product's own: YAML with its usual rules."""
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def at(data, place):
    for part in place:
        data = data[part]
    return data


def put(data, place, value):
    at(data, place[:-1])[place[-1]] = value
    return data


@pytest.mark.parametrize(
    "path", [data_folder("scenarios") / "missing-sofa" / FILE, SHIPPED / "practice.yaml"], ids=lambda path: path.stem
)
def test_a_field_that_is_set_to_what_it_says_changes_nothing(path):
    text = path.read_text("utf-8")
    whole = load(text)
    fields = [field for part in parts_of(text) for entry in part.entries for field in entry.fields]
    assert len(fields) > 100
    for field in fields[::23]:
        assert load(set_field(text, field.place, field.value)) == whole


@settings(max_examples=40)
@given(st.sampled_from([field for field in FIELDS if not field.many]), SAID)
def test_a_changed_value_is_the_only_change_and_comments_stay(field, value):
    made = set_field(STORY, field.place, value)
    wanted = put(load(STORY), read_place(field.place), " ".join(value.split()))
    found = load(made)
    put(found, read_place(field.place), str(at(found, read_place(field.place))))  # a number may stay a number
    assert found == wanted
    assert made.count("  # ") >= STORY.count("  # ")


@settings(max_examples=40)
@given(st.sampled_from([field for field in FIELDS if field.many and not field.band]), st.lists(SAID, max_size=4))
def test_a_changed_list_is_the_only_change(field, lines):
    made = load(set_field(STORY, field.place, "\n".join(lines)))
    assert made == put(load(STORY), read_place(field.place), [" ".join(line.split()) for line in lines])


def test_a_line_of_the_customer_may_become_several():
    made = set_field(STORY, '["vents", 0, "say", "calm"]', "There is no wheel.\nThe wheel is not there.")
    assert load(made)["vents"][0]["say"]["calm"] == ["There is no wheel.", "The wheel is not there."]


def test_an_entry_can_be_added_everywhere_where_the_form_offers_it_and_the_file_can_still_be_read(tmp_path):
    text, path = STORY, tmp_path / FILE
    adds = [place for part in parts_of(STORY) for place in part.adds]
    assert len(adds) == 5
    for place in adds:
        before, text = text, add_entry(add_entry(text, place), place)
        assert len(at(load(text), read_place(place))) == len(at(load(before), read_place(place))) + 2
    path.write_text(text, "utf-8")
    assert len(read_yaml(path, Scenario).facts) == 5


@pytest.mark.parametrize(
    "place", ["", "[", "{}", '["nothing"]', '["facts"]', '["vents", 99, "id"]', "[null]", '["title", 0]', "[" * 5000]
)
def test_a_place_that_is_none_is_refused(place):
    with pytest.raises(InputError, match=r"place|value"):
        set_field(STORY, place, "x")
    with pytest.raises(InputError, match=r"place|cannot be added"):
        add_entry(STORY, place.replace("facts", "needs"))


@pytest.mark.parametrize("text", ["", "- a\n", "a: [", "a: !!python/object:x {}\n"])
def test_what_is_no_file_of_keys_has_no_form(text):
    with pytest.raises(InputError):
        parts_of(text)
