package io.ssld.core.run.internal;

import io.ssld.base.internal.FolderKind;
import io.ssld.base.internal.FolderLock;
import io.ssld.core.run.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a process that was killed while it wrote leaves in a run folder, of no use to anybody. */
final class RunLeftovers {

    /** A folder that was to become an artefact, as a saved model is written. */
    private static final Pattern ARTEFACT =
            Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.partial");

    private RunLeftovers() {}

    /** Deletes them, if the folder is a run's or holds nothing else; the caller has its lock. */
    static void delete(Path run) throws IOException {
        if (!RunStatus.isRun(run) && FolderLock.holdsFiles(run)) {
            return;
        }
        FolderKind.deleteUnmoved(run);
        FolderKind.deleteUnmoved(run.resolve(RunCheckpoints.FOLDER));
        for (Path child : children(run)) {
            boolean left =
                    StudentWeights.isLeft(child)
                            || ARTEFACT.matcher(String.valueOf(child.getFileName())).matches();
            if (left && Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                delete(child, children(child));
            }
        }
    }

    private static void delete(Path folder, List<Path> files) throws IOException {
        if (files.stream().noneMatch(Files::isDirectory)) {
            for (Path file : files) {
                Files.delete(file);
            }
            Files.delete(folder);
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        }
    }
}
