/**
 * What this machine has: processor, memory, GPUs, the libtorch that is installed, and how fast they
 * can be at best.
 */
package org.codeaudit.model.torch.machine;
