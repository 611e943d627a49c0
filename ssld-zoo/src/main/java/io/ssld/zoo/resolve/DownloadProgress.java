package io.ssld.zoo.resolve;

/** Is told how far a download is. */
@FunctionalInterface
public interface DownloadProgress {

    /** Does nothing. */
    DownloadProgress NONE = (file, done, total) -> {};

    /**
     * Receives a state, about once per 64 KiB.
     *
     * @param file the name of the file
     * @param done the bytes that are there, those of an earlier attempt included
     * @param total the bytes of the whole file, or -1 if the server does not say
     */
    void update(String file, long done, long total);
}
