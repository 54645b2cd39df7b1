/**
 * What travels to a machine with a GPU that has no Java of ours: the decoder's archives, and every
 * call with which the loader fills them, written down to be made again by {@code
 * bench/gpu/drive.py}.
 */
package org.codeaudit.bench.gpu;
