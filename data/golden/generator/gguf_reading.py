"""Loads a GGUF file into transformers, its weights dequantised to float32 by gguf-py."""

from pathlib import Path

import gguf
import torch
from gguf import quants
from transformers import AutoConfig, AutoModelForCausalLM

from .gguf_names import expert_of, gguf_name, unpermute


def checkpoint_model(path: Path, folder: Path):
    """The model of a GGUF file whose Hugging Face folder has the configuration."""
    return model_of(path, AutoConfig.from_pretrained(folder))


def model_of(path: Path, config):
    """A float32 model with eager attention; fails unless every weight comes from the file."""
    stored = {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}
    values = {name: torch.from_numpy(quants.dequantize(tensor.data, tensor.tensor_type).copy())
              for name, tensor in stored.items()}
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    used = set()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            plain, expert = expert_of(name)
            found = values[gguf_name(plain)]
            found = found if expert is None else found[expert]
            assert found.shape == parameter.shape, (name, found.shape, parameter.shape)
            parameter.copy_(unpermute(name, found, config))
            used.add(gguf_name(plain))
    used |= {name for name in stored if name.startswith("rope_factors_")}
    assert used == set(stored), f"left over: {sorted(set(stored) - used)}"
    return model
