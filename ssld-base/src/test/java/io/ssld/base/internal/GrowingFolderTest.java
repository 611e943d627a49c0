package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowingFolderTest {

    private static final FolderKind KIND =
            FolderKind.of(
                            "run",
                            "run.json",
                            "done",
                            folder -> {},
                            "run\\.json",
                            "done",
                            "checkpoints/step-\\d+")
                    .withProgress("checkpoints/step-\\d+");

    @TempDir private Path parent;

    private Path out() {
        return parent.resolve("run");
    }

    private Path aside() {
        return parent.resolve("run.earlier");
    }

    private GrowingFolder of(boolean resume, boolean force) throws IOException {
        return GrowingFolder.of("--out", out(), KIND, resume, force);
    }

    /** A whole folder that says who made it. */
    private void write(String text) throws IOException {
        Files.createDirectories(out().resolve("checkpoints"));
        Files.writeString(out().resolve("run.json"), text);
        Files.writeString(out().resolve("checkpoints/step-1"), text);
        Files.writeString(out().resolve("done"), text);
    }

    private void assertWhole(String text) throws IOException {
        assertThat(out().resolve("run.json")).hasContent(text);
        assertThat(out().resolve("done")).hasContent(text);
        assertThat(out().resolve("checkpoints/step-1")).hasContent(text);
        try (var files = Files.list(parent)) {
            assertThat(files).containsExactly(out());
        }
        assertThat(out().resolve(FolderKind.SET_ASIDE)).doesNotExist();
        assertThat(out().resolve(FolderKind.UNFINISHED)).doesNotExist();
    }

    @Test
    void fill_forced_earlierStaysUntilTheNewIsWhole() throws Exception {
        write("old");
        of(false, true)
                .fill(
                        () -> {
                            assertThat(aside().resolve("done")).hasContent("old");
                            write("new");
                            assertThat(aside().resolve("checkpoints/step-1")).hasContent("old");
                        });
        assertWhole("new");
    }

    @Test
    void fill_failsWithNothingToGoOnFrom_earlierIsBack() throws Exception {
        write("old");
        GrowingFolder folder = of(false, true);
        assertThatThrownBy(
                        () ->
                                folder.fill(
                                        () -> {
                                            Files.writeString(out().resolve("run.json"), "new");
                                            throw new IllegalArgumentException("too large");
                                        }))
                .hasMessage("too large");
        assertWhole("old");
    }

    @Test
    void fill_failsWithACheckpoint_bothStayUntilResumed() throws Exception {
        write("old");
        GrowingFolder folder = of(false, true);
        assertThatThrownBy(
                        () ->
                                folder.fill(
                                        () -> {
                                            write("new");
                                            Files.delete(out().resolve("done"));
                                            throw new IOException("full");
                                        }))
                .hasMessage("full");
        assertThat(aside().resolve("done")).hasContent("old");
        assertThat(out().resolve("checkpoints/step-1")).hasContent("new");
        // Replaced in its turn, by one that comes to nothing: as it was.
        assertThatThrownBy(
                        () ->
                                of(false, true)
                                        .fill(
                                                () -> {
                                                    throw new IOException("again");
                                                }))
                .hasMessage("again");
        assertThat(aside().resolve("done")).hasContent("old");
        assertThat(out().resolve("checkpoints/step-1")).hasContent("new");
        of(true, false).fill(() -> Files.writeString(out().resolve("done"), "new"));
        assertWhole("new");
    }

    @Test
    void of_afterAKillBeforeAnythingWasWritten_earlierIsBack() throws Exception {
        write("old");
        EarlierFolder.setAside("--out", out(), KIND);
        assertThat(out()).doesNotExist();
        // Back, and therefore in the way.
        assertThatThrownBy(() -> of(false, false)).hasMessageContaining("holds files");
        assertWhole("old");
        EarlierFolder.setAside("--out", out(), KIND);
        Files.createDirectory(out());
        Files.createFile(out().resolve(FolderLock.NAME));
        Files.writeString(out().resolve(FolderKind.UNFINISHED), "x");
        of(false, true);
        assertWhole("old");
    }

    @Test
    void of_folderThatIsNotOurs_isRefusedAndStays() throws Exception {
        write("old");
        Path notes = Files.writeString(out().resolve("notes.txt"), "mine");
        assertThatThrownBy(() -> of(false, true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nothing else")
                .hasMessageContaining("notes.txt");
        Files.delete(notes);
        Files.createSymbolicLink(out().resolve("checkpoints/link"), parent);
        assertThatThrownBy(() -> of(false, true)).hasMessageContaining("link");
        Files.delete(out().resolve("checkpoints/link"));
        Files.delete(out().resolve("run.json"));
        assertThatThrownBy(() -> of(false, true)).hasMessageContaining("holds no run.json");
        assertThat(out().resolve("done")).hasContent("old");
        assertThatThrownBy(() -> of(true, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--resume must not go with --force");
    }

    @Test
    void fill_folderOfAnotherProcess_isLeftAlone() throws Exception {
        write("old");
        GrowingFolder folder = of(false, true);
        try (FolderLock busy = FolderLock.acquire("--out", out())) {
            assertThat(busy).isNotNull();
            assertThatThrownBy(() -> of(false, true)).hasMessageContaining("in use");
            assertThatThrownBy(() -> folder.fill(() -> {})).hasMessageContaining("in use");
        }
        // Somebody else was quicker after the earlier one made room.
        assertThatThrownBy(
                        () ->
                                folder.fill(
                                        () -> {
                                            Files.delete(out().resolve(FolderKind.UNFINISHED));
                                            write("other");
                                            Files.delete(out().resolve("checkpoints/step-1"));
                                            throw new IOException("taken");
                                        }))
                .hasMessage("taken");
        assertThat(out().resolve("done")).hasContent("other");
        assertThat(aside().resolve("done")).hasContent("old");
    }

    @Test
    void fill_linkToAFolder_replacesWhatItLeadsTo() throws Exception {
        Path disk = Files.createDirectory(parent.resolve("disk"));
        write("old");
        Files.move(out(), disk.resolve("run"));
        Files.createSymbolicLink(out(), disk.resolve("run"));
        of(false, true).fill(() -> write("new"));
        assertThat(disk.resolve("run/done")).hasContent("new");
        assertThat(Files.isSymbolicLink(out())).isTrue();
        try (var files = Files.list(disk)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void tryAcquire_heldByThisProcess_keepsTheSystemsLock() throws Exception {
        Files.createDirectory(out());
        try (FolderLock held = FolderLock.tryAcquire(out())) {
            assertThat(held).isNotNull();
            assertThat(FolderLock.isHeld(out())).isTrue();
            assertThat(FolderLock.tryAcquire(out())).isNull();
            // Asked from outside: closing a second channel would have given the lock up.
            assertThat(lockedForOthers()).isTrue();
        }
        assertThat(lockedForOthers()).isFalse();
        assertThat(FolderLock.isHeld(out())).isFalse();
    }

    private boolean lockedForOthers() throws Exception {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                LockProbe.class.getName(),
                                out().toString())
                        .inheritIO()
                        .start();
        return process.waitFor() == 3;
    }

    /** Ends with 3 if the lock of a folder is held. */
    static final class LockProbe {
        public static void main(String[] args) throws IOException {
            System.exit(FolderLock.isHeld(Path.of(args[0])) ? 3 : 0);
        }
    }
}
