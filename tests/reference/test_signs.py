"""Signs of a carrier in words of ten languages and in customs codes, and what only looks like one."""

import re
import time

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from deminimis.reference import carriers, find_signs
from deminimis.reference.signs import sign_rows

CARRIERS = {
    "smco_magnet": "SmCo magnet 28|Samarium Cobalt ring|Samarium-Kobalt-Magnet|钐钴磁体|самарий-кобальтовый магнит",
    "ndfeb_magnet": (
        "NdFeB magnet|Neodymium disc 10x2|aimant néodyme|imán de neodimio|钕铁硼磁铁|ネオジム磁石|"
        "네오디뮴 자석|неодимовый магнит"
    ),
    "magnet": (
        "Magnet 10x5x2|MAGNETS|Dauermagnet|Magnetrotor|aimant permanent|imán|calamita|磁铁|磁石|자석|"
        "магнит|nam châm|rotor assy|motor magnet|linear motor magnet plate|magnet holder|"
        "Motor mount, 2 magnets|Motor Halterung mit Magnet|magnetic coupling"
    ),
    "permanent_magnet_motor": (
        "MOTOR|BLDC motor 24V|Servo MG996R|stepper NEMA17|linear actuator|Generator 5 kW|alternator|"
        "cooling fan|Schrittmotor|Elektromotor 230V|Lüfter 80 mm|moteur|actionneur|motore|actuador|"
        "伺服电机|永磁电机|风扇|モーター|ﾓｰﾀｰ|모터|двигатель|động cơ|ＭＯＴＯＲ|permanent magnet motor|"
        "motor with bracket|hub motor|drive motor|case fan|motor with NdFeB magnets|valve actuator"
    ),
    "loudspeaker": (
        "Loudspeaker 8 ohm|speaker, neodymium|headphones|earphone|buzzer 5V|Lautsprecher|Kopfhörer|"
        "haut-parleur|altavoz|altoparlante|扬声器|蜂鸣器|スピーカー|스피커|громкоговоритель|loa"
    ),
    "hard_disk": (
        "HDD 4TB|hard disk drive|hard drive|Festplatte|disque dur|disco duro|硬盘|ハードディスク|жесткий диск"
    ),
    "voice_coil": "voice coil actuator|VCM|音圈马达",
    "rare_earth_target": "Sputtering target Tb|Sputtertarget|dysprosium target|钇靶|溅射靶材",
    "magnetostrictive": "Terfenol-D rod|magnetostrictive actuator",
    "faraday_isolator": "Faraday isolator 1064 nm|Faraday rotator",
}
NO_CARRIER_TEXT = (
    "motor mount|Motor bracket|MOTOR-BRACKET|bracket for motor|screw for motor|motor driver|motor controller|"
    "Motor cable 3m|cable, motor|speaker cable|servo horn|servo drive|motor drive 400 V|hard disk bracket|"
    "magnet wire|magnetic bead|ferrite bead|ferrite magnet|Magnet, ferrite, 20mm|solenoid valve|electromagnet|"
    "motor oil|motor vehicle parts|stepper motor mount|NEMA17 stepper motor bracket|Motorhalter|Motorkabel|"
    "Motorgehäuse|Magnetventil|Elektromagnet|Lautsprecherkabel|电磁铁|电机支架|铁氧体磁铁|電磁石|"
    "モーターブラケット|전자석|모터 브라켓|электромагнит|моторное масло|кронштейн двигателя|signal generator|"
    "clock generator|pneumatic actuator|brake rotor|fan guard|fan filter|électroaimant|electroimán|"
    "elettromagnete|support moteur|câble de moteur|soporte motor|supporto motore|capacitor 10uF|resistor|"
    "nut M3|target board|speaker grille|motorcycle helmet|solid state drive|AlNiCo magnet|ceramic magnet|"
    "steel plate|label|gasket|O-ring|Flange|fanout buffer|non-magnetic screw|nam châm điện"
)
NO_CARRIER = NO_CARRIER_TEXT.split("|")
WORD = re.compile("(?P<word>motor|magnet|speaker)", re.IGNORECASE)


def signs(texts, codes=None):
    found, reasons = find_signs(pa.array(texts, pa.string()), pa.array(codes or [None] * len(texts), pa.string()))
    return found.to_pylist(), reasons.to_pylist()


@pytest.mark.parametrize(("carrier", "text"), [(c, text) for c, texts in CARRIERS.items() for text in texts.split("|")])
def test_words_name_their_carrier(carrier, text):
    found, reasons = signs([text])
    assert found == [carrier]
    assert reasons[0].startswith("the description says '")


@pytest.mark.parametrize("text", NO_CARRIER)
def test_what_only_sounds_like_a_carrier_is_none(text):
    assert signs([text]) == ([None], [None])


@pytest.mark.parametrize(
    ("code", "carrier"),
    [
        ("8505.11", "magnet"),
        ("8505 11 00", "magnet"),
        ("85051110", "magnet"),
        ("8501.32", "permanent_magnet_motor"),
        ("8518.21.00.00", "loudspeaker"),
        ("851830", "loudspeaker"),
        ("8471.70", "hard_disk"),
        ("2805.30", "rare_earth_material"),
        ("2846", "rare_earth_material"),
        ("8505.20", None),
        ("8505", None),
        ("7318.15", None),
        ("18501", None),
        ("", None),
    ],
)
def test_customs_codes(code, carrier):
    assert signs([None], [code])[0] == [carrier]


def test_a_customs_code_outweighs_words():
    found, reasons = signs(["motor mount", "loudspeaker", "magnet"], ["8505.11", "8501.10", "7318.15"])
    assert found == ["magnet", "permanent_magnet_motor", "magnet"]
    assert reasons[0] == "the customs code begins with 850511"


def test_blank_and_empty_columns():
    assert signs([None, "", "  "]) == ([None] * 3, [None] * 3)
    assert signs([]) == ([], [])


def test_chunks_give_the_same_as_one_array():
    texts = pa.chunked_array([["magnet", "nut"], ["motor", None]])
    found, _ = find_signs(texts, pa.chunked_array([[None, None, None], ["8505.11"]], pa.string()))
    assert found.to_pylist() == ["magnet", None, "permanent_magnet_motor", "magnet"]


def test_every_sign_leads_to_a_carrier():
    rows = sign_rows()
    assert {row["kind"] for row in rows} == {"item_class", "hs_code", "words", "not_words"}
    assert {row["carrier"] for row in rows if row["kind"] != "not_words"} <= set(carriers())


@pytest.mark.parametrize("row", [r for r in sign_rows() if "words" in r["kind"]], ids=lambda row: row["pattern"][:30])
def test_every_pattern_is_one_of_the_engine(row):
    assert "(?P" not in row["pattern"]
    assert pc.match_substring_regex(pa.array([""]), row["pattern"]).to_pylist() == [False]


def test_two_hundred_thousand_descriptions_take_less_than_one_loop_over_them():
    texts = pa.array([f"bracket steel left {i} housing{' motor' if i % 20 == 0 else ''}" for i in range(200_000)])
    codes = pa.nulls(len(texts), pa.string())
    engine = min(timed(find_signs, texts, codes) for _ in range(5))
    loop = min(timed(lambda: [row["word"] for row in map(WORD.search, texts.to_pylist()) if row]) for _ in range(3))
    assert engine < loop


def timed(job, *arguments):
    start = time.perf_counter()
    job(*arguments)
    return time.perf_counter() - start
