"""The weights of a GGUF file in the form another engine takes: folder GGUF FOLDER, or gguf GGUF FILE KIND."""

import json
import sys
from pathlib import Path

import gguf
import torch
from transformers import AutoModelForCausalLM


def folder(source, target):
    """A Hugging Face folder of float32."""
    model = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
    model.save_pretrained(target)


def copy_metadata(reader, writer):
    for field in reader.fields.values():
        if field.name.startswith("GGUF.") or field.name in ("general.architecture", "general.file_type"):
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(field.name, field.contents(), kind, sub_type=inner)


def converted(source, target, kind):
    """A GGUF file whose matrices are of another kind; vectors stay float32."""
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(target, reader.fields["general.architecture"].contents())
    copy_metadata(reader, writer)
    wanted = gguf.GGMLQuantizationType[kind]
    for tensor in reader.tensors:
        numbers = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype("float32")
        numbers = numbers.reshape([int(size) for size in reversed(tensor.shape)])
        form = gguf.GGMLQuantizationType.F32 if numbers.ndim == 1 else wanted
        writer.add_tensor(tensor.name, gguf.quants.quantize(numbers, form), raw_dtype=form)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    what, source, target, *kind = sys.argv[1:]
    part = Path(target + ".part")
    folder(Path(source), part) if what == "folder" else converted(Path(source), part, *kind)
    part.rename(target)
    print(json.dumps({"written": target}))


if __name__ == "__main__":
    main()
