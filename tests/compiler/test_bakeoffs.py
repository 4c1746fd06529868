"""Bake-offs: what they ask for can be scored, and their cells are nodes beside the plan."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

from compiler_bundles import case_bundle

from compiler.bakeoffs import OPERATION, VERSION, Trials
from compiler.compilation import Compilation, compile_bundle
from compiler.model.trials import Metric
from runtime.bakeoffs import operation
from runtime.imputation.trials.scores import known_metrics

_BASE = Path(__file__).parent / "cases" / "base"
_BAKEOFF = """
bakeoffs:
  {name}:
    imputation: {imputation}
    methods:
      {method}: {{kind: forest}}
      other: {{kind: qrf}}
    metrics: [crps, zero_shares]
    folds: {{count: 2, by: household}}
    seeds: [4, 9]
"""


def _compiled(folder: Path, **words: str) -> Compilation:
    shutil.copytree(_BASE, folder)
    said = {"name": "compared", "imputation": "detail", "method": "joint"} | words
    (folder / "bakeoffs.yaml").write_text(_BAKEOFF.format(**said), encoding="utf-8")
    return compile_bundle(folder)


def _trials(folder: Path, **words: str) -> Trials:
    (found,) = _compiled(folder, **words).bakeoffs.values()
    return found


def test_every_metric_is_a_score_of_the_runtime() -> None:
    """The names of the language are those that the runtime can compute, and no other."""
    assert set(get_args(get_args(Metric)[0])) == set(known_metrics())


def test_compiler_and_runtime_mean_the_same_operation() -> None:
    """A new version is made on both sides at once."""
    assert (OPERATION, VERSION) == operation.OPERATION


def test_a_cell_is_a_method_a_fold_and_a_seed(tmp_path: Path) -> None:
    """Each once, methods of one fold beside each other, all reading the donors that the step reads."""
    found = _trials(tmp_path / "bundle")
    cells = [(trial.seed, trial.fold, trial.method) for trial in found.cells]
    expected = [(seed, fold, name) for seed in (4, 9) for fold in (0, 1) for name in ("joint", "other")]
    assert cells == expected
    assert len({trial.node.address for trial in found.cells}) == len(cells)


def test_a_bakeoff_changes_no_plan(tmp_path: Path) -> None:
    """No node of it is in the plan, and no key of the plan moves."""
    compilation = _compiled(tmp_path / "bundle")
    plain = compile_bundle(_BASE).plan
    assert plain is not None
    assert compilation.plan is not None
    assert compilation.plan.key == plain.key
    assert compilation.plan.to_json() == plain.to_json()


def test_a_cell_reads_what_the_step_reads_of_its_donors(tmp_path: Path) -> None:
    """The same slice of the same nodes, for one block alone or for several together."""
    compilation = _compiled(tmp_path / "bundle")
    assert compilation.plan is not None
    blocks = [node for node in compilation.plan.nodes if node.address.startswith("impute.detail.")]
    read = compilation.bakeoffs["compared"].cells[0].node.inputs.frames["donor"]
    for block in blocks:
        donor = block.inputs.frames["donor"]
        assert donor.rows == read.rows
        for entity, columns in donor.columns.items():
            assert columns.items() <= read.columns[entity].items()


def test_names_are_no_part_of_a_cell(tmp_path: Path) -> None:
    """A renamed bake-off or method is found in the store."""
    first = _trials(tmp_path / "one")
    second = _trials(tmp_path / "two", name="again", method="forest")
    assert [t.node.parameters for t in first.cells] == [t.node.parameters for t in second.cells]


def test_the_method_in_use_is_known(tmp_path: Path) -> None:
    """By what the blocks are drawn by, all defaults taken."""
    compilation = _compiled(tmp_path / "bundle")
    assert compilation.plan is not None
    used = [n.parameters["model"] for n in compilation.plan.nodes if n.address.startswith("impute.detail.")]
    trials = compilation.bakeoffs["compared"]
    models = {trial.method: trial.node.parameters["model"] for trial in trials.cells}
    assert set(trials.ours) == {name for name, model in models.items() if model in used}


def test_the_bakeoff_of_us_open_draws_one_block() -> None:
    """Of a sample of donors; what another block draws is none of its targets."""
    trials = compile_bundle(Path(__file__).parents[2] / "specs" / "us_open").bakeoffs["capital"]
    parameters = trials.cells[0].node.parameters
    assert (len(trials.cells), trials.ours, trials.memory) == (18, ("joint",), 2 * 2**30)
    assert len(parameters["blocks"]) == 1
    assert parameters["blocks"][0]["targets"][0] == "taxable_interest_income"
    assert parameters["records"] == 6000


def test_a_limit_of_memory_is_no_part_of_a_cell(tmp_path: Path) -> None:
    """It decides whether there is a result, and not what it is."""
    plain = _trials(tmp_path / "one")
    text = _BAKEOFF.replace("    seeds:", "    memory: 900 MiB\n    seeds:")
    shutil.copytree(_BASE, tmp_path / "two")
    said = text.format(name="compared", imputation="detail", method="joint")
    (tmp_path / "two" / "bakeoffs.yaml").write_text(said, encoding="utf-8")
    (bounded,) = compile_bundle(tmp_path / "two").bakeoffs.values()
    assert (plain.memory, bounded.memory) == (None, 900 * 2**20)
    assert [t.node.parameters for t in plain.cells] == [t.node.parameters for t in bounded.cells]


def test_a_later_block_alone_is_tried_with_true_values_of_the_earlier(tmp_path: Path) -> None:
    """They are among its predictors, and are no targets."""
    shutil.copytree(_BASE, tmp_path / "bundle")
    said = _BAKEOFF.format(name="compared", imputation="detail\n    blocks: [costs]", method="joint")
    (tmp_path / "bundle" / "bakeoffs.yaml").write_text(said, encoding="utf-8")
    (found,) = compile_bundle(tmp_path / "bundle").bakeoffs.values()
    (block,) = found.cells[0].node.parameters["blocks"]
    assert block["targets"] == ["real_estate_taxes"]
    assert "taxable_interest_income" in block["predictors"]


def test_a_bundle_without_bakeoffs_has_none() -> None:
    """Nothing is computed for what nobody asks for."""
    assert compile_bundle(Path(__file__).parents[2] / "specs" / "us_ecps").bakeoffs == {}


_DOWNSTREAM = """    downstream:
      facts:
        interest: {role: train, sum: taxable_interest_income}
        old: {role: holdout, within: {age: {at_least: 65}}}
      method: {kind: dual, penalty: 1}
