"""A small BPE model of SentencePiece, as GGUF files have it: tokens and scores, no merges."""

import io

import gguf
import sentencepiece

from .fallback_tokenizers import INSTRUCTIONS, SPACED
from .layout import corpus_names, corpus_text
from .tokenizer_expectations import TRICKY

VOCABULARY = 1100
RUNS = {f"{len(run)} times {run[:1]!r}": run for run in
        [mark * times for mark in " -=ab#\u2581" for times in [2, 3, 4, 5, 7, 8, 15, 16, 17, 33, 100]]}


class SentencePiece:
    """Trained on the corpus with the settings of Llama 2, whose vocabulary Mistral's is alike."""

    def __init__(self) -> None:
        model = io.BytesIO()
        lines = [line for name in corpus_names() for line in corpus_text(name).split("\n")]
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=model, model_type="bpe",
            vocab_size=VOCABULARY, byte_fallback=True, split_digits=True, add_dummy_prefix=True,
            normalization_rule_name="identity", remove_extra_whitespaces=False,
            allow_whitespace_only_pieces=True, character_coverage=0.998, num_threads=1,
            control_symbols=INSTRUCTIONS, minloglevel=2)
        self.model = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
        assert self.model.get_piece_size() == VOCABULARY

    def encode(self, text: str, add_special_tokens: bool = False):
        """The ids of a prompt: control tokens in it count, as in the chat template."""
        return _Encoding(self._split(text))

    def _split(self, text: str) -> list[int]:
        marks = ["<s>", "</s>", *INSTRUCTIONS]
        found = [(text.find(mark), -len(mark), mark) for mark in marks if mark in text]
        if not found:
            return self.model.encode(text)
        at, _, mark = min(found)
        return (self.model.encode(text[:at]) + [self.model.piece_to_id(mark)]
                + self._split(text[at + len(mark):]))

    def add_to(self, writer) -> None:
        numbers = range(VOCABULARY)
        writer.add_tokenizer_model("llama")
        writer.add_tokenizer_pre("default")
        writer.add_token_list([self.model.id_to_piece(n) for n in numbers])
        writer.add_token_scores([self.model.get_score(n) for n in numbers])
        writer.add_token_types([self._kind(n) for n in numbers])
        writer.add_bos_token_id(self.model.bos_id())
        writer.add_eos_token_id(self.model.eos_id())
        writer.add_unk_token_id(self.model.unk_id())
        writer.add_add_bos_token(True)
        writer.add_add_eos_token(False)

    def _kind(self, number: int):
        if self.model.is_unknown(number):
            return gguf.TokenType.UNKNOWN
        if self.model.is_control(number):
            return gguf.TokenType.CONTROL
        return gguf.TokenType.BYTE if self.model.is_byte(number) else gguf.TokenType.NORMAL

    def cases(self) -> dict:
        """Texts as sentencepiece itself tokenises them: no text makes a control token."""
        texts = {name: corpus_text(name) for name in corpus_names()} | TRICKY | SPACED | RUNS
        return {"sentencepiece": sentencepiece.__version__, "cases": [
            {"name": name, "text": text, "ids": self.model.encode(text)}
            for name, text in texts.items()]}


class _Encoding:
    def __init__(self, ids: list[int]) -> None:
        self.ids = ids
