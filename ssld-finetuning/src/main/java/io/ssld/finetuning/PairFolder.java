package io.ssld.finetuning;

import io.ssld.base.internal.FolderLock;
import io.ssld.base.internal.Json;
import io.ssld.core.run.RunStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder of a fine-tuning by a teacher that is tuned first: two run folders, and a file that
 * says that they belong together. Held by one process.
 */
final class PairFolder implements AutoCloseable {

    private static final String MARKER = "finetune.json";
    private static final String TEACHER = "teacher";
    private static final String STUDENT = "student";

    private final Path path;
    private final FolderLock lock;

    private PairFolder(Path path, FolderLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /** What the marker says. */
    record Parts(List<String> parts) {}

    /**
     * Begins or goes on.
     *
     * @throws IOException if the folder holds something else, or another process has it
     */
    static PairFolder open(Path path, boolean resume) throws IOException {
        FolderLock lock = FolderLock.acquire("output", path);
        try {
            // Before there was a marker, the teacher's run stood for one.
            boolean known =
                    Files.exists(path.resolve(MARKER)) || RunStatus.isRun(path.resolve(TEACHER));
            if (FolderLock.holdsFiles(path) && !(resume && known)) {
                throw new IOException(
                        "output must be "
                                + (resume ? "the folder of a fine-tuning, or " : "")
                                + "new or empty, but "
                                + path
                                + " holds files; choose another one, or resume its fine-tuning");
            }
            Json.write(path.resolve(MARKER), new Parts(List.of(TEACHER, STUDENT)));
            return new PairFolder(path, lock);
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    Path teacher() {
        return path.resolve(TEACHER);
    }

    Path student() {
        return path.resolve(STUDENT);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
