/**
 * What this machine has: processor, memory, GPUs and the installed libtorch, and how fast they are
 * at best.
 */
package org.codeaudit.model.torch.machine;