"""


def test_facts_of_a_cell_are_what_is_declared(tmp_path: Path) -> None:
    """With the solver's parameters, all defaults taken: whatever changes the score is in the key."""
    shutil.copytree(_BASE, tmp_path / "bundle")
    said = _BAKEOFF.format(name="compared", imputation="detail", method="joint") + _DOWNSTREAM
    said = said.replace("metrics: [crps, zero_shares]", "metrics: [downstream]")
    (tmp_path / "bundle" / "bakeoffs.yaml").write_text(said, encoding="utf-8")
    (found,) = compile_bundle(tmp_path / "bundle").bakeoffs.values()
    assert found.cells[0].node.parameters["downstream"] == {
        "facts": {
            "interest": {"role": "train", "sum": "taxable_interest_income", "within": {}},
            "old": {"role": "holdout", "sum": None, "within": {"age": {"at_least": 65.0}}},
        },
        "method": {"kind": "dual", "distance": "entropy", "penalty": 1},
        "minimum_carriers": 20,
    }


def test_a_choice_is_in_its_node_with_what_it_reads(tmp_path: Path) -> None:
    """Candidates with their parameters, in order; ids that keep donors together; the price of all trials."""
    case = _BASE.parent / "clean_auto"
    compilation = compile_bundle(case_bundle(case, tmp_path / "bundle"))
    plain = compile_bundle(_BASE).plan
    assert compilation.plan is not None
    assert plain is not None
    address = "impute.detail.income"
    node, named = compilation.plan.node(address), plain.node(address)
    model = node.parameters["model"]
    assert [(each["kind"], each["trees"]) for each in model["candidates"]] == [
        ("forest", 100),
        ("qrf", 20),
        ("rank_match", 100),
    ]
    assert (model["metric"], model["draws"], model["prdc"]) == ("prdc", 4, {"neighbours": 3, "records": 2000})
    assert "state_fips" in node.inputs.frames["donor"].columns["household"]
    assert "state_fips" not in named.inputs.frames["donor"].columns.get("household", {})
    assert node.stream == named.stream
    trials = 5 * len(model["candidates"])
    assert node.estimate.seconds > trials * 1
    assert node.estimate.memory >= named.estimate.memory
