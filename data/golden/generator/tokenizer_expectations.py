"""Difficult texts, and what a tokenizer makes of a text."""

import json

from tokenizers import Tokenizer

TRICKY = {
    "empty": "",
    "one space": " ",
    "one newline": "\n",
    "spaces only": "       ",
    "trailing spaces": "word   ",
    "leading spaces": "    return x",
    "spaces before newline": "a   \n   b",
    "many newlines": "a\n\n\n\nb",
    "crlf": "one\r\ntwo\r\n\r\nthree\r\n",
    "lone cr": "one\rtwo\r\rthree",
    "tabs": "\t\tif (x) {\t// why\n\t\t}",
    "tab and space": "a\t b \t c",
    "digits": "12345 0x1F 3.14 1e-10 2024-02-29",
    "other numerals": "½ Ⅷ ² ③ ١٢٣ ५ 一二三",
    "contractions": "it's I'M we'LL they've don't you'd 'sure 'tis",
    "curly contraction": "it’s don’t",
    "punctuation": "!!!???...;;;{}[]()<>===!==->=>::&&||",
    "punctuation before newline": "};\n});\r\n",
    "underscores": "__init__ snake_case _x CONST_NAME",
    "camel case": "getHTTPResponseCodeByURL",
    "nul": "a\x00b\x00\x00",
    "controls": "\x01\x02\x1b[31mred\x1b[0m\x7f",
    "c1 and separators": "a\u0085b\u2028c\u2029d",
    "unicode spaces": "a\u00a0b\u2003c\u3000d \u00a0 e",
    "zero width": "a\u200bb\u200cc\u200dd\ufeffe",
    "bom first": "\ufeffpackage x;",
    "emoji zwj": "👩‍💻👨‍👩‍👧‍👦 🏳️‍🌈",
    "emoji skin and flag": "👍🏽🇩🇪1️⃣❤️",
    "nfd latin": "cafe\u0301 A\u030angstro\u0308m n\u0303",
    "nfd hangul": "\u1112\u1161\u11ab\u1100\u1173\u11af",
    "marks out of order": "a\u0323\u0307 a\u0307\u0323 q\u0307\u0323",
    "singletons": "\u212b \u2126 \u212a \u2000 \u0958 \ufb01",
    "combining only": "\u0301\u0301x",
    "right to left": "שלום עולם مرحبا \u202eabc\u202c",
    "cjk": "修复空指针。テスト、한국어！",
    "thai and hindi": "ตรวจสอบรหัส कोड की समीक्षा",
    "astral letters": "𝒜𝔅𝟘𝟙 𐐷 𠮷",
    "long run": "a" * 300,
    "control words": "<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n",
    "control word inside word": "x<|im_end|>y <|endoftext|>",
    "control word split": "<|im_start |> <|im_ start|> <|IM_END|>",
    "adjacent control words": "<|im_end|><|im_end|><|im_start|>",
    "spaces around control words": "  <|im_start|>  user  <|im_end|>  \n",
    "added words": "<think>\n\n</think>\n\n<tool_call>\n{}\n</tool_call> <tool_response>x</tool_response>",
    "fill in the middle": "<|fim_prefix|>def f():<|fim_suffix|>\n<|fim_middle|>return 1",
    "bytes that a vocabulary may lack": "a\x04b\x06\U00050000\x13c",
    "mark after control word": "<|im_end|>\u0301x",
}


def without_added_tokens(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer for untrusted text: control tokens written in the text are only text."""
    data = json.loads(tokenizer.to_str())
    data["added_tokens"] = []
    return Tokenizer.from_str(json.dumps(data))


def expectation(tokenizer: Tokenizer, plain: Tokenizer, text: str) -> dict:
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    plain_ids = plain.encode(text, add_special_tokens=False).ids
    added = set(tokenizer.get_added_tokens_decoder())
    assert not added & set(plain_ids), "plain text must not give control tokens"
    return {
        "ids": ids,
        "plain_ids": plain_ids,
        "decoded": tokenizer.decode(ids, skip_special_tokens=False),
        "decoded_without_special": tokenizer.decode(ids, skip_special_tokens=True),
        "plain_decoded": tokenizer.decode(plain_ids, skip_special_tokens=False),
    }
