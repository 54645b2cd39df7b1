package org.codeaudit.bench.load;

/**
 * The figures of loading a model. libtorch itself was started before.
 *
 * @param openSeconds until the model could compute: the checkpoint opened, the weights in place
 * @param firstTokenSeconds until the first token of an answer was chosen, opening included
 * @param nextTokenSeconds of the token after that
 * @param device as the model says
 * @param placement as the model says
 * @param weightBytes memory the weights take, mapped or not, as the model says
 * @param declaredBytes weights held and mapped, key-value cache and activations, as the plan for
 *     this machine says
 * @param peakBytes the most resident memory, above what the process had before; 0 where the system
 *     does not say
 * @param anonymousBytes the most of it that no file backs
 * @param fileBytes the most of it that is mapped from files
 * @param readBytes read from disks; 0 where the system does not say
 */
record LoadFigures(
    double openSeconds,
    double firstTokenSeconds,
    double nextTokenSeconds,
    String device,
    String placement,
    long weightBytes,
    long declaredBytes,
    long peakBytes,
    long anonymousBytes,
    long fileBytes,
    long readBytes) {}
