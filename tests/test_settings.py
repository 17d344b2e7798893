"""Settings: precedence, and errors a coach can act on."""

from pathlib import Path

import pytest

from twin.errors import SettingsError
from twin.settings import OPEN_STREET_MAP, Settings, load


def write(folder: Path, dotenv: str = "", config: str = "") -> Path:
    (folder / ".env").write_text(dotenv)
    (folder / "config.yaml").write_text(config)
    return folder


def test_an_empty_folder_gives_the_defaults(tmp_path):
    assert load(tmp_path, {}) == Settings()


def test_empty_files_give_the_defaults(tmp_path):
    assert load(write(tmp_path), {}) == Settings()


def test_config_yaml_overrules_dotenv_and_the_environment_overrules_both(tmp_path):
    folder = write(
        tmp_path,
        "DATA_FREQUENCY=2\nINFLUXDB_BUCKET=from-dotenv\nAPI_KEY=from-dotenv\n",
        "INFLUXDB_BUCKET: from-config\nAPI_KEY: from-config\n",
    )
    loaded = load(folder, {"API_KEY": "from-environment"})
    assert loaded.data_frequency == 2
    assert loaded.influxdb_bucket == "from-config"
    assert loaded.api_key == "from-environment"


@pytest.mark.parametrize("word", ["1", "true", "Yes", " ON "])
def test_words_for_true_are_accepted(word):
    assert load("/nowhere", {"DEBUG": word}).debug is True


@pytest.mark.parametrize("word", ["0", "false", "No", "off", ""])
def test_words_for_false_are_accepted(word):
    assert load("/nowhere", {"DEBUG": word}).debug is False


def test_thresholds_are_the_same_from_yaml_and_from_json(tmp_path):
    config = "THRESHOLDS:\n  default: {heart_rate: 185}\n  Ada: {power: 400}\n"
    words = '{"default": {"heart_rate": 185}, "Ada": {"power": 400}}'
    expected = {"default": {"heart_rate": 185.0}, "Ada": {"power": 400.0}}
    assert load(write(tmp_path, config=config), {}).thresholds == expected
    assert load("/nowhere", {"THRESHOLDS": words}).thresholds == expected


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("DATA_FREQUENCY", "fast", "0.04 to 60"),
        ("DATA_FREQUENCY", "0", "0.04 to 60"),
        ("DATA_FREQUENCY", "nan", "0.04 to 60"),
        ("SIMULATION_MODE", "maybe", "true or false"),
        ("INFLUXDB_URL", "localhost:8086", "http://host:port"),
        ("REDIS_URL", "http://localhost", "redis://host:port"),
        ("THRESHOLDS", "185", '{"default": {"heart_rate": 185}'),
        ("THRESHOLDS", '{"default": {"heart_rat": 185}}', "'heart_rat'"),
        ("THRESHOLDS", '{"default": {"heart_rate": true}}', "a number"),
        ("THRESHOLDS", '{"Ada": {"heart_rate": 1780}}', "25 to 245 bpm"),
        ("THRESHOLDS", '{"Ada": {"power": -1}}', "0 to 2500 W"),
        ("THRESHOLDS", '{"Ada": {"power": NaN}}', "0 to 2500 W"),
        ("THRESHOLDS", "{heart", "not JSON"),
        ("DASHBOARD_PASSWORD", "/nowhere/coaches.json", "no such file"),
    ],
)
def test_a_wrong_value_names_setting_value_and_what_is_accepted(name, value, accepted):
    with pytest.raises(SettingsError) as error:
        load("/nowhere", {name: value})
    message = str(error.value)
    assert name in message
    assert repr(value) in message
    assert accepted in message
    assert "\n" not in message


@pytest.mark.parametrize(("dotenv", "config"), [("DATADIR=x\n", ""), ("", "DATADIR: x\n")])
def test_an_unknown_setting_in_our_own_files_is_refused(dotenv, config, tmp_path):
    with pytest.raises(SettingsError, match=r"unknown setting 'DATADIR'; known: .*DATA_DIR"):
        load(write(tmp_path, dotenv, config), {})


def test_what_else_is_in_the_environment_is_left_alone():
    assert load("/nowhere", {"HOME": "/root", "debug": "maybe"}) == Settings()


@pytest.mark.parametrize("config", ["- a\n- b\n", "just words"])
def test_a_config_that_holds_no_names_is_refused(config, tmp_path):
    with pytest.raises(SettingsError, match="NAME: value"):
        load(write(tmp_path, config=config), {})


def test_a_config_that_is_no_yaml_is_refused(tmp_path):
    with pytest.raises(SettingsError, match=r"not valid YAML: .*line 1") as error:
        load(write(tmp_path, config="a: [1"), {})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", [".env", "config.yaml"])
def test_a_file_of_settings_that_is_no_text_is_refused(name, tmp_path):
    (tmp_path / name).write_bytes(b"\xff\xfeD\x00")
    with pytest.raises(SettingsError, match=rf"{name} is no text in UTF-8"):
        load(tmp_path, {})


def test_tiles_are_off_open_street_map_or_an_address_of_ones_own():
    own = "http://tiles.club.example/{z}/{x}/{y}.png"
    asked = {"false": "", "true": OPEN_STREET_MAP, own: own}
    assert {word: load("/nowhere", {"MAP_TILES": word}).map_tiles for word in asked} == asked
    with pytest.raises(SettingsError, match=r"MAP_TILES.*\{z\}"):
        load("/nowhere", {"MAP_TILES": "http://tiles.club.example"})
