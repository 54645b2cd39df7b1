"""What the tests share: the checkout, a made-up model, a small repository, and a session where there can be one."""

import importlib.util
import json
import math
import os
import random
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent

if importlib.util.find_spec("code_audit") is None:
    sys.path.insert(0, str(PACKAGE / "src"))

import code_audit  # noqa: E402

# Set for a process whose session is one of Spark Connect.
REMOTE = os.environ.get("CODE_AUDIT_TEST_REMOTE")

ORDERS = """\
class Orders {
  ResultSet find(Connection connection, String note) throws SQLException {
    return connection.createStatement().executeQuery("SELECT id FROM orders WHERE note LIKE '%" + note + "%'");
  }
}
"""


def missing_for_spark() -> str | None:
    """Why tests with Spark cannot run here, or None."""
    if importlib.util.find_spec("pyspark") is None:
        return "PySpark is not installed"
    import pyspark

    from code_audit._session import SPARK_VERSION

    if pyspark.__version__.split(".")[:2] != SPARK_VERSION.split(".")[:2]:
        return f"PySpark is {pyspark.__version__}, not {SPARK_VERSION}"
    if not os.environ.get("JAVA_HOME") and shutil.which("java") is None:
        return "there is no Java"
    try:
        code_audit.libtorch()
    except code_audit.CodeAuditError as error:
        return str(error)
    return None


def missing_for_connect() -> str | None:
    """Why tests with Spark Connect cannot run here, or None."""
    absent = [name for name in ("grpc", "pandas", "pyarrow") if importlib.util.find_spec(name) is None]
    return missing_for_spark() or (f"{', '.join(absent)} of pyspark[connect] is not installed" if absent else None)


def spark_session(**settings):
    """A session on two threads, of Spark Connect where ``REMOTE`` says so."""
    return code_audit.session(master="local[2]", remote=REMOTE, conf={"spark.driver.memory": "1g"}, **settings)


def write_model(folder: Path) -> Path:
    """Writes a Llama of two small layers whose weights are drawn: it answers at once, and nonsense."""
    folder.mkdir()
    width, inner, words, heads_of_keys = 64, 128, 512, 32
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_act": "silu",
        "hidden_size": width,
        "intermediate_size": inner,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": words,
        "max_position_embeddings": 8192,
        "rms_norm_eps": 1e-06,
        "rope_theta": 1000000.0,
        "tie_word_embeddings": True,
        "eos_token_id": 258,
        "torch_dtype": "bfloat16",
    }
    (folder / "config.json").write_text(json.dumps(config))
    with zipfile.ZipFile(code_audit.jar()) as jar:
        for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json"):
            (folder / name).write_bytes(jar.read(f"org/codeaudit/checkpoint/synthetic/{name}"))
    shapes = {"model.embed_tokens.weight": (words, width), "model.norm.weight": (width,)}
    for layer in ("model.layers.0.", "model.layers.1."):
        for name, rows, columns in (
            ("self_attn.q_proj", width, width),
            ("self_attn.k_proj", heads_of_keys, width),
            ("self_attn.v_proj", heads_of_keys, width),
            ("self_attn.o_proj", width, width),
            ("mlp.gate_proj", inner, width),
            ("mlp.up_proj", inner, width),
            ("mlp.down_proj", width, inner),
        ):
            shapes[f"{layer}{name}.weight"] = (rows, columns)
        shapes[layer + "input_layernorm.weight"] = shapes[layer + "post_attention_layernorm.weight"] = (width,)
    drawn = random.Random(7)
    header, data = {}, bytearray()
    for name, shape in shapes.items():
        begin = len(data)
        for _ in range(math.prod(shape)):
            value = 1.0 if len(shape) == 1 else drawn.gauss(0, 1 / math.sqrt(shape[1]))
            data += struct.pack("<f", value)[2:]  # the upper half of a float is a bfloat16
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(data))
    return folder


def write_repository(folder: Path) -> Path:
    """A repository with a commit of one file of code and one of prose."""
    folder.mkdir()
    (folder / "Orders.java").write_text(ORDERS)
    (folder / "README.md").write_text("# Orders\n")
    author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q"], ["add", "-A"], [*author, "commit", "-q", "-m", "orders"]):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)
    return folder
