"""Links to TensorFlow Playground: what they stand for, what is said about the rest, and the way back."""

import contextlib
import math
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.data.linked import LINKED
from playground.experiment import edits, files, link_writer, links
from playground.experiment.links import LinkError
from playground.experiment.model import Experiment
from playground.training.session import Session

FULL = (
    "https://playground.tensorflow.org/#activation=relu&regularization=L1&batchSize=7&dataset=spiral"
    "&regDataset=reg-plane&learningRate=0.1&regularizationRate=0.003&noise=15&networkShape=6,3,2&seed=0.12345"
    "&showTestData=true&discretize=false&percTrainData=70&x=true&y=false&xTimesY=true&xSquared=false"
    "&ySquared=false&cosX=false&sinX=true&cosY=false&sinY=false&collectStats=false&problem=classification"
    "&initZero=false&hideText=false"
)


def experiment(text: str) -> Experiment:
    """Return what a link stands for, which must leave no note."""
    opened = links.read(f"#seed=0.5&{text}")
    assert opened.notes == ()
    return opened.experiment


def notes(text: str) -> str:
    """Return all notes of a link as one text."""
    return " ".join(links.read(f"#seed=0.5&{text}").notes)


def test_that_a_whole_link_is_taken_over():
    opened = links.read(FULL)
    made = opened.experiment
    data, training = made.data, made.training
    assert opened.notes == ()
    assert (opened.show_test_points, opened.discretize) == (True, False)
    assert (data.dataset, data.samples, data.noise, data.train_fraction) == ("spiral", 500, 0.15, 0.7)
    assert data.link_seed == "0.12345"
    assert data.features == ("x1", "x1_x2", "sin_x1")
    assert [(layer.units, layer.activation, layer.initializer) for layer in made.layers] == [
        (6, "relu", "uniform"),
        (3, "relu", "uniform"),
        (2, "relu", "uniform"),
    ]
    assert (training.learning_rate, training.batch_size) == (0.1, 7)
    assert (training.regularizer, training.regularization_rate) == ("l1", 0.003)
    assert (training.rule, training.precision) == ("tensorflow_playground", "float64")
    assert link_writer.write(made)[1] == ()


def test_that_an_empty_link_is_the_pages_usual_experiment():
    opened = links.read("https://playground.tensorflow.org/")
    made = opened.experiment
    assert made.data.dataset == "circle"
    assert [layer.units for layer in made.layers] == [4, 2]
    assert (made.training.learning_rate, made.training.batch_size) == (0.03, 10)
    assert "seed" in opened.notes[0]


@pytest.mark.parametrize("linked", LINKED, ids=lambda linked: linked.name)
def test_that_each_data_set_has_the_losses_of_the_original(linked):
    # The original's own functions gave these, for the start and after 5 epochs.
    known = {
        "circle": [0.5123648280683257, 0.4983982662059884, 0.4953074261763811, 0.49516305366993624],
        "xor": [0.5056039227883182, 0.5050538570827589, 0.4945019816516655, 0.5374879287793738],
        "gauss": [0.4652611187211652, 0.5045913655649145, 0.16121113684808322, 0.19428465168324807],
        "spiral": [0.5194854685108206, 0.5013458391458715, 0.5028903698496965, 0.5282725549763023],
        "reg-plane": [0.23352445749495385, 0.22316798790340692, 0.08042218452873744, 0.07074300093496025],
        "reg-gauss": [0.12161024347977227, 0.11561627588041766, 0.04316026671783286, 0.04144234300637788],
    }
    name = "dataset" if linked.dataset.task == "classification" else "regDataset"
    text = (
        f"#problem={linked.dataset.task}&{name}={linked.name}&seed=0.31415&noise=25&percTrainData=40&y=false"
        "&sinY=true&networkShape=3&activation=sigmoid&regularization=L1&learningRate=0.1"
        "&regularizationRate=0.03&batchSize=7"
    )
    session = Session.for_experiment(links.read(text).experiment)
    session.train(10_000, 5)
    history = session.take_history()
    losses = [loss for epoch in (0, 5) for loss in (history.train_loss[epoch], history.watched_loss[epoch])]
    assert losses == pytest.approx(known[linked.name], rel=1e-9)


def test_that_start_from_zero_and_no_hidden_layer_are_taken_over():
    made = experiment("initZero=true&networkShape=")
    assert made.layers == ()
    assert made.output.initializer == "zeros"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3.0),
        ("+3.", 3.0),
        ("-.5e-1", -0.05),
        ("0x1F", 31.0),
        ("0b11", 3.0),
        ("0O17", 15.0),
        ("", 0.0),
        ("Infinity", math.inf),
        ("-Infinity", -math.inf),
        ("0x" + "f" * 5000, math.inf),
        ("9" * 5000, math.inf),
    ],
)
def test_that_a_text_is_the_number_that_javascript_reads(text, value):
    assert links.number(text) == value


