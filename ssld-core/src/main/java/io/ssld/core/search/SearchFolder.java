package io.ssld.core.search;

import io.ssld.base.internal.Digests;
import io.ssld.base.internal.FolderLock;
import io.ssld.base.internal.Json;
import io.ssld.core.train.Recipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The files of a search, held by one process. Each is written whole or not at all. */
final class SearchFolder implements AutoCloseable {

    /** A trial that is done, with the recipe it belongs to. */
    record TrialFile(Map<String, Object> recipe, TrialResult result) {}

    private static final String PLAN = "search.json";
    private static final int KEY_BYTES = 6;

    private final Path path;
    private final FolderLock lock;

    private SearchFolder(Path path, FolderLock lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Opens a folder for a search.
     *
     * @param resume whether the folder may hold the same search, to go on with
     * @throws IOException if it holds something else, or another process has it
     */
    static SearchFolder open(Path path, SearchPlan plan, boolean resume) throws IOException {
        Files.createDirectories(path);
        FolderLock lock = FolderLock.tryAcquire(path);
        if (lock == null) {
            throw new IOException(
                    "search folder must belong to one process, but another one searches in "
                            + path
                            + "; wait for it or choose another folder");
        }
        try {
            Path file = path.resolve(PLAN);
            if (resume && Files.exists(file)) {
                plan.requireEqual(Json.read(file, SearchPlan.class), path);
            } else {
                requireEmpty(path);
                Json.write(file, plan);
            }
            return new SearchFolder(path, lock);
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    private static void requireEmpty(Path path) throws IOException {
        if (FolderLock.holdsFiles(path)) {
            throw new IOException(
                    "search folder must be new or empty, but "
                            + path
                            + " holds files; choose another one, delete it, or resume its"
                            + " search");
        }
    }

    /** The name of a recipe's files. */
    static String key(Recipe recipe) {
        byte[] text = Json.toString(recipe.toMap()).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(Digests.sha256().digest(text), 0, KEY_BYTES);
    }

    /** Where a trial keeps files of its own. */
    Path runOf(Recipe recipe) {
        return path.resolve("runs").resolve(key(recipe));
    }

    private Path trialFile(Recipe recipe) {
        return path.resolve("trials").resolve(key(recipe) + ".json");
    }

    /** The trial of a recipe, if it is done. */
    @Nullable TrialResult find(Recipe recipe) throws IOException {
        Path file = trialFile(recipe);
        if (!Files.exists(file)) {
            return null;
        }
        TrialFile found = Json.read(file, TrialFile.class);
        if (!Json.toString(found.recipe()).equals(Json.toString(recipe.toMap()))) {
            throw new IOException(
                    file
                            + " must hold the trial of its recipe, but holds another's; delete it"
                            + " to run the trial again");
        }
        return found.result();
    }

    void add(Recipe recipe, TrialResult result) throws IOException {
        Json.write(trialFile(recipe), new TrialFile(recipe.toMap(), result));
    }

    /** Tells how far the search is. The best recipe is written last, and only at the end. */
    void report(SearchResult result) throws IOException {
        Json.write(path.resolve("report.json"), SearchReport.facts(result));
        SearchReport.page(result).writeTo(path.resolve("report.html"));
        if (result.end() != SearchEnd.NONE) {
            Json.write(path.resolve("best.json"), result.best().toMap());
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
