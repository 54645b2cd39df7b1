package org.codeaudit.fetch;

import java.util.Optional;

/**
 * A file of a model that lies elsewhere.
 *
 * @param name without folders
 * @param size in bytes
 * @param checksum empty where its store names none
 */
record RemoteFile(String name, long size, Optional<Checksum> checksum) {}
