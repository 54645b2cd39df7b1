/**
 * Fetches a model to this machine, once: from the Hugging Face hub, Python packages or any Hadoop
 * file system into a cache folder that all processes of the machine share. What is fetched is
 * pinned, verified and used again by later runs.
 */
package org.codeaudit.fetch;
