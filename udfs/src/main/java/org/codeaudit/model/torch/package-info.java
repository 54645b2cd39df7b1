/**
 * The language model on libtorch, through DJL: with the rooms below it the only place that knows
 * tensors. The forward pass is a TorchScript program; Java loads weights into it, allocates its
 * key-value cache, checks every argument and calls its methods.
 */
package org.codeaudit.model.torch;
