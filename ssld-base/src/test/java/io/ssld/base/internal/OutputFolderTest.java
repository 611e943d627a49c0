package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFolderTest {

    private static final String MARKER = "results.json";

    private static final FolderKind KIND =
            FolderKind.of(
                    "evaluation",
                    MARKER,
                    MARKER,
                    folder -> {
                        if (Files.readString(folder.resolve(MARKER)).equals("other")) {
                            throw new IOException("results.json must be ours, but is not");
                        }
                    },
                    "results\\.json",
                    "half",
                    "deep/file");

    @TempDir private Path parent;

    @Test
    void complete_newFolder_appearsOnlyThen() throws Exception {
        Path out = parent.resolve("run");
        try (OutputFolder folder = OutputFolder.open("--out", out, false, KIND)) {
            Files.writeString(folder.path().resolve(MARKER), "{}");
            assertThat(out).doesNotExist();
            assertThat(folder.complete()).isEqualTo(out);
        }
        try (var files = Files.list(out)) {
            assertThat(files.map(p -> p.getFileName().toString())).containsExactly(MARKER);
        }
        assertThat(parent.resolve("run.partial")).doesNotExist();
    }

    @Test
    void open_existingRun_isRefusedWithoutForce() throws Exception {
        Path out = earlierRun();
        assertThatThrownBy(() -> OutputFolder.open("--out", out, false, KIND))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("exists; choose another one or add --force");
        assertThat(out.resolve(MARKER)).hasContent("old");
    }

    @Test
    void complete_forced_replacesTheEarlierRunOnlyAtTheEnd() throws Exception {
        Path out = earlierRun();
        try (OutputFolder folder = OutputFolder.open("--out", out, true, KIND)) {
            Files.writeString(folder.path().resolve(MARKER), "new");
            assertThat(out.resolve(MARKER)).hasContent("old");
            folder.complete();
        }
        assertThat(out.resolve(MARKER)).hasContent("new");
        assertThat(out.resolve("deep/file")).doesNotExist();
        try (var files = Files.list(parent)) {
            assertThat(files).containsExactly(out);
        }
    }

    @Test
    void open_forcedOverSomethingElse_isRefused() throws Exception {
        Path home = Files.createDirectories(parent.resolve("home"));
        Files.writeString(home.resolve("letter.txt"), "dear");
        assertThatThrownBy(() -> OutputFolder.open("--out", home, true, KIND))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must name the folder of an earlier evaluation");
        assertThat(home.resolve("letter.txt")).hasContent("dear");
    }

    @Test
    void open_afterAKilledRun_clearsWhatItLeft() throws Exception {
        Path out = parent.resolve("run");
        Path partial = parent.resolve("run.partial");
        Files.createDirectories(partial.resolve("deep"));
        Files.writeString(partial.resolve(FolderKind.UNFINISHED), KIND.name());
        Files.writeString(partial.resolve("deep/file"), "half");
        String unmoved = ".results.json.01234567-89ab-cdef-0123-456789abcdef.tmp";
        Files.writeString(partial.resolve(unmoved), "half");
        try (OutputFolder folder = OutputFolder.open("--out", out, false, KIND)) {
            assertThat(folder.path().resolve("deep")).doesNotExist();
            folder.complete();
        }
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void open_partialFolderOfSomebodyElse_isRefusedAndStays() throws Exception {
        Path letter = parent.resolve("run.partial/letter.txt");
        Files.createDirectories(letter.getParent());
        Files.writeString(letter, "dear");
        assertRefused(false, "run.partial");
        // Of ours, but with something else in it.
        Files.writeString(
                parent.resolve("run.partial").resolve(FolderKind.UNFINISHED), KIND.name());
        assertRefused(false, "letter.txt");
        assertThat(letter).hasContent("dear");
    }

    @Test
    void complete_forced_leavesNamesBesideAlone() throws Exception {
        Path out = earlierRun();
        for (String name : new String[] {"run.replaced", "run.earlier"}) {
            Files.createDirectories(parent.resolve(name));
            Files.writeString(parent.resolve(name).resolve(MARKER), "mine");
        }
        try (OutputFolder folder = OutputFolder.open("--out", out, true, KIND)) {
            Files.writeString(folder.path().resolve(MARKER), "new");
            folder.complete();
        }
        assertThat(out.resolve(MARKER)).hasContent("new");
        assertThat(parent.resolve("run.replaced").resolve(MARKER)).hasContent("mine");
        assertThat(parent.resolve("run.earlier").resolve(MARKER)).hasContent("mine");
        try (var files = Files.list(parent)) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void open_forcedOverAFolderWithMoreInIt_isRefusedNamingThat() throws Exception {
        Path out = earlierRun();
        Files.writeString(out.resolve("deep/notes.txt"), "mine");
        assertRefused(true, "notes.txt");
        Files.delete(out.resolve("deep/notes.txt"));
        Files.createDirectories(out.resolve("deep/empty"));
        assertRefused(true, "empty");
        Files.delete(out.resolve("deep/empty"));
        Files.writeString(out.resolve(MARKER), "other");
        assertRefused(true, "must be ours");
        Files.writeString(out.resolve(MARKER), "old");
        try (FolderLock busy = FolderLock.acquire("--out", out)) {
            assertThat(busy).isNotNull();
            assertRefused(true, "must not be in use");
        }
        assertThat(out.resolve("deep/file")).hasContent("x");
    }

    @Test
    void open_file_isRefusedNamingTheOption() throws Exception {
        Files.writeString(parent.resolve("run"), "mine");
        assertRefused(true, "--out must be a folder, but");
        assertRefused(false, "is a file");
        assertThatThrownBy(
                        () -> OutputFolder.open("--out", parent.resolve("run/below"), false, KIND))
                .hasMessageContaining("--out must be a folder, but")
                .hasMessageContaining("is a file");
        assertThat(parent.resolve("run")).hasContent("mine");
    }

    private void assertRefused(boolean force, String text) {
        assertThatThrownBy(() -> OutputFolder.open("--out", parent.resolve("run"), force, KIND))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(text);
    }

    @Test
    void close_incomplete_keepsWhatWasWrittenAndNoEmptyFolder() throws Exception {
        Path out = parent.resolve("run");
        OutputFolder.open("--out", out, false, KIND).close();
        assertThat(parent).isEmptyDirectory();
        try (OutputFolder folder = OutputFolder.open("--out", out, false, KIND)) {
            Files.writeString(folder.path().resolve("half"), "half");
        }
        assertThat(parent.resolve("run.partial/half")).hasContent("half");
        assertThat(out).doesNotExist();
    }

    @Test
    void open_whileAnotherCommandWrites_isRefused() throws Exception {
        Path out = parent.resolve("run");
        try (OutputFolder first = OutputFolder.open("--out", out, false, KIND)) {
            assertThatThrownBy(() -> OutputFolder.open("--out", out, false, KIND))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another process works in");
            assertThat(first.path()).exists();
        }
    }

    private Path earlierRun() throws IOException {
        Path out = parent.resolve("run");
        Files.createDirectories(out.resolve("deep"));
        Files.writeString(out.resolve("deep/file"), "x");
        Files.writeString(out.resolve(MARKER), "old");
        return out;
    }
}
