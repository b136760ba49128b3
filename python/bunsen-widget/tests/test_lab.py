import urllib.error
import urllib.request

import numpy as np
import pytest
from bunsen_widget import Lab, __version__

RECIPE = "model=lenet5&data=digits&seed=7"


@pytest.fixture(autouse=True)
def no_mode(monkeypatch):
    monkeypatch.delenv("BUNSEN_WIDGET", raising=False)


@pytest.fixture
def site(tmp_path):
    (tmp_path / "embed.html").write_text("<!doctype html>")
    (tmp_path / "widget.mjs").write_text("export default {}")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "module.wasm").write_bytes(b"\0asm")
    return tmp_path


def test_the_front_end_has_an_address_of_this_version():
    lab = Lab(RECIPE)
    assert lab.src.endswith(f"/v/{__version__}/")
    assert lab._esm == lab.src + "widget.mjs"


def test_looks_are_told_to_the_front_end():
    lab = Lab("#" + RECIPE, edit=["lr", "seed"], show="curve,pad", until=200, height=300, theme="dark", compare="lr:0.01")
    state = lab.get_state()
    assert state["recipe"] == RECIPE
    assert state["edit"] == ["lr", "seed"]
    assert [state[name] for name in ("show", "until", "height", "theme", "compare")] == ["curve,pad", 200, 300, "dark", "lr:0.01"]
    assert state["start"] is None


def test_a_look_that_there_is_not_is_refused():
    with pytest.raises(TypeError, match=r"Lab takes no shwo\. Its looks are show, edit, "):
        Lab(RECIPE, shwo="curve")


def test_before_training_nothing_is_known():
    lab = Lab(RECIPE)
    assert lab.value["accuracy"] is None
    assert lab.value["step"] == 0
    assert lab.losses.shape == (0,)


def test_what_the_browser_tells_is_read():
    lab = Lab(RECIPE)
    lab.set_state({"accuracy": 0.5, "step": 2, "phase": "finished", "check": "abc", "losses": [2.5, 1]})
    assert lab.value["accuracy"] == 0.5
    assert (lab.value["phase"], lab.value["check"], lab.value["step"]) == ("finished", "abc", 2)
    assert isinstance(lab.losses, np.ndarray) and lab.losses.dtype == float
    assert lab.losses.tolist() == [2.5, 1.0]
    # As a run that is started anew tells it.
    lab.set_state({"losses": []})
    assert lab.losses.size == 0


def test_changes_of_the_losses_are_observed():
    lab, seen = Lab(RECIPE), []
    lab.observe(lambda change: seen.append(change["new"].size), "losses")
    for losses in ([1.0], [1.0, 0.5], [1.0, 0.5, 0.25]):
        lab.set_state({"losses": losses})
    assert seen == [1, 2, 3]


@pytest.mark.parametrize("by_environment", [True, False])
def test_an_address_is_a_mode(monkeypatch, by_environment):
    address = "https://school.test/bunsen"
    if by_environment:
        monkeypatch.setenv("BUNSEN_WIDGET", address)
    lab = Lab(RECIPE, mode=None if by_environment else address)
    assert (lab._esm, lab.src) == (address + "/widget.mjs", address + "/")


def test_inline_has_the_packed_front_end_itself():
    lab = Lab(RECIPE, mode="inline", site="https://school.test/bunsen/")
    assert "bunsen-lab" in lab._esm
    assert lab.src == "https://school.test/bunsen/"


def test_a_mode_that_there_is_not_is_refused(monkeypatch):
    with pytest.raises(ValueError, match=r'The mode is \'inlnie\': it may be "inline", "serve-local" or the address'):
        Lab(RECIPE, mode="inlnie")
    monkeypatch.setenv("BUNSEN_WIDGET", "local")
    with pytest.raises(ValueError, match="BUNSEN_WIDGET is 'local'"):
        Lab(RECIPE)


def test_sites_that_do_not_fit_the_mode_are_refused(tmp_path):
    with pytest.raises(ValueError, match='is no address: a folder takes the mode "serve-local"'):
        Lab(RECIPE, mode="inline", site=str(tmp_path))
    with pytest.raises(ValueError, match="there cannot be another one"):
        Lab(RECIPE, mode="https://school.test/", site="https://another.test/")
    with pytest.raises(FileNotFoundError, match="holds no copy of Bunsen's site: it has no embed.html and widget.mjs"):
        Lab(RECIPE, mode="serve-local", site=tmp_path)


def test_a_folder_is_served_to_other_origins(site):
    lab = Lab(RECIPE, mode="serve-local", site=site)
    assert lab._esm == lab.src + "widget.mjs"
    with urllib.request.urlopen(lab._esm) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Content-Type"] == "text/javascript"
        assert response.read() == b"export default {}"
    with urllib.request.urlopen(lab.src + "assets/module.wasm") as response:
        assert response.headers["Content-Type"] == "application/wasm"
    for path in ("nothing.js", "assets/", "../secret"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(lab.src + path)


def test_a_folder_is_served_once(site):
    assert Lab(RECIPE, mode="serve-local", site=site).src == Lab(RECIPE, mode="serve-local", site=str(site)).src


def test_of_what_a_host_serves_this_version_is_taken(site, tmp_path_factory):
    host = tmp_path_factory.mktemp("host")
    (host / "v").mkdir()
    (host / "v" / __version__).symlink_to(site, target_is_directory=True)
    with urllib.request.urlopen(Lab(RECIPE, mode="serve-local", site=host).src + "embed.html") as response:
        assert response.status == 200
