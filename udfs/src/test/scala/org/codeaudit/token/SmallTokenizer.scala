package org.codeaudit.token

import com.fasterxml.jackson.databind.node.ObjectNode

/** Small `tokenizer.json` documents: all bytes, a few merges, and some added tokens. */
object SmallTokenizer {
  private val merges = Seq("h e", "l l", "he ll", "hell o", "Ġ hello", "i m", "< |", "| >")

  /** A document that a test may change. */
  def document(): ObjectNode = {
    val root = GoldenData.node("""
      {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
       "normalizer": {"type": "NFC"},
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false,
        "trim_offsets": false, "use_regex": true},
       "post_processor": null, "decoder": {"type": "ByteLevel", "add_prefix_space": false,
        "trim_offsets": false, "use_regex": false},
       "model": {"type": "BPE", "vocab": {}, "merges": []}}""")
    val vocabulary = root.path("model").withObject("/vocab")
    (0 to 255).foreach(byte => vocabulary.put(ByteAlphabet.character(byte).toString, byte))
    merges.foreach { merge =>
      vocabulary.put(merge.replace(" ", ""), vocabulary.size)
      root
        .path("model")
        .withArray[com.fasterxml.jackson.databind.node.ArrayNode]("/merges")
        .add(merge)
    }
    Seq("<|endoftext|>" -> true, "<|im_start|>" -> true, "<|im_end|>" -> true, "<think>" -> false)
      .foreach { case (text, special) => add(root, text, special) }
    root
  }

  /** A document of text that falls back to bytes, as those of the Llama 2 family are. */
  def fallback(): ObjectNode = {
    val root = document()
    root.set[ObjectNode](
      "normalizer",
      GoldenData.node("""{"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}""")
    )
    root.putNull("pre_tokenizer")
    root.set[ObjectNode](
      "decoder",
      GoldenData.node("""{"type": "Sequence", "decoders": [{"type": "Replace", "content": " ",
        "pattern": {"String": "▁"}}, {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}""")
    )
    val model = root.withObject("/model").put("byte_fallback", true)
    val vocabulary = model.putObject("vocab")
    (0 to 255).foreach(byte => vocabulary.put(f"<0x$byte%02X>", byte))
    val letters = ('a' to 'z').map(_.toString) ++ Seq("▁", "<", "|", ">", "_")
    letters.foreach(vocabulary.put(_, vocabulary.size))
    val pairs = model.putArray("merges")
    Seq("h e", "l l", "he ll", "hell o", "▁ hello", "i m", "< |", "| >", "▁ ▁").foreach { merge =>
      vocabulary.put(merge.replace(" ", ""), vocabulary.size)
      pairs.addArray().add(merge.split(" ")(0)).add(merge.split(" ")(1))
    }
    root.withArray[com.fasterxml.jackson.databind.node.ArrayNode]("/added_tokens").removeAll()
    Seq("<s>" -> true, "<|im_start|>" -> true, "<|im_end|>" -> true, "<think>" -> false)
      .foreach { case (text, special) => add(root, text, special) }
    root
  }

  /** Adds an added token, with the next id. */
  def add(root: ObjectNode, text: String, special: Boolean): ObjectNode = {
    val added = root.withArray[com.fasterxml.jackson.databind.node.ArrayNode]("/added_tokens")
    val token = added.addObject
    token.put("id", root.path("model").path("vocab").size + added.size - 1)
    token.put("content", text).put("special", special).put("normalized", false)
    Seq("single_word", "lstrip", "rstrip").foreach(token.put(_, false))
    token
  }

  def fallbackTokenizer(): BpeTokenizer = BpeTokenizer.parse(fallback().toString)

  def tokenizer(): BpeTokenizer = BpeTokenizer.parse(document().toString)
}
