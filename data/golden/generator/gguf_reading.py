"""Loads a GGUF file into transformers, its weights dequantised to float32 by gguf-py."""

from pathlib import Path

import gguf
import torch
from gguf import quants
from transformers import AutoConfig, AutoModelForCausalLM

from .gguf_names import gguf_name, unpermute


def checkpoint_model(path: Path, folder: Path):
    """The model of a GGUF file whose Hugging Face folder has the configuration."""
    return model_of(path, AutoConfig.from_pretrained(folder))


def model_of(path: Path, config):
    """A float32 model with eager attention; fails unless every weight comes from the file."""
    stored = {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            tensor = stored.pop(gguf_name(name))
            values = torch.from_numpy(quants.dequantize(tensor.data, tensor.tensor_type).copy())
            assert values.shape == parameter.shape, (name, values.shape, parameter.shape)
            parameter.copy_(unpermute(name, values, config))
    assert not stored, f"left over: {sorted(stored)}"
    return model