@pytest.mark.parametrize("text", ["abc", "1_000", "inf", "nan", "1e", ".", "-0x1", "0x", "1,5", "%201", "١"])
def test_that_a_text_that_javascript_cannot_read_is_no_number(text):
    assert math.isnan(links.number(text))


@pytest.mark.parametrize(
    ("text", "noise"),
    [("-5", 0.0), ("12.5", 0.125), ("65", 0.65), ("80", 0.8), ("81", 0.5), ("Infinity", 0.5), ("0x10", 0.16)],
)
def test_that_noise_is_bounded_as_on_the_page(text, noise):
    assert experiment(f"noise={text}").data.noise == noise


def test_that_booleans_are_anything_but_false_and_empty():
    made = experiment("x=&y=no&sinX=0&sinY=false")
    assert made.data.features == ("x1", "x2", "sin_x1")


def test_that_a_batch_size_counts_whatever_its_sign_and_layers_are_rounded_up():
    made = experiment("batchSize=-10&networkShape=2.5,0x3")
    assert made.training.batch_size == 10
    assert [layer.units for layer in made.layers] == [3, 3]


def test_that_the_rows_are_divided_where_the_page_divides_them():
    # 500 * 57.4 / 100 is a little less than 287 there.
    made = experiment("percTrainData=57.4")
    session = Session.for_experiment(made)
    assert len(session.prepared.train_rows) == math.floor(500 * 57.4 / 100)


def test_that_a_hidden_input_is_gone_even_if_it_is_on():
    assert experiment("sinX=true&sinX_hide=true").data.features == ("x1", "x2")


def test_that_a_seed_is_what_the_browser_makes_of_it():
    assert experiment("seed=é b").data.link_seed == "%C3%A9%20b"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("activation=gelu", "knows no activation “gelu” and takes tanh"),
        ("dataset=moons", "knows no dataset “moons”"),
        ("problem=other", "knows no problem “other”"),
        ("learningRate=fast", "learningRate=fast is not a number, so 0.03 is used"),
        ("learningRate=1000", "so 100 is used"),
        ("percTrainData=0", "so 10 is used"),
        ("batchSize=0", "so 1 is used"),
        ("noise=abc", "noise=abc is not a number, so 0 is used"),
        ("cosX=true", "cosX"),
        ("tutorial=intro", "“intro”"),
        ("playButton_hide=true&noise_hide=true", "controls, which stay in sight here: playButton, noise"),
        ("learningrate=1&=&x", "ignores: learningrate"),
    ],
)
def test_that_what_is_not_taken_over_is_said(text, named):
    assert named in notes(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("hello", "no link to TensorFlow Playground"),
        ("", "no link"),
        ("#", "no link"),
        ("https://example.org/#top", "no link"),
        ("#networkShape=4,2000", "“2000” neurons; there can be from 1 to 1024"),
        ("#networkShape=4,,2", "“” neurons"),
        ("#networkShape=0", "“0” neurons"),
        ("#networkShape=NaN", "“NaN” neurons"),
        ("#networkShape=1,1,1,1,1,1,1,1,1,1,1,1,1", "13 hidden layers; there can be at most 12"),
        ("#x=false&y=false", "switches every input off"),
        ("#seed=" + "1" * 500, "too long"),
    ],
)
def test_that_a_link_that_cannot_be_opened_is_refused_in_words(text, named):
    with pytest.raises(LinkError, match=r"^[A-Z].*[.]$") as refusal:
        links.read(text)
    assert named in str(refusal.value)


SHAPES = st.lists(st.integers(1, 9), max_size=5).map(lambda units: ",".join(map(str, units)))
FIELDS = st.fixed_dictionaries(
    {
        "activation": st.sampled_from(links.ACTIVATIONS),
        "problem": st.sampled_from(["classification", "regression"]),
        "dataset": st.sampled_from(["circle", "xor", "gauss", "spiral"]),
        "regDataset": st.sampled_from(["reg-plane", "reg-gauss"]),
        "learningRate": st.sampled_from(["0.00001", "0.03", "10"]),
        "regularization": st.sampled_from(["none", "L1", "L2"]),
        "regularizationRate": st.sampled_from(["0", "0.003", "10"]),
        "noise": st.integers(0, 80).map(str),
        "batchSize": st.integers(1, 30).map(str),
        "percTrainData": st.integers(10, 90).map(str),
        "networkShape": SHAPES,
        "seed": st.text(string.digits + ".-", min_size=1, max_size=9),
        "x": st.just("true"),
        **{name: st.sampled_from(["true", "false"]) for name in links.FEATURES if name != "x"},
        "initZero": st.sampled_from(["true", "false"]),
    }
)


