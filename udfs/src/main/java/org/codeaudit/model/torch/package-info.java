/**
 * The language model on libtorch, through DJL: the only room that knows tensors. The forward pass
 * is the TorchScript program {@code decoder.py} among the resources; Java loads weights into it,
 * keeps the books of its key-value cache, checks every argument and calls its methods.
 */
package org.codeaudit.model.torch;
