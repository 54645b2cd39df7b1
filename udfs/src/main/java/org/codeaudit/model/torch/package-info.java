/**
 * The language model on libtorch, through DJL: the only room that knows tensors. The forward pass
 * is a TorchScript program among the resources, {@code decoder.py} with its parts beside it; Java
 * loads weights into it, keeps the books of its key-value cache, checks every argument and calls
 * its methods.
 */
package org.codeaudit.model.torch;
