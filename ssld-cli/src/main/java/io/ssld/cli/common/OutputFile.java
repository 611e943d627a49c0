package io.ssld.cli.common;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command writes, and replaces only when forced. */
public final class OutputFile {

    private OutputFile() {}

    public static void requireNew(String option, Path file, boolean force) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("%s must be a file, but %s is a folder".formatted(option, file));
        }
        if (Files.exists(file) && !force) {
            throw new IOException(
                    "%s must be a new file, but %s exists; choose another one or add --force to"
                                    .formatted(option, file)
                            + " replace it");
        }
    }
}
