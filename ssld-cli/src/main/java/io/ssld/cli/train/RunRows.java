package io.ssld.cli.train;

import io.ssld.base.internal.Json;
import io.ssld.cli.common.FailureLine;
import io.ssld.cli.common.OutputKinds;
import io.ssld.core.run.RunStatus;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The runs below a folder. One that cannot be read is told with its reason, like any other. */
final class RunRows extends SimpleFileVisitor<Path> {

    private final Path root;
    private final List<Row> rows = new ArrayList<>();

    private RunRows(Path root) {
        this.root = root;
    }

    /**
     * A run.
     *
     * @param name its path below the folder
     * @param status how far it is; null if that cannot be read
     * @param reason why it cannot; empty if it can
     */
    record Row(String name, @Nullable RunStatus status, String reason) {

        Object toJson() {
            if (status != null) {
                return status;
            }
            Map<String, Object> unreadable = new LinkedHashMap<>();
            unreadable.put("state", "UNREADABLE");
            unreadable.put("reason", reason);
            return unreadable;
        }
    }

    /** Finds the runs to a depth, in the order of their paths. */
    static List<Row> below(Path root, int depth) throws IOException {
        RunRows found = new RunRows(root);
        Files.walkFileTree(root, EnumSet.noneOf(FileVisitOption.class), depth, found);
        found.rows.sort(Comparator.comparing(Row::name));
        return found.rows;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        look(folder);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        // At the last depth folders are visited as files are.
        if (attributes.isDirectory()) {
            look(file);
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path path, IOException failure) {
        rows.add(new Row(name(path), null, "cannot be looked into: " + failure.getMessage()));
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure) {
        return failure == null ? FileVisitResult.CONTINUE : visitFileFailed(folder, failure);
    }

    private void look(Path folder) {
        if (!RunStatus.isRun(folder) || isMining(folder)) {
            return;
        }
        try {
            rows.add(new Row(name(folder), RunStatus.read(folder), ""));
        } catch (IOException e) {
            rows.add(new Row(name(folder), null, FailureLine.of(e)));
        }
    }

    /** What a mining run of an earlier version depends on lies where a run tells its state. */
    private static boolean isMining(Path folder) {
        try {
            Path file = folder.resolve(OutputKinds.MINING_OLD_IDENTITY);
            return Files.size(file) < (1 << 20) && Json.read(file, List.class) != null;
        } catch (IOException e) {
            return false;
        }
    }

    private String name(Path folder) {
        String name = root.relativize(folder).toString();
        return name.isEmpty() ? "." : name;
    }
}
