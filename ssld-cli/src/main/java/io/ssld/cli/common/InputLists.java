package io.ssld.cli.common;

import io.ssld.core.data.ImageList;
import io.ssld.core.data.LeftOut;
import io.ssld.core.data.internal.Presence;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Reads the images of a command, and tells at once what of them is missing or left out. */
public final class InputLists {

    /** A few: more than files that come and go explain. */
    private static final double MISSING = 0.05;

    @Option(
            names = "--allow-missing",
            description =
                    "Go on although more than 5 %% of a list's images are missing. Default: an"
                            + " error")
    private boolean allowMissing;

    /** Made by picocli, which sets the annotated fields. */
    InputLists() {}

    /**
     * Reads a list or lists a folder.
     *
     * @param given the list or folder
     * @param root where relative paths of a list start from; null for the list's own folder
     * @throws IOException if it cannot be read, or too many of its images are missing
     */
    public ImageList read(Path given, @Nullable Path root) throws IOException {
        LeftOut report = new LeftOut();
        ImageList images = ListOrFolder.read(given, root, report);
        if (report.inWords() != null) {
            System.err.printf("ssld: %s: %s%n", given, report.inWords());
        }
        require(images, given);
        return images;
    }

    /** Looks for the images of a list that was read already. */
    void require(ImageList images, Path given) throws IOException {
        Presence presence = Presence.of(images);
        if (!allowMissing) {
            presence.requireAtMost(given.toString(), MISSING, "add --allow-missing");
        }
        if (!presence.missing().isEmpty()) {
            System.err.printf("ssld: %s: %s%n", given, presence.inWords());
        }
    }
}