@given(FIELDS)
def test_that_what_was_read_is_written_and_read_again(fields):
    made = links.read("#" + "&".join(f"{name}={value}" for name, value in fields.items())).experiment
    text, lost = link_writer.write(made)
    assert lost == ()
    assert links.read(text).experiment == made


NAMES = st.one_of(st.sampled_from([*links.NAMES, "x_hide"]), st.text(max_size=5))
PAIRS = st.lists(st.tuples(NAMES, st.text(max_size=8)).map("=".join), max_size=6)


@given(st.one_of(st.text(), PAIRS.map(lambda pairs: "#seed=1&" + "&".join(pairs))))
def test_that_no_text_raises_anything_but_a_refusal(text):
    with contextlib.suppress(LinkError):
        assert all(note.endswith(".") for note in links.read(text).notes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda e: edits.set_activation(e, "layer2", "tanh"),
            "the same activation there: ReLU",
        ),
        (lambda e: edits.set_activation(e, "output", "linear"), "The output is always tanh there"),
        (lambda e: edits.set_optimizer(e, "adam"), "not Adam"),
        (lambda e: edits.set_dataset(e, "moons"), "has no Moons: the link opens Circle"),
        (lambda e: edits.set_data(e, samples=100), "There are always 500 points there, not 100"),
        (lambda e: edits.set_data(e, seed=3), "The points are others there"),
        (lambda e: edits.set_data(e, scaling="standard"), "not scaled"),
        (lambda e: edits.set_seed(e, 1), "The first weights are others there"),
        (lambda e: edits.set_initializer(e, "layer1", "he_normal"), "drawn evenly"),
        (lambda e: edits.add_layer(e, 1, kind="dropout"), "leaves out: Dropout"),
        (lambda e: edits.set_training(e, precision="float32"), "float64"),
        (lambda e: edits.set_training(e, schedule="cosine"), "learning rate stays the same"),
        (lambda e: edits.set_training(e, rule="mini_batch"), "not shuffled anew"),
        (lambda e: edits.set_training(e, regularizer="weight_decay"), "no Weight decay there"),
        (lambda e: edits.set_loss(e, "mse"), "half the squared error"),
    ],
)
def test_that_what_a_link_cannot_say_is_said(change, said):
    text, lost = link_writer.write(change(links.read(FULL).experiment))
    assert any(said in sentence for sentence in lost)
    links.read(text)


@pytest.mark.parametrize("name", files.examples())
def test_that_every_example_has_a_link_that_opens(name):
    text, lost = link_writer.write(files.example(name), show_test_points=True, discretize=True)
    opened = links.read(text)
    assert lost
    assert opened.show_test_points
    assert opened.discretize
    assert opened.notes == ()


def test_that_an_edit_beyond_the_rule_leaves_it_and_others_do_not():
    made = links.read(FULL).experiment
    for kept in (
        edits.set_data(made, noise=0.3),
        edits.set_dataset(made, "plane"),
        edits.set_units(made, "layer1", 5),
        edits.set_training(made, learning_rate=1.0, regularizer="l2", batch_size=3),
    ):
        assert (kept.training.rule, kept.data.link_seed) == ("tensorflow_playground", "0.12345")
    for left in (
        edits.set_optimizer(made, "adam"),
        edits.add_layer(made, 0, kind="dropout"),
        edits.set_loss(made, "mse"),
        edits.set_training(made, clipping="norm"),
    ):
        assert left.training.rule == "mini_batch"
        assert left.data.link_seed == "0.12345"


def test_that_other_rows_leave_the_link():
    made = experiment("noise=70")
    for left in (
        edits.set_data(made, seed=1),
        edits.set_data(made, samples=200),
        edits.set_dataset(made, "moons"),
        edits.set_all_seeds(made, 5),
    ):
        assert left.data.link_seed is None
        assert left.data.noise == 0.5
        assert left.training.rule == "tensorflow_playground"


def test_that_other_starting_weights_leave_the_rows():
    made = experiment("noise=70")
    first, second = (Session.for_experiment(each) for each in (made, edits.set_seed(made, 1)))
    assert (first.prepared.x_train == second.prepared.x_train).all()
    assert first.network.get_parameters()[1] != second.network.get_parameters()[1]


def test_that_a_rewound_run_has_the_same_weights():
    session = Session.for_experiment(experiment("noise=5"))
    start = session.network.get_parameters()
    session.train(30)
    session.rewind()
    assert (session.network.get_parameters() == start).all()
